package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/activities/stock/stocktest"
)

type catalogueTx = catalogue.Tx

// expect makes a purchase order of FRAMES that is confirmed for a day, for nobody.
func expect(s *stocktest.Shop, product string, quantity int, day string) {
	s.Exec(`
		with made as (
			insert into purchasing_orders (supplier, buyer, currency, drafted_at, sent_at, due, confirmed)
			values ('NEAR', 'ben', 'CNY', now(), now(), $3, $3) returning number)
		insert into purchasing_order_lines (purchase_order, line, product, price, ordered) select number, 1, $1, 5, $2 from made`,
		product, quantity, day)
}

func TestAvailableToPromiseAtItsBoundaries(t *testing.T) {
	for _, c := range []struct {
		name, set string
		quantity  int
		want      string
	}{
		{"all of it is there", "", 10, `"available":10,"date":"2026-03-02"`},
		{"one more than is there waits for the receipt of that day", "", 11, `"available":10,"date":"2026-03-09"`},
		{"all of the receipt", "", 15, `"available":10,"date":"2026-03-09"`},
		{"one more than both waits for the second receipt", "", 16, `"available":10,"date":"2026-03-20"`},
		{"more than ever comes takes the lead time", "", 26, `"available":10,"date":"2026-03-22"`},
		{"a lead time that ends on the last day of the horizon", "lead_days = 30", 26, `"available":10,"date":"2026-04-01"`},
		{"a lead time that ends one day later", "lead_days = 31", 26, `"available":10,"line"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t)
			s.Product("BELL", "buy", 12, "safety = 2, lead_days = 20")
			if c.set != "" {
				s.Exec(`update stock_products set ` + c.set)
			}
			expect(s, "BELL", 5, "2026-03-09")
			expect(s, "BELL", 10, "2026-03-20")
			out := s.Do("stock.check", `{"order": "O-1", "lines": [{"line": 1, "product": "BELL", "quantity": %d}], "horizon": "30d"}`, c.quantity)
			require.Contains(t, out, c.want)
		})
	}
}

func TestWhatOthersNeedEarlierIsNotPromisedTwice(t *testing.T) {
	s := shop(t)
	s.Product("BELL", "buy", 0, "lead_days = 20")
	expect(s, "BELL", 5, "2026-03-09")
	s.Order("O-1", "BELL 3")
	s.Exec(`insert into sales_promises (sales_order, line, version, date, at) values ('O-1', 1, 1, '2026-03-09', now())`)
	s.Order("O-2", "BELL 3")
	require.Contains(t, s.Do("stock.check", `{"order": "O-2", "horizon": "90d"}`), `"available":0,"date":"2026-03-22"`, "2 are left of the 5")
	require.Contains(t, s.Do("stock.check", `{"order": "O-1", "horizon": "90d"}`), `"available":0,"date":"2026-03-09"`)

	s.Exec(`update sales_order_lines set cancelled = 1 where sales_order = 'O-2'`)
	require.Contains(t, s.Do("stock.check", `{"order": "O-2", "horizon": "90d"}`), `"available":0,"date":"2026-03-09"`)
}

func TestWhatTheOrderHoldsItselfCountsForIt(t *testing.T) {
	s := shop(t)
	s.Product("BELL", "buy", 5, "lead_days = 20")
	s.Order("O-1", "BELL 5")
	s.Order("O-2", "BELL 1")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	require.Contains(t, s.Do("stock.check", `{"order": "O-1", "horizon": "90d"}`), `"available":5,"date":"2026-03-02"`)
	require.Contains(t, s.Do("stock.check", `{"order": "O-2", "horizon": "90d"}`), `"available":0,"date":"2026-03-22"`)
}

func TestAnOrderThatNothingCanServeWithinTheHorizonIsNotPossible(t *testing.T) {
	s := shop(t)
	s.Product("BELL", "buy", 5, "lead_days = 120")
	s.Order("O-1", "BELL 5", "BELL 1")
	require.Equal(t, `{"lines":[{"available":5,"date":"2026-03-02","line":1,"product":"BELL","quantity":5},`+
		`{"available":0,"line":2,"product":"BELL","quantity":1}],"possible":false}`, s.Do("stock.check", `{"order": "O-1", "horizon": "90d"}`))
}
