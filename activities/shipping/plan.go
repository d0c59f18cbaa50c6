package shipping

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

func plan(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in planIn) (planOut, error) {
	out := planOut{Lines: []stock.Count{}}
	transit, err := calendar.ParseDuration(in.Transit)
	if err != nil {
		return out, err
	}
	lines, err := stock.LockLines(ctx, tx, in.Order)
	if err != nil {
		return out, err
	}
	planned, err := readPlanned(ctx, tx, in.Order)
	if err != nil {
		return out, err
	}
	var goods, whole value.Decimal
	promised := ""
	for _, l := range lines {
		whole = whole.Add(call.Round(l.Wanted.Mul(l.Price)))
		quantity := stock.AtLeastZero(l.Reserved.Sub(planned[l.Line]))
		if quantity.IsZero() {
			continue
		}
		out.Lines = append(out.Lines, stock.Count{Line: l.Line, Product: l.Product, Quantity: quantity})
		out.Quantity = out.Quantity.Add(quantity)
		goods = goods.Add(call.Round(quantity.Mul(l.Price)))
		if l.Promised != "" && (promised == "" || l.Promised < promised) {
			promised = l.Promised
		}
	}
	if len(out.Lines) == 0 {
		return out, catalogue.Refuse("shipping.nothing_reserved", in.Order+" has nothing more to ship", map[string]any{"order": in.Order})
	}
	out.Value = call.Money(goods)
	if out.OrderValue, err = orderValue(ctx, tx, call, in.Order, whole); err != nil {
		return out, err
	}
	if out.ReleaseAt, err = releaseAt(call, promised, transit); err != nil {
		return out, err
	}
	err = tx.QueryRow(ctx, `
		insert into shipping_shipments (sales_order, release_at, planned_at) values ($1, $2, $3) returning number`,
		in.Order, out.ReleaseAt, call.At).Scan(&out.Shipment)
	if err != nil {
		return out, fmt.Errorf("shipment of %s: %w", in.Order, err)
	}
	for _, l := range out.Lines {
		tx.Queue(`insert into shipping_shipment_lines (shipment, line, product, quantity) values ($1, $2, $3, $4)`,
			out.Shipment, l.Line, l.Product, l.Quantity.String())
	}
	return out, nil
}

// orderValue is what the order costs the customer as it is now: lines, each rounded, freight, and the tax
// of both, rounded once, as where it was entered.
func orderValue(ctx context.Context, tx catalogue.Tx, call catalogue.Call, order string, net value.Decimal) (value.Money, error) {
	var freight, tax value.Decimal
	err := tx.QueryRow(ctx, `select freight, tax_percent from sales_orders where number = $1`, order).
		Scan(catalogue.Into(&freight), catalogue.Into(&tax))
	if err != nil {
		return value.Money{}, fmt.Errorf("sales order %s: %w", order, err)
	}
	net = net.Add(freight)
	return call.Money(net.Add(call.Round(net.Mul(tax).Mul(value.New(1, 2))))), nil
}

// readPlanned returns by line what stands in shipments that have not left.
func readPlanned(ctx context.Context, tx catalogue.Tx, order string) (map[int]value.Decimal, error) {
	rows, err := tx.Query(ctx, `
		select l.line, sum(l.quantity) from shipping_shipments s
		join shipping_shipment_lines l on l.tenant = s.tenant and l.shipment = s.number
		where s.sales_order = $1 and s.issued_at is null and s.cancelled_at is null group by l.line`, order)
	if err != nil {
		return nil, fmt.Errorf("shipments of %s: %w", order, err)
	}
	defer rows.Close()
	planned := map[int]value.Decimal{}
	for rows.Next() {
		var line int
		var quantity value.Decimal
		if err := rows.Scan(&line, catalogue.Into(&quantity)); err != nil {
			return nil, fmt.Errorf("shipments of %s: %w", order, err)
		}
		planned[line] = quantity
	}
	return planned, rows.Err()
}

// releaseAt is the promised day's beginning less transit, and never before now.
func releaseAt(call catalogue.Call, promised string, transit calendar.Duration) (time.Time, error) {
	if promised == "" {
		return call.At, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, promised, call.Hours().Zone())
	if err != nil {
		return day, fmt.Errorf("promise: %w", err)
	}
	if at := call.Hours().Add(day, transit.Neg()); at.After(call.At) {
		return at, nil
	}
	return call.At, nil
}
