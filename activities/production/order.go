package production

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type orderIn struct {
	ProductionOrder string `json:"production_order"`
}

// order is a production order as it stands, locked.
type order struct {
	number, salesOrder           string
	line                         int
	parent                       string
	product                      string
	quantity, wanted             value.Decimal
	needed, start                string
	exploded, released, issued   *time.Time
	finished, stopped, cancelled *time.Time
	good, cost, writtenOff       value.Decimal
}

// over reports whether nothing more is made.
func (o *order) over() bool { return o.finished != nil || o.stopped != nil }

// takes reports whether the order still takes components.
func (o *order) takes() bool { return !o.over() && o.cancelled == nil }

func lockOrder(ctx context.Context, tx catalogue.Tx, number string) (*order, error) {
	o := &order{number: number}
	err := tx.QueryRow(ctx, `
		select sales_order, line, coalesce(parent, ''), product, quantity, wanted, needed::text, start::text,
		       exploded_at, released_at, issued_at, finished_at, stopped_at, cancelled_at, good, cost, written_off
		from production_orders where number = $1 for no key update`, number).
		Scan(&o.salesOrder, &o.line, &o.parent, &o.product, catalogue.Into(&o.quantity), catalogue.Into(&o.wanted), &o.needed, &o.start,
			&o.exploded, &o.released, &o.issued, &o.finished, &o.stopped, &o.cancelled,
			catalogue.Into(&o.good), catalogue.Into(&o.cost), catalogue.Into(&o.writtenOff))
	if err != nil {
		return nil, fmt.Errorf("production order %s: %w", number, err)
	}
	return o, nil
}

// lockComponents locks the balances of the order's components, and of further products, and reads the
// components with what is then certainly reserved.
func lockComponents(ctx context.Context, tx catalogue.Tx, at time.Time, number string, further ...string) (*stock.Ledger, []stock.Component, error) {
	components, err := stock.ReadComponents(ctx, tx, number)
	if err != nil {
		return nil, nil, err
	}
	products := further
	for _, c := range components {
		products = append(products, c.Product)
	}
	ledger, err := stock.Lock(ctx, tx, at, products)
	if err != nil {
		return nil, nil, err
	}
	components, err = stock.ReadComponents(ctx, tx, number)
	return ledger, components, err
}

// free gives back what is reserved for the order and was not issued.
func (o *order) free(ledger *stock.Ledger, components []stock.Component) {
	for _, c := range components {
		ledger.Unreserve(c.Product, c.Reserved, stock.ForProduction(o.number))
	}
}
