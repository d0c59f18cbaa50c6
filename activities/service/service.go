// Package service keeps what comes after delivery: cases, warranty, returns and replacements.
package service

import "waybill/activities/catalogue"

// Actions returns the area's actions.
func Actions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("service.open_case",
			"Opens a service case, linked to customer, order, product and serial; kind quality is the case that repeated faults make.",
			openCase),
		catalogue.Define("service.close_case",
			"Closes a case with its result, seen in the customer's history. A closed case keeps its result.",
			closeCase),
		catalogue.Define("service.check_warranty",
			"Whether the serial (or else the order's product) is in warranty, months from its delivery, and how many problems it has had.",
			checkWarranty),
		catalogue.Define("service.authorise_return",
			"Authorises a return against the order (RMA); never more than was delivered and is neither back nor on another return. "+
				"An open return of the case for the same is given again.",
			authoriseReturn,
			catalogue.Errors("service.nothing_to_return", "more than was delivered and not yet returned"),
			catalogue.Inverse("service.close_return")),
		catalogue.Define("service.receive_return",
			"Books returned goods; usable ones into stock (ledger movement \"returned\"), others written off; "+
				"tells the invoice and lines that a credit note would be for.",
			receiveReturn, catalogue.Contended()),
		catalogue.Define("service.close_return",
			"Closes a return that will not come, or is settled.",
			closeReturn),
		catalogue.Define("service.replace",
			"Makes the order, free of charge, that replaces a faulty product; it is then delivered like any other. "+
				"A case has one replacement.",
			replace),
	}
}
