package sales

import (
	"context"
	"fmt"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
)

type promiseIn struct {
	Order  string          `json:"order"`
	Lines  []stock.Promise `json:"lines"`
	Reason string          `json:"reason,omitempty" doc:"why the date is another one"`
}

type promiseOut struct {
	First  string `json:"first,omitempty" type:"date" doc:"when the whole order was promised first"`
	Latest string `json:"latest,omitempty" type:"date" doc:"when it is promised now"`
}

// promise appends a version where the date is another than the last one promised.
func promise(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in promiseIn) (promiseOut, error) {
	stock.LockOrders(tx, in.Order)
	for _, l := range in.Lines {
		if l.Date == "" {
			continue
		}
		tx.Queue(`
			insert into sales_promises (sales_order, line, version, date, reason, at)
			select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5::timestamptz from sales_promises where sales_order = $1 and line = $2
			having (array_agg(date order by version desc))[1] is distinct from $3`,
			in.Order, l.Line, l.Date, catalogue.Nullable(in.Reason), call.At)
	}
	var out promiseOut
	err := tx.QueryRow(ctx, `
		select coalesce(max(date) filter (where version = 1)::text, ''), coalesce(max(date) filter (where newest)::text, '')
		from (select date, version, version = max(version) over (partition by line) as newest
		      from sales_promises where sales_order = $1) promises`, in.Order).Scan(&out.First, &out.Latest)
	if err != nil {
		return promiseOut{}, fmt.Errorf("promises of %s: %w", in.Order, err)
	}
	return out, nil
}
