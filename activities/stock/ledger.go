package stock

import (
	"context"
	"fmt"
	"slices"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Kind is why stock changes.
type Kind string

// The kinds. An opening quantity comes from an import only.
const (
	Opening  Kind = "opening"
	Received Kind = "received"
	Produced Kind = "produced"
	Consumed Kind = "consumed"
	Shipped  Kind = "shipped"
	Returned Kind = "returned"
)

// Ledger is the stock of some products, locked until the end of the transaction. Its changes are
// queued when Post is called.
type Ledger struct {
	tx       catalogue.Tx
	at       time.Time
	balances map[string]*balance
}

type balance struct {
	onHand, reserved, safety, cost value.Decimal
	decimals                       int32
	changed                        bool
}

// Lock locks the balances of the products, in product order, and reads them. A product that does not
// exist is an error. Lines of sales orders are locked before (LockLines), never after.
func Lock(ctx context.Context, tx catalogue.Tx, at time.Time, products []string) (*Ledger, error) {
	wanted := slices.Compact(slices.Sorted(slices.Values(products)))
	l := &Ledger{tx: tx, at: at, balances: make(map[string]*balance, len(wanted))}
	if len(wanted) == 0 {
		return l, nil
	}
	rows, err := tx.Query(ctx, `
		select b.product, b.on_hand, b.reserved, p.safety, p.cost, p.decimals
		from stock_balances b join stock_products p on p.tenant = b.tenant and p.number = b.product
		where b.product = any ($1)
		order by b.product for no key update of b`, wanted)
	if err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		b := &balance{}
		err := rows.Scan(&name, catalogue.Into(&b.onHand), catalogue.Into(&b.reserved), catalogue.Into(&b.safety), catalogue.Into(&b.cost), &b.decimals)
		if err != nil {
			return nil, fmt.Errorf("balances: %w", err)
		}
		l.balances[name] = b
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	for _, name := range wanted {
		if l.balances[name] == nil {
			return nil, fmt.Errorf("product %s: unknown", name)
		}
	}
	return l, nil
}

// Free is what of the product nobody has reserved, less its safety stock; never below 0.
func (l *Ledger) Free(product string) value.Decimal {
	b := l.balances[product]
	return AtLeastZero(b.onHand.Sub(b.reserved).Sub(b.safety))
}

// Cost is the cost of a base unit of the product.
func (l *Ledger) Cost(product string) value.Decimal { return l.balances[product].cost }

// Decimals is the number of digits a quantity of the product may have.
func (l *Ledger) Decimals(product string) int32 { return l.balances[product].decimals }

// Move books a change of stock; quantity is what it adds to what is on hand. Nothing is no movement.
func (l *Ledger) Move(kind Kind, product string, quantity value.Decimal, document string) {
	if quantity.IsZero() {
		return
	}
	b := l.balances[product]
	b.onHand, b.changed = b.onHand.Add(quantity), true
	l.tx.Queue(`insert into stock_movements (product, kind, quantity, document, at) values ($1, $2, $3, $4, $5)`,
		product, string(kind), quantity.String(), document, l.at)
}

// Reserve keeps a quantity for the holder, on top of what it has.
func (l *Ledger) Reserve(product string, quantity value.Decimal, h Holder) {
	if quantity.IsZero() {
		return
	}
	b := l.balances[product]
	b.reserved, b.changed = b.reserved.Add(quantity), true
	h.add(l.tx, product, quantity)
}

// Unreserve takes a quantity from what the holder has reserved.
func (l *Ledger) Unreserve(product string, quantity value.Decimal, h Holder) {
	if quantity.IsZero() {
		return
	}
	b := l.balances[product]
	b.reserved, b.changed = b.reserved.Sub(quantity), true
	h.take(l.tx, product, quantity)
}

// Post queues the new balances. That none oversells is checked by the database.
func (l *Ledger) Post() {
	var products, onHand, reserved []string
	for name, b := range l.balances {
		if b.changed {
			products, onHand, reserved = append(products, name), append(onHand, b.onHand.String()), append(reserved, b.reserved.String())
			b.changed = false
		}
	}
	if len(products) == 0 {
		return
	}
	l.tx.Queue(`
		update stock_balances b set on_hand = n.on_hand::numeric, reserved = n.reserved::numeric
		from unnest($1::text[], $2::text[], $3::text[]) n (product, on_hand, reserved)
		where b.product = n.product`, products, onHand, reserved)
}
