package production

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type finishIn struct {
	ProductionOrder string        `json:"production_order"`
	Good            value.Decimal `json:"good" type:"quantity"`
	Scrap           value.Decimal `json:"scrap" type:"quantity"`
}

type finishOut struct {
	Produced value.Decimal `json:"produced" type:"quantity"`
	Short    value.Decimal `json:"short" type:"quantity" doc:"of what was needed, still missing"`
}

func finish(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in finishIn) (finishOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return finishOut{}, err
	}
	if o.finished != nil {
		return o.outcome(o.good), nil
	}
	if o.stopped != nil {
		return finishOut{}, fmt.Errorf("production order %s: %w", o.number, errOver)
	}
	lines, err := o.lockLine(ctx, tx)
	if err != nil {
		return finishOut{}, err
	}
	ledger, components, err := lockComponents(ctx, tx, call.At, o.number, o.product)
	if err != nil {
		return finishOut{}, err
	}
	need, holder, err := o.waiting(ctx, tx, lines)
	if err != nil {
		return finishOut{}, err
	}
	ledger.Move(stock.Produced, o.product, in.Good, o.number)
	pegged := stock.Less(in.Good, stock.Less(o.wanted, need))
	ledger.Reserve(o.product, pegged, holder)
	o.free(ledger, components)
	ledger.Post()
	if o.parent == "" {
		tx.Queue(`update sales_order_lines set produced = produced + $3 where sales_order = $1 and line = $2`, o.salesOrder, o.line, pegged.String())
	}
	tx.Queue(`update production_orders set finished_at = $2, good = $3, scrap = $4 where number = $1`,
		o.number, call.At, in.Good.String(), in.Scrap.String())
	tx.Queue(`delete from production_slots where production_order = $1 and day > $2::date`, o.number, call.Today())
	return o.outcome(in.Good), nil
}

func (o *order) outcome(good value.Decimal) finishOut {
	return finishOut{Produced: good, Short: stock.AtLeastZero(o.wanted.Sub(good))}
}

// lockLine locks the sales order's lines where the pieces are for one of them.
func (o *order) lockLine(ctx context.Context, tx catalogue.Tx) ([]stock.Line, error) {
	if o.parent != "" {
		return nil, nil
	}
	return stock.LockLines(ctx, tx, o.salesOrder)
}

// waiting returns for whom the pieces are and how many they still need: none where the production order
// was cancelled, where the sales order has let go of its stock, or where they got them otherwise.
func (o *order) waiting(ctx context.Context, tx catalogue.Tx, lines []stock.Line) (value.Decimal, stock.Holder, error) {
	none := value.Int(0)
	if o.parent != "" {
		holder := stock.ForProduction(o.parent)
		components, err := stock.ReadComponents(ctx, tx, o.parent)
		for _, c := range components {
			if c.Product == o.product && o.cancelled == nil {
				return c.Need(), holder, err
			}
		}
		return none, holder, err
	}
	gone, err := stock.Released(ctx, tx, []string{o.salesOrder})
	for _, l := range lines {
		if l.Line == o.line && l.Product == o.product && o.cancelled == nil && !gone[o.salesOrder] {
			return l.Need(), stock.ForLine(l.Order, l.Line), err
		}
	}
	return none, stock.ForLine(o.salesOrder, o.line), err
}
