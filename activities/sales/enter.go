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

type enterIn struct {
	Placed  PlacedOrder   `json:"placed"`
	Freight value.Money   `json:"freight"`
	Tax     value.Decimal `json:"tax" type:"percent"`
}

type enterOut struct {
	Order     string            `json:"order"`
	Lines     []stock.OrderLine `json:"lines" doc:"with their prices"`
	Net       value.Money       `json:"net" doc:"the sum of the lines"`
	Freight   value.Money       `json:"freight"`
	TaxAmount value.Money       `json:"tax_amount"`
	Total     value.Money       `json:"total"`
	Missing   []string          `json:"missing" doc:"ship_to, tax_id"`
}

func enterOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in enterIn) (enterOut, error) {
	lines, err := priceLines(ctx, tx, call, in.Placed.Lines)
	if err != nil {
		return enterOut{}, err
	}
	if in.Freight.Currency != call.Currency {
		return enterOut{}, fmt.Errorf("freight: in %s, not in %s", in.Freight.Currency, call.Currency)
	}
	net := value.Int(0)
	for _, l := range lines {
		net = net.Add(l.amount)
	}
	entered, err := insertOrder(ctx, tx, call, in, net)
	if err != nil {
		return enterOut{}, err
	}
	if entered {
		for _, l := range lines {
			tx.Queue(`insert into sales_order_lines (sales_order, line, product, price, ordered) values ($1, $2, $3, $4, $5)`,
				in.Placed.Number, l.Line, l.Product, l.price.String(), l.Quantity.String())
		}
	}
	out, known, err := entry(ctx, tx, in.Placed.Number)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && known != in.Placed.origin():
		return enterOut{}, duplicate(in.Placed)
	case err != nil:
		return enterOut{}, fmt.Errorf("order %s: %w", in.Placed.Number, err)
	}
	return out, nil
}

// origin is what tells two orders of the same number apart.
type origin struct{ customer, customerPO, quote string }

func (p PlacedOrder) origin() origin { return origin{p.Customer, p.CustomerPO, p.Quote} }

func duplicate(p PlacedOrder) error {
	return catalogue.Refuse("sales.duplicate_order",
		fmt.Sprintf("%s of %s: its number, or the customer's number %q, was entered before", p.Number, p.Customer, p.CustomerPO), nil)
}

// insertOrder reports false where the number, or the customer's own number, is taken; it waits for who
// is entering the same order just now.
func insertOrder(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in enterIn, net value.Decimal) (bool, error) {
	p := in.Placed
	freight := call.Round(in.Freight.Amount)
	tax := call.Round(net.Add(freight).Mul(in.Tax).Mul(value.New(1, 2)))
	done, err := tx.Exec(ctx, `
		insert into sales_orders (number, customer, customer_po, entered_by, policy, wanted, quote, currency,
		                          net, freight, tax_percent, tax_amount, total, entered_at, ship_to, tax_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
		        coalesce($15, (select ship_to from crm_customers where number = $2)),
		        coalesce($16, (select tax_id from crm_customers where number = $2)))
		on conflict do nothing`,
		p.Number, p.Customer, catalogue.Nullable(p.CustomerPO), p.EnteredBy, p.Policy, catalogue.Nullable(p.Wanted),
		catalogue.Nullable(p.Quote), call.Currency, net.String(), freight.String(), in.Tax.String(), tax.String(),
		net.Add(freight).Add(tax).String(), call.At, catalogue.Nullable(p.ShipTo), catalogue.Nullable(p.TaxID))
	if err != nil {
		return false, fmt.Errorf("order %s: %w", p.Number, err)
	}
	return done.RowsAffected() == 1, nil
}

// entry reads an order as it was entered, and where it came from.
func entry(ctx context.Context, tx catalogue.Tx, number string) (out enterOut, from origin, err error) {
	out.Order = number
	var currency, shipTo, taxID string
	err = tx.QueryRow(ctx, `
		select customer, coalesce(customer_po, ''), coalesce(quote, ''), currency, net, freight, tax_amount, total, coalesce(ship_to, ''), coalesce(tax_id, '')
		from sales_orders where number = $1`, number).
		Scan(&from.customer, &from.customerPO, &from.quote, &currency, catalogue.Into(&out.Net.Amount), catalogue.Into(&out.Freight.Amount),
			catalogue.Into(&out.TaxAmount.Amount), catalogue.Into(&out.Total.Amount), &shipTo, &taxID)
	if err != nil {
		return out, from, err
	}
	for _, m := range []*value.Money{&out.Net, &out.Freight, &out.TaxAmount, &out.Total} {
		m.Currency = currency
	}
	out.Missing = missing(shipTo, taxID)
	rows, err := tx.Query(ctx, `select line, product, ordered, price from sales_order_lines where sales_order = $1 order by line`, number)
	if err != nil {
		return out, from, err
	}
	out.Lines, err = collectLines(rows, currency)
	return out, from, err
}

func missing(shipTo, taxID string) []string {
	var names []string
	if shipTo == "" {
		names = append(names, "ship_to")
	}
	if taxID == "" {
		names = append(names, "tax_id")
	}
	return names
}

type completeIn struct {
	Order  string `json:"order"`
	ShipTo string `json:"ship_to,omitempty" personal:"true"`
	TaxID  string `json:"tax_id,omitempty"`
}

type completeOut struct {
	Missing []string `json:"missing" doc:"ship_to, tax_id"`
}

func completeOrder(ctx context.Context, tx catalogue.Tx, _ catalogue.Call, in completeIn) (completeOut, error) {
	var shipTo, taxID string
	err := tx.QueryRow(ctx, `
		update sales_orders set ship_to = coalesce($2, ship_to), tax_id = coalesce($3, tax_id) where number = $1
		returning coalesce(ship_to, ''), coalesce(tax_id, '')`,
		in.Order, catalogue.Nullable(in.ShipTo), catalogue.Nullable(in.TaxID)).Scan(&shipTo, &taxID)
	if err != nil {
		return completeOut{}, fmt.Errorf("order %s: %w", in.Order, err)
	}
	return completeOut{Missing: missing(shipTo, taxID)}, nil
}
