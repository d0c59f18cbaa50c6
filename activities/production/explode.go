package production

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type explodeOut struct {
	Components []Component   `json:"components"`
	Shortages  []Requirement `json:"shortages"`
	Complete   bool          `json:"complete" doc:"every component is reserved or issued"`
}

var errNoBill = errors.New("no bill of materials in force")

func explode(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (explodeOut, error) {
	out := explodeOut{Components: []Component{}, Shortages: []Requirement{}, Complete: true}
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return out, err
	}
	if o.exploded == nil && o.takes() {
		if err := o.writeComponents(ctx, tx, call); err != nil {
			return out, err
		}
	}
	ledger, components, err := lockComponents(ctx, tx, call.At, o.number)
	if err != nil {
		return out, err
	}
	coming, err := readComing(ctx, tx, o.number)
	if err != nil {
		return out, err
	}
	for _, c := range components {
		got := stock.Less(c.Need(), ledger.Free(c.Product))
		ledger.Reserve(c.Product, got, stock.ForProduction(o.number))
		out.Components = append(out.Components, Component{Product: c.Product, Quantity: c.Quantity, Reserved: c.Reserved.Add(got)})
		missing := c.Need().Sub(got)
		out.Complete = out.Complete && missing.IsZero()
		if short := missing.Sub(coming[c.Product]); short.Sign() > 0 {
			out.Shortages = append(out.Shortages, Requirement{Product: c.Product, Quantity: short, Source: c.Source, Needed: o.start})
		}
	}
	ledger.Post()
	return out, nil
}

// writeComponents explodes the bill as it is today; from then on the order keeps its components.
func (o *order) writeComponents(ctx context.Context, tx catalogue.Tx, call catalogue.Call) error {
	parts, err := readParts(ctx, tx, o.product, call.Today())
	if err != nil {
		return err
	}
	needs, err := Explode(parts, o.product, o.quantity)
	if err != nil {
		return fmt.Errorf("production order %s: %w", o.number, err)
	}
	if len(needs) == 0 {
		return fmt.Errorf("production order %s: %s: %w", o.number, o.product, errNoBill)
	}
	for _, n := range needs {
		tx.Queue(`insert into production_components (production_order, product, quantity) values ($1, $2, $3)`,
			o.number, n.Product, n.Quantity.String())
	}
	tx.Queue(`update production_orders set exploded_at = $2 where number = $1`, o.number, call.At)
	return nil
}

// readParts reads the rows of a product's bill in force on a day, and of the phantoms in it.
func readParts(ctx context.Context, tx catalogue.Tx, product, day string) ([]Part, error) {
	rows, err := tx.Query(ctx, `
		with recursive in_force as not materialized (
			select b.product, b.component, b.quantity, b.unit_factor, b.scrap_percent, p.decimals, p.phantom
			from production_bills b join stock_products p on p.tenant = b.tenant and p.number = b.component
			where b.valid_from <= $2::date and (b.valid_to is null or b.valid_to > $2::date)
		), bill as (
			select * from in_force where product = $1
			union
			select f.* from in_force f join bill on bill.phantom and f.product = bill.component
		)
		select product, component, quantity, unit_factor, scrap_percent, decimals, phantom from bill order by product, component`, product, day)
	if err != nil {
		return nil, fmt.Errorf("bill of %s: %w", product, err)
	}
	parts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Part, error) {
		var p Part
		err := row.Scan(&p.Product, &p.Component, catalogue.Into(&p.Quantity), catalogue.Into(&p.Factor), catalogue.Into(&p.Scrap), &p.Decimals, &p.Phantom)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("bill of %s: %w", product, err)
	}
	return parts, nil
}

// readComing reads by product what is requisitioned, ordered or made for the order already.
func readComing(ctx context.Context, tx catalogue.Tx, number string) (map[string]value.Decimal, error) {
	rows, err := tx.Query(ctx, `
		select product, sum(coming) from (
			select product, coming from purchasing_pegs where production_order = $1
			union all
			select product, wanted from production_expected where parent = $1
		) both_ways group by product`, number)
	if err != nil {
		return nil, fmt.Errorf("coming for %s: %w", number, err)
	}
	defer rows.Close()
	coming := map[string]value.Decimal{}
	for rows.Next() {
		var product string
		var quantity value.Decimal
		if err := rows.Scan(&product, catalogue.Into(&quantity)); err != nil {
			return nil, fmt.Errorf("coming for %s: %w", number, err)
		}
		coming[product] = quantity
	}
	return coming, rows.Err()
}
