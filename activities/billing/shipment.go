package billing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type invoiceIn struct {
	Order       string `json:"order"`
	Shipment    string `json:"shipment"`
	PaymentDays int    `json:"payment_days" doc:"from the invoice's date until it is due"`
}

type invoiceOut struct {
	Invoice   string        `json:"invoice"`
	Lines     []InvoiceLine `json:"lines" doc:"what is billed now, freight as line 0"`
	Net       value.Money   `json:"net" doc:"the sum of the lines"`
	TaxAmount value.Money   `json:"tax_amount"`
	Total     value.Money   `json:"total" doc:"net + tax - deposit deducted"`
	Issued    string        `json:"issued" type:"date"`
	Due       string        `json:"due" type:"date"`
}

func invoiceShipment(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in invoiceIn) (invoiceOut, error) {
	stock.LockOrders(tx, in.Order)
	// A deposit may be paid or refunded meanwhile.
	tx.Queue(`select from billing_invoices where sales_order = $1 and kind = 'deposit' order by serial for no key update`, in.Order)
	o, err := readBilled(ctx, tx, in.Order, in.Shipment)
	if err != nil {
		return invoiceOut{}, err
	}
	if err := ours(call, "order "+in.Order, o.currency); err != nil {
		return invoiceOut{}, err
	}
	var p posted
	switch {
	case o.existing != "":
		p, err = find(ctx, tx, call, o.existing)
	case !o.left:
		return invoiceOut{}, catalogue.Refuse("billing.not_shipped", "the goods of "+in.Shipment+" have not left", nil)
	default:
		p, err = o.bill(ctx, tx, call, in)
	}
	return invoiceOut{
		Invoice: p.Invoice, Lines: p.Lines, Net: p.Net, TaxAmount: p.Tax, Total: p.Total, Issued: p.Issued, Due: p.Due,
	}, err
}

// billed is an order with what was billed of it so far, and the shipment to bill.
type billed struct {
	order      string
	customer   string
	currency   string
	freight    value.Decimal
	taxPercent value.Decimal
	left       bool   // the shipment's goods have left
	existing   string // the shipment's invoice; "" for none

	net, tax      value.Decimal // of the order's invoices of goods so far
	gross         value.Decimal // of them, less what was credited
	freightBilled bool          // and not credited
	deposit       value.Decimal // paid, and not deducted or given back yet

	lines []billedLine
}

type billedLine struct {
	line     int
	product  string
	price    value.Decimal
	wanted   value.Decimal // ordered - cancelled
	invoiced value.Decimal
	credited value.Decimal
	shipped  value.Decimal // with this shipment, less what was taken back of it
}

func readBilled(ctx context.Context, tx catalogue.Tx, order, shipment string) (billed, error) {
	o := billed{order: order}
	err := tx.QueryRow(ctx, `
		select o.customer, o.currency, o.freight, o.tax_percent,
		       coalesce(s.issued_at is not null and s.cancelled_at is null, false),
		       coalesce((select number from billing_invoices where shipment = $2), ''),
		       b.net, b.tax, b.gross, b.deposit,
		       exists (select from billing_invoice_lines l join billing_invoices i on i.tenant = l.tenant and i.number = l.invoice
		               where i.sales_order = o.number and i.kind = 'goods' and l.line = 0 and l.credited_amount < l.amount)
		from sales_orders o
		left join shipping_shipments s on s.tenant = o.tenant and s.number = $2 and s.sales_order = o.number
		cross join lateral (
			select coalesce(sum(net) filter (where kind = 'goods'), 0) as net,
			       coalesce(sum(tax_amount) filter (where kind = 'goods'), 0) as tax,
			       coalesce(sum(net + tax_amount - credited) filter (where kind = 'goods'), 0) as gross,
			       coalesce(sum(paid - refunded - used) filter (where kind = 'deposit'), 0) as deposit
			from billing_invoices where tenant = o.tenant and sales_order = o.number) b
		where o.number = $1`, order, shipment).
		Scan(&o.customer, &o.currency, catalogue.Into(&o.freight), catalogue.Into(&o.taxPercent), &o.left, &o.existing,
			catalogue.Into(&o.net), catalogue.Into(&o.tax), catalogue.Into(&o.gross), catalogue.Into(&o.deposit), &o.freightBilled)
	if errors.Is(err, pgx.ErrNoRows) {
		return o, fmt.Errorf("order %s: unknown", order)
	}
	if err != nil || o.existing != "" || !o.left {
		return o, err
	}
	rows, err := tx.Query(ctx, `
		select l.line, l.product, l.price, l.ordered - l.cancelled, l.invoiced, l.credited, coalesce(s.quantity - s.taken_back, 0)
		from sales_order_lines l
		left join shipping_shipment_lines s on s.tenant = l.tenant and s.shipment = $2 and s.line = l.line
		where l.sales_order = $1
		order by l.line`, order, shipment)
	if err != nil {
		return o, fmt.Errorf("order %s: %w", order, err)
	}
	o.lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (billedLine, error) {
		var l billedLine
		err := row.Scan(&l.line, &l.product, catalogue.Into(&l.price), catalogue.Into(&l.wanted), catalogue.Into(&l.invoiced),
			catalogue.Into(&l.credited), catalogue.Into(&l.shipped))
		return l, err
	})
	return o, err
}

