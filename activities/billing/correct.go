package billing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type creditIn struct {
	Invoice string        `json:"invoice"`
	Lines   []InvoiceLine `json:"lines,omitempty" doc:"quantity and amount to credit, no more than is left; left out: all that is left"`
	Reason  string        `json:"reason,omitempty"`
}

type creditOut struct {
	CreditNote string      `json:"credit_note"`
	Amount     value.Money `json:"amount" doc:"with tax"`
}

// credited is a posted invoice with what was credited of it so far. It is locked.
type credited struct {
	number      string
	kind, order string
	net, tax    value.Decimal
	deposit     value.Decimal
	depositBack value.Decimal
	credited    value.Decimal // with tax
	netCredited value.Decimal
	used        value.Decimal
	lastNote    string
	lastAmount  value.Decimal
	lines       []creditedLine
}

type creditedLine struct {
	line             int
	quantity, amount value.Decimal // not credited yet
}

func creditNote(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in creditIn) (creditOut, error) {
	i, err := lockCredited(ctx, tx, call, in.Invoice)
	if err != nil {
		return creditOut{}, err
	}
	now, err := i.choose(call, in.Lines)
	if err != nil {
		return creditOut{}, err
	}
	if len(now) == 0 && i.lastNote != "" {
		return creditOut{CreditNote: i.lastNote, Amount: call.Money(i.lastAmount)}, nil
	}
	net := value.Int(0)
	for _, l := range now {
		net = net.Add(l.amount)
	}
	tax := i.taxShare(call, net)
	if err := i.giveBack(ctx, tx, net.Add(tax)); err != nil {
		return creditOut{}, err
	}
	i.count(tx, now, net.Add(tax))
	p, err := nextPlace(ctx, tx, call, creditNoteSeries, "CN")
	if err != nil {
		return creditOut{}, err
	}
	tx.Queue(`insert into billing_credit_notes (number, serial, invoice, currency, net, tax_amount, amount, reason, issued, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.number, p.serial, i.number, call.Currency, net.String(), tax.String(), net.Add(tax).String(),
		catalogue.Nullable(in.Reason), p.issued, call.At)
	for _, l := range now {
		tx.Queue(`insert into billing_credit_note_lines (credit_note, line, quantity, amount) values ($1, $2, $3, $4)`,
			p.number, l.line, l.quantity.String(), l.amount.String())
	}
	return creditOut{CreditNote: p.number, Amount: call.Money(net.Add(tax))}, nil
}

func lockCredited(ctx context.Context, tx catalogue.Tx, call catalogue.Call, number string) (credited, error) {
	i := credited{number: number}
	// An invoice of the same order that is being posted uses the same deposits.
	tx.Queue(`select from sales_orders where number = (select sales_order from billing_invoices where number = $1) for no key update`, number)
	if err := lockInvoice(ctx, tx, call, number); err != nil {
		return i, err
	}
	err := tx.QueryRow(ctx, `
		select i.kind, i.sales_order, i.net, i.tax_amount, i.deposit, i.deposit_back, i.credited, i.used, coalesce(n.number, ''), n.amount
		from billing_invoices i
		left join lateral (select number, amount from billing_credit_notes c
		                   where c.tenant = i.tenant and c.invoice = i.number order by serial desc limit 1) n on true
		where i.number = $1`, number).
		Scan(&i.kind, &i.order, catalogue.Into(&i.net), catalogue.Into(&i.tax), catalogue.Into(&i.deposit), catalogue.Into(&i.depositBack),
			catalogue.Into(&i.credited), catalogue.Into(&i.used), &i.lastNote, catalogue.Into(&i.lastAmount))
	if err != nil {
		return i, fmt.Errorf("invoice %s: %w", number, err)
	}
	rows, err := tx.Query(ctx, `
		select line, quantity - credited_quantity, amount - credited_amount, credited_amount
		from billing_invoice_lines where invoice = $1 order by line`, number)
	if err != nil {
		return i, fmt.Errorf("invoice %s: %w", number, err)
	}
	i.lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (creditedLine, error) {
		var l creditedLine
		var before value.Decimal
		err := row.Scan(&l.line, catalogue.Into(&l.quantity), catalogue.Into(&l.amount), catalogue.Into(&before))
		i.netCredited = i.netCredited.Add(before)
		return l, err
	})
	return i, err
}

// choose returns what is credited now, without lines of nothing.
func (i credited) choose(call catalogue.Call, given []InvoiceLine) ([]creditedLine, error) {
	wanted := i.lines
	if given != nil {
		wanted = nil
	}
	for _, g := range given {
		left, ok := i.line(g.Line)
		if !ok {
			return nil, fmt.Errorf("invoice %s: no line %d", i.number, g.Line)
		}
		if err := ours(call, fmt.Sprintf("line %d", g.Line), g.Amount.Currency); err != nil {
			return nil, err
		}
		if g.Quantity.Sign() < 0 || g.Amount.Amount.Sign() < 0 {
			return nil, fmt.Errorf("line %d: less than nothing is credited", g.Line)
		}
		wanted = append(wanted, creditedLine{
			line: g.Line, quantity: stock.Less(g.Quantity, left.quantity), amount: stock.Less(call.Round(g.Amount.Amount), left.amount),
		})
	}
	var now []creditedLine
	for _, l := range wanted {
		if i.kind == "deposit" { // what was deducted from invoices was earned
			l.amount = stock.Less(l.amount, i.net.Sub(i.credited).Sub(i.used))
		}
		if l.quantity.Sign() > 0 || l.amount.Sign() > 0 {
			now = append(now, l)
		}
	}
	return now, nil
}

func (i credited) line(number int) (creditedLine, bool) {
	for _, l := range i.lines {
		if l.line == number {
			return l, true
		}
	}
	return creditedLine{}, false
}

// taxShare is the tax of all credited so far less the tax credited before.
func (i credited) taxShare(call catalogue.Call, net value.Decimal) value.Decimal {
	share, err := i.tax.Mul(i.netCredited.Add(net)).Quo(i.net, 12, value.HalfUp)
	if err != nil { // an invoice of nothing has no tax
		return value.Int(0)
	}
	return call.Round(share).Sub(i.credited.Sub(i.netCredited))
}

// giveBack frees so much of the deposit that the invoice had deducted as the customer does not owe any
// more: he never owes less than nothing because of it.
func (i *credited) giveBack(ctx context.Context, tx catalogue.Tx, amount value.Decimal) error {
	free := i.deposit.Add(i.credited).Add(amount).Sub(i.net).Sub(i.tax)
	if free.Cmp(i.depositBack) <= 0 {
		return nil
	}
	more := free.Sub(i.depositBack)
	i.depositBack = free
	return returnDeposit(ctx, tx, i.order, more)
}

// count writes what was credited on the invoice, its lines and the lines of the order.
func (i credited) count(tx catalogue.Tx, now []creditedLine, amount value.Decimal) {
	for _, l := range now {
		tx.Queue(`update billing_invoice_lines set credited_quantity = credited_quantity + $3, credited_amount = credited_amount + $4
			where invoice = $1 and line = $2`, i.number, l.line, l.quantity.String(), l.amount.String())
		if i.kind == "goods" {
			tx.Queue(`update sales_order_lines set credited = credited + $3 where sales_order = $1 and line = $2`,
				i.order, l.line, l.quantity.String())
		}
	}
	tx.Queue(`update billing_invoices set credited = credited + $2, deposit_back = $3 where number = $1`,
		i.number, amount.String(), i.depositBack.String())
	tx.Queue(countDisputed, i.number)
}
