package production

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type releaseOut struct {
	Operations []Operation `json:"operations"`
}

func releaseOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (releaseOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return releaseOut{}, err
	}
	tx.Queue(`update production_orders set released_at = coalesce(released_at, $2) where number = $1`, o.number, call.At)
	routing, err := readRouting(ctx, tx, o.product)
	if err != nil {
		return releaseOut{}, err
	}
	out := releaseOut{Operations: []Operation{}}
	for _, r := range routing {
		out.Operations = append(out.Operations, Operation{Operation: r.operation, Name: r.name, WorkCenter: r.workCenter, Minutes: r.lot(o.quantity)})
	}
	if len(routing) == 0 {
		out.Operations = append(out.Operations, Operation{Operation: 1, Name: "make"})
	}
	return out, nil
}

// routed is an operation of a product's routing.
type routed struct {
	operation      int
	name           string
	workCenter     string
	setup, minutes value.Decimal
}

// lot is how many minutes a lot takes.
func (r routed) lot(quantity value.Decimal) value.Decimal {
	return r.setup.Add(r.minutes.Mul(quantity))
}

func readRouting(ctx context.Context, tx catalogue.Tx, product string) ([]routed, error) {
	rows, err := tx.Query(ctx, `
		select operation, name, work_center, setup_minutes, minutes from production_routings where product = $1 order by operation`, product)
	if err != nil {
		return nil, fmt.Errorf("routing of %s: %w", product, err)
	}
	routing, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (routed, error) {
		var r routed
		err := row.Scan(&r.operation, &r.name, &r.workCenter, catalogue.Into(&r.setup), catalogue.Into(&r.minutes))
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("routing of %s: %w", product, err)
	}
	return routing, nil
}
