package shipping

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// shipment is one as it stands, locked.
type shipment struct {
	number, order                string
	tracking, carrier, claim     string
	issued, delivered, cancelled *time.Time
	takenBack                    *time.Time
	lines                        []shipmentLine
}

type shipmentLine struct {
	line                int
	product             string
	quantity, takenBack value.Decimal
	serialised          bool
}

var (
	errCancelled = errors.New("cancelled")
	errNotIssued = errors.New("not issued")
)

// quantity is all that is in it.
func (s *shipment) quantity() (all value.Decimal) {
	for _, l := range s.lines {
		all = all.Add(l.quantity)
	}
	return all
}

func (s *shipment) cameBack() (all value.Decimal) {
	for _, l := range s.lines {
		all = all.Add(l.takenBack)
	}
	return all
}

func (s *shipment) products() []string {
	products := make([]string, len(s.lines))
	for i, l := range s.lines {
		products[i] = l.product
	}
	return products
}

func lockShipment(ctx context.Context, tx catalogue.Tx, number string) (*shipment, error) {
	s := &shipment{number: number}
	err := tx.QueryRow(ctx, `
		select sales_order, coalesce(carrier, ''), coalesce(tracking, ''), coalesce(claim, ''), issued_at, delivered_at, cancelled_at, taken_back_at
		from shipping_shipments where number = $1 for no key update`, number).
		Scan(&s.order, &s.carrier, &s.tracking, &s.claim, &s.issued, &s.delivered, &s.cancelled, &s.takenBack)
	if err != nil {
		return nil, fmt.Errorf("shipment %s: %w", number, err)
	}
	rows, err := tx.Query(ctx, `
		select l.line, l.product, l.quantity, l.taken_back, p.serialised
		from shipping_shipment_lines l join stock_products p on p.tenant = l.tenant and p.number = l.product
		where l.shipment = $1 order by l.line`, number)
	if err != nil {
		return nil, fmt.Errorf("shipment %s: %w", number, err)
	}
	defer rows.Close()
	for rows.Next() {
		var l shipmentLine
		if err := rows.Scan(&l.line, &l.product, catalogue.Into(&l.quantity), catalogue.Into(&l.takenBack), &l.serialised); err != nil {
			return nil, fmt.Errorf("shipment %s: %w", number, err)
		}
		s.lines = append(s.lines, l)
	}
	return s, rows.Err()
}
