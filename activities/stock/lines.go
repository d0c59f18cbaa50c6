package stock

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Line is a line of a sales order with its counters, which are the truth about it.
type Line struct {
	Order    string
	Line     int
	Product  string
	Price    value.Decimal
	Reserved value.Decimal
	Shipped  value.Decimal
	Returned value.Decimal
	Lost     value.Decimal
	// Wanted is what the customer shall have in all: ordered - cancelled.
	Wanted value.Decimal
	// Promised is the date promised last, or else the date the customer wants; "" for none.
	Promised string
}

// ToShip is what has not left for good: ordered - cancelled - (shipped - lost).
func (l Line) ToShip() value.Decimal {
	return AtLeastZero(l.Wanted.Sub(l.Shipped).Add(l.Lost))
}

// Need is what of ToShip nothing is reserved for.
func (l Line) Need() value.Decimal { return AtLeastZero(l.ToShip().Sub(l.Reserved)) }

const selectLines = `
	select l.sales_order, l.line, l.product, l.price, l.reserved, l.shipped, l.returned, l.lost, l.ordered - l.cancelled,
	       coalesce((select p.date from sales_promises p where p.tenant = l.tenant and p.sales_order = l.sales_order
	                 and p.line = l.line order by p.version desc limit 1), o.wanted)::text
	from sales_order_lines l join sales_orders o on o.tenant = l.tenant and o.number = l.sales_order `

// LockOrders locks sales orders, by number: before anything else of theirs is written.
func LockOrders(tx catalogue.Tx, orders ...string) {
	tx.Queue(`select from sales_orders where number = any ($1) order by number for no key update`, orders)
}

// LockLines locks the orders and their lines, and reads the lines by order and line. An order without
// lines, or an unknown one, is an error.
func LockLines(ctx context.Context, tx catalogue.Tx, orders ...string) ([]Line, error) {
	if len(orders) > 0 {
		LockOrders(tx, orders...)
	}
	return someLines(ctx, tx, ` where l.sales_order = any ($1) order by l.sales_order, l.line for no key update of l`, orders)
}

// ReadLines reads the lines of the orders without a lock.
func ReadLines(ctx context.Context, tx catalogue.Tx, orders ...string) ([]Line, error) {
	return someLines(ctx, tx, ` where l.sales_order = any ($1) order by l.sales_order, l.line`, orders)
}

func someLines(ctx context.Context, tx catalogue.Tx, where string, orders []string) ([]Line, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	lines, err := queryLines(ctx, tx, where, orders)
	if err != nil {
		return nil, err
	}
	for _, order := range orders {
		if !slices.ContainsFunc(lines, func(l Line) bool { return l.Order == order }) {
			return nil, fmt.Errorf("sales order %s: unknown", order)
		}
	}
	return lines, nil
}

func queryLines(ctx context.Context, tx catalogue.Tx, where string, args ...any) ([]Line, error) {
	rows, err := tx.Query(ctx, selectLines+where, args...)
	if err != nil {
		return nil, fmt.Errorf("order lines: %w", err)
	}
	lines, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Line, error) {
		var l Line
		var promised *string
		err := row.Scan(&l.Order, &l.Line, &l.Product, catalogue.Into(&l.Price), catalogue.Into(&l.Reserved), catalogue.Into(&l.Shipped),
			catalogue.Into(&l.Returned), catalogue.Into(&l.Lost), catalogue.Into(&l.Wanted), &promised)
		if promised != nil {
			l.Promised = *promised
		}
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("order lines: %w", err)
	}
	return lines, nil
}

// ProductsOf returns the products of the lines, sorted, each once.
func ProductsOf(lines []Line) []string {
	products := make([]string, 0, len(lines))
	for _, l := range lines {
		products = append(products, l.Product)
	}
	slices.Sort(products)
	return slices.Compact(products)
}

// ordersOf returns the orders of the lines, each once.
func ordersOf(lines []Line) []string {
	var orders []string
	for _, l := range lines {
		orders = append(orders, l.Order)
	}
	return slices.Compact(orders)
}

// findLine returns the line of a list of one order's lines.
func findLine(lines []Line, number int) (*Line, bool) {
	i := slices.IndexFunc(lines, func(l Line) bool { return l.Line == number })
	if i < 0 {
		return nil, false
	}
	return &lines[i], true
}

// standing is how an order stands with stock since it last asked or let go.
type standing string

const (
	waiting  standing = "waiting"
	served   standing = "served"
	released standing = "released"
)

// stands records it. The order's lines are locked, so that a booking for them sees it or comes first.
func stands(tx catalogue.Tx, order string, as standing) {
	tx.Queue(`
		insert into stock_orders (sales_order, state) values ($1, $2)
		on conflict (tenant, sales_order) do update set state = excluded.state`, order, string(as))
}

// Released returns those of the orders that have let go of their stock: nothing is reserved for them
// unless they ask again. It is only certain while their lines are locked.
func Released(ctx context.Context, tx catalogue.Tx, orders []string) (map[string]bool, error) {
	gone := map[string]bool{}
	if len(orders) == 0 {
		return gone, nil
	}
	rows, err := tx.Query(ctx, `select sales_order from stock_orders where sales_order = any ($1) and state = 'released'`, orders)
	if err != nil {
		return nil, fmt.Errorf("released orders: %w", err)
	}
	var order string
	_, err = pgx.ForEachRow(rows, []any{&order}, func() error {
		gone[order] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("released orders: %w", err)
	}
	return gone, nil
}
