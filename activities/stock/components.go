package stock

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Component is what a production order takes of a product.
type Component struct {
	Production string
	Product    string
	Source     string        // make or buy
	Quantity   value.Decimal // for the whole lot
	Issued     value.Decimal
	Returned   value.Decimal
	Reserved   value.Decimal
	// Waiting says that the production order still takes components.
	Waiting bool
}

// Need is what of the component is neither issued nor reserved; nothing once production is over.
func (c Component) Need() value.Decimal {
	if !c.Waiting {
		return value.Int(0)
	}
	return AtLeastZero(c.Quantity.Sub(c.Issued).Sub(c.Reserved))
}

// ReadComponents reads the components of production orders, by order and product. What is reserved is
// only certain while the balances of the components are locked.
func ReadComponents(ctx context.Context, tx catalogue.Tx, productions ...string) ([]Component, error) {
	// What belongs to a component is looked up for each, not joined: while PostgreSQL has counted none of the
	// tables, as after an import, it would join them the wrong way round, with all stock of the components locked.
	rows, err := tx.Query(ctx, `
		select c.production_order, c.product,
		       (select p.source from stock_products p where p.tenant = c.tenant and p.number = c.product),
		       c.quantity, c.issued, c.returned,
		       coalesce((select r.quantity from stock_reservations r
		                 where r.tenant = c.tenant and r.production_order = c.production_order and r.product = c.product), 0),
		       (select o.finished_at is null and o.stopped_at is null and o.cancelled_at is null from production_orders o
		        where o.tenant = c.tenant and o.number = c.production_order)
		from production_components c
		where c.production_order = any ($1)
		order by c.production_order, c.product`, productions)
	if err != nil {
		return nil, fmt.Errorf("components: %w", err)
	}
	components, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Component, error) {
		var c Component
		err := row.Scan(&c.Production, &c.Product, &c.Source, catalogue.Into(&c.Quantity), catalogue.Into(&c.Issued), catalogue.Into(&c.Returned), catalogue.Into(&c.Reserved), &c.Waiting)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("components: %w", err)
	}
	return components, nil
}
