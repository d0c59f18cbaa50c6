// Package billing turns what was shipped into receivables and receivables into money: credit, invoices,
// credit notes, payments, dunning.
//
// A posted document does not change; a correction is a credit note linked to it, and the database lets
// the application change only counters. Numbers of invoices and of credit notes run 1, 2, 3 ... without a
// gap and their dates never go back, because the number is taken in the posting transaction, under lock.
//
// Rounding. Every amount is rounded to the smallest unit of the currency, half away from zero. What an
// order is billed in parts is rounded cumulatively: an invoice line is round(price × all billed so far)
// less what was billed before, and the tax of an invoice is the tax of all billed so far less the tax
// billed before. So the invoices of an order that is delivered whole add up to the order exactly.
package billing

import (
	"slices"

	"waybill/activities/catalogue"
)

// Actions returns the area's actions.
func Actions() []catalogue.Definition {
	return slices.Concat(creditActions(), documentActions(), paymentActions(), dunningActions())
}

func creditActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("billing.exposure",
			"The customer's exposure = receivables open + delivered unbilled + credit committed to other open orders + adding - "+
				"prepayments, and how it stands to the limit. Of adding, what the order's invoices have made a receivable counts once.",
			measureExposure),
		catalogue.Define("billing.commit_credit",
			"Commits credit to an order under lock, again checking the exposure against up_to percent of the limit; without up_to "+
				"(released by a person) it always commits. Invoicing turns what is committed into receivables. "+
				"Committing again replaces what was committed.",
			commitCredit,
			catalogue.Errors("billing.credit_exceeded", "the exposure with this order is above the limit"),
			catalogue.Inverse("billing.free_credit"), catalogue.Contended()),
		catalogue.Define("billing.free_credit",
			"Frees the credit still committed to an order.",
			freeCredit, catalogue.Contended()),
	}
}

func documentActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("billing.request_deposit",
			"Posts a deposit invoice for an order; what is paid on it is deducted pro rata from the order's invoices. "+
				"The same amount for the same order again gives the same invoice.",
			requestDeposit, catalogue.Inverse("billing.credit_note"), catalogue.Contended()),
		catalogue.Define("billing.invoice",
			"Invoices a shipment, with the next number of the gapless series taken in this transaction; freight once, on the "+
				"order's first invoice; deposit deducted pro rata. The same shipment again gives the same invoice. Pieces that the "+
				"customer was billed before (a lost shipment, delivered again) are not billed twice.",
			invoiceShipment,
			catalogue.Errors("billing.not_shipped", "the goods have not left"),
			catalogue.Inverse("billing.credit_note"), catalogue.Contended()),
		catalogue.Define("billing.charge",
			"Invoices a charge of the order that is not goods (cancellation, supplier's fee, freight), without tax. It has no inverse "+
				"on purpose: it is posted just before the order is undone and must stay.",
			charge, catalogue.Contended()),
		catalogue.Define("billing.credit_note",
			"Posts a credit note linked to an invoice, for the lines given or else all of it that is not credited yet, with its tax; "+
				"the invoice itself never changes. With nothing left to credit it gives the last credit note again. Of a deposit only "+
				"what no invoice has deducted is credited; a deposit that a credited invoice had deducted is free again.",
			creditNote, catalogue.Contended()),
	}
}

func paymentActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("billing.book_payment",
			"Books a payment (known by its reference, so once) to an invoice and tells what is open on it and whether the customer "+
				"owes anything overdue elsewhere.",
			bookPayment,
			catalogue.Errors("billing.unknown_invoice", "no such invoice")),
		catalogue.Define("billing.refund",
			"Refunds to the original tender what was paid on an invoice beyond what is owed, once; nothing overpaid is 0.",
			refund),
		catalogue.Define("billing.balance",
			"What is open on an invoice now (total - credited - paid - held back in dispute + interest).",
			balance),
		catalogue.Define("billing.write_off",
			"Writes off what is open on an invoice, with the reason and who decided.",
			writeOff),
	}
}

func dunningActions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("billing.remind",
			"Records a reminder at its level and charges interest for the days overdue on the open amount, counted from the last "+
				"reminder; the customer's dunning level is the highest of his open invoices. A level again changes nothing.",
			remind),
		catalogue.Define("billing.hold_customer",
			"Puts a hold with its reason on the customer's new orders.",
			holdCustomer, catalogue.Inverse("billing.lift_hold")),
		catalogue.Define("billing.lift_hold",
			"Lifts the hold on the customer's new orders.",
			liftHold),
		catalogue.Define("billing.hold_lines",
			"Takes the disputed lines of an invoice out of dunning; the others stay due.",
			holdLines, catalogue.Inverse("billing.release_lines")),
		catalogue.Define("billing.release_lines",
			"Puts disputed lines back; they are due again.",
			releaseLines),
	}
}
