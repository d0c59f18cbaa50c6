package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/stock/stocktest"
)

func TestWhatIsDeliveredCostsNothingToWhatIsStillToCome(t *testing.T) {
	t.Parallel()
	s := stocktest.Open(t)
	s.Product("BIKE", "make", 0, "")
	s.Product("BELL", "buy", 5, "reorder_point = 1")
	s.Bill("BIKE", "BELL 1")
	s.Exec(`insert into sales_orders (number, customer, entered_by, policy, currency, net, freight, tax_percent, tax_amount, total, entered_at)
		select 'OLD-' || g, 'C-1', 'ann', 'partial', 'CNY', 10, 0, 0, 0, 10, now() from generate_series(1, 5000) g`)
	s.Exec(`insert into sales_order_lines (sales_order, line, product, price, ordered, shipped, delivered) select number, 1, 'BELL', 10, 1, 1, 1 from sales_orders`)
	s.Exec(`insert into purchasing_orders (supplier, buyer, currency, drafted_at, sent_at, due, confirmed)
		select 'NEAR', 'ben', 'CNY', now(), now(), '2026-01-01', '2026-01-01' from generate_series(1, 5000)`)
	s.Exec(`insert into purchasing_order_lines (purchase_order, line, product, price, ordered, received, accepted) select number, 1, 'BELL', 5, 1, 1, 1 from purchasing_orders`)
	s.Exec(`insert into stock_products (number, name, policy, source, currency) select 'PART-' || g, 'Part', 'make_to_stock', 'buy', 'CNY' from generate_series(1, 5000) g`)
	s.Exec(`insert into production_bills (product, component, valid_from, quantity, unit) select 'PART-' || g, 'BELL', '2020-01-01', 1, 'EA' from generate_series(1, 5000) g`)
	s.Order("O-1", "BELL 8")
	made := stocktest.Part(s.Do("production.draft", `{"order": "O-1", "line": 1, "product": "BIKE", "quantity": 1}`), "production_order")
	for _, c := range []struct{ action, input string }{
		{"stock.check", `{"order": "O-1", "horizon": "30d"}`},
		{"stock.reserve", `{"order": "O-1"}`},
		{"production.explode", `{"production_order": "` + made + `"}`},
		{"stock.release", `{"order": "O-1"}`},
		{"purchasing.replenish", `{}`},
	} {
		require.Less(t, s.RowsRead(c.action, c.input, "sales_order_lines", "purchasing_order_lines", "purchasing_orders", "production_bills"),
			int64(100), "%s: rows that were read", c.action)
	}
}
