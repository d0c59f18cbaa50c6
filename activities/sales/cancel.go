package sales

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type cancelIn struct {
	Order  string `json:"order"`
	Reason string `json:"reason,omitempty"`
}

func cancelOrder(_ context.Context, tx catalogue.Tx, call catalogue.Call, in cancelIn) (struct{}, error) {
	stock.LockOrders(tx, in.Order)
	tx.Queue(`update sales_order_lines set cancelled = ordered - shipped + returned + lost
		where sales_order = $1 and cancelled < ordered - shipped + returned + lost`, in.Order)
	tx.Queue(`
		update sales_orders o set cancelled_at = coalesce(cancelled_at, $2), cancel_reason = coalesce(cancel_reason, $3),
		       void = not exists (select from sales_order_lines l
		                          where l.tenant = o.tenant and l.sales_order = o.number and l.cancelled < l.ordered)
		where number = $1`, in.Order, call.At, catalogue.Nullable(in.Reason))
	return struct{}{}, nil
}

type stateIn struct {
	Order string `json:"order"`
}

type stateOut struct {
	Lines []LineState `json:"lines"`
	Paid  value.Money `json:"paid" doc:"on the order's invoices, less refunds"`
}

// LineState is how far a line has come when its order is to be cancelled.
type LineState struct {
	Line     int           `json:"line"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity" doc:"ordered less cancelled"`
	State    string        `json:"state" type:"entered | reserved | requested | ordered | released | issued | finished | shipped | delivered" doc:"the furthest that applies to any piece"`
	Invoiced bool          `json:"invoiced"`
	Incurred value.Money   `json:"incurred" doc:"spent on the line so far: components issued, the supplier's fee for a purchase order that was sent"`
	Freight  value.Money   `json:"freight" doc:"both ways, of what was shipped; on the first line that was"`
}

// cancellationState sums up what other areas have done for the lines. A purchase order that was sent
// costs the fee its supplier asks; freight stands on the first line that was shipped.
func cancellationState(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in stateIn) (stateOut, error) {
	out := stateOut{Paid: call.Money(value.Int(0))}
	err := tx.QueryRow(ctx, `select coalesce(sum(paid - refunded), 0) from billing_invoices where sales_order = $1`, in.Order).
		Scan(catalogue.Into(&out.Paid.Amount))
	if err != nil {
		return stateOut{}, fmt.Errorf("payments of %s: %w", in.Order, err)
	}
	rows, err := tx.Query(ctx, lineStates, in.Order)
	if err != nil {
		return stateOut{}, fmt.Errorf("order %s: %w", in.Order, err)
	}
	out.Lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (LineState, error) {
		l := LineState{}
		err := row.Scan(&l.Line, &l.Product, catalogue.Into(&l.Quantity), &l.State, &l.Invoiced,
			catalogue.Into(&l.Incurred.Amount), catalogue.Into(&l.Freight.Amount))
		l.Incurred, l.Freight = call.Money(call.Round(l.Incurred.Amount)), call.Money(call.Round(l.Freight.Amount))
		return l, err
	})
	if err != nil {
		return stateOut{}, fmt.Errorf("order %s: %w", in.Order, err)
	}
	return out, nil
}

const lineStates = `
	with made as (
		select line, bool_or(finished_at is not null) as finished, bool_or(issued_at is not null) as issued,
		       bool_or(released_at is not null) as released, sum(cost) as cost
		from production_orders
		where sales_order = $1 and (cancelled_at is null or cost > 0)
		group by line
	), bought as (
		select r.line, bool_or(o.sent_at is not null) as ordered,
		       sum(case when o.sent_at is not null and r.used = 0 then r.wanted * l.price * s.cancel_fee / 100 else 0 end) as fee
		from purchasing_requisitions r
		left join purchasing_order_lines l on l.tenant = r.tenant and l.purchase_order = r.purchase_order and l.line = r.purchase_line
		left join purchasing_orders o on o.tenant = r.tenant and o.number = r.purchase_order and o.cancelled_at is null
		left join purchasing_suppliers s on s.tenant = o.tenant and s.number = o.supplier
		where r.sales_order = $1 and r.cancelled_at is null
		group by r.line
	)
	select l.line, l.product, l.ordered - l.cancelled,
	       case when l.delivered > 0 then 'delivered'
	            when l.shipped - l.returned - l.lost > 0 then 'shipped'
	            when m.finished or l.produced > 0 then 'finished'
	            when m.issued then 'issued'
	            when m.released then 'released'
	            when b.ordered then 'ordered'
	            when m.line is not null or b.line is not null then 'requested'
	            when l.reserved > 0 then 'reserved'
	            else 'entered' end,
	       l.invoiced > l.credited,
	       coalesce(m.cost, 0) + coalesce(b.fee, 0),
	       case when l.shipped > 0 and row_number() over (partition by l.shipped > 0 order by l.line) = 1 then 2 * o.freight else 0 end
	from sales_order_lines l
	join sales_orders o on o.tenant = l.tenant and o.number = l.sales_order
	left join made m on m.line = l.line
	left join bought b on b.line = l.line
	where l.sales_order = $1
	order by l.line`
