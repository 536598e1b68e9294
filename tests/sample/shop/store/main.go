// The store sells what is in the cart.
package main

import (
	"example.com/money/v2"
	"example.com/router"
	"example.com/shop/cart"
)

func main() {
	router.Serve("/total", func() any { return money.From(cart.Total()) })
}
