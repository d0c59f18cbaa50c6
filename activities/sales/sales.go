// Package sales keeps quotes and orders: what was offered, ordered, promised and cancelled.
//
// Amounts are rounded to the smallest unit of the currency, half away from zero: each line (price ×
// quantity), then the tax once, of lines and freight together. total = sum(lines) + freight + tax.
package sales

import (
	"slices"

	"waybill/activities/catalogue"
)

// Actions returns the area's actions.
func Actions() []catalogue.Definition {
	return slices.Concat(quoteActions(), orderActions())
}

func quoteActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("sales.check_configuration",
			"Checks each line against what can be made or bought (sold product, bill of materials in force, or a supplier) "+
				"and tells what the lines cost.",
			checkConfiguration),
		catalogue.Define("sales.make_quote",
			"Prices the lines (the price given or else the list price, less the discount) and saves a quote; "+
				"margin is price less cost, of price.",
			makeQuote,
			catalogue.Errors("sales.unknown_product", "a line names a product that is not sold"),
			catalogue.Inverse("sales.close_quote")),
		catalogue.Define("sales.close_quote",
			"Closes a quote that nobody accepted (declined, expired, withdrawn). An accepted one stays as it is.",
			closeQuote),
		catalogue.Define("sales.accept_quote",
			"Marks the quote as accepted and gives the order that follows from it, with its new number.",
			acceptQuote,
			catalogue.Errors("sales.quote_closed", "the quote is closed or has expired")),
	}
}

func orderActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("sales.enter_order",
			"Enters an order once (by its number, and by customer and customer's order number); total = lines + freight + tax. "+
				"A missing ship-to or tax id is taken from the customer.",
			enterOrder,
			catalogue.Errors(
				"sales.duplicate_order", "the customer's order number was entered before",
				"sales.unknown_product", "a line names a product that is not sold"),
			catalogue.Inverse("sales.cancel_order")),
		catalogue.Define("sales.complete_order",
			"Adds what was missing (ship-to, tax id) and tells what still is.",
			completeOrder),
		catalogue.Define("sales.promise",
			"Appends a promise date to the lines; the first one of a line is frozen, later ones count as re-promises with their reason.",
			promise),
		catalogue.Define("sales.cancel_order",
			"Cancels what the customer does not have of every line (cancelled = ordered - shipped + returned + lost), with the reason.",
			cancelOrder),
		catalogue.Define("sales.cancellation_state",
			"How far each line of the order has come, and what has been spent on it, for the late-cancellation table.",
			cancellationState),
	}
}
