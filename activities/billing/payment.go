package billing

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type paymentIn struct {
	Invoice string      `json:"invoice"`
	Payment string      `json:"payment" doc:"its reference at the bank"`
	Amount  value.Money `json:"amount"`
}

type paymentOut struct {
	Open             value.Money `json:"open" doc:"less than 0 where too much was paid"`
	OverdueElsewhere bool        `json:"overdue_elsewhere"`
}

func bookPayment(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in paymentIn) (paymentOut, error) {
	err := lockInvoice(ctx, tx, call, in.Invoice)
	if errors.Is(err, errUnknown) {
		return paymentOut{}, catalogue.Refuse("billing.unknown_invoice", "no invoice "+in.Invoice, nil)
	}
	if err != nil {
		return paymentOut{}, err
	}
	if err := ours(call, "payment "+in.Payment, in.Amount.Currency); err != nil {
		return paymentOut{}, err
	}
	tx.Queue(`
		with booked as (
			insert into billing_payments (reference, invoice, currency, amount, at) values ($1, $2, $3, $4, $5)
			on conflict (tenant, reference) do nothing returning tenant, invoice, amount
		)
		update billing_invoices i set paid = paid + booked.amount from booked where i.tenant = booked.tenant and i.number = booked.invoice`,
		in.Payment, in.Invoice, call.Currency, in.Amount.Amount.String(), call.At)
	var out paymentOut
	var invoice string
	var open, booked value.Decimal
	err = tx.QueryRow(ctx, `
		select p.invoice, p.amount, `+collectable+`,
		       exists (select from billing_invoices e where e.tenant = i.tenant and e.customer = i.customer and e.number <> i.number
		               and e.kind <> 'deposit' and e.due < $3::date and e.open > 0 and e.open > e.disputed)
		from billing_invoices i join billing_payments p on p.tenant = i.tenant and p.reference = $2
		where i.number = $1`, in.Invoice, in.Payment, call.Today()).
		Scan(&invoice, catalogue.Into(&booked), catalogue.Into(&open), &out.OverdueElsewhere)
	if err != nil {
		return paymentOut{}, fmt.Errorf("payment %s: %w", in.Payment, err)
	}
	switch {
	case invoice != in.Invoice:
		return paymentOut{}, fmt.Errorf("payment %s: booked to invoice %s before", in.Payment, invoice)
	case !booked.Equal(in.Amount.Amount):
		return paymentOut{}, fmt.Errorf("payment %s: %s was booked under this reference before, not %s", in.Payment, booked, in.Amount.Amount)
	}
	out.Open = call.Money(open)
	return out, nil
}

// collectable is what is open on invoice i without what is held back in dispute.
const collectable = `i.open - least(i.disputed, greatest(i.open, 0))`

type invoiceRef struct {
	Invoice string `json:"invoice"`
}

type refundOut struct {
	Refunded value.Money `json:"refunded" doc:"by this call"`
}

// refund gives back the oldest payments first. Of a deposit, what invoices have deducted is not given back.
func refund(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in invoiceRef) (refundOut, error) {
	if err := lockInvoice(ctx, tx, call, in.Invoice); err != nil {
		return refundOut{}, err
	}
	var overpaid, kept value.Decimal
	err := tx.QueryRow(ctx, `select -open, paid - refunded - used from billing_invoices where number = $1`, in.Invoice).
		Scan(catalogue.Into(&overpaid), catalogue.Into(&kept))
	if err != nil {
		return refundOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	amount := stock.AtLeastZero(stock.Less(overpaid, kept))
	err = spread(ctx, tx, amount, func(payment string, part value.Decimal) {
		tx.Queue(`update billing_payments set refunded = refunded + $2 where reference = $1`, payment, part.String())
		tx.Queue(`insert into billing_refunds (invoice, payment, amount, at) values ($1, $2, $3, $4)`, in.Invoice, payment, part.String(), call.At)
	}, `select reference, amount - refunded from billing_payments where invoice = $1 and amount > refunded order by at, reference`, in.Invoice)
	if err != nil {
		return refundOut{}, fmt.Errorf("refund of %s: %w", in.Invoice, err)
	}
	tx.Queue(`update billing_invoices set refunded = refunded + $2 where number = $1`, in.Invoice, amount.String())
	return refundOut{Refunded: call.Money(amount)}, nil
}

type balanceOut struct {
	Open     value.Money `json:"open" doc:"less than 0 where too much was paid"`
	Paid     value.Money `json:"paid" doc:"less refunds"`
	Credited value.Money `json:"credited"`
	Disputed value.Money `json:"disputed"`
	Settled  bool        `json:"settled" doc:"nothing is owed, in dispute or not"`
}

func balance(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in invoiceRef) (balanceOut, error) {
	var settled bool
	var currency string
	var open, paid, credited, disputed value.Decimal
	err := tx.QueryRow(ctx, `
		select currency, `+collectable+`, paid - refunded, credited, least(disputed, greatest(open, 0)), open <= 0
		from billing_invoices i where number = $1`, in.Invoice).
		Scan(&currency, catalogue.Into(&open), catalogue.Into(&paid), catalogue.Into(&credited), catalogue.Into(&disputed), &settled)
	if err != nil {
		return balanceOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	if err := ours(call, "invoice "+in.Invoice, currency); err != nil {
		return balanceOut{}, err
	}
	return balanceOut{
		Open: call.Money(open), Paid: call.Money(paid), Credited: call.Money(credited), Disputed: call.Money(disputed), Settled: settled,
	}, nil
}

type writeOffIn struct {
	Invoice string `json:"invoice"`
	Reason  string `json:"reason"`
	By      string `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type writeOffOut struct {
	Amount value.Money `json:"amount" doc:"written off of this invoice in all"`
}

func writeOff(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in writeOffIn) (writeOffOut, error) {
	if err := lockInvoice(ctx, tx, call, in.Invoice); err != nil {
		return writeOffOut{}, err
	}
	tx.Queue(`
		insert into billing_write_offs (invoice, amount, reason, by, at)
		select number, open, $2, $3, $4::timestamptz from billing_invoices where number = $1 and open > 0`,
		in.Invoice, in.Reason, catalogue.Nullable(cmp.Or(in.By, call.By)), call.At)
	var amount value.Decimal
	err := tx.QueryRow(ctx, `update billing_invoices set written_off = written_off + greatest(open, 0) where number = $1 returning written_off`,
		in.Invoice).Scan(catalogue.Into(&amount))
	if err != nil {
		return writeOffOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	return writeOffOut{Amount: call.Money(amount)}, nil
}
