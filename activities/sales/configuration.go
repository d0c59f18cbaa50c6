package sales

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
	"waybill/definitions/value"
)

type configurationIn struct {
	Lines []stock.OrderLine `json:"lines"`
}

type configurationOut struct {
	Valid    bool        `json:"valid"`
	Problems []string    `json:"problems" doc:"a sentence each, in the order of the lines"`
	Cost     value.Money `json:"cost" doc:"of all lines whose product is known"`
}

func checkConfiguration(ctx context.Context, tx catalogue.Tx, call catalogue.Call, in configurationIn) (configurationOut, error) {
	products, err := loadProducts(ctx, tx, call.Today(), in.Lines)
	if err != nil {
		return configurationOut{}, err
	}
	obstacles, err := obstacles(ctx, tx, call.Today(), in.Lines)
	if err != nil {
		return configurationOut{}, err
	}
	var problems []string
	cost := value.Int(0)
	for _, l := range in.Lines {
		p, known := products[l.Product]
		switch {
		case !known:
			problems = append(problems, fmt.Sprintf("line %d: there is no product %s", l.Line, l.Product))
		case l.Quantity.Sign() <= 0:
			problems = append(problems, fmt.Sprintf("line %d: a quantity is needed", l.Line))
		case !p.sold:
			problems = append(problems, fmt.Sprintf("line %d: %s is not sold", l.Line, l.Product))
		case obstacles[l.Product] != "":
			problems = append(problems, fmt.Sprintf("line %d: %s %s", l.Line, l.Product, obstacles[l.Product]))
		}
		if known {
			cost = cost.Add(call.Round(p.cost.Mul(l.Quantity)))
		}
	}
	return configurationOut{Valid: len(problems) == 0, Problems: problems, Cost: call.Money(cost)}, nil
}

// obstacles tells what keeps a product from being made or bought, as the end of a sentence.
func obstacles(ctx context.Context, tx catalogue.Tx, today string, lines []stock.OrderLine) (map[string]string, error) {
	numbers := make([]string, len(lines))
	for i, l := range lines {
		numbers[i] = l.Product
	}
	rows, err := tx.Query(ctx, `
		select p.number, case p.source when 'make' then 'has no bill of materials in force' else 'has no supplier' end
		from stock_products p
		where p.number = any ($1) and case p.source
			when 'make' then not exists (select from production_bills b where b.tenant = p.tenant and b.product = p.number
			                             and b.valid_from <= $2::date and (b.valid_to is null or b.valid_to > $2::date))
			else not exists (select from purchasing_prices c
			                 join purchasing_suppliers s on s.tenant = c.tenant and s.number = c.supplier and s.active
			                 where c.tenant = p.tenant and c.product = p.number) end`, numbers, today)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	found := map[string]string{}
	var number, obstacle string
	if _, err := pgx.ForEachRow(rows, []any{&number, &obstacle}, func() error {
		found[number] = obstacle
		return nil
	}); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return found, nil
}
