package crm

import (
	"cmp"
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type contactIn struct {
	Customer string `json:"customer,omitempty" type:"ref crm.customer"`
	Lead     string `json:"lead,omitempty"`
	About    string `json:"about,omitempty" doc:"number of a document"`
	Kind     string `json:"kind" type:"call | visit | mail | note"`
	Text     string `json:"text" personal:"true"`
	By       string `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

func recordContact(_ context.Context, tx catalogue.Tx, call catalogue.Call, in contactIn) (struct{}, error) {
	if in.Customer == "" && in.Lead == "" {
		return struct{}{}, fmt.Errorf("contact: with neither a customer nor a lead")
	}
	tx.Queue(`insert into crm_contacts (customer, lead, about, kind, text, by, at) values ($1, $2, $3, $4, $5, $6, $7)`,
		catalogue.Nullable(in.Customer), catalogue.Nullable(in.Lead), catalogue.Nullable(in.About),
		in.Kind, in.Text, catalogue.Nullable(cmp.Or(in.By, call.By)), call.At)
	return struct{}{}, nil
}

type satisfactionIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
	Score    int    `json:"score" doc:"from 1 to 5"`
	Order    string `json:"order,omitempty"`
	Case     string `json:"case,omitempty"`
	Comment  string `json:"comment,omitempty" personal:"true"`
}

type satisfactionOut struct {
	Average value.Decimal `json:"average" doc:"of all scores so far, with two digits"`
}

func recordSatisfaction(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in satisfactionIn) (satisfactionOut, error) {
	tx.Queue(`insert into crm_satisfaction (customer, score, order_number, case_number, comment, at) values ($1, $2, $3, $4, $5, $6)`,
		in.Customer, in.Score, catalogue.Nullable(in.Order), catalogue.Nullable(in.Case), catalogue.Nullable(in.Comment), call.At)
	var out satisfactionOut
	err := tx.QueryRow(ctx, `select round(avg(score), 2) from crm_satisfaction where customer = $1`, in.Customer).
		Scan(catalogue.Into(&out.Average))
	if err != nil {
		return out, fmt.Errorf("satisfaction of %s: %w", in.Customer, err)
	}
	return out, nil
}
