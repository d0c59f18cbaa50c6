// Package stock keeps what is there and for whom: the ledger of movements, one balance a product,
// reservations for order lines, production orders and quotes, and what can be promised.
//
// Stock of a product = opening + received + produced - consumed - shipped + returned, always. Locks are
// taken in one order: the sales orders concerned by number, their lines, then the balances by product.
// Lines of further orders that profit are only taken where nobody holds them.
package stock

import (
	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// OrderLine is a line of a sales order or quote as people write it.
type OrderLine struct {
	Line     int           `json:"line" doc:"1, 2, 3 ... in its order"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity" doc:"in the product's base unit"`
	Price    *value.Money  `json:"price" doc:"of a base unit; left out: the list price"`
}

// Promise is what an order line can have, and when all of it.
type Promise struct {
	Line      int           `json:"line"`
	Product   string        `json:"product" type:"ref stock.product"`
	Quantity  value.Decimal `json:"quantity" type:"quantity"`
	Available value.Decimal `json:"available" type:"quantity" doc:"what of it is there now"`
	Date      string        `json:"date,omitempty" type:"date" doc:"when all of it is there; left out where that is beyond the horizon"`
}

// Shortage is what an order line still lacks.
type Shortage struct {
	Line     int           `json:"line"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	Needed   string        `json:"needed,omitempty" type:"date" doc:"the day it is needed by"`
}

// Count is what somebody counted for a line of a document.
type Count struct {
	Line     int            `json:"line"`
	Product  string         `json:"product" type:"ref stock.product"`
	Quantity value.Decimal  `json:"quantity" type:"quantity" doc:"all pieces, the rejected ones among them"`
	Rejected *value.Decimal `json:"rejected" type:"quantity" doc:"of the pieces, those that are not accepted; left out: none"`
}

// Actions returns the actions of the area.
func Actions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("stock.check",
			"Available to promise per line (on hand - safety - hard reservations + confirmed receipts - dated demand; what the order itself holds or has coming counts); lines of the same product share; what is short is dated by the product's lead time. Lines left out are what the order still needs. possible is false where a line has no date within the horizon.",
			check),
		catalogue.Define("stock.hold_for_quote",
			"Holds what is there for a quote, softly, until hold_for is over; a soft hold counts against other quotes, never against an order.",
			holdForQuote, catalogue.Contended(), catalogue.Inverse("stock.release_hold")),
		catalogue.Define("stock.release_hold",
			"Frees the soft holds of a quote.",
			releaseHold, catalogue.Contended()),
		catalogue.Define("stock.reserve",
			"Reserves hard, all lines in product order, what is there of what each line still needs (ordered - cancelled - (shipped - lost) - already reserved), leaving the safety stock; reserved is what this call added, the rest is shortage; lost tells that a line got less than its promise (if given) had found available.",
			reserve, catalogue.Contended(), catalogue.Inverse("stock.release")),
		catalogue.Define("stock.release",
			"Frees every hard reservation of the order (bought and produced goods for it become free stock) and reserves them for orders that wait, oldest first.",
			release, catalogue.Contended()),
		catalogue.Define("stock.put_away",
			"Books the accepted goods of a receipt into stock (ledger movement received), first for the order line or production order they were bought for; rejected ones count as still open until their return is settled.",
			putAway, catalogue.Contended()),
	}
}

// Objects returns the objects of the area.
func Objects() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Object("stock.product", "A product that is sold, made or bought.", loadProduct),
	}
}