// bill posts the invoice of the shipment and counts it on the order's lines and on its credit.
func (o billed) bill(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in invoiceIn) (posted, error) {
	i := invoice{kind: "goods", order: o.order, shipment: in.Shipment, customer: o.customer, freight: value.Int(0)}
	for _, l := range o.lines {
		if now := l.billable(); now.Sign() > 0 {
			i.lines = append(i.lines, InvoiceLine{Line: l.line, Product: l.product, Quantity: now, Amount: call.Money(l.amount(call, now))})
		}
	}
	if !o.freightBilled && o.freight.Sign() > 0 && len(i.lines) > 0 {
		i.freight = o.freight
		i.lines = append([]InvoiceLine{{Quantity: value.Int(1), Amount: call.Money(o.freight)}}, i.lines...)
	}
	i.tax = o.taxOf(call, o.net.Add(i.net())).Sub(o.tax)
	i.deposit = o.share(call, i.gross())
	if err := useDeposit(ctx, tx, o.order, i.deposit); err != nil {
		return posted{}, err
	}
	for _, l := range i.lines {
		tx.Queue(`update sales_order_lines set invoiced = invoiced + $3 where sales_order = $1 and line = $2`, o.order, l.Line, l.Quantity.String())
	}
	tx.Queue(`update billing_commitments set invoiced = least(amount, invoiced + $2) where sales_order = $1`, o.order, i.gross().String())
	return i.post(ctx, tx, call, in.PaymentDays)
}

// billable is what of the shipment the customer was not billed before.
func (l billedLine) billable() value.Decimal {
	return stock.AtLeastZero(stock.Less(l.shipped, l.wanted.Sub(l.invoiced).Add(l.credited)))
}

// amount is what the line has cost with these pieces, less what it has cost without them.
func (l billedLine) amount(call catalogue.Call, pieces value.Decimal) value.Decimal {
	return call.Round(l.price.Mul(l.invoiced.Add(pieces))).Sub(call.Round(l.price.Mul(l.invoiced)))
}

func (o billed) taxOf(call catalogue.Call, net value.Decimal) value.Decimal {
	return call.Round(net.Mul(o.taxPercent).Mul(value.New(1, 2)))
}

// share is the part of the deposit that an invoice deducts: in proportion to what is still to be billed
// of the order, so that the last invoice takes all that is left.
func (o billed) share(call catalogue.Call, gross value.Decimal) value.Decimal {
	if o.deposit.Sign() <= 0 {
		return value.Int(0)
	}
	net := o.freight
	for _, l := range o.lines {
		net = net.Add(call.Round(l.price.Mul(l.wanted)))
	}
	toBill := net.Add(o.taxOf(call, net)).Sub(o.gross)
	part := o.deposit
	if toBill.Cmp(gross) > 0 {
		// The quotient of two amounts is not exact; twelve digits more than a currency has are.
		if ratio, err := o.deposit.Mul(gross).Quo(toBill, 12, value.HalfUp); err == nil {
			part = call.Round(ratio)
		}
	}
	return stock.Less(stock.Less(part, o.deposit), gross)
}
