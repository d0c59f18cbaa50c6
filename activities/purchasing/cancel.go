package purchasing

import (
	"context"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type cancelIn struct {
	PurchaseOrder string `json:"purchase_order"`
	Reason        string `json:"reason,omitempty"`
}

type cancelOut struct {
	Accepted bool        `json:"accepted"`
	Fee      value.Money `json:"fee"`
}

// cancelOrder gives the requisitions free for another purchase order. Where the supplier refuses, so do
// those that somebody waits for, as what still comes is for nobody; a requisition for stock is served.
func cancelOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in cancelIn) (cancelOut, error) {
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return cancelOut{}, err
	}
	switch {
	case o.cancelled != nil:
		return cancelOut{Accepted: true, Fee: call.Money(o.cancelFee)}, nil
	case o.refused != nil:
		return cancelOut{Fee: call.Money(value.Int(0))}, nil
	case o.underWay(call.Today()):
		tx.Queue(`update purchasing_orders set refused_at = $2, reason = nullif($3, '') where number = $1`, o.number, call.At, in.Reason)
		tx.Queue(`
			update purchasing_requisitions set purchase_order = null, purchase_line = null
			where purchase_order = $1 and sales_order is not null`, o.number)
		return cancelOut{Fee: call.Money(value.Int(0))}, nil
	}
	fee := value.Int(0)
	if o.sent != nil {
		fee = call.Round(o.value().Mul(o.feePercent).Mul(value.New(1, 2)))
	}
	tx.Queue(`update purchasing_orders set cancelled_at = $2, cancel_fee = $3, reason = nullif($4, '') where number = $1`,
		o.number, call.At, fee.String(), in.Reason)
	tx.Queue(`update purchasing_order_lines set cancelled = ordered where purchase_order = $1`, o.number)
	tx.Queue(`update purchasing_requisitions set purchase_order = null, purchase_line = null where purchase_order = $1`, o.number)
	return cancelOut{Accepted: true, Fee: call.Money(fee)}, nil
}

// underWay reports whether goods have come already or, by the date that the supplier confirmed and his
// transit days, are on the road.
func (o *order) underWay(today string) bool {
	for _, l := range o.lines {
		if l.received.Sign() > 0 {
			return true
		}
	}
	if o.confirmed == nil {
		return false
	}
	leaves, err := catalogue.DaysAfter(*o.confirmed, -o.transitDays)
	return err == nil && leaves <= today
}
