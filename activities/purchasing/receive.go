package purchasing

import (
	"cmp"
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type receiveIn struct {
	PurchaseOrder string        `json:"purchase_order"`
	Counted       []stock.Count `json:"counted"`
	OverTolerance value.Decimal `json:"over_tolerance" type:"percent" doc:"of what was ordered, that is kept beyond it"`
	By            string        `json:"by,omitempty" doc:"the person whose act it is; left out: whoever is behind the step"`
}

type receiveOut struct {
	Receipt  string        `json:"receipt"`
	Received value.Decimal `json:"received" type:"quantity"`
	SentBack value.Decimal `json:"sent_back" type:"quantity" doc:"beyond what was ordered and the tolerance"`
	Samples  value.Decimal `json:"samples" type:"quantity" doc:"what quality shall look at"`
}

func receive(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in receiveIn) (receiveOut, error) {
	o, err := lockOrder(ctx, tx, in.PurchaseOrder)
	if err != nil {
		return receiveOut{}, err
	}
	if o.sent == nil || o.cancelled != nil || o.open().IsZero() {
		return receiveOut{}, catalogue.Refuse("purchasing.nothing_open", o.number+" expects nothing", map[string]any{"purchase_order": o.number})
	}
	var out receiveOut
	kept, err := o.accept(in)
	if err != nil {
		return out, err
	}
	err = tx.QueryRow(ctx, `insert into purchasing_receipts (purchase_order, by, at) values ($1, $2, $3) returning number`, o.number, cmp.Or(in.By, call.By), call.At).
		Scan(&out.Receipt)
	if err != nil {
		return out, fmt.Errorf("receipt of %s: %w", o.number, err)
	}
	for _, k := range kept {
		out.Received = out.Received.Add(k.kept)
		out.SentBack = out.SentBack.Add(k.sentBack)
		sample := k.kept.Mul(o.samplePercent).Mul(value.New(1, 2)).Round(k.line.decimals, value.Up)
		out.Samples = out.Samples.Add(sample)
		tx.Queue(`
			insert into purchasing_receipt_lines (receipt, purchase_order, line, quantity, sent_back) values ($1, $2, $3, $4, $5)`,
			out.Receipt, o.number, k.line.number, k.kept.String(), k.sentBack.String())
		tx.Queue(`update purchasing_order_lines set received = received + $3 where purchase_order = $1 and line = $2`,
			o.number, k.line.number, k.kept.String())
		tx.Queue(`update purchasing_prices set last_price = $3::numeric * unit_factor where supplier = $1 and product = $2`,
			o.supplier, k.line.product, k.line.price.String())
	}
	return out, nil
}

// arrival is what of a line is kept in quarantine, and what goes back at once.
type arrival struct {
	line           *line
	kept, sentBack value.Decimal
}

// accept splits what was counted: kept is no more than what was ordered and the tolerance, less what
// came before and was not rejected.
func (o *order) accept(in receiveIn) ([]arrival, error) {
	var all []arrival
	seen := map[int]bool{}
	for _, c := range in.Counted {
		l, err := o.line(c.Line, c.Product)
		if err != nil {
			return nil, err
		}
		if seen[c.Line] || c.Quantity.Sign() < 0 {
			return nil, fmt.Errorf("purchase order %s: line %d: counted twice, or less than nothing", o.number, c.Line)
		}
		seen[c.Line] = true
		most := l.wanted().Mul(value.Int(100).Add(in.OverTolerance)).Mul(value.New(1, 2)).Round(l.decimals, value.Down)
		room := stock.AtLeastZero(most.Sub(l.received).Add(l.rejected).Sub(l.debited))
		kept := stock.Less(c.Quantity, room)
		all = append(all, arrival{line: l, kept: kept, sentBack: c.Quantity.Sub(kept)})
	}
	return all, nil
}
