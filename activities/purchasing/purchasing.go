// Package purchasing buys: from the requisition of what is short over the purchase order to the receipt
// and the supplier's invoice.
//
// A purchase order does not change once it is sent; its lines count what was cancelled, received,
// accepted, rejected and debited, and what is open follows from that. Locks are taken in one order:
// purchase orders, their lines, requisitions.
package purchasing

import (
	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Offer is what a supplier asks for a product.
type Offer struct {
	Supplier string      `json:"supplier" type:"ref purchasing.supplier"`
	Price    value.Money `json:"price" doc:"of a base unit"`
	LeadDays int         `json:"lead_days"`
}

// PurchaseLine is a line of a purchase order.
type PurchaseLine struct {
	Line        int           `json:"line"`
	Product     string        `json:"product" type:"ref stock.product"`
	Quantity    value.Decimal `json:"quantity" type:"quantity"`
	Price       value.Money   `json:"price" doc:"of a base unit"`
	Requisition string        `json:"requisition,omitempty" doc:"left out where several were put together"`
}

// DraftOrder is a purchase order before it is sent.
type DraftOrder struct {
	PurchaseOrder string         `json:"purchase_order"`
	Supplier      string         `json:"supplier" type:"ref purchasing.supplier"`
	Lines         []PurchaseLine `json:"lines"`
	Total         value.Money    `json:"total"`
	PriceRise     value.Decimal  `json:"price_rise" type:"percent" doc:"of the line that rose most, against the last price paid to the supplier"`
	Buyer         string         `json:"buyer"`
}

type nothing struct{}

// Actions returns the actions of the area.
func Actions() []catalogue.Definition {
	return append(ordering(), receiving()...)
}

func ordering() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("purchasing.request",
			"Requisitions a bought product for an order line or for a production order; quantity after the supplier's minimum and multiple; value at the last price.",
			request, catalogue.Inverse("purchasing.reduce"),
			catalogue.Errors("purchasing.no_supplier", "nobody sells the product")),
		catalogue.Define("purchasing.reduce",
			"Cancels a requisition that is not ordered; of a purchase order that is not sent it takes only the quantity off, and what is ordered already becomes free stock.",
			reduce),
		catalogue.Define("purchasing.offers",
			"What the suppliers of a requisition's product offer, cheapest first (price list, minimum, lead time).",
			offers),
		catalogue.Define("purchasing.draft_order",
			"Drafts a purchase order for a requisition, with the supplier given or else the best one, never not_supplier; price_rise is against the last price paid.",
			draftOrder, catalogue.Inverse("purchasing.cancel_order"),
			catalogue.Errors("purchasing.no_supplier", "no other supplier sells the product")),
		catalogue.Define("purchasing.cancel_order",
			"Cancels a purchase order. Not sent - it is gone; sent - the supplier is asked, and his fee is passed on; refused (goods under way or received) - what comes becomes free stock.",
			cancelOrder),
		catalogue.Define("purchasing.send_order",
			"Posts the purchase order; from now on it does not change but through a new document. due is the date it is expected.",
			sendOrder),
		catalogue.Define("purchasing.confirm",
			"Records the delivery date that the supplier confirms, the expected one where none is given; days_late is against the date expected, orders are the sales orders that wait for it.",
			confirm),
		catalogue.Define("purchasing.replenish",
			"Requisitions every bought product whose projected stock (on hand - reserved + what comes for nobody) is at or below its reorder point, up to its maximum; once while one is open.",
			replenish, catalogue.Contended()),
		catalogue.Define("purchasing.consolidate",
			"Puts the open requisitions that no purchase order has yet and that are not for an order together, one draft purchase order a supplier.",
			consolidate, catalogue.Contended()),
	}
}

func receiving() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("purchasing.receive",
			"Records what the warehouse counted, into quarantine; over-delivery beyond the tolerance is sent back; samples is what quality shall look at.",
			receive, catalogue.Errors("purchasing.nothing_open", "nothing is expected on this purchase order")),
		catalogue.Define("purchasing.return_goods",
			"Returns rejected goods of a receipt to the supplier, against replacement (they stay open) or a debit note (they are closed); open is what is then still expected.",
			returnGoods),
		catalogue.Define("purchasing.close_short",
			"Closes what is still open on a purchase order; nothing more is expected.",
			closeShort),
		catalogue.Define("purchasing.match_invoice",
			"Three-way match of a supplier's invoice with purchase order and accepted goods, within the tolerances on price and quantity.",
			matchInvoice),
	}
}

// Objects returns the objects of the area.
func Objects() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Object("purchasing.supplier", "Whom products are bought from.", loadSupplier),
	}
}
