module example.com/shop/cart

go 1.23.0

require (
	example.com/log v1.0.0
	example.com/money v1.2.0
)
