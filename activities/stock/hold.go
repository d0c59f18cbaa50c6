package stock

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"waybill/activities/catalogue"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

type holdIn struct {
	Quote   string      `json:"quote"`
	Lines   []OrderLine `json:"lines"`
	HoldFor string      `json:"hold_for" type:"duration"`
}

type holdOut struct {
	Complete bool      `json:"complete" doc:"all lines are held whole"`
	Expires  time.Time `json:"expires"`
}

func holdForQuote(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in holdIn) (holdOut, error) {
	span, err := calendar.ParseDuration(in.HoldFor)
	if err != nil {
		return holdOut{}, err
	}
	out := holdOut{Complete: true, Expires: call.Add(span)}
	lines := slices.SortedStableFunc(slices.Values(in.Lines), func(a, b OrderLine) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), cmp.Compare(a.Line, b.Line))
	})
	products := make([]string, len(lines))
	for i, l := range lines {
		products[i] = l.Product
	}
	ledger, err := Lock(ctx, tx, call.At, products)
	if err != nil {
		return out, err
	}
	held, err := softly(ctx, tx, call.At, products, in.Quote)
	if err != nil {
		return out, err
	}
	tx.Queue(`delete from stock_reservations where quote = $1`, in.Quote)
	for _, l := range lines {
		got := Less(l.Quantity, AtLeastZero(ledger.Free(l.Product).Sub(held[l.Product])))
		held[l.Product] = held[l.Product].Add(got)
		out.Complete = out.Complete && got.Equal(l.Quantity)
		if got.Sign() > 0 {
			tx.Queue(`insert into stock_reservations (product, quantity, quote, line, expires_at) values ($1, $2, $3, $4, $5)`,
				l.Product, got.String(), in.Quote, l.Line, out.Expires)
		}
	}
	return out, nil
}

// softly returns what other quotes hold of the products at a time.
func softly(ctx context.Context, tx catalogue.Tx, at time.Time, products []string, not string) (map[string]value.Decimal, error) {
	held := map[string]value.Decimal{}
	rows, err := tx.Query(ctx, `
		select product, sum(quantity) from stock_reservations
		where quote is not null and product = any ($1) and quote <> $2 and expires_at > $3
		group by product`, products, not, at)
	if err != nil {
		return nil, fmt.Errorf("soft holds: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var quantity value.Decimal
		if err := rows.Scan(&name, catalogue.Into(&quantity)); err != nil {
			return nil, fmt.Errorf("soft holds: %w", err)
		}
		held[name] = quantity
	}
	return held, rows.Err()
}

type releaseHoldIn struct {
	Quote string `json:"quote"`
}

type nothing struct{}

func releaseHold(_ context.Context, tx catalogue.Tx, _ catalogue.Call, in releaseHoldIn) (nothing, error) {
	tx.Queue(`delete from stock_reservations where quote = $1`, in.Quote)
	return nothing{}, nil
}
