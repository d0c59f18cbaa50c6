package billing

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type exposureIn struct {
	Customer string      `json:"customer" type:"ref crm.customer"`
	Order    string      `json:"order,omitempty" doc:"its committed credit does not count, adding does"`
	Adding   value.Money `json:"adding"`
}

type exposureOut struct {
	Amount       value.Money   `json:"amount"`
	Limit        *value.Money  `json:"limit" doc:"nothing: no limit"`
	Percent      value.Decimal `json:"percent" type:"percent" doc:"amount of the limit, rounded up to two digits, never below 0; 0 without a limit, 999999 where the limit is 0"`
	OverdueDays  int           `json:"overdue_days" doc:"of the oldest open invoice, without lines in dispute"`
	DunningLevel int           `json:"dunning_level" doc:"the highest of the open invoices"`
	OnHold       bool          `json:"on_hold"`
}

// exposure is what a customer owes and will owe.
type exposure struct {
	amount       value.Decimal
	limit        *value.Decimal // nil: none
	overdueDays  int
	dunningLevel int
	onHold       bool
}

// beyondAll is the percentage of a limit of nothing: more than any that a process compares it with.
func beyondAll() value.Decimal { return value.Int(999_999) }

func measureExposure(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in exposureIn) (exposureOut, error) {
	e, err := measure(ctx, tx, call, in.Customer, in.Order, in.Adding)
	if err != nil {
		return exposureOut{}, err
	}
	out := exposureOut{
		Amount: call.Money(e.amount), Percent: e.percent(),
		OverdueDays: e.overdueDays, DunningLevel: e.dunningLevel, OnHold: e.onHold,
	}
	if e.limit != nil {
		limit := call.Money(*e.limit)
		out.Limit = &limit
	}
	return out, nil
}

func (e exposure) percent() value.Decimal {
	switch {
	case e.limit == nil:
		return value.Int(0)
	case e.limit.IsZero():
		return beyondAll()
	case e.amount.Sign() < 0:
		return value.Int(0)
	}
	share, err := e.amount.Mul(value.Int(100)).Quo(*e.limit, 2, value.Up)
	if err != nil { // a limit of 0 was returned above
		return beyondAll()
	}
	return share
}

// exceeds compares without rounding. A limit of 0 is exceeded by everybody.
func (e exposure) exceeds(percent value.Decimal) bool {
	if e.limit == nil {
		return false
	}
	return e.limit.IsZero() || e.amount.Mul(value.Int(100)).Cmp(e.limit.Mul(percent)) > 0
}

