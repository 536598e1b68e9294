module example.com/shop/cart

go 1.24.0

require (
	example.com/log v1.1.0
	example.com/money v1.2.0
)
