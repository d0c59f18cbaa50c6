// Package production makes: from the production order over its components, its place in the work
// centres' days and what the shop floor reports, to finished pieces in stock.
//
// A production order is for a line of a sales order, or for the production order of one that needs the
// part (its parent). Locks are taken in one order: the production order, the sales order with its
// lines, the balances; a work centre is locked alone.
package production

import (
	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Component is what a production order takes of a product.
type Component struct {
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	Reserved value.Decimal `json:"reserved" type:"quantity"`
}

// Requirement is what a production order lacks.
type Requirement struct {
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	Source   string        `json:"source" type:"make | buy"`
	Needed   string        `json:"needed,omitempty" type:"date" doc:"the day it is needed by"`
}

// Operation is a step of work on the shop floor.
type Operation struct {
	Operation  int           `json:"operation"`
	Name       string        `json:"name"`
	WorkCenter string        `json:"work_center" doc:"empty where the product has no routing"`
	Minutes    value.Decimal `json:"minutes" doc:"for the whole lot"`
}

// Actions returns the actions of the area.
func Actions() []catalogue.Definition {
	return append(planning(), making()...)
}

func planning() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("production.draft",
			"Drafts a production order for an order line, or for the parent production order that needs the part; quantity after the product's lot rule; start = needed - lead time; late where start is past.",
			draft, catalogue.Inverse("production.cancel"),
			catalogue.Errors("production.no_bill", "the product has no bill of materials in force")),
		catalogue.Define("production.cancel",
			"Cancels a production order and frees its components; cost is what it has cost so far. One whose components are issued and not returned goes on, for free stock; of a finished one it changes nothing.",
			cancel, catalogue.Contended()),
		catalogue.Define("production.explode",
			"Explodes one level of the bill of materials (effective today, phantoms through, x (1 + scrap), unit conversion; summed in base units and rounded up once), reserves the components that are in stock and tells what is short beyond what is already coming for it, with its source. Asked again, it reserves what has come since.",
			explode, catalogue.Contended()),
		catalogue.Define("production.schedule",
			"Finds the first free capacity of the work centres from the start on, never before the frozen days, by promise date and then customer grade; orders that are not released make room. Asked again, it schedules anew, not on the work centre to avoid where another can do the work. overtime (only where allowed) where the needed date is only kept with it. A product without a routing takes its lead time and no capacity.",
			schedule, catalogue.Contended()),
		catalogue.Define("production.release",
			"Releases the production order to the shop floor and tells its operations (one, \"make\", where the product has no routing).",
			releaseOrder),
	}
}

func making() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("production.issue",
			"Issues the reserved components to the production order (ledger movement consumed).",
			issue, catalogue.Contended(), catalogue.Inverse("production.return_components")),
		catalogue.Define("production.return_components",
			"Stops production that is not finished (else it changes nothing); components that no reported piece has used go back to stock (negative consumed), the rest is work in progress written off.",
			returnComponents, catalogue.Contended()),
		catalogue.Define("production.report",
			"Reports good and scrapped pieces of an operation; progress is seen on the sales order at once. over is how much more than planned may be made.",
			report,
			catalogue.Errors("production.overproduced", "more good pieces than planned and allowed")),
		catalogue.Define("production.finish",
			"Books the good pieces into stock (ledger movement produced), first for the order line or parent production order; short is what is still missing of the quantity that was needed.",
			finish, catalogue.Contended()),
	}
}
