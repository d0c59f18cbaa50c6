package sales

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

// product is what selling needs to know of a product.
type product struct {
	sold     bool
	price    value.Decimal
	currency string
	cost     value.Decimal
}

// loadProducts reads the products of the lines. A product's cost is its standard cost or, where it has
// none, that of its components rolled up through the bills in force on a date.
func loadProducts(ctx context.Context, tx catalogue.Tx, today string, lines []stock.OrderLine) (map[string]product, error) {
	numbers := make([]string, len(lines))
	for i, l := range lines {
		numbers[i] = l.Product
	}
	rows, err := tx.Query(ctx, `
		with recursive parts (root, product, cost, quantity, path) as (
			select number, number, cost, 1::numeric, array[number] from stock_products where number = any ($1)
			union all
			select p.root, c.number, c.cost, p.quantity * b.quantity * b.unit_factor * (1 + b.scrap_percent / 100), p.path || c.number
			from parts p
			join production_bills b on b.product = p.product and b.valid_from <= $2::date and (b.valid_to is null or b.valid_to > $2::date)
			join stock_products c on c.tenant = b.tenant and c.number = b.component
			where p.cost = 0 and c.number <> all (p.path)
		)
		select s.number, s.sold, s.list_price, s.currency, (select sum(p.quantity * p.cost) from parts p where p.root = s.number)
		from stock_products s where s.number = any ($1)`, numbers, today)
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	found := make(map[string]product, len(lines))
	var number string
	var p product
	_, err = pgx.ForEachRow(rows, []any{&number, &p.sold, catalogue.Into(&p.price), &p.currency, catalogue.Into(&p.cost)}, func() error {
		found[number] = p
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	return found, nil
}

// priced is a line with its price in the pack's currency and its cost.
type priced struct {
	stock.OrderLine
	price  value.Decimal
	amount value.Decimal // price × quantity, rounded
	cost   value.Decimal
}

// priceLines prices each line at the price given or else the list price. A line of a product that is
// not sold is refused.
func priceLines(ctx context.Context, tx catalogue.Tx, call catalogue.Call, lines []stock.OrderLine) ([]priced, error) {
	if err := checkNumbers(lines); err != nil {
		return nil, err
	}
	products, err := loadProducts(ctx, tx, call.Today(), lines)
	if err != nil {
		return nil, err
	}
	made := make([]priced, len(lines))
	for i, l := range lines {
		p, ok := products[l.Product]
		if !ok || !p.sold {
			return nil, catalogue.Refuse("sales.unknown_product", fmt.Sprintf("line %d: %s is not sold", l.Line, l.Product),
				map[string]any{"line": value.Int(int64(l.Line)), "product": l.Product})
		}
		price := value.Money{Amount: p.price, Currency: p.currency}
		if l.Price != nil {
			price = *l.Price
		}
		if price.Currency != call.Currency {
			return nil, fmt.Errorf("line %d: a price in %s, not in %s", l.Line, price.Currency, call.Currency)
		}
		made[i] = priced{OrderLine: l, cost: call.Round(p.cost.Mul(l.Quantity))}
		made[i].at(call, price.Amount)
	}
	return made, nil
}

// at sets the line's price.
func (l *priced) at(call catalogue.Call, price value.Decimal) {
	money := call.Money(price)
	l.price, l.Price, l.amount = price, &money, call.Round(price.Mul(l.Quantity))
}

func checkNumbers(lines []stock.OrderLine) error {
	if len(lines) == 0 {
		return fmt.Errorf("lines: none")
	}
	seen := map[int]bool{}
	for i, l := range lines {
		if l.Line < 1 || seen[l.Line] {
			return fmt.Errorf("lines[%d]: its number %d is taken or less than 1", i, l.Line)
		}
		seen[l.Line] = true
	}
	return nil
}

func orderLines(lines []priced) []stock.OrderLine {
	plain := make([]stock.OrderLine, len(lines))
	for i, l := range lines {
		plain[i] = l.OrderLine
	}
	return plain
}
