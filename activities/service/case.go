package service

import (
	"cmp"
	"context"
	"fmt"

	"waybill/activities/catalogue"
)

type openIn struct {
	Customer string `json:"customer" type:"ref crm.customer"`
	Kind     string `json:"kind" type:"problem | question | need | quality"`
	Priority string `json:"priority" type:"P1 | P2 | P3" doc:"P1 is the most urgent"`
	Text     string `json:"text" personal:"true"`
	Order    string `json:"order,omitempty"`
	Product  string `json:"product,omitempty" type:"ref stock.product"`
	Serial   string `json:"serial,omitempty"`
	Parent   string `json:"parent,omitempty" doc:"the case that made this one"`
	By       string `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type openOut struct {
	Case string `json:"case"`
}

func openCase(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in openIn) (openOut, error) {
	var out openOut
	err := tx.QueryRow(ctx, `
		insert into service_cases (number, customer, kind, priority, text, sales_order, product, serial, parent, opened_by, opened_at)
		values ('CS-' || lpad(nextval('service_case_numbers')::text, 6, '0'), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		returning number`,
		in.Customer, in.Kind, in.Priority, in.Text, catalogue.Nullable(in.Order), catalogue.Nullable(in.Product),
		catalogue.Nullable(in.Serial), catalogue.Nullable(in.Parent), catalogue.Nullable(cmp.Or(in.By, call.By)), call.At).Scan(&out.Case)
	if err != nil {
		return out, fmt.Errorf("case: %w", err)
	}
	return out, nil
}

type closeIn struct {
	Case   string `json:"case"`
	Result string `json:"result"`
}

func closeCase(_ context.Context, tx catalogue.Tx, call catalogue.Call, in closeIn) (struct{}, error) {
	tx.Queue(`update service_cases set result = $2, closed_at = $3 where number = $1 and closed_at is null`, in.Case, in.Result, call.At)
	return struct{}{}, nil
}

type warrantyIn struct {
	Order   string `json:"order,omitempty"`
	Product string `json:"product,omitempty" type:"ref stock.product"`
	Serial  string `json:"serial,omitempty"`
	Months  int    `json:"months" doc:"how long the warranty lasts"`
}

type warrantyOut struct {
	InWarranty bool   `json:"in_warranty" doc:"today is not after until"`
	Until      string `json:"until,omitempty" type:"date" doc:"nothing where it was never delivered"`
	Faults     int    `json:"faults" doc:"cases of kind problem, the open one among them"`
}

// checkWarranty goes by the serial where there is one; an order delivered in parts counts from the last.
func checkWarranty(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in warrantyIn) (warrantyOut, error) {
	var out warrantyOut
	err := tx.QueryRow(ctx, `
		with delivery as (
			select case when $1 <> '' then (select delivered_on from stock_serials where serial = $1)
			            else (select max((s.delivered_at at time zone $6)::date)
			                  from shipping_shipments s
			                  join shipping_shipment_lines l on l.tenant = s.tenant and l.shipment = s.number
			                  where s.sales_order = $2 and l.product = $3 and s.taken_back_at is null) end as day
		), warranty as (
			select (day + make_interval(months => $4))::date as until from delivery
		)
		select coalesce($5::date <= until, false), coalesce(until::text, ''),
		       (select count(*) from service_cases where kind = 'problem'
		        and case when $1 <> '' then serial = $1 else sales_order = $2 and product = $3 end)
		from warranty`, in.Serial, in.Order, in.Product, in.Months, call.Today(), call.Zone()).
		Scan(&out.InWarranty, &out.Until, &out.Faults)
	if err != nil {
		return out, fmt.Errorf("warranty: %w", err)
	}
	return out, nil
}
