package shipping

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

func cancel(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in shipmentIn) (nothing, error) {
	if _, err := lockShipment(ctx, tx, in.Shipment); err != nil {
		return nothing{}, err
	}
	tx.Queue(`
		update shipping_shipments set cancelled_at = $2, carrier = null, tracking = null
		where number = $1 and issued_at is null and cancelled_at is null`, in.Shipment, call.At)
	return nothing{}, nil
}

type labelIn struct {
	Shipment string         `json:"shipment"`
	Carrier  string         `json:"carrier"`
	Packages int            `json:"packages"`
	Weight   *value.Decimal `json:"weight" doc:"of all packages, in the unit that the carrier bills by"`
}

type labelOut struct {
	Tracking string `json:"tracking"`
}

func label(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in labelIn) (labelOut, error) {
	s, err := lockShipment(ctx, tx, in.Shipment)
	switch {
	case err != nil:
		return labelOut{}, err
	case s.cancelled != nil:
		return labelOut{}, fmt.Errorf("shipment %s: %w", s.number, errCancelled)
	case s.tracking != "" && (s.carrier == in.Carrier || s.issued != nil):
		return labelOut{Tracking: s.tracking}, nil
	}
	var weight *string
	if in.Weight != nil {
		text := in.Weight.String()
		weight = &text
	}
	var out labelOut
	err = tx.QueryRow(ctx, `
		update shipping_shipments set carrier = $2, packages = $3, weight = $4,
		       tracking = $2 || '-' || lpad(nextval('shipping_tracking_numbers')::text, 8, '0')
		where number = $1 returning tracking`, s.number, in.Carrier, in.Packages, weight).Scan(&out.Tracking)
	if err != nil {
		return out, fmt.Errorf("label of %s: %w", s.number, err)
	}
	return out, nil
}

type deliverIn struct {
	Shipment string    `json:"shipment"`
	SignedBy string    `json:"signed_by,omitempty"`
	At       time.Time `json:"at,omitempty" doc:"left out: now"`
}

type deliverOut struct {
	Delivered time.Time `json:"delivered"`
}

func deliver(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in deliverIn) (deliverOut, error) {
	s, err := lockShipment(ctx, tx, in.Shipment)
	switch {
	case err != nil:
		return deliverOut{}, err
	case s.issued == nil:
		return deliverOut{}, fmt.Errorf("shipment %s: %w", s.number, errNotIssued)
	case s.delivered != nil:
		return deliverOut{Delivered: *s.delivered}, nil
	}
	out := deliverOut{Delivered: in.At}
	if in.At.IsZero() {
		out.Delivered = call.At
	}
	zone := call
	zone.At = out.Delivered
	stock.LockOrders(tx, s.order)
	tx.Queue(`update shipping_shipments set delivered_at = $2, signed_by = $3 where number = $1`, s.number, out.Delivered, catalogue.Nullable(in.SignedBy))
	tx.Queue(`
		update sales_order_lines o set delivered = delivered + l.quantity
		from shipping_shipment_lines l where l.shipment = $1 and o.sales_order = $2 and o.line = l.line`, s.number, s.order)
	tx.Queue(`update stock_serials set delivered_on = $2 where shipment = $1`, s.number, zone.Today())
	return out, nil
}
