package adventureworks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// batch is how many rows one transaction loads.
const batch = 500

type loader struct {
	db      *store.Store
	options Options
}

// stage is how one file's rows get into their table: copied into a temporary table, which row-level
// security does not hinder, and merged from there.
type stage struct {
	file    string
	columns string   // of the temporary table, with their types
	names   []string // of its columns
	merge   []string // statements from it into the tables
}

// load copies and merges the rows in batches, each in a transaction.
func (l loader) load(ctx context.Context, s stage, rows [][]any) error {
	for done := 0; done < len(rows); done += batch {
		part := rows[done:min(done+batch, len(rows))]
		err := l.db.InTenant(ctx, l.options.Tenant, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `create temporary table staged (`+s.columns+`) on commit drop`); err != nil {
				return err
			}
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{"staged"}, s.names, pgx.CopyFromRows(part)); err != nil {
				return err
			}
			for _, statement := range s.merge {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", s.file, err)
		}
		l.options.Progress(s.file, done+len(part), len(rows))
	}
	return nil
}

func (l loader) products(ctx context.Context, c *company) error {
	var rows [][]any
	for _, p := range c.products {
		rows = append(rows, []any{
			p.number, p.name, p.unitOfStock(), p.decimals(), p.source(), p.sold,
			p.cost.String(), p.listPrice.String(), l.options.Currency, p.days, p.safety.String(), p.reorder.String(),
		})
	}
	return l.load(ctx, stage{
		file: "Product.csv",
		columns: `number text, name text, unit text, decimals int, source text, sold bool,
			cost text, list_price text, currency text, lead_days int, safety text, reorder_point text`,
		names: []string{"number", "name", "unit", "decimals", "source", "sold", "cost", "list_price", "currency", "lead_days", "safety", "reorder_point"},
		merge: []string{`
			insert into stock_products (number, name, unit, decimals, policy, source, sold, cost, list_price, currency, lead_days, safety, reorder_point)
			select number, name, unit, decimals, 'make_to_stock', source, sold, cost::numeric, list_price::numeric, currency, lead_days, safety::numeric, reorder_point::numeric
			from staged
			on conflict (tenant, number) do update set
				name = excluded.name, unit = excluded.unit, decimals = excluded.decimals, source = excluded.source, sold = excluded.sold,
				cost = excluded.cost, list_price = excluded.list_price, currency = excluded.currency, lead_days = excluded.lead_days,
				safety = excluded.safety, reorder_point = excluded.reorder_point`},
	}, rows)
}

func (l loader) vendors(ctx context.Context, c *company) error {
	var rows [][]any
	for _, v := range c.vendors {
		rows = append(rows, []any{v.number, v.name, v.rating, v.preferred, v.active})
	}
	return l.load(ctx, stage{
		file:    "Vendor.csv",
		columns: `number text, name text, rating int, preferred bool, active bool`,
		names:   []string{"number", "name", "rating", "preferred", "active"},
		merge: []string{`
			insert into purchasing_suppliers (number, name, rating, preferred, active) select number, name, rating, preferred, active from staged
			on conflict (tenant, number) do update set
				name = excluded.name, rating = excluded.rating, preferred = excluded.preferred, active = excluded.active`},
	}, rows)
}

func (l loader) prices(ctx context.Context, c *company) error {
	var rows [][]any
	for _, p := range c.prices {
		rows = append(rows, []any{
			p.vendor.number, p.product.number, p.price.String(), p.last, l.options.Currency, p.unit, p.assumed(), p.minimum, p.maximum, p.leadDays,
		})
	}
	return l.load(ctx, stage{
		file:    "ProductVendor.csv",
		columns: `supplier text, product text, price text, last_price text, currency text, unit text, unit_assumed bool, minimum int, maximum int, lead_days int`,
		names:   []string{"supplier", "product", "price", "last_price", "currency", "unit", "unit_assumed", "minimum", "maximum", "lead_days"},
		merge: []string{`
			insert into purchasing_prices (supplier, product, price, last_price, currency, unit, unit_assumed, minimum, maximum, lead_days)
			select supplier, product, price::numeric, nullif(last_price, '')::numeric, currency, unit, unit_assumed, minimum, maximum, lead_days from staged
			on conflict (tenant, supplier, product) do update set
				price = excluded.price, currency = excluded.currency, unit = excluded.unit, unit_assumed = excluded.unit_assumed,
				minimum = excluded.minimum, maximum = excluded.maximum, lead_days = excluded.lead_days`},
	}, rows)
}

func (l loader) bills(ctx context.Context, c *company) error {
	var rows [][]any
	for _, b := range c.bills {
		assembly := ""
		if b.assembly != nil {
			assembly = b.assembly.number
		}
		rows = append(rows, []any{assembly, b.component.number, b.from, b.to, b.quantity.String(), b.unit})
	}
	return l.load(ctx, stage{
		file:    "BillOfMaterials.csv",
		columns: `product text, component text, valid_from text, valid_to text, quantity text, unit text`,
		names:   []string{"product", "component", "valid_from", "valid_to", "quantity", "unit"},
		merge: []string{`
			insert into production_finals (product, valid_from, valid_to)
			select component, valid_from::date, nullif(valid_to, '')::date from staged where product = ''
			on conflict (tenant, product, valid_from) do update set valid_to = excluded.valid_to`, `
			insert into production_bills (product, component, valid_from, valid_to, quantity, unit)
			select product, component, valid_from::date, nullif(valid_to, '')::date, quantity::numeric, unit from staged where product <> ''
			on conflict (tenant, product, component, valid_from) do update set
				valid_to = excluded.valid_to, quantity = excluded.quantity, unit = excluded.unit`},
	}, rows)
}
