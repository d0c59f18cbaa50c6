package sales

import (
	"context"
	"fmt"
	"time"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

type quoteIn struct {
	Customer string            `json:"customer" type:"ref crm.customer"`
	Lines    []stock.OrderLine `json:"lines"`
	Discount value.Decimal     `json:"discount" type:"percent"`
	Author   string            `json:"author"`
	ValidFor string            `json:"valid_for" type:"duration"`
	Lead     string            `json:"lead,omitempty"`
}

type quoteOut struct {
	Quote   string            `json:"quote"`
	Lines   []stock.OrderLine `json:"lines" doc:"with the prices quoted"`
	Total   value.Money       `json:"total" doc:"without freight and tax"`
	Cost    value.Money       `json:"cost"`
	Margin  value.Decimal     `json:"margin" type:"percent" doc:"(total - cost) of total, with two digits; 0 where the total is 0"`
	Expires time.Time         `json:"expires"`
}

func makeQuote(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in quoteIn) (quoteOut, error) {
	validFor, err := calendar.ParseDuration(in.ValidFor)
	if err != nil {
		return quoteOut{}, fmt.Errorf("valid_for: %w", err)
	}
	lines, err := priceLines(ctx, tx, call, in.Lines)
	if err != nil {
		return quoteOut{}, err
	}
	total, cost := value.Int(0), value.Int(0)
	for i := range lines {
		lines[i].at(call, call.Round(lines[i].price.Mul(value.Int(100).Sub(in.Discount)).Mul(value.New(1, 2))))
		total, cost = total.Add(lines[i].amount), cost.Add(lines[i].cost)
	}
	out := quoteOut{
		Lines: orderLines(lines), Total: call.Money(total), Cost: call.Money(cost),
		Margin: margin(total, cost), Expires: call.Add(validFor),
	}
	err = tx.QueryRow(ctx, `
		insert into sales_quotes (number, customer, lead, author, currency, discount, total, cost, margin, made_at, expires_at)
		values ('Q-' || lpad(nextval('sales_quote_numbers')::text, 6, '0'), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		returning number`,
		in.Customer, catalogue.Nullable(in.Lead), in.Author, call.Currency, in.Discount.String(), total.String(), cost.String(),
		out.Margin.String(), call.At, out.Expires).Scan(&out.Quote)
	if err != nil {
		return quoteOut{}, fmt.Errorf("quote: %w", err)
	}
	for _, l := range lines {
		tx.Queue(`insert into sales_quote_lines (quote, line, product, quantity, price) values ($1, $2, $3, $4, $5)`,
			out.Quote, l.Line, l.Product, l.Quantity.String(), l.price.String())
	}
	return out, nil
}

func margin(total, cost value.Decimal) value.Decimal {
	share, err := total.Sub(cost).Mul(value.Int(100)).Quo(total, 2, value.HalfUp)
	if err != nil { // nothing to divide by: given away
		return value.Int(0)
	}
	return share
}

type closeIn struct {
	Quote  string `json:"quote"`
	Reason string `json:"reason,omitempty"`
}

func closeQuote(_ context.Context, tx catalogue.Tx, _ catalogue.Call, in closeIn) (struct{}, error) {
	tx.Queue(`update sales_quotes set state = 'closed', reason = $2 where number = $1 and state = 'open'`,
		in.Quote, catalogue.Nullable(in.Reason))
	return struct{}{}, nil
}
