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

type remindIn struct {
	Invoice  string        `json:"invoice"`
	Level    int           `json:"level" doc:"1, 2, 3 ..."`
	Interest value.Decimal `json:"interest" type:"percent" doc:"a year of 365 days, simple: interest bears no interest"`
}

type remindOut struct {
	Open           value.Money `json:"open" doc:"interest included, lines in dispute not"`
	InterestAmount value.Money `json:"interest_amount" doc:"charged with this reminder"`
}

func remind(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in remindIn) (remindOut, error) {
	if err := lockInvoice(ctx, tx, call, in.Invoice); err != nil {
		return remindOut{}, err
	}
	var open, interest value.Decimal
	err := tx.QueryRow(ctx, `select open, interest from billing_reminders where invoice = $1 and level = $2`, in.Invoice, in.Level).
		Scan(catalogue.Into(&open), catalogue.Into(&interest))
	switch {
	case err == nil:
		return remindOut{Open: call.Money(open), InterestAmount: call.Money(interest)}, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return remindOut{}, fmt.Errorf("reminder of %s: %w", in.Invoice, err)
	}
	var charged value.Decimal
	var days int
	err = tx.QueryRow(ctx, `
		select `+collectable+`, i.interest,
		       greatest(0, $2::date - greatest(i.due, (select max(on_date) from billing_reminders r where r.tenant = i.tenant and r.invoice = i.number)))
		from billing_invoices i where i.number = $1`, in.Invoice, call.Today()).
		Scan(catalogue.Into(&open), catalogue.Into(&charged), &days)
	if err != nil {
		return remindOut{}, fmt.Errorf("invoice %s: %w", in.Invoice, err)
	}
	interest = interestOn(call, stock.AtLeastZero(open.Sub(charged)), in.Interest, days)
	open = open.Add(interest)
	tx.Queue(`insert into billing_reminders (invoice, level, open, days, percent, interest, on_date, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		in.Invoice, in.Level, open.String(), days, in.Interest.String(), interest.String(), call.Today(), call.At)
	tx.Queue(`update billing_invoices set interest = interest + $2, dunning_level = greatest(dunning_level, $3) where number = $1`,
		in.Invoice, interest.String(), in.Level)
	return remindOut{Open: call.Money(open), InterestAmount: call.Money(interest)}, nil
}

// interestOn is simple interest, actual days of a year of 365 (act/365).
func interestOn(call catalogue.Call, amount, percent value.Decimal, days int) value.Decimal {
	interest, err := amount.Mul(percent).Mul(value.Int(int64(days))).Quo(value.Int(36500), 12, value.HalfUp)
	if err != nil { // 36500 divides
		return value.Int(0)
	}
	return call.Round(interest)
}

type holdIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
	Reason   string `json:"reason"`
}

func holdCustomer(_ context.Context, tx catalogue.Tx, _ catalogue.Call, in holdIn) (struct{}, error) {
	tx.Queue(`update crm_customers set on_hold = true, hold_reason = $2 where number = $1`, in.Customer, in.Reason)
	return struct{}{}, nil
}

type liftIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
}

func liftHold(_ context.Context, tx catalogue.Tx, _ catalogue.Call, in liftIn) (struct{}, error) {
	tx.Queue(`update crm_customers set on_hold = false, hold_reason = null where number = $1 and on_hold`, in.Customer)
	return struct{}{}, nil
}
