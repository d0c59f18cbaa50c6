package stock

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type product struct {
	Number     string      `json:"number"`
	Name       string      `json:"name"`
	Unit       string      `json:"unit" doc:"the base unit"`
	Policy     string      `json:"policy" type:"make_to_stock | make_to_order | assemble_to_order | engineer_to_order"`
	Source     string      `json:"source" type:"make | buy"`
	Standard   bool        `json:"standard" doc:"others would buy it too"`
	Serialised bool        `json:"serialised" doc:"every piece has a serial number"`
	Cost       value.Money `json:"cost" doc:"of a base unit; 0 where unknown"`
	ListPrice  value.Money `json:"list_price" doc:"of a base unit"`
	LeadDays   int         `json:"lead_days" doc:"days to make or to buy it"`
}

func loadProduct(ctx context.Context, tx catalogue.Tx, number string) (product, bool, error) {
	var p product
	err := tx.QueryRow(ctx, `
		select number, name, unit, policy, source, standard, serialised, cost, list_price, currency, currency, lead_days
		from stock_products where number = $1`, number).
		Scan(&p.Number, &p.Name, &p.Unit, &p.Policy, &p.Source, &p.Standard, &p.Serialised,
			catalogue.Into(&p.Cost.Amount), catalogue.Into(&p.ListPrice.Amount), &p.Cost.Currency, &p.ListPrice.Currency, &p.LeadDays)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, false, nil
	}
	if err != nil {
		return p, false, fmt.Errorf("product %s: %w", number, err)
	}
	return p, true, nil
}
