package stock

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type reserveIn struct {
	Order string    `json:"order"`
	Lines []Promise `json:"lines,omitempty" doc:"what stock.check found; left out: all lines"`
}

type reserveOut struct {
	Reserved  value.Decimal `json:"reserved" type:"quantity" doc:"by this call"`
	Shortages []Shortage    `json:"shortages"`
	Lost      bool          `json:"lost" doc:"a line got less than its promise had found"`
}

func reserve(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in reserveIn) (reserveOut, error) {
	out := reserveOut{Shortages: []Shortage{}}
	lines, err := LockLines(ctx, tx, in.Order)
	if err != nil {
		return out, err
	}
	asked, found, err := askedFor(lines, in)
	if err != nil {
		return out, err
	}
	ledger, err := Lock(ctx, tx, call.At, ProductsOf(asked))
	if err != nil {
		return out, err
	}
	for _, l := range asked {
		got := Less(l.Need(), ledger.Free(l.Product))
		ledger.Reserve(l.Product, got, ForLine(l.Order, l.Line))
		out.Reserved = out.Reserved.Add(got)
		if short := l.Need().Sub(got); short.Sign() > 0 {
			out.Shortages = append(out.Shortages, Shortage{Line: l.Line, Product: l.Product, Quantity: short, Needed: cmp.Or(found[l.Line].Date, l.Promised)})
		}
		if p, ok := found[l.Line]; ok && l.Reserved.Add(got).Cmp(Less(p.Available, l.ToShip())) < 0 {
			out.Lost = true
		}
	}
	slices.SortFunc(out.Shortages, func(a, b Shortage) int { return cmp.Compare(a.Line, b.Line) })
	ledger.Post()
	state := served
	if len(out.Shortages) > 0 {
		state = waiting
	}
	stands(tx, in.Order, state)
	return out, nil
}

// askedFor returns the order's lines that were asked for, in product order, and what was found for
// each.
func askedFor(lines []Line, in reserveIn) ([]Line, map[int]Promise, error) {
	found := make(map[int]Promise, len(in.Lines))
	asked := slices.Clone(lines)
	if in.Lines != nil {
		asked = asked[:0]
		for _, p := range in.Lines {
			l, ok := findLine(lines, p.Line)
			if _, twice := found[p.Line]; twice || !ok || l.Product != p.Product {
				return nil, nil, fmt.Errorf("sales order %s: line %d of %s: not there, or twice", in.Order, p.Line, p.Product)
			}
			found[p.Line] = p
			asked = append(asked, *l)
		}
	}
	slices.SortStableFunc(asked, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Line, b.Line))
	})
	return asked, found, nil
}
