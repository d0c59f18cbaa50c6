package stock

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

type checkIn struct {
	Order   string      `json:"order"`
	Lines   []OrderLine `json:"lines,omitempty"`
	Horizon string      `json:"horizon" type:"duration"`
}

type checkOut struct {
	Possible   bool      `json:"possible"`
	CompleteBy string    `json:"complete_by,omitempty" type:"date" doc:"when all lines are there"`
	Lines      []Promise `json:"lines"`
}

func check(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in checkIn) (checkOut, error) {
	out := checkOut{Possible: true, Lines: []Promise{}}
	span, err := calendar.ParseDuration(in.Horizon)
	if err != nil {
		return out, err
	}
	today := call.Today()
	until, err := call.Hours().AddToDate(today, span)
	if err != nil {
		return out, err
	}
	asked, err := toCheck(ctx, tx, in)
	if err != nil {
		return out, err
	}
	supplies, err := readSupplies(ctx, tx, in.Order, asked)
	if err != nil {
		return out, err
	}
	for _, l := range asked {
		s := supplies[l.Product]
		if s == nil {
			return out, fmt.Errorf("product %s: unknown", l.Product)
		}
		lead, err := call.Hours().AddToDate(today, calendar.Duration{N: int64(s.leadDays), Unit: calendar.Day})
		if err != nil {
			return out, err
		}
		available, day := s.promise(l.Quantity, today, until, lead)
		out.Lines = append(out.Lines, Promise{Line: l.Line, Product: l.Product, Quantity: l.Quantity, Available: available, Date: day})
		out.Possible = out.Possible && day != ""
		out.CompleteBy = max(out.CompleteBy, day)
	}
	if !out.Possible {
		out.CompleteBy = ""
	}
	return out, nil
}

// toCheck returns the lines given, or else what the order still has to get, reserved or not.
func toCheck(ctx context.Context, tx catalogue.Tx, in checkIn) ([]OrderLine, error) {
	if in.Lines != nil {
		return in.Lines, nil
	}
	lines, err := ReadLines(ctx, tx, in.Order)
	if err != nil {
		return nil, err
	}
	var asked []OrderLine
	for _, l := range lines {
		if l.ToShip().Sign() > 0 {
			asked = append(asked, OrderLine{Line: l.Line, Product: l.Product, Quantity: l.ToShip()})
		}
	}
	return asked, nil
}

func readSupplies(ctx context.Context, tx catalogue.Tx, order string, asked []OrderLine) (map[string]*supply, error) {
	products := make([]string, len(asked))
	for i, l := range asked {
		products[i] = l.Product
	}
	supplies := make(map[string]*supply, len(products))
	rows, err := tx.Query(ctx, selectNow, products, order)
	if err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var free, own value.Decimal
		s := &supply{}
		if err := rows.Scan(&name, catalogue.Into(&free), catalogue.Into(&own), &s.leadDays); err != nil {
			return nil, fmt.Errorf("stock: %w", err)
		}
		s.free, s.held = AtLeastZero(free), own
		supplies[name] = s
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("stock: %w", err)
	}
	return supplies, readChanges(ctx, tx, supplies, products, order)
}

func readChanges(ctx context.Context, tx catalogue.Tx, supplies map[string]*supply, products []string, order string) error {
	rows, err := tx.Query(ctx, selectChanges, products, order)
	if err != nil {
		return fmt.Errorf("receipts and demand: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var c change
		if err := rows.Scan(&name, &c.day, catalogue.Into(&c.quantity), &c.own); err != nil {
			return fmt.Errorf("receipts and demand: %w", err)
		}
		supplies[name].changes = append(supplies[name].changes, c)
	}
	return rows.Err()
}

const selectNow = `
	select p.number, b.on_hand - b.reserved - p.safety,
	       coalesce((select sum(r.quantity) from stock_reservations r
	                 where r.tenant = p.tenant and r.product = p.number and r.sales_order = $2), 0),
	       p.lead_days
	from stock_products p join stock_balances b on b.tenant = p.tenant and b.product = p.number
	where p.number = any ($1)`

// selectChanges reads what confirmed receipts bring to an order, its own and what is for nobody, and
// what others need on a day beyond their own reservations and pegs. Demand without a date is not yet
// promised and does not count.
const selectChanges = `
	with bought as (
		select e.product, e.confirmed::text as day, e.coming - coalesce((
			select sum(g.coming) from purchasing_pegs g
			where g.tenant = e.tenant and g.purchase_order = e.purchase_order and g.purchase_line = e.line), 0) as quantity
		from purchasing_expected e
		where e.product = any ($1) and e.confirmed is not null and e.coming > 0
	), own as (
		select product, confirmed::text as day, coming as quantity from purchasing_pegs
		where product = any ($1) and sales_order = $2 and production_order is null and confirmed is not null
		union all
		select product, day::text, wanted from production_expected
		where product = any ($1) and sales_order = $2 and parent is null and released_at is not null
	), made as (
		select product, day::text, coming - wanted as quantity from production_expected
		where product = any ($1) and released_at is not null
	), waiting as (
		select l.product,
			coalesce((select p.date from sales_promises p where p.tenant = l.tenant and p.sales_order = l.sales_order
			          and p.line = l.line order by p.version desc limit 1), o.wanted)::text as day,
			l.ordered - l.cancelled - l.shipped + l.lost - l.reserved
			- coalesce((select sum(g.coming) from purchasing_pegs g
			            where g.tenant = l.tenant and g.sales_order = l.sales_order and g.line = l.line and g.production_order is null), 0)
			- coalesce((select sum(m.wanted) from production_expected m
			            where m.tenant = l.tenant and m.sales_order = l.sales_order and m.line = l.line and m.parent is null), 0) as quantity
		from sales_order_lines l join sales_orders o on o.tenant = l.tenant and o.number = l.sales_order
		where l.product = any ($1) and l.sales_order <> $2
		  and l.ordered - l.cancelled - l.shipped + l.lost - l.reserved > 0
	), components as (
		select c.product, m.start::text as day,
			c.quantity - c.issued
			- coalesce((select r.quantity from stock_reservations r
			            where r.tenant = c.tenant and r.production_order = c.production_order and r.product = c.product), 0)
			- coalesce((select sum(g.coming) from purchasing_pegs g
			            where g.tenant = c.tenant and g.production_order = c.production_order and g.product = c.product), 0)
			- coalesce((select sum(k.wanted) from production_expected k
			            where k.tenant = c.tenant and k.parent = c.production_order and k.product = c.product), 0) as quantity
		from production_components c join production_orders m on m.tenant = c.tenant and m.number = c.production_order
		where c.product = any ($1) and m.finished_at is null and m.stopped_at is null and m.cancelled_at is null
	)
	select product, day, quantity, true from own where quantity > 0
	union all select product, day, quantity, false from bought where quantity > 0
	union all select product, day, quantity, false from made where quantity > 0
	union all select product, day, -quantity, false from waiting where quantity > 0 and day is not null
	union all select product, day, -quantity, false from components where quantity > 0`
