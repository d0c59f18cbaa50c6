package crm

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type saveIn struct {
	Lead        string       `json:"lead"`
	MergeInto   string       `json:"merge_into,omitempty" type:"ref crm.customer"`
	Grade       string       `json:"grade,omitempty" type:"A | B | C | D" doc:"left out: C for a new customer, else unchanged"`
	CreditLimit *value.Money `json:"credit_limit" doc:"left out: no limit for a new customer, else unchanged"`
}

type saveOut struct {
	Customer string `json:"customer" type:"ref crm.customer"`
}

func saveCustomer(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in saveIn) (saveOut, error) {
	var known string
	err := tx.QueryRow(ctx, `select coalesce(customer, '') from crm_leads where number = $1 for no key update`, in.Lead).Scan(&known)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return saveOut{}, catalogue.Refuse("crm.unknown_lead", "no lead "+in.Lead, nil)
	case err != nil:
		return saveOut{}, fmt.Errorf("lead %s: %w", in.Lead, err)
	case known != "":
		return saveOut{Customer: known}, nil
	}
	var limit creditLimit
	if in.CreditLimit != nil {
		amount := in.CreditLimit.Amount.String()
		limit = creditLimit{&amount, &in.CreditLimit.Currency}
	}
	number := in.MergeInto
	if number == "" {
		number, err = newCustomer(ctx, tx, in, limit)
	} else {
		err = mergeCustomer(ctx, tx, in, limit)
	}
	if err != nil {
		return saveOut{}, err
	}
	tx.Queue(`update crm_leads set customer = $2 where number = $1`, in.Lead, number)
	return saveOut{Customer: number}, nil
}

// creditLimit is an optional limit as two arguments of a statement.
type creditLimit struct{ amount, currency *string }

func newCustomer(ctx context.Context, tx catalogue.Tx, in saveIn, limit creditLimit) (number string, err error) {
	err = tx.QueryRow(ctx, `
		insert into crm_customers (number, name, grade, credit_limit, currency, contact, phone, email, tax_id, need, owner)
		select 'C-' || lpad(nextval('crm_customer_numbers')::text, 6, '0'), company, coalesce($2, 'C'), $3, $4,
		       contact, phone, email, tax_id, need, owner
		from crm_leads where number = $1
		returning number`, in.Lead, catalogue.Nullable(in.Grade), limit.amount, limit.currency).Scan(&number)
	if err != nil {
		return "", fmt.Errorf("customer: %w", err)
	}
	return number, nil
}

// mergeCustomer keeps what is known of the customer and adds what only the lead knows.
func mergeCustomer(ctx context.Context, tx catalogue.Tx, in saveIn, limit creditLimit) error {
	done, err := tx.Exec(ctx, `
		update crm_customers c set
		    grade = coalesce($3, c.grade), credit_limit = coalesce($4, c.credit_limit), currency = coalesce($5, c.currency),
		    contact = coalesce(c.contact, l.contact), phone = coalesce(c.phone, l.phone),
		    email = coalesce(c.email, l.email), tax_id = coalesce(c.tax_id, l.tax_id),
		    need = coalesce(l.need, c.need), owner = coalesce(c.owner, l.owner)
		from crm_leads l
		where l.number = $1 and c.tenant = l.tenant and c.number = $2`,
		in.Lead, in.MergeInto, catalogue.Nullable(in.Grade), limit.amount, limit.currency)
	if err != nil {
		return fmt.Errorf("customer %s: %w", in.MergeInto, err)
	}
	if done.RowsAffected() == 0 {
		return fmt.Errorf("customer %s: unknown", in.MergeInto)
	}
	return nil
}

// Customer is what formulas read of a customer.
type Customer struct {
	Number       string       `json:"number"`
	Name         string       `json:"name"`
	Grade        string       `json:"grade" type:"A | B | C | D"`
	CreditLimit  *value.Money `json:"credit_limit" doc:"nothing: no limit; 0: no credit"`
	TaxID        string       `json:"tax_id,omitempty"`
	Owner        string       `json:"owner,omitempty"`
	OnHold       bool         `json:"on_hold"`
	DunningLevel int          `json:"dunning_level" doc:"the highest of the customer's open invoices"`
	Language     string       `json:"language" type:"en | zh-CN"`
}

func loadCustomer(ctx context.Context, tx catalogue.Tx, id string) (Customer, bool, error) {
	c := Customer{Number: id}
	var limit *value.Decimal
	var currency string
	err := tx.QueryRow(ctx, `
		select c.name, c.grade, c.credit_limit, coalesce(c.currency, ''), coalesce(c.tax_id, ''), coalesce(c.owner, ''), c.on_hold, c.language,
		       coalesce((select max(i.dunning_level) from billing_invoices i
		                 where i.tenant = c.tenant and i.customer = c.number and i.open > 0), 0)
		from crm_customers c where c.number = $1`, id).
		Scan(&c.Name, &c.Grade, catalogue.IntoOptional(&limit), &currency, &c.TaxID, &c.Owner, &c.OnHold, &c.Language, &c.DunningLevel)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, false, nil
	}
	if limit != nil {
		c.CreditLimit = &value.Money{Amount: *limit, Currency: currency}
	}
	return c, err == nil, err
}