// measure adds up a customer's exposure (domain rule M5). Credit committed to an order covers what is
// shipped of it and not billed; only orders without such credit count what they have unbilled.
func measure(ctx context.Context, tx catalogue.Tx, call catalogue.Call, customer, order string, adding value.Money) (exposure, error) {
	var e exposure
	if err := ours(call, "exposure", adding.Currency); err != nil {
		return e, err
	}
	var limitIn, owedIn string // currencies
	var receivable, prepaid, committed, unbilled, billed value.Decimal
	err := tx.QueryRow(ctx, `
		select c.credit_limit, coalesce(case when c.credit_limit > 0 then c.currency end, $4), coalesce(i.foreign_currency, $4), c.on_hold, i.receivable, i.prepaid, i.overdue, i.dunning,
		       coalesce(m.committed, 0), coalesce(m.billed, 0), coalesce(u.unbilled, 0)
		from crm_customers c
		cross join lateral (
			select coalesce(sum(open) filter (where kind <> 'deposit'), 0) as receivable,
			       coalesce(sum(paid - refunded - used) filter (where kind = 'deposit'), 0) as prepaid,
			       coalesce(max($3::date - due) filter (where kind <> 'deposit' and due < $3::date and open > disputed), 0) as overdue,
			       coalesce(max(dunning_level) filter (where open > 0), 0) as dunning,
			       max(currency) filter (where currency <> $4 and (open <> 0 or kind = 'deposit' and paid - refunded > used)) as foreign_currency
			from billing_invoices where tenant = c.tenant and customer = c.number and (open <> 0 or kind = 'deposit')) i
		cross join lateral (
			select sum(amount - invoiced) filter (where sales_order <> $2) as committed,
			       sum(invoiced) filter (where sales_order = $2) as billed
			from billing_commitments where tenant = c.tenant and customer = c.number) m
		cross join lateral (
			select sum(l.price * (l.shipped - l.returned - l.lost - l.invoiced + l.credited)) as unbilled
			from sales_order_lines l join sales_orders o on o.tenant = l.tenant and o.number = l.sales_order
			where l.tenant = c.tenant and l.shipped > l.invoiced and l.shipped - l.returned - l.lost > l.invoiced - l.credited
			  and o.customer = c.number and o.number <> $2
			  and not exists (select from billing_commitments b where b.tenant = o.tenant and b.sales_order = o.number and b.amount > b.invoiced)) u
		where c.number = $1`, customer, order, call.Today(), call.Currency).
		Scan(catalogue.IntoOptional(&e.limit), &limitIn, &owedIn, &e.onHold, catalogue.Into(&receivable), catalogue.Into(&prepaid), &e.overdueDays, &e.dunningLevel,
			catalogue.Into(&committed), catalogue.Into(&billed), catalogue.Into(&unbilled))
	if err != nil {
		return e, fmt.Errorf("exposure of %s: %w", customer, err)
	}
	if err := ours(call, "limit of "+customer, limitIn); err != nil {
		return e, err
	}
	if err := ours(call, "an invoice of "+customer, owedIn); err != nil {
		return e, err
	}
	e.amount = receivable.Add(call.Round(unbilled)).Add(committed).Add(stock.AtLeastZero(adding.Amount.Sub(billed))).Sub(prepaid)
	return e, nil
}

type commitIn struct {
	Customer string         `json:"customer" type:"ref crm.customer"`
	Order    string         `json:"order"`
	Amount   value.Money    `json:"amount"`
	UpTo     *value.Decimal `json:"up_to" type:"percent" doc:"of the limit; left out: whatever the exposure"`
}

type commitOut struct {
	Committed value.Money `json:"committed"`
}

// lockCustomer makes everybody who commits credit to the customer wait; what follows sees their work.
func lockCustomer(tx catalogue.Tx, customer string) {
	tx.Queue(`select from crm_customers where number = $1 for no key update`, customer)
}

func commitCredit(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in commitIn) (commitOut, error) {
	lockCustomer(tx, in.Customer)
	e, err := measure(ctx, tx, call, in.Customer, in.Order, in.Amount)
	if err != nil {
		return commitOut{}, err
	}
	if in.UpTo != nil && e.exceeds(*in.UpTo) {
		return commitOut{}, catalogue.Refuse("billing.credit_exceeded",
			fmt.Sprintf("the exposure of %s would be %s of a limit of %s", in.Customer, e.amount, e.limit),
			map[string]any{"amount": call.Money(e.amount), "limit": call.Money(*e.limit)})
	}
	tx.Queue(`
		insert into billing_commitments (sales_order, customer, amount, at) values ($1, $2, $3, $4)
		on conflict (tenant, sales_order) do update set amount = greatest(excluded.amount, billing_commitments.invoiced), at = excluded.at`,
		in.Order, in.Customer, in.Amount.Amount.String(), call.At)
	return commitOut{Committed: in.Amount}, nil
}

type freeIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
	Order    string `json:"order"`
}

type freeOut struct {
	Freed value.Money `json:"freed"`
}

func freeCredit(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in freeIn) (freeOut, error) {
	lockCustomer(tx, in.Customer)
	var freed value.Decimal
	err := tx.QueryRow(ctx, `
		with was as (
			select tenant, sales_order, amount - invoiced as freed from billing_commitments
			where sales_order = $1 and customer = $2 for no key update
		), now as (
			update billing_commitments c set amount = c.invoiced from was where c.tenant = was.tenant and c.sales_order = was.sales_order
		)
		select coalesce(sum(freed), 0) from was`, in.Order, in.Customer).Scan(catalogue.Into(&freed))
	if err != nil {
		return freeOut{}, fmt.Errorf("credit of %s: %w", in.Order, err)
	}
	return freeOut{Freed: call.Money(freed)}, nil
}
