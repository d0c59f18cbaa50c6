package stock

import (
	"context"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type releaseIn struct {
	Order string `json:"order"`
}

type releaseOut struct {
	Freed value.Decimal `json:"freed" type:"quantity"`
}

func release(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in releaseIn) (releaseOut, error) {
	var out releaseOut
	lines, err := LockLines(ctx, tx, in.Order)
	if err != nil {
		return out, err
	}
	ledger, err := Lock(ctx, tx, call.At, ProductsOf(lines))
	if err != nil {
		return out, err
	}
	var freed []Line
	for _, l := range lines {
		if l.Reserved.Sign() > 0 {
			ledger.Unreserve(l.Product, l.Reserved, ForLine(l.Order, l.Line))
			out.Freed = out.Freed.Add(l.Reserved)
			freed = append(freed, l)
		}
	}
	if len(freed) > 0 {
		if err := reallocate(ctx, tx, ledger, ProductsOf(freed), in.Order); err != nil {
			return out, err
		}
	}
	ledger.Post()
	stands(tx, in.Order, released)
	return out, nil
}

// reallocate reserves what is free of the products for the lines of other orders that wait, oldest
// order first. An order that has not asked for stock yet does not wait. A line in the hands of another transaction is passed over: waiting for it while holding
// balances could deadlock, and its order asks for stock itself.
func reallocate(ctx context.Context, tx catalogue.Tx, ledger *Ledger, products []string, not string) error {
	queue, err := queryLines(ctx, tx, `
		join stock_orders s on s.tenant = l.tenant and s.sales_order = l.sales_order and s.state = 'waiting'
		where l.product = any ($1) and l.sales_order <> $2
		  and l.ordered - l.cancelled - l.shipped + l.lost - l.reserved > 0
		order by o.entered_at, l.sales_order, l.line
		for no key update of l skip locked`, products, not)
	if err != nil {
		return err
	}
	for _, l := range queue {
		ledger.Reserve(l.Product, Less(l.Need(), ledger.Free(l.Product)), ForLine(l.Order, l.Line))
	}
	return nil
}
