package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/activities/stock"
)

// TestTheComponentsOfOneOrderAreFoundWithoutAWalkThroughAllProducts holds on a database that PostgreSQL knows
// nothing about yet, as just after an import: it takes every table for nearly empty then. The read runs while
// stock is locked, so that everybody waits for it.
func TestTheComponentsOfOneOrderAreFoundWithoutAWalkThroughAllProducts(t *testing.T) {
	const products, orders, parts = 400, 60, 5
	s := shop(t)
	s.Exec(`insert into stock_products (number, name, policy, source, cost, currency)
		select 'P-' || i, 'Part', 'make_to_stock', 'buy', 10, 'CNY' from generate_series(0, $1 - 1) i`, products)
	s.Product("BIKE", "make", 0, "")
	s.Bill("BIKE", "P-0 1")
	s.Order("O-1", "BIKE 99")
	for range orders {
		s.Do("production.draft", `{"order": "O-1", "line": 1, "product": "BIKE", "quantity": 1}`)
	}
	s.Exec(`insert into production_components (production_order, product, quantity)
		select o.number, 'P-' || (o.row * $1 + i) % $2, 1
		from (select number, row_number() over () as row from production_orders) o, generate_series(0, $1 - 1) i`, parts, products)
	one := s.Ask(`select min(number) from production_orders`)

	require.NoError(t, s.Turn(func(tx catalogue.Tx) error {
		walked := func() (rows int) {
			require.NoError(t, tx.QueryRow(t.Context(), `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int
				from pg_stat_xact_user_tables where relname in ('production_components', 'production_orders', 'stock_products')`).Scan(&rows))
			return rows
		}
		before := walked()
		found, err := stock.ReadComponents(t.Context(), tx, one)
		require.Len(t, found, parts)
		require.Less(t, walked()-before, products, "rows for %d components", parts)
		return err
	}))
}
