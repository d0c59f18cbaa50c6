// Package notify writes messages to customers and notices to staff. It writes them down, in the turn's
// transaction; whoever delivers them reads them from there.
package notify

import (
	"context"
	"errors"
	"fmt"

	"waybill/activities/catalogue"
)

// Actions returns the area's actions.
func Actions() []catalogue.Definition {
	return []catalogue.Definition{
		catalogue.Define("notify.customer",
			"Writes a message to the customer (by template, in his language) into the outgoing messages, which are part of his history.",
			toCustomer),
		catalogue.Define("notify.staff",
			"Writes a notice for a role or a person.",
			toStaff),
	}
}

type customerIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
	Template string `json:"template" doc:"name of the text to send"`
	About    string `json:"about,omitempty" doc:"number of a document"`
	Text     string `json:"text,omitempty" personal:"true"`
}

func toCustomer(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in customerIn) (struct{}, error) {
	done, err := tx.Exec(ctx, `
		insert into notify_messages (to_customer, language, template, about, text, at)
		select number, language, $2, $3, $4, $5::timestamptz from crm_customers where number = $1`,
		in.Customer, in.Template, catalogue.Nullable(in.About), catalogue.Nullable(in.Text), call.At)
	if err == nil && done.RowsAffected() == 0 {
		err = errors.New("unknown")
	}
	if err != nil {
		return struct{}{}, fmt.Errorf("customer %s: %w", in.Customer, err)
	}
	return struct{}{}, nil
}

type staffIn struct {
	Role     string `json:"role,omitempty"`
	Person   string `json:"person,omitempty" doc:"the user's id; with a role too, either reads it"`
	Template string `json:"template" doc:"name of the text to send"`
	About    string `json:"about,omitempty" doc:"number of a document"`
	Text     string `json:"text,omitempty" personal:"true"`
}

func toStaff(_ context.Context, tx catalogue.Tx, call catalogue.Call, in staffIn) (struct{}, error) {
	if in.Role == "" && in.Person == "" {
		return struct{}{}, errors.New("notice: for neither a role nor a person")
	}
	tx.Queue(`insert into notify_messages (to_role, to_person, template, about, text, at) values ($1, $2, $3, $4, $5, $6)`,
		catalogue.Nullable(in.Role), catalogue.Nullable(in.Person), in.Template,
		catalogue.Nullable(in.About), catalogue.Nullable(in.Text), call.At)
	return struct{}{}, nil
}
