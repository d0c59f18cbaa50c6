package purchasing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type matchIn struct {
	PurchaseOrder     string        `json:"purchase_order"`
	SupplierInvoice   string        `json:"supplier_invoice" doc:"the supplier's number"`
	Amount            value.Money   `json:"amount"`
	PriceTolerance    value.Decimal `json:"price_tolerance" type:"percent"`
	QuantityTolerance value.Decimal `json:"quantity_tolerance" type:"percent"`
}

type matchOut struct {
	Matched    bool        `json:"matched"`
	Difference value.Money `json:"difference" doc:"what the invoice asks beyond what was accepted at the agreed price"`
}

func matchInvoice(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in matchIn) (matchOut, error) {
	if in.Amount.Currency != call.Currency {
		return matchOut{}, fmt.Errorf("amount %s: %w", in.Amount, value.ErrTwoCurrencies)
	}
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return matchOut{}, err
	}
	var before matchOut
	err = tx.QueryRow(ctx, `select matched, difference from purchasing_invoices where purchase_order = $1 and number = $2`,
		o.number, in.SupplierInvoice).Scan(&before.Matched, catalogue.Into(&before.Difference.Amount))
	if err == nil {
		before.Difference = call.Money(call.Round(before.Difference.Amount))
		return before, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return matchOut{}, fmt.Errorf("supplier's invoice %s: %w", in.SupplierInvoice, err)
	}
	var invoiced value.Decimal
	err = tx.QueryRow(ctx, `select coalesce(sum(amount), 0) from purchasing_invoices where purchase_order = $1 and matched`, o.number).
		Scan(catalogue.Into(&invoiced))
	if err != nil {
		return matchOut{}, fmt.Errorf("invoices of %s: %w", o.number, err)
	}
	owed := call.Round(o.acceptedValue().Sub(invoiced))
	out := matchOut{
		Matched:    within(in.Amount.Amount, owed, in.PriceTolerance, in.QuantityTolerance),
		Difference: call.Money(in.Amount.Amount.Sub(owed)),
	}
	tx.Queue(`
		insert into purchasing_invoices (purchase_order, number, amount, currency, matched, difference, at) values ($1, $2, $3, $4, $5, $6, $7)`,
		o.number, in.SupplierInvoice, in.Amount.Amount.String(), call.Currency, out.Matched, out.Difference.Amount.String(), call.At)
	return out, nil
}

func (o *order) acceptedValue() (amount value.Decimal) {
	for _, l := range o.lines {
		amount = amount.Add(l.accepted.Mul(l.price))
	}
	return amount
}

// within reports whether an amount is no further from what is owed than both tolerances together.
func within(amount, owed, price, quantity value.Decimal) bool {
	hundred := value.Int(100)
	scale := value.New(1, 4)
	most := owed.Mul(hundred.Add(price)).Mul(hundred.Add(quantity)).Mul(scale)
	least := owed.Mul(hundred.Sub(price)).Mul(hundred.Sub(quantity)).Mul(scale)
	return amount.Cmp(least) >= 0 && amount.Cmp(most) <= 0
}
