package service

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type authoriseIn struct {
	Case     string        `json:"case"`
	Order    string        `json:"order"`
	Product  string        `json:"product" type:"ref stock.product"`
	Quantity value.Decimal `json:"quantity" type:"quantity"`
}

type authoriseOut struct {
	RMA string `json:"rma"`
}

// room is what of an order's line may still come back.
type room struct {
	line     int
	quantity value.Decimal
}

func authoriseReturn(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in authoriseIn) (authoriseOut, error) {
	stock.LockOrders(tx, in.Order)
	var out authoriseOut
	err := tx.QueryRow(ctx, `
		select number from service_returns
		where service_case = $1 and sales_order = $2 and product = $3 and quantity = $4 and closed_at is null`,
		in.Case, in.Order, in.Product, in.Quantity.String()).Scan(&out.RMA)
	if !errors.Is(err, pgx.ErrNoRows) {
		return out, err
	}
	rooms, err := returnable(ctx, tx, in.Order, in.Product)
	if err != nil {
		return out, fmt.Errorf("order %s: %w", in.Order, err)
	}
	parts, left := divide(rooms, in.Quantity)
	if left.Sign() > 0 || in.Quantity.Sign() <= 0 {
		return out, catalogue.Refuse("service.nothing_to_return",
			fmt.Sprintf("of %s, %s pieces of %s can be returned", in.Order, in.Quantity.Sub(left), in.Product), nil)
	}
	err = tx.QueryRow(ctx, `
		insert into service_returns (number, service_case, sales_order, product, quantity, opened_at)
		values ('RMA-' || lpad(nextval('service_return_numbers')::text, 6, '0'), $1, $2, $3, $4, $5) returning number`,
		in.Case, in.Order, in.Product, in.Quantity.String(), call.At).Scan(&out.RMA)
	if err != nil {
		return out, fmt.Errorf("return: %w", err)
	}
	for _, p := range parts {
		tx.Queue(`insert into service_return_lines (rma, line, quantity) values ($1, $2, $3)`, out.RMA, p.line, p.quantity.String())
	}
	return out, nil
}

// returnable is what was delivered, is not back and is not expected on another open return. Pieces that
// were claimed from the carrier, damaged, are his.
func returnable(ctx context.Context, tx catalogue.Tx, order, product string) ([]room, error) {
	rows, err := tx.Query(ctx, `
		select l.line, least(l.delivered, l.shipped - l.lost) - l.returned - coalesce((
			select sum(e.quantity - e.usable - e.scrapped) from service_return_lines e
			join service_returns r on r.tenant = e.tenant and r.number = e.rma and r.closed_at is null
			where r.tenant = l.tenant and r.sales_order = l.sales_order and e.line = l.line), 0)
		from sales_order_lines l where l.sales_order = $1 and l.product = $2 order by l.line`, order, product)
	if err != nil {
		return nil, err
	}
	return collectRooms(rows)
}

func collectRooms(rows pgx.Rows) ([]room, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (room, error) {
		var r room
		err := row.Scan(&r.line, catalogue.Into(&r.quantity))
		return r, err
	})
}

// divide takes a quantity from the rooms, the first one first, and returns what found none.
func divide(rooms []room, quantity value.Decimal) (parts []room, left value.Decimal) {
	left = quantity
	for _, r := range rooms {
		part := r.quantity
		if part.Cmp(left) > 0 {
			part = left
		}
		if part.Sign() > 0 {
			parts, left = append(parts, room{r.line, part}), left.Sub(part)
		}
	}
	return parts, left
}

type closeReturnIn struct {
	RMA    string `json:"rma"`
	Reason string `json:"reason,omitempty"`
}

func closeReturn(_ context.Context, tx catalogue.Tx, call catalogue.Call, in closeReturnIn) (struct{}, error) {
	tx.Queue(`update service_returns set closed_at = $2, reason = $3 where number = $1 and closed_at is null`,
		in.RMA, call.At, catalogue.Nullable(in.Reason))
	return struct{}{}, nil
}
