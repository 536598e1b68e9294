// Package cart adds up prices.
package cart

import (
	"example.com/log"
	"example.com/money"
)

// Total is logged and returned.
func Total(prices ...money.Price) money.Price {
	total := money.Sum(prices...)
	log.Print(total)
	return total
}
