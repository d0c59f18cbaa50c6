package billing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// InvoiceLine is a line of an invoice or of a credit note.
type InvoiceLine struct {
	Line     int           `json:"line" doc:"of goods: the order's line; freight is line 0"`
	Product  string        `json:"product,omitempty" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	Amount   value.Money   `json:"amount" doc:"without tax"`
}

// The number series.
const (
	invoiceSeries    = "invoice"
	creditNoteSeries = "credit_note"
)

// place is a document's place in its series.
type place struct {
	number string // such as INV-000001
	serial int64
	issued string // today, or the date of the document before where that is later
}

// nextPlace takes the next number of a series. The series stays locked until the transaction ends, so
// take it after all other locks.
func nextPlace(ctx context.Context, tx catalogue.Tx, call catalogue.Call, series, prefix string) (place, error) {
	var p place
	err := tx.QueryRow(ctx, `
		insert into billing_series (name, next, last) values ($1, 2, $2)
		on conflict (tenant, name) do update
		set next = billing_series.next + 1, last = greatest(billing_series.last, excluded.last)
		returning next - 1, last::text`, series, call.Today()).Scan(&p.serial, &p.issued)
	if err != nil {
		return p, fmt.Errorf("series %s: %w", series, err)
	}
	p.number = fmt.Sprintf("%s-%06d", prefix, p.serial)
	return p, nil
}

// invoice is a document before it is posted.
type invoice struct {
	kind     string // goods, deposit, charge
	order    string
	shipment string
	customer string
	request  string
	reason   string
	lines    []InvoiceLine
	freight  value.Decimal // among the lines
	tax      value.Decimal
	deposit  value.Decimal
}

func (i invoice) net() value.Decimal {
	net := value.Int(0)
	for _, l := range i.lines {
		net = net.Add(l.Amount.Amount)
	}
	return net
}

func (i invoice) gross() value.Decimal { return i.net().Add(i.tax) }

// posted is what the world sees of an invoice.
type posted struct {
	Invoice string
	Lines   []InvoiceLine
	Net     value.Money
	Tax     value.Money
	Total   value.Money
	Issued  string
	Due     string
}

// post takes the next number and writes the invoice.
func (i invoice) post(ctx context.Context, tx catalogue.Tx, call catalogue.Call, paymentDays int) (posted, error) {
	p, err := nextPlace(ctx, tx, call, invoiceSeries, "INV")
	if err != nil {
		return posted{}, err
	}
	due, err := catalogue.DaysAfter(p.issued, paymentDays)
	if err != nil {
		return posted{}, err
	}
	net, total := i.net(), i.gross().Sub(i.deposit)
	tx.Queue(`
		insert into billing_invoices (number, serial, kind, sales_order, shipment, customer, request, reason, currency,
		                              net, freight, tax_amount, deposit, total, issued, due, posted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		p.number, p.serial, i.kind, i.order, catalogue.Nullable(i.shipment), i.customer, catalogue.Nullable(i.request),
		catalogue.Nullable(i.reason), call.Currency, net.String(), i.freight.String(), i.tax.String(), i.deposit.String(),
		total.String(), p.issued, due, call.At)
	for _, l := range i.lines {
		tx.Queue(`insert into billing_invoice_lines (invoice, line, product, quantity, amount) values ($1, $2, $3, $4, $5)`,
			p.number, l.Line, catalogue.Nullable(l.Product), l.Quantity.String(), l.Amount.Amount.String())
	}
	return posted{
		Invoice: p.number, Lines: i.lines, Issued: p.issued, Due: due,
		Net: call.Money(net), Tax: call.Money(i.tax), Total: call.Money(total),
	}, nil
}

// find reads a posted invoice.
func find(ctx context.Context, tx catalogue.Tx, call catalogue.Call, number string) (posted, error) {
	p := posted{Invoice: number}
	var currency string
	err := tx.QueryRow(ctx, `select currency, net, tax_amount, total, issued::text, due::text from billing_invoices where number = $1`, number).
		Scan(&currency, catalogue.Into(&p.Net.Amount), catalogue.Into(&p.Tax.Amount), catalogue.Into(&p.Total.Amount), &p.Issued, &p.Due)
	if err != nil {
		return p, fmt.Errorf("invoice %s: %w", number, err)
	}
	if err := ours(call, "invoice "+number, currency); err != nil {
		return p, err
	}
	p.Net, p.Tax, p.Total = call.Money(p.Net.Amount), call.Money(p.Tax.Amount), call.Money(p.Total.Amount)
	rows, err := tx.Query(ctx, `select line, coalesce(product, ''), quantity, amount from billing_invoice_lines where invoice = $1 order by line`, number)
	if err != nil {
		return p, fmt.Errorf("invoice %s: %w", number, err)
	}
	p.Lines, err = collectInvoiceLines(rows, call)
	if err != nil {
		return p, fmt.Errorf("invoice %s: %w", number, err)
	}
	return p, nil
}

// collectInvoiceLines reads rows of line, product, quantity and amount.
func collectInvoiceLines(rows pgx.Rows, call catalogue.Call) ([]InvoiceLine, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (InvoiceLine, error) {
		var l InvoiceLine
		var amount value.Decimal
		err := row.Scan(&l.Line, &l.Product, catalogue.Into(&l.Quantity), catalogue.Into(&amount))
		l.Amount = call.Money(amount)
		return l, err
	})
}

var errUnknown = errors.New("unknown")

// lockInvoice makes everybody who changes the invoice wait. One that is not there, or in another currency
// than the pack's, is an error.
func lockInvoice(ctx context.Context, tx catalogue.Tx, call catalogue.Call, number string) error {
	var currency string
	err := tx.QueryRow(ctx, `select currency from billing_invoices where number = $1 for no key update`, number).Scan(&currency)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errUnknown
	}
	if err != nil {
		return fmt.Errorf("invoice %s: %w", number, err)
	}
	return ours(call, "invoice "+number, currency)
}

// ours is an error where an amount is in another currency than the pack's: it would be taken for one of ours.
func ours(call catalogue.Call, what, currency string) error {
	if currency != call.Currency {
		return fmt.Errorf("%s: in %s, not in %s", what, currency, call.Currency)
	}
	return nil
}
