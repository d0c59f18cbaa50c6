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

type depositIn struct {
	Order       string      `json:"order"`
	Amount      value.Money `json:"amount" doc:"tax included"`
	PaymentDays int         `json:"payment_days" doc:"from the invoice's date until it is due"`
}

type chargeIn struct {
	Order       string      `json:"order"`
	Amount      value.Money `json:"amount"`
	Reason      string      `json:"reason"`
	PaymentDays int         `json:"payment_days" doc:"from the invoice's date until it is due"`
}

type shortOut struct {
	Invoice string      `json:"invoice"`
	Total   value.Money `json:"total"`
	Due     string      `json:"due" type:"date"`
}

func (p posted) short() shortOut { return shortOut{Invoice: p.Invoice, Total: p.Total, Due: p.Due} }

func requestDeposit(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in depositIn) (shortOut, error) {
	i := invoice{kind: "deposit", order: in.Order}
	return i.single(ctx, tx, call, in.Amount, in.PaymentDays, `
		select coalesce((select number from billing_invoices where sales_order = $1 and kind = 'deposit'
		                 and credited = 0 and total = $2::numeric order by serial limit 1), ''), customer, currency
		from sales_orders where number = $1`, in.Order, call.Round(in.Amount.Amount).String())
}

func charge(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in chargeIn) (shortOut, error) {
	i := invoice{kind: "charge", order: in.Order, reason: in.Reason, request: call.Key}
	return i.single(ctx, tx, call, in.Amount, in.PaymentDays, `
		select coalesce((select number from billing_invoices where request = $2), ''), customer, currency
		from sales_orders where number = $1`, in.Order, call.Key)
}

// single posts an invoice of one line, unless the query finds it posted already.
func (i invoice) single(ctx context.Context, tx catalogue.Tx, call catalogue.Call, amount value.Money, paymentDays int, query string, args ...any) (shortOut, error) {
	if err := ours(call, "amount", amount.Currency); err != nil {
		return shortOut{}, err
	}
	stock.LockOrders(tx, i.order)
	var existing, currency string
	err := tx.QueryRow(ctx, query, args...).Scan(&existing, &i.customer, &currency)
	if errors.Is(err, pgx.ErrNoRows) {
		return shortOut{}, fmt.Errorf("order %s: unknown", i.order)
	}
	if err != nil {
		return shortOut{}, fmt.Errorf("order %s: %w", i.order, err)
	}
	if err := ours(call, "order "+i.order, currency); err != nil {
		return shortOut{}, err
	}
	if existing != "" {
		p, err := find(ctx, tx, call, existing)
		return p.short(), err
	}
	i.lines = []InvoiceLine{{Line: 1, Quantity: value.Int(1), Amount: call.Money(call.Round(amount.Amount))}}
	p, err := i.post(ctx, tx, call, paymentDays)
	return p.short(), err
}

// useDeposit counts what an invoice deducts on the deposits of its order, the first one first. The
// order is locked.
func useDeposit(ctx context.Context, tx catalogue.Tx, order string, amount value.Decimal) error {
	return spread(ctx, tx, amount, func(deposit string, part value.Decimal) {
		tx.Queue(`update billing_invoices set used = used + $2 where number = $1`, deposit, part.String())
	}, `select number, paid - refunded - used from billing_invoices
		where sales_order = $1 and kind = 'deposit' and paid - refunded > used order by serial`, order)
}

// returnDeposit takes back what useDeposit counted, the last one first.
func returnDeposit(ctx context.Context, tx catalogue.Tx, order string, amount value.Decimal) error {
	return spread(ctx, tx, amount, func(deposit string, part value.Decimal) {
		tx.Queue(`update billing_invoices set used = used - $2 where number = $1`, deposit, part.String())
	}, `select number, used from billing_invoices
		where sales_order = $1 and kind = 'deposit' and used > 0 order by serial desc`, order)
}

// spread divides an amount among the rows (key, room) of a query, filling each before the next. It is
// an error where they do not hold all of it.
func spread(ctx context.Context, tx catalogue.Tx, amount value.Decimal, fill func(key string, part value.Decimal), query, key string) error {
	if amount.Sign() <= 0 {
		return nil
	}
	rows, err := tx.Query(ctx, query, key)
	if err != nil {
		return err
	}
	var row string
	var room value.Decimal
	left := amount
	_, err = pgx.ForEachRow(rows, []any{&row, catalogue.Into(&room)}, func() error {
		if part := stock.Less(left, room); part.Sign() > 0 {
			fill(row, part)
			left = left.Sub(part)
		}
		return nil
	})
	if err == nil && left.Sign() > 0 {
		return fmt.Errorf("%s: %s of it has no room", amount, left)
	}
	return err
}
