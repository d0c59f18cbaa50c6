package shipping

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type backOut struct {
	Way      string        `json:"way" type:"intercepted | returned"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
}

// takeBack brings no more than what the customer has not returned otherwise and the carrier not lost.
func takeBack(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in shipmentIn) (backOut, error) {
	s, err := lockShipment(ctx, tx, in.Shipment)
	if err != nil {
		return backOut{}, err
	}
	out := backOut{Way: "intercepted"}
	if s.delivered != nil {
		out.Way = "returned"
	}
	switch {
	case s.issued == nil:
		return out, fmt.Errorf("shipment %s: %w", s.number, errNotIssued)
	case s.takenBack != nil || s.claim != "":
		out.Quantity = s.cameBack()
		return out, nil
	}
	lines, err := stock.LockLines(ctx, tx, s.order)
	if err != nil {
		return out, err
	}
	ledger, err := stock.Lock(ctx, tx, call.At, s.products())
	if err != nil {
		return out, err
	}
	for _, l := range s.lines {
		back := stock.Less(l.quantity, outside(lines, l.line))
		out.Quantity = out.Quantity.Add(back)
		ledger.Move(stock.Returned, l.product, back, s.number)
		tx.Queue(`update sales_order_lines set returned = returned + $3 where sales_order = $1 and line = $2`, s.order, l.line, back.String())
		tx.Queue(`update shipping_shipment_lines set taken_back = $3 where shipment = $1 and line = $2`, s.number, l.line, back.String())
	}
	ledger.Post()
	tx.Queue(`delete from stock_serials where shipment = $1`, s.number)
	tx.Queue(`update shipping_shipments set taken_back_at = $2 where number = $1`, s.number, call.At)
	return out, nil
}

// outside is what of a line has left and is neither back nor lost.
func outside(lines []stock.Line, number int) value.Decimal {
	for _, l := range lines {
		if l.Line == number {
			return l.Shipped.Sub(l.Returned).Sub(l.Lost)
		}
	}
	return value.Int(0)
}

type claimIn struct {
	Shipment string `json:"shipment"`
	Reason   string `json:"reason,omitempty"`
}

type claimOut struct {
	Claim    string        `json:"claim"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
}

func claim(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in claimIn) (claimOut, error) {
	s, err := lockShipment(ctx, tx, in.Shipment)
	switch {
	case err != nil:
		return claimOut{}, err
	case s.issued == nil:
		return claimOut{}, fmt.Errorf("shipment %s: %w", s.number, errNotIssued)
	case s.claim != "":
		return claimOut{Claim: s.claim, Quantity: s.quantity()}, nil
	}
	lines, err := stock.LockLines(ctx, tx, s.order)
	if err != nil {
		return claimOut{}, err
	}
	var out claimOut
	err = tx.QueryRow(ctx, `
		update shipping_shipments set claim = 'CL-' || lpad(nextval('shipping_claim_numbers')::text, 6, '0'), claimed_at = $2, claim_reason = $3
		where number = $1 returning claim`, s.number, call.At, catalogue.Nullable(in.Reason)).Scan(&out.Claim)
	if err != nil {
		return out, fmt.Errorf("claim of %s: %w", s.number, err)
	}
	for _, l := range s.lines {
		lost := stock.Less(l.quantity, outside(lines, l.line))
		out.Quantity = out.Quantity.Add(lost)
		tx.Queue(`update sales_order_lines set lost = lost + $3 where sales_order = $1 and line = $2`, s.order, l.line, lost.String())
	}
	return out, nil
}
