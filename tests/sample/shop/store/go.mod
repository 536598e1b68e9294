module example.com/shop/store

go 1.24.0

toolchain go1.24.3

require (
	example.com/money/v2 v2.0.1
	example.com/router v1.4.0
	example.com/shop/cart v0.3.0
)

require example.com/log v1.2.0 // indirect
