package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// TestTwoHundredOrdersAtOnceForFiftyPiecesReserveFifty places the orders through the API, all at once, for one
// piece each of a product of which there are fifty.
func TestTwoHundredOrdersAtOnceForFiftyPiecesReserveFifty(t *testing.T) {
	t.Parallel()
	const wanting, there = 200, 50
	c := newCompany(t)
	c.exec(`insert into crm_customers (number, name) select 'C-' || i, 'Customer ' || i from generate_series(1, $1) i`, wanting)
	// Nobody sells the lamp, so that an order that got none rests until somebody finds a supplier.
	c.exec(`insert into stock_products (number, name, policy, source, sold, cost, list_price, currency, lead_days)
		values ('LAMP', 'Lamp', 'make_to_stock', 'buy', true, 10, 20, 'CNY', 2)`)
	c.exec(`insert into stock_movements (product, kind, quantity, document, at) values ('LAMP', 'opening', $1, 'test', now())`, there)
	c.exec(`update stock_balances set on_hand = $1 where product = 'LAMP'`, there)

	var placing errgroup.Group
	for i := range wanting {
		number := fmt.Sprintf("SO-%03d", i+1)
		placing.Go(func() error {
			return c.insist(http.MethodPost, "/api/v1/packs/manufacturing/processes/fulfil_order/instances", map[string]any{
				"input": map[string]any{"order": map[string]any{
					"number": number, "customer": fmt.Sprintf("C-%d", i+1), "entered_by": "web", "policy": "ship_complete", "ship_to": "here", "tax_id": "T-1",
					"lines": []any{map[string]any{"line": 1, "product": "LAMP", "quantity": 1}},
				}},
			}, "Idempotency-Key", number)
		})
	}
	require.NoError(t, placing.Wait())
	// The customer is told of his order once it has reserved what it could.
	promised := `select count(*)::int from notify_messages where template = 'order_confirmed'`
	require.Eventually(t, func() bool { return c.one(promised) == fmt.Sprint(wanting) }, 2*time.Minute, 100*time.Millisecond)

	require.Equal(t, "50 | 50", c.one(`select on_hand::int, reserved::int from stock_balances where product = 'LAMP'`))
	require.Equal(t, "50 | 50", c.one(`select count(*)::int, sum(quantity)::int from stock_reservations where product = 'LAMP' and sales_order is not null`))
	require.Equal(t, "50 | 150", c.one(`select count(*) filter (where reserved = 1)::int, count(*) filter (where reserved = 0)::int from sales_order_lines`))
	require.Empty(t, c.ask(`select step, code, text from incidents`))
	c.verified()
}
