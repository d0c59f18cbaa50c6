package service

import (
	"cmp"
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/sales"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type replaceIn struct {
	Case     string        `json:"case"`
	Order    string        `json:"order" doc:"that the faulty product was delivered on"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
	By       string        `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type replaceOut struct {
	Placed sales.PlacedOrder `json:"placed"`
}

func replace(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in replaceIn) (replaceOut, error) {
	free := call.Money(value.Int(0))
	placed := sales.PlacedOrder{
		EnteredBy: cmp.Or(in.By, call.By), Policy: "partial",
		Lines: []stock.OrderLine{{Line: 1, Product: in.Product, Quantity: in.Quantity, Price: &free}},
	}
	err := tx.QueryRow(ctx, `
		update service_cases c
		set replacement = coalesce(c.replacement, 'SO-' || lpad(nextval('sales_order_numbers')::text, 6, '0'))
		from sales_orders o
		where c.number = $1 and o.tenant = c.tenant and o.number = $2
		returning c.replacement, o.customer, coalesce(o.ship_to, ''), coalesce(o.tax_id, '')`, in.Case, in.Order).
		Scan(&placed.Number, &placed.Customer, &placed.ShipTo, &placed.TaxID)
	if err != nil {
		return replaceOut{}, fmt.Errorf("case %s, order %s: %w", in.Case, in.Order, err)
	}
	return replaceOut{Placed: placed}, nil
}
