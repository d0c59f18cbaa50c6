package shipping

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type issueIn struct {
	Shipment string `json:"shipment"`
	By       string `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type issueOut struct {
	Issued   time.Time     `json:"issued"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
}

var errNothingReserved = errors.New("nothing in it is reserved any more")

// issue takes out of the shipment what was released since it was planned: only reserved goods leave.
func issue(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in issueIn) (issueOut, error) {
	s, err := lockShipment(ctx, tx, in.Shipment)
	switch {
	case err != nil:
		return issueOut{}, err
	case s.cancelled != nil:
		return issueOut{}, fmt.Errorf("shipment %s: %w", s.number, errCancelled)
	case s.issued != nil:
		return issueOut{Issued: *s.issued, Quantity: s.quantity()}, nil
	}
	lines, err := stock.LockLines(ctx, tx, s.order)
	if err != nil {
		return issueOut{}, err
	}
	ledger, err := stock.Lock(ctx, tx, call.At, s.products())
	if err != nil {
		return issueOut{}, err
	}
	out := issueOut{Issued: call.At}
	for _, l := range s.lines {
		leaves := stock.Less(l.quantity, reserved(lines, l.line))
		out.Quantity = out.Quantity.Add(leaves)
		ledger.Unreserve(l.product, leaves, stock.ForLine(s.order, l.line))
		ledger.Move(stock.Shipped, l.product, leaves.Neg(), s.number)
		tx.Queue(`update sales_order_lines set shipped = shipped + $3 where sales_order = $1 and line = $2`, s.order, l.line, leaves.String())
		if leaves.Cmp(l.quantity) < 0 {
			tx.Queue(`update shipping_shipment_lines set quantity = $3 where shipment = $1 and line = $2`, s.number, l.line, leaves.String())
		}
		if l.serialised {
			s.giveSerials(tx, l, leaves)
		}
	}
	if out.Quantity.IsZero() {
		return out, fmt.Errorf("shipment %s: %w", s.number, errNothingReserved)
	}
	ledger.Post()
	tx.Queue(`update shipping_shipments set issued_at = $2, issued_by = $3 where number = $1`, s.number, call.At, catalogue.Nullable(cmp.Or(in.By, call.By)))
	return out, nil
}

func reserved(lines []stock.Line, number int) value.Decimal {
	for _, l := range lines {
		if l.Line == number {
			return l.Reserved
		}
	}
	return value.Int(0)
}

// giveSerials numbers the pieces of a serialised product: product, shipment, line, piece.
func (s *shipment) giveSerials(tx catalogue.Tx, l shipmentLine, quantity value.Decimal) {
	tx.Queue(`
		insert into stock_serials (serial, product, sales_order, line, shipment)
		select concat_ws('-', $2::text, $1::text, $4::int, piece), $2, $3, $4, $1 from generate_series(1, floor($5::numeric)::int) piece`,
		s.number, l.product, s.order, l.line, quantity.String())
}
