package service

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/billing"
	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type receiveIn struct {
	RMA       string        `json:"rma"`
	Quantity  value.Decimal `json:"quantity" type:"quantity" doc:"what came; more than is expected is an error"`
	Condition string        `json:"condition" type:"usable | scrap"`
}

type receiveOut struct {
	Invoice string                `json:"invoice,omitempty" doc:"nothing where no piece was billed"`
	Lines   []billing.InvoiceLine `json:"lines" doc:"of that invoice, what the returned pieces cost"`
}

// permit is a return with what of it is still expected and what has come, by the order's lines.
type permit struct {
	rma, order, product string
	expected            []room
	came                []room
}

// receiveReturn locks in this order: the return, the order's lines, the balance.
func receiveReturn(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in receiveIn) (receiveOut, error) {
	p, err := lockPermit(ctx, tx, in.RMA)
	if err != nil {
		return receiveOut{}, err
	}
	parts, left := divide(p.expected, in.Quantity)
	switch {
	case len(p.expected) == 0: // all of it was received before
		return p.credit(ctx, tx, call, p.came)
	case left.Sign() > 0:
		return receiveOut{}, fmt.Errorf("return %s: %s more than expected", in.RMA, left)
	}
	if _, err := stock.LockLines(ctx, tx, p.order); err != nil {
		return receiveOut{}, err
	}
	ledger, err := stock.Lock(ctx, tx, call.At, []string{p.product})
	if err != nil {
		return receiveOut{}, err
	}
	if in.Condition == "usable" {
		ledger.Move(stock.Returned, p.product, in.Quantity, in.RMA)
	}
	for _, part := range parts {
		tx.Queue(`
			update service_return_lines set usable = usable + case when $4 = 'usable' then $3::numeric else 0 end,
			                                scrapped = scrapped + case when $4 = 'scrap' then $3::numeric else 0 end
			where rma = $1 and line = $2`, in.RMA, part.line, part.quantity.String(), in.Condition)
		tx.Queue(`update sales_order_lines set returned = returned + $3 where sales_order = $1 and line = $2`, p.order, part.line, part.quantity.String())
	}
	ledger.Post()
	return p.credit(ctx, tx, call, parts)
}

func lockPermit(ctx context.Context, tx catalogue.Tx, rma string) (permit, error) {
	p := permit{rma: rma}
	err := tx.QueryRow(ctx, `select sales_order, product from service_returns where number = $1 for no key update`, rma).Scan(&p.order, &p.product)
	if err != nil {
		return p, fmt.Errorf("return %s: %w", rma, err)
	}
	rows, err := tx.Query(ctx, `select line, quantity - usable - scrapped, usable + scrapped from service_return_lines where rma = $1 order by line`, rma)
	if err != nil {
		return p, fmt.Errorf("return %s: %w", rma, err)
	}
	var line int
	var expected, came value.Decimal
	_, err = pgx.ForEachRow(rows, []any{&line, catalogue.Into(&expected), catalogue.Into(&came)}, func() error {
		if expected.Sign() > 0 {
			p.expected = append(p.expected, room{line, expected})
		}
		if came.Sign() > 0 {
			p.came = append(p.came, room{line, came})
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("return %s: %w", rma, err)
	}
	return p, nil
}

// credit finds the invoice that the pieces were billed on: the oldest that has pieces of the first of
// the lines that are not credited. Pieces that were billed on another one are left to a person.
func (p permit) credit(ctx context.Context, tx catalogue.Tx, call catalogue.Call, parts []room) (receiveOut, error) {
	var out receiveOut
	if len(parts) == 0 {
		return out, nil
	}
	rows, err := tx.Query(ctx, `
		with chosen as (
			select i.tenant, i.number from billing_invoices i
			join billing_invoice_lines l on l.tenant = i.tenant and l.invoice = i.number
			where i.sales_order = $1 and i.kind = 'goods' and l.line = $2 and l.quantity > l.credited_quantity
			order by i.serial limit 1
		)
		select l.invoice, l.line, coalesce(l.product, ''), l.quantity - l.credited_quantity, l.amount - l.credited_amount
		from chosen c join billing_invoice_lines l on l.tenant = c.tenant and l.invoice = c.number
		where l.line > 0 and l.quantity > l.credited_quantity order by l.line`, p.order, parts[0].line)
	if err != nil {
		return out, fmt.Errorf("invoice of %s: %w", p.order, err)
	}
	var l billing.InvoiceLine
	var amount value.Decimal
	_, err = pgx.ForEachRow(rows, []any{&out.Invoice, &l.Line, &l.Product, catalogue.Into(&l.Quantity), catalogue.Into(&amount)}, func() error {
		for _, part := range parts {
			if part.line == l.Line {
				out.Lines = append(out.Lines, share(call, l, amount, part.quantity))
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("invoice of %s: %w", p.order, err)
	}
	return out, nil
}

// share is the part of an invoice line that some of its pieces cost; all of them cost all of it.
func share(call catalogue.Call, l billing.InvoiceLine, amount, pieces value.Decimal) billing.InvoiceLine {
	if pieces.Cmp(l.Quantity) < 0 {
		// A quotient is not exact; twelve digits more than a currency has are.
		if part, err := amount.Mul(pieces).Quo(l.Quantity, 12, value.HalfUp); err == nil {
			amount, l.Quantity = call.Round(part), pieces
		}
	}
	l.Amount = call.Money(amount)
	return l
}
