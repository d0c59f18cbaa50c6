package adventureworks

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// inventory books each bin once. The balances are locked in product order, as every action does, and
// the openings are written and added up under that lock.
func (l loader) inventory(ctx context.Context, c *company) error {
	if err := l.rejectChanged(ctx, c); err != nil {
		return fmt.Errorf("ProductInventory.csv: %w", err)
	}
	var rows [][]any
	for _, p := range c.inventory {
		rows = append(rows, []any{p.product.number, p.where, p.quantity, l.options.At})
	}
	return l.load(ctx, stage{
		file:    "ProductInventory.csv",
		columns: `product text, place text, quantity numeric, at timestamptz`,
		names:   []string{"product", "place", "quantity", "at"},
		merge: []string{
			`select from stock_balances where product in (select product from staged) order by product for no key update`, `
			with booked as (
				insert into stock_movements (product, kind, quantity, document, place, at)
				select product, 'opening', quantity, 'ProductInventory.csv', place, at from staged
				on conflict (tenant, product, place) where kind = 'opening' do nothing
				returning product, quantity
			)
			update stock_balances b set on_hand = b.on_hand + n.quantity
			from (select product, sum(quantity) as quantity from booked group by product) n where b.product = n.product`,
		},
	}, rows)
}

// rejectChanged rejects rows whose bin was opened with another quantity before: the ledger keeps what
// was booked.
func (l loader) rejectChanged(ctx context.Context, c *company) error {
	type bin struct{ product, where string }
	booked := map[bin]string{}
	err := l.db.InTenant(ctx, l.options.Tenant, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select product, place, trim_scale(quantity)::text from stock_movements where kind = 'opening' and place is not null`)
		if err != nil {
			return err
		}
		var b bin
		var quantity string
		_, err = pgx.ForEachRow(rows, []any{&b.product, &b.where, &quantity}, func() error {
			booked[b] = quantity
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	kept := c.inventory[:0]
	for _, p := range c.inventory {
		before, ok := booked[bin{p.product.number, p.where}]
		if ok && before != fmt.Sprint(p.quantity) {
			p.row.file.reject(p.row.line, fmt.Sprintf("%s in %s was opened with %s before", p.product.number, p.where, before))
			continue
		}
		kept = append(kept, p)
	}
	c.inventory = kept
	return nil
}
