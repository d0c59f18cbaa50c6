package stock

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// peg ties a line of a purchase order to what it was bought for.
type peg struct {
	requisition  string
	purchaseLine int
	order        string
	line         int
	production   string // the production order of the order line that needs it; "" for the line itself
	left         value.Decimal
}

type pegs []peg

// readPegs locks the live requisitions of a purchase order that are for somebody.
func readPegs(ctx context.Context, tx catalogue.Tx, purchaseOrder string) (pegs, error) {
	rows, err := tx.Query(ctx, `
		select number, purchase_line, sales_order, line, coalesce(production_order, ''), wanted - used
		from purchasing_requisitions
		where purchase_order = $1 and sales_order is not null and cancelled_at is null and wanted > used
		order by number for no key update`, purchaseOrder)
	if err != nil {
		return nil, fmt.Errorf("requisitions: %w", err)
	}
	defer rows.Close()
	var found pegs
	for rows.Next() {
		var p peg
		if err := rows.Scan(&p.requisition, &p.purchaseLine, &p.order, &p.line, &p.production, catalogue.Into(&p.left)); err != nil {
			return nil, fmt.Errorf("requisitions: %w", err)
		}
		found = append(found, p)
	}
	return found, rows.Err()
}

func (ps pegs) orders() []string {
	var orders []string
	for _, p := range ps {
		if p.production == "" {
			orders = append(orders, p.order)
		}
	}
	return orders
}

func (ps pegs) productions() []string {
	var numbers []string
	for _, p := range ps {
		if p.production != "" {
			numbers = append(numbers, p.production)
		}
	}
	return numbers
}

// serve reserves what was accepted for those that the line was bought for, as far as they still need
// it; the rest stays free.
func (ps pegs) serve(tx catalogue.Tx, ledger *Ledger, needs needs, l receiptLine) {
	left := l.accepted
	for _, p := range ps {
		if p.purchaseLine != l.line {
			continue
		}
		holder := ForLine(p.order, p.line)
		if p.production != "" {
			holder = ForProduction(p.production)
		}
		got := Less(left, Less(p.left, needs.of(holder, l.product)))
		if got.Sign() <= 0 {
			continue
		}
		ledger.Reserve(l.product, got, holder)
		needs.take(holder, l.product, got)
		left = left.Sub(got)
		tx.Queue(`update purchasing_requisitions set used = used + $2 where number = $1`, p.requisition, got.String())
		if p.production == "" {
			tx.Queue(`update sales_order_lines set purchased = purchased + $3 where sales_order = $1 and line = $2`,
				p.order, p.line, got.String())
		}
	}
}

// needs is what holders still need of a product, beyond what they have.
type needs map[needKey]value.Decimal

type needKey struct {
	holder  Holder
	product string
}

func (n needs) of(h Holder, product string) value.Decimal { return n[needKey{h, product}] }

func (n needs) take(h Holder, product string, quantity value.Decimal) {
	n[needKey{h, product}] = n[needKey{h, product}].Sub(quantity)
}

// readNeeds reads what locked lines and production orders need. The balances must be locked: they
// guard the reservations that are subtracted.
func readNeeds(ctx context.Context, tx catalogue.Tx, lines []Line, productions []string) (needs, error) {
	n := needs{}
	gone, err := Released(ctx, tx, ordersOf(lines))
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if !gone[l.Order] {
			n[needKey{ForLine(l.Order, l.Line), l.Product}] = l.Need()
		}
	}
	if len(productions) == 0 {
		return n, nil
	}
	components, err := ReadComponents(ctx, tx, productions...)
	if err != nil {
		return nil, err
	}
	for _, c := range components {
		n[needKey{ForProduction(c.Production), c.Product}] = c.Need()
	}
	return n, nil
}
