// Package shipping delivers what is reserved for an order, in as many shipments as it takes: planned,
// labelled, issued, delivered, and taken back or claimed where something went wrong.
//
// Locks are taken in one order: the shipment, its sales order with its lines, the balances.
package shipping

import (
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type shipmentIn struct {
	Shipment string `json:"shipment"`
}

type nothing struct{}

type planIn struct {
	Order   string `json:"order"`
	Transit string `json:"transit" type:"duration" doc:"how long the goods are under way"`
}

type planOut struct {
	Shipment   string        `json:"shipment"`
	Lines      []stock.Count `json:"lines"`
	Quantity   value.Decimal `json:"quantity" type:"quantity"`
	Value      value.Money   `json:"value"`
	OrderValue value.Money   `json:"order_value"`
	ReleaseAt  time.Time     `json:"release_at"`
}

// Actions returns the actions of the area.
func Actions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("shipping.plan_shipment",
			"Plans a shipment of all that is reserved and not yet in a shipment for the order. release_at is when picking may begin, the promise less transit (now where that is past or nothing is promised). order_value is the order's total now, with freight and tax.",
			plan, catalogue.Inverse("shipping.cancel_shipment"),
			catalogue.Errors("shipping.nothing_reserved", "nothing is reserved that is not in a shipment yet")),
		catalogue.Define("shipping.cancel_shipment",
			"Cancels a shipment whose goods have not left; its label is void.",
			cancel),
		catalogue.Define("shipping.label",
			"Books the carrier and gives the label's tracking number.",
			label),
		catalogue.Define("shipping.goods_issue",
			"The goods leave; stock goes down (ledger movement shipped), reservations become shipped quantities.",
			issue, catalogue.Contended(), catalogue.Inverse("shipping.take_back")),
		catalogue.Define("shipping.take_back",
			"Takes a shipment back - intercepted at the carrier before delivery, returned after it; the goods are in stock again (ledger movement returned), the line's returned quantity grows. Of a claimed shipment nothing comes back.",
			takeBack, catalogue.Contended()),
		catalogue.Define("shipping.record_delivery",
			"Records the proof of delivery; shipped quantities become delivered, serial numbers begin their warranty.",
			deliver),
		catalogue.Define("shipping.claim",
			"Claims a damaged or lost shipment from the carrier; its quantity counts as lost (shipped, not in stock), so that the order line needs it again.",
			claim),
	}
}
