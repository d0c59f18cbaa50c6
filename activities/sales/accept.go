package sales

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

// PlacedOrder is what starts the order process; a person, a shop, an accepted quote or a replacement
// makes it.
type PlacedOrder struct {
	Number     string            `json:"number"`
	Customer   string            `json:"customer" type:"ref crm.customer"`
	CustomerPO string            `json:"customer_po,omitempty" doc:"the customer's own number of the order"`
	EnteredBy  string            `json:"entered_by"`
	Wanted     string            `json:"wanted,omitempty" type:"date" doc:"the day the customer wants it"`
	Policy     string            `json:"policy" type:"ship_complete | partial" doc:"ship_complete: all in one shipment; partial: as it comes"`
	ShipTo     string            `json:"ship_to,omitempty" personal:"true"`
	TaxID      string            `json:"tax_id,omitempty"`
	Quote      string            `json:"quote,omitempty"`
	Lines      []stock.OrderLine `json:"lines"`
}

type acceptIn struct {
	Quote      string `json:"quote"`
	CustomerPO string `json:"customer_po,omitempty"`
	Wanted     string `json:"wanted,omitempty" type:"date" doc:"the day the customer wants it"`
	Policy     string `json:"policy,omitempty" type:"ship_complete | partial" doc:"left out: partial"`
}

type acceptOut struct {
	Placed PlacedOrder `json:"placed"`
}

func acceptQuote(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in acceptIn) (acceptOut, error) {
	done, err := tx.Exec(ctx, `
		update sales_quotes set state = 'accepted', order_number = 'SO-' || lpad(nextval('sales_order_numbers')::text, 6, '0'),
		       customer_po = $2, wanted = $3, policy = coalesce($4, 'partial')
		where number = $1 and state = 'open' and expires_at > $5`,
		in.Quote, catalogue.Nullable(in.CustomerPO), catalogue.Nullable(in.Wanted), catalogue.Nullable(in.Policy), call.At)
	if err != nil {
		return acceptOut{}, fmt.Errorf("quote %s: %w", in.Quote, err)
	}
	placed, err := placedOrder(ctx, tx, in.Quote)
	switch {
	case errors.Is(err, pgx.ErrNoRows) && done.RowsAffected() == 0:
		return acceptOut{}, catalogue.Refuse("sales.quote_closed", "quote "+in.Quote+" is closed or has expired", nil)
	case err != nil:
		return acceptOut{}, fmt.Errorf("quote %s: %w", in.Quote, err)
	}
	return acceptOut{Placed: placed}, nil
}

// placedOrder reads the order that an accepted quote became, as the customer is known now.
func placedOrder(ctx context.Context, tx catalogue.Tx, quote string) (PlacedOrder, error) {
	p := PlacedOrder{Quote: quote}
	var currency string
	err := tx.QueryRow(ctx, `
		select q.order_number, q.customer, coalesce(q.customer_po, ''), q.author, coalesce(q.wanted::text, ''), q.policy, q.currency,
		       coalesce(c.ship_to, ''), coalesce(c.tax_id, '')
		from sales_quotes q join crm_customers c on c.tenant = q.tenant and c.number = q.customer
		where q.number = $1 and q.state = 'accepted'`, quote).
		Scan(&p.Number, &p.Customer, &p.CustomerPO, &p.EnteredBy, &p.Wanted, &p.Policy, &currency, &p.ShipTo, &p.TaxID)
	if err != nil {
		return p, err
	}
	rows, err := tx.Query(ctx, `select line, product, quantity, price from sales_quote_lines where quote = $1 order by line`, quote)
	if err != nil {
		return p, err
	}
	p.Lines, err = collectLines(rows, currency)
	return p, err
}

func collectLines(rows pgx.Rows, currency string) ([]stock.OrderLine, error) {
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (stock.OrderLine, error) {
		l := stock.OrderLine{Price: &value.Money{Currency: currency}}
		err := row.Scan(&l.Line, &l.Product, catalogue.Into(&l.Quantity), catalogue.Into(&l.Price.Amount))
		return l, err
	})
}
