package production

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type issueOut struct {
	Issued value.Decimal `json:"issued" type:"quantity" doc:"of all components so far"`
	Cost   value.Money   `json:"cost" doc:"of what is issued"`
}

func issue(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (issueOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return issueOut{}, err
	}
	ledger, components, err := lockComponents(ctx, tx, call.At, o.number)
	if err != nil {
		return issueOut{}, err
	}
	var out issueOut
	cost := o.cost
	for _, c := range components {
		out.Issued = out.Issued.Add(c.Issued).Sub(c.Returned)
		if c.Reserved.IsZero() || !o.takes() {
			continue
		}
		out.Issued = out.Issued.Add(c.Reserved)
		cost = cost.Add(c.Reserved.Mul(ledger.Cost(c.Product)))
		ledger.Unreserve(c.Product, c.Reserved, stock.ForProduction(o.number))
		ledger.Move(stock.Consumed, c.Product, c.Reserved.Neg(), o.number)
		tx.Queue(`update production_components set issued = issued + $3 where production_order = $1 and product = $2`,
			o.number, c.Product, c.Reserved.String())
	}
	ledger.Post()
	cost = call.Round(cost)
	if o.takes() {
		tx.Queue(`update production_orders set issued_at = coalesce(issued_at, $2), cost = $3 where number = $1`, o.number, call.At, cost.String())
	}
	out.Cost = call.Money(cost)
	return out, nil
}

type returnOut struct {
	Returned   value.Decimal `json:"returned" type:"quantity"`
	WrittenOff value.Money   `json:"written_off"`
}

func returnComponents(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in orderIn) (returnOut, error) {
	o, err := lockOrder(ctx, tx, in.ProductionOrder)
	if err != nil {
		return returnOut{}, err
	}
	ledger, components, err := lockComponents(ctx, tx, call.At, o.number)
	if err != nil {
		return returnOut{}, err
	}
	out := returnOut{WrittenOff: call.Money(o.writtenOff)}
	if o.over() {
		for _, c := range components {
			out.Returned = out.Returned.Add(c.Returned)
		}
		return out, nil
	}
	pieces, err := readReported(ctx, tx, o.number)
	if err != nil {
		return out, err
	}
	used := value.Int(0)
	for _, c := range components {
		share, err := o.usedBy(pieces, c, ledger.Decimals(c.Product))
		if err != nil {
			return out, err
		}
		back := stock.AtLeastZero(c.Issued.Sub(c.Returned).Sub(share))
		out.Returned = out.Returned.Add(back)
		used = used.Add(c.Issued.Sub(c.Returned).Sub(back).Mul(ledger.Cost(c.Product)))
		ledger.Move(stock.Consumed, c.Product, back, o.number)
		tx.Queue(`update production_components set returned = returned + $3 where production_order = $1 and product = $2`,
			o.number, c.Product, back.String())
	}
	o.free(ledger, components)
	ledger.Post()
	out.WrittenOff = call.Money(call.Round(used))
	tx.Queue(`update production_orders set stopped_at = $2, cost = $3, written_off = $3 where number = $1`,
		o.number, call.At, out.WrittenOff.Amount.String())
	return out, nil
}

// usedBy is what so many reported pieces have used of a component; a started unit counts as used.
func (o *order) usedBy(pieces value.Decimal, c stock.Component, decimals int32) (value.Decimal, error) {
	return c.Quantity.Mul(stock.Less(pieces, o.quantity)).Quo(o.quantity, decimals, value.Up)
}

// readReported returns the pieces that some operation has begun with: good and scrap of the one that
// reported most.
func readReported(ctx context.Context, tx catalogue.Tx, number string) (value.Decimal, error) {
	var pieces value.Decimal
	err := tx.QueryRow(ctx, `
		select coalesce(max(pieces), 0) from (
			select sum(good + scrap) as pieces from production_reports where production_order = $1 group by operation
		) operations`, number).Scan(catalogue.Into(&pieces))
	if err != nil {
		return pieces, fmt.Errorf("reports of %s: %w", number, err)
	}
	return pieces, nil
}
