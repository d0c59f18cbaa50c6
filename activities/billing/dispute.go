package billing

import (
	"context"
	"fmt"
	"slices"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type disputeIn struct {
	Invoice string `json:"invoice"`
	Lines   []int  `json:"lines" doc:"numbers of the invoice's lines; freight is 0"`
	Reason  string `json:"reason,omitempty"`
}

type disputeOut struct {
	Disputed value.Money   `json:"disputed" doc:"on the whole invoice, with tax"`
	Held     []InvoiceLine `json:"held" doc:"what these lines held back, without what was credited of them"`
}

// countDisputed counts the lines in dispute with their share of the tax, in as many digits as the
// invoice's amounts have.
const countDisputed = `
	update billing_invoices i set disputed = coalesce((
		select round(sum(l.amount - l.credited_amount) * (i.net + i.tax_amount) / nullif(i.net, 0), scale(i.net))
		from billing_invoice_lines l where l.tenant = i.tenant and l.invoice = i.number and l.disputed), 0)
	where i.number = $1`

func holdLines(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in disputeIn) (disputeOut, error) {
	if err := lockInvoice(ctx, tx, call, in.Invoice); err != nil {
		return disputeOut{}, err
	}
	tx.Queue(`update billing_invoice_lines set disputed = true, dispute_reason = coalesce($3, dispute_reason)
		where invoice = $1 and line = any ($2)`, in.Invoice, in.Lines, catalogue.Nullable(in.Reason))
	var disputed value.Decimal
	err := tx.QueryRow(ctx, countDisputed+` returning disputed`, in.Invoice).Scan(catalogue.Into(&disputed))
	if err != nil {
		return disputeOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	rows, err := tx.Query(ctx, `
		select line, coalesce(product, ''), quantity - credited_quantity, amount - credited_amount
		from billing_invoice_lines where invoice = $1 and line = any ($2) order by line`, in.Invoice, in.Lines)
	if err != nil {
		return disputeOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	held, err := collectInvoiceLines(rows, call)
	if err != nil {
		return disputeOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	for _, line := range in.Lines {
		if !slices.ContainsFunc(held, func(l InvoiceLine) bool { return l.Line == line }) {
			return disputeOut{}, fmt.Errorf("invoice %s: no line %d", in.Invoice, line)
		}
	}
	return disputeOut{Disputed: call.Money(disputed), Held: held}, nil
}

type releaseIn struct {
	Invoice string `json:"invoice"`
	Lines   []int  `json:"lines"`
}

func releaseLines(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in releaseIn) (struct{}, error) {
	if err := lockInvoice(ctx, tx, call, in.Invoice); err != nil {
		return struct{}{}, err
	}
	tx.Queue(`update billing_invoice_lines set disputed = false, dispute_reason = null where invoice = $1 and line = any ($2)`, in.Invoice, in.Lines)
	tx.Queue(countDisputed, in.Invoice)
	return struct{}{}, nil
}
