package production

import (
	"context"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type cancelIn struct {
	ProductionOrder string `json:"production_order"`
	Reason          string `json:"reason,omitempty"`
}

type cancelOut struct {
	Cost value.Money `json:"cost"`
}

func cancel(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in cancelIn) (cancelOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return cancelOut{}, err
	}
	out := cancelOut{Cost: call.Money(o.cost)}
	if o.finished != nil || o.cancelled != nil {
		return out, nil
	}
	ledger, components, err := lockComponents(ctx, tx, call.At, o.number)
	if err != nil {
		return out, err
	}
	o.free(ledger, components)
	ledger.Post()
	tx.Queue(`update production_orders set cancelled_at = $2, reason = nullif($3, '') where number = $1`, o.number, call.At, in.Reason)
	return out, nil
}
