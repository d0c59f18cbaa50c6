package purchasing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type orderIn struct {
	PurchaseOrder string `json:"purchase_order"`
}

// order is a purchase order as it stands, locked.
type order struct {
	number, supplier string
	sent, cancelled  *time.Time
	refused, closed  *time.Time
	due, confirmed   *string
	cancelFee        value.Decimal
	feePercent       value.Decimal
	transitDays      int
	samplePercent    value.Decimal
	lines            []line
}

// line is a line of a purchase order with its counters.
type line struct {
	number                       int
	product                      string
	decimals                     int32
	price                        value.Decimal
	ordered, cancelled, received value.Decimal
	accepted, rejected, debited  value.Decimal
	open                         value.Decimal
}

// wanted is what shall come in all.
func (l line) wanted() value.Decimal { return l.ordered.Sub(l.cancelled) }

// lockOrder locks a purchase order and its lines and reads them.
func lockOrder(ctx context.Context, tx catalogue.Tx, number string) (*order, error) {
	o := &order{number: number}
	err := tx.QueryRow(ctx, `
		select o.supplier, o.sent_at, o.cancelled_at, o.refused_at, o.closed_at, o.due::text, o.confirmed::text, o.cancel_fee,
		       s.cancel_fee, s.transit_days, s.sample_percent
		from purchasing_orders o join purchasing_suppliers s on s.tenant = o.tenant and s.number = o.supplier
		where o.number = $1 for no key update of o`, number).
		Scan(&o.supplier, &o.sent, &o.cancelled, &o.refused, &o.closed, &o.due, &o.confirmed, catalogue.Into(&o.cancelFee),
			catalogue.Into(&o.feePercent), &o.transitDays, catalogue.Into(&o.samplePercent))
	if err != nil {
		return nil, fmt.Errorf("purchase order %s: %w", number, err)
	}
	rows, err := tx.Query(ctx, `
		select l.line, l.product, p.decimals, l.price, l.ordered, l.cancelled, l.received, l.accepted, l.rejected, l.debited, purchasing_open(l)
		from purchasing_order_lines l join stock_products p on p.tenant = l.tenant and p.number = l.product
		where l.purchase_order = $1 order by l.line for no key update of l`, number)
	if err != nil {
		return nil, fmt.Errorf("purchase order %s: %w", number, err)
	}
	defer rows.Close()
	for rows.Next() {
		var l line
		err := rows.Scan(&l.number, &l.product, &l.decimals, catalogue.Into(&l.price), catalogue.Into(&l.ordered), catalogue.Into(&l.cancelled),
			catalogue.Into(&l.received), catalogue.Into(&l.accepted), catalogue.Into(&l.rejected), catalogue.Into(&l.debited), catalogue.Into(&l.open))
		if err != nil {
			return nil, fmt.Errorf("purchase order %s: %w", number, err)
		}
		o.lines = append(o.lines, l)
	}
	return o, rows.Err()
}

func (o *order) line(number int, product string) (*line, error) {
	for i := range o.lines {
		if o.lines[i].number == number && o.lines[i].product == product {
			return &o.lines[i], nil
		}
	}
	return nil, fmt.Errorf("purchase order %s: line %d of %s: not there", o.number, number, product)
}

// open is what is still expected in all, value what was ordered and not cancelled.
func (o *order) open() (quantity value.Decimal) {
	for _, l := range o.lines {
		quantity = quantity.Add(l.open)
	}
	return quantity
}

func (o *order) value() (amount value.Decimal) {
	for _, l := range o.lines {
		amount = amount.Add(l.wanted().Mul(l.price))
	}
	return amount
}

type sendOut struct {
	Due string `json:"due" type:"date"`
}

func sendOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (sendOut, error) {
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return sendOut{}, err
	}
	if o.cancelled != nil {
		return sendOut{}, fmt.Errorf("purchase order %s: %w", o.number, errCancelled)
	}
	if o.sent != nil {
		return sendOut{Due: *o.due}, nil
	}
	var out sendOut
	err = tx.QueryRow(ctx, `
		update purchasing_orders set sent_at = $2, due = $3::date + (
			select coalesce(max(p.lead_days), 0) from purchasing_order_lines l
			join purchasing_prices p on p.tenant = l.tenant and p.product = l.product and p.supplier = $4
			where l.purchase_order = $1)
		where number = $1 returning due::text`, o.number, call.At, call.Today(), o.supplier).Scan(&out.Due)
	if err != nil {
		return out, fmt.Errorf("purchase order %s: %w", o.number, err)
	}
	return out, nil
}

type confirmIn struct {
	PurchaseOrder string `json:"purchase_order"`
	Delivery      string `json:"delivery,omitempty" type:"date"`
}

type confirmOut struct {
	DaysLate int      `json:"days_late" doc:"against the date it was expected; 0 where it is not late"`
	Orders   []string `json:"orders" doc:"the sales orders that wait for it"`
}

var errNotSent = errors.New("not sent")

func confirm(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in confirmIn) (confirmOut, error) {
	out := confirmOut{Orders: []string{}}
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return out, err
	}
	if o.sent == nil {
		return out, fmt.Errorf("purchase order %s: %w", o.number, errNotSent)
	}
	err = tx.QueryRow(ctx, `
		update purchasing_orders set confirmed = coalesce(nullif($2, '')::date, due) where number = $1
		returning greatest(0, confirmed - due)`, o.number, in.Delivery).Scan(&out.DaysLate)
	if err != nil {
		return out, fmt.Errorf("purchase order %s: %w", o.number, err)
	}
	rows, err := tx.Query(ctx, `
		select distinct sales_order from purchasing_pegs where purchase_order = $1 and coming > 0 order by 1`, o.number)
	if err != nil {
		return out, fmt.Errorf("purchase order %s: waiting orders: %w", o.number, err)
	}
	defer rows.Close()
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return out, fmt.Errorf("purchase order %s: waiting orders: %w", o.number, err)
		}
		out.Orders = append(out.Orders, number)
	}
	return out, rows.Err()
}
