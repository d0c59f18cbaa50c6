package purchasing

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type requestIn struct {
	Order           string        `json:"order"`
	Line            int           `json:"line"`
	Product         string        `json:"product" type:"ref stock.product"`
	Quantity        value.Decimal `json:"quantity" type:"quantity"`
	Needed          string        `json:"needed,omitempty" type:"date" doc:"the day it is needed by"`
	ProductionOrder string        `json:"production_order,omitempty" doc:"that needs it as a component; left out: the order line itself"`
}

type requestOut struct {
	Requisition string        `json:"requisition"`
	Quantity    value.Decimal `json:"quantity" type:"quantity"`
	Value       value.Money   `json:"value"`
}

func request(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in requestIn) (requestOut, error) {
	offers, err := readOffers(ctx, tx, in.Product)
	if err != nil {
		return requestOut{}, err
	}
	from, ok := best(offers, in.Quantity)
	if !ok {
		return requestOut{}, catalogue.Refuse("purchasing.no_supplier", in.Product+" has no supplier", map[string]any{"product": in.Product})
	}
	out := requestOut{Quantity: from.lot(in.Quantity)}
	out.Value = call.Money(call.Round(out.Quantity.Mul(from.pays())))
	err = tx.QueryRow(ctx, `
		insert into purchasing_requisitions (product, quantity, wanted, needed, sales_order, line, production_order, requested_at)
		values ($1, $2, $3, nullif($4, '')::date, $5, $6, nullif($7, ''), $8) returning number`,
		in.Product, out.Quantity.String(), in.Quantity.String(), in.Needed, in.Order, in.Line, in.ProductionOrder, call.At).
		Scan(&out.Requisition)
	if err != nil {
		return out, fmt.Errorf("requisition of %s: %w", in.Product, err)
	}
	return out, nil
}

type requisitionIn struct {
	Requisition string `json:"requisition"`
}

func reduce(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in requisitionIn) (nothing, error) {
	if err := lockOrdered(ctx, tx, in.Requisition); err != nil {
		return nothing{}, err
	}
	tx.Queue(`
		update purchasing_order_lines l set cancelled = cancelled + least(case when r.sales_order is null then r.wanted else r.quantity end, l.ordered - l.cancelled)
		from purchasing_requisitions r, purchasing_orders o
		where r.number = $1 and r.cancelled_at is null
		  and l.purchase_order = r.purchase_order and l.line = r.purchase_line
		  and o.number = r.purchase_order and o.sent_at is null`, in.Requisition)
	tx.Queue(`update purchasing_requisitions set cancelled_at = $2 where number = $1 and cancelled_at is null`, in.Requisition, call.At)
	return nothing{}, nil
}

// lockOrdered locks the purchase order that a requisition is on, and then the requisition.
func lockOrdered(ctx context.Context, tx catalogue.Tx, number string) error {
	before, locking := "", ""
	for {
		var on string
		err := tx.QueryRow(ctx, `select coalesce(purchase_order, '') from purchasing_requisitions where number = $1`+locking, number).Scan(&on)
		if err != nil {
			return fmt.Errorf("requisition %s: %w", number, err)
		}
		if locking != "" && on == before {
			return nil
		}
		// The second time round it was put on another order while its lock was waited for; it stays there now.
		tx.Queue(`select from purchasing_orders where number = $1 for no key update`, on)
		before, locking = on, ` for no key update`
	}
}

type offersOut struct {
	Offers []Offer `json:"offers"`
}

func offers(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in requisitionIn) (offersOut, error) {
	out := offersOut{Offers: []Offer{}}
	r, err := readRequisition(ctx, tx, in.Requisition)
	if err != nil {
		return out, err
	}
	found, err := readOffers(ctx, tx, r.product)
	if err != nil {
		return out, err
	}
	for _, o := range found {
		out.Offers = append(out.Offers, Offer{Supplier: o.supplier, Price: call.Money(o.price), LeadDays: o.leadDays})
	}
	return out, nil
}

// requisition is one that may get a purchase order.
type requisition struct {
	number, product string
	wanted          value.Decimal
	purchaseOrder   string // that it is on; "" for none
}

var errCancelled = errors.New("cancelled")

// readRequisition locks the requisition and reads it.
func readRequisition(ctx context.Context, tx catalogue.Tx, number string) (requisition, error) {
	r := requisition{number: number}
	var cancelled bool
	err := tx.QueryRow(ctx, `
		select product, wanted, coalesce(purchase_order, ''), cancelled_at is not null
		from purchasing_requisitions where number = $1 for no key update`, number).
		Scan(&r.product, catalogue.Into(&r.wanted), &r.purchaseOrder, &cancelled)
	switch {
	case err != nil:
		return r, fmt.Errorf("requisition %s: %w", number, err)
	case cancelled:
		return r, fmt.Errorf("requisition %s: %w", number, errCancelled)
	}
	return r, nil
}

// openRequisitions locks the requisitions for stock that no purchase order has yet.
func openRequisitions(ctx context.Context, tx catalogue.Tx) ([]requisition, error) {
	rows, err := tx.Query(ctx, `
		select number, product, wanted from purchasing_requisitions
		where sales_order is null and purchase_order is null and cancelled_at is null
		order by number for no key update`)
	if err != nil {
		return nil, fmt.Errorf("requisitions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (requisition, error) {
		var r requisition
		err := row.Scan(&r.number, &r.product, catalogue.Into(&r.wanted))
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("requisitions: %w", err)
	}
	return found, nil
}
