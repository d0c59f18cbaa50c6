package stock_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities/stock/stocktest"
)

func shop(t *testing.T) *stocktest.Shop {
	t.Helper()
	t.Parallel()
	return stocktest.Open(t)
}

func TestTwoHundredOrdersForFiftyPiecesReserveExactlyFifty(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 50, "")
	for i := range 200 {
		s.Order(fmt.Sprint("O-", i), "BIKE 1")
	}
	var all errgroup.Group
	for i := range 200 {
		all.Go(func() error {
			_, err := s.Try("stock.reserve", fmt.Sprintf(`{"order": "O-%d"}`, i))
			return err
		})
	}
	require.NoError(t, all.Wait(), "no deadlock either")
	require.Equal(t, "50/50", s.Stock("BIKE"))
	require.Equal(t, "50 | 150", s.Ask(`select count(*) filter (where reserved = 1), count(*) filter (where reserved = 0) from sales_order_lines`))
	s.Balanced()
}

func TestOrdersForTheSameProductsInOppositeOrderNeverLockEachOtherOut(t *testing.T) {
	s := shop(t)
	s.Product("A", "make", 100, "")
	s.Product("B", "make", 100, "")
	var all errgroup.Group
	for i := range 40 {
		lines := []string{"A 1", "B 1"}
		if i%2 == 1 {
			lines = []string{"B 1", "A 1"}
		}
		s.Order(fmt.Sprint("O-", i), lines...)
		all.Go(func() error {
			_, err := s.Try("stock.reserve", fmt.Sprintf(`{"order": "O-%d"}`, i))
			return err
		})
		all.Go(func() error {
			_, err := s.Try("stock.release", fmt.Sprintf(`{"order": "O-%d"}`, i))
			return err
		})
	}
	require.NoError(t, all.Wait())
	s.Balanced()
}

func TestTheSameProductOnTwoLinesSharesWhatIsThere(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "lead_days = 4")
	s.Order("O-1", "BIKE 4", "BIKE 3")
	require.Equal(t, `{"complete_by":"2026-03-06","lines":[`+
		`{"available":4,"date":"2026-03-02","line":1,"product":"BIKE","quantity":4},`+
		`{"available":1,"date":"2026-03-06","line":2,"product":"BIKE","quantity":3}],"possible":true}`,
		s.Do("stock.check", `{"order": "O-1", "horizon": "90d"}`))
	require.Equal(t, `{"lost":false,"reserved":5,"shortages":[{"line":2,"product":"BIKE","quantity":2}]}`,
		s.Do("stock.reserve", `{"order": "O-1"}`))
	require.Equal(t, `{"lost":false,"reserved":0,"shortages":[{"line":2,"product":"BIKE","quantity":2}]}`,
		s.Do("stock.reserve", `{"order": "O-1"}`), "asked again")
	s.Balanced()
}

func TestSafetyStockIsNeitherPromisedNorReserved(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 10, "safety = 8, lead_days = 4")
	s.Order("O-1", "BIKE 3")
	require.Contains(t, s.Do("stock.check", `{"order": "O-1", "horizon": "90d"}`), `"available":2,"date":"2026-03-06"`)
	require.Equal(t, `{"lost":false,"reserved":2,"shortages":[{"line":1,"product":"BIKE","quantity":1}]}`, s.Do("stock.reserve", `{"order": "O-1"}`))
}

func TestALineThatGotLessThanItWasPromisedSaysSo(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "")
	s.Order("O-1", "BIKE 5")
	s.Order("O-2", "BIKE 2")
	s.Do("stock.reserve", `{"order": "O-2"}`)
	lines := `"lines": [{"line": 1, "product": "BIKE", "quantity": 5, "available": 5, "date": "2026-03-02"}]`
	require.Equal(t, `{"lost":true,"reserved":3,"shortages":[{"line":1,"needed":"2026-03-02","product":"BIKE","quantity":2}]}`,
		s.Do("stock.reserve", `{"order": "O-1", %s}`, lines))
}

func TestReleaseLeavesNoReservationAndServesTheOldestThatWaits(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "")
	s.Order("O-1", "BIKE 5")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	s.At = s.At.Add(time.Hour)
	s.Order("O-3", "BIKE 2")
	s.At = s.At.Add(time.Hour)
	s.Order("O-2", "BIKE 4")
	for _, order := range []string{"O-2", "O-3"} {
		s.Do("stock.reserve", `{"order": %q}`, order)
	}
	require.Equal(t, `{"freed":5}`, s.Do("stock.release", `{"order": "O-1"}`))
	require.Equal(t, "O-2 | 3\nO-3 | 2", s.Ask(`select sales_order, reserved from sales_order_lines where reserved > 0 order by 1`))
	require.Equal(t, `{"freed":0}`, s.Do("stock.release", `{"order": "O-1"}`), "nothing is freed twice")
	s.Balanced()
	s.Do("stock.release", `{"order": "O-2"}`)
	s.Do("stock.release", `{"order": "O-3"}`)
	s.Exec(`update sales_order_lines set cancelled = ordered`)
	s.Do("stock.release", `{"order": "O-1"}`)
	s.Do("stock.release", `{"order": "O-2"}`)
	s.Do("stock.release", `{"order": "O-3"}`)
	require.Equal(t, "0", s.Ask(`select count(*) from stock_reservations`))
	require.Equal(t, "5/0", s.Stock("BIKE"))
	s.Balanced()
}

func TestWhatComesFreeIsNotGivenToAnOrderThatDidNotAskOrHasLetGo(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "")
	s.Order("O-1", "BIKE 5")
	s.Order("O-2", "BIKE 5")
	s.Order("O-3", "BIKE 5")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	s.Do("stock.reserve", `{"order": "O-3"}`)
	s.Do("stock.release", `{"order": "O-3"}`)
	require.Equal(t, `{"freed":5}`, s.Do("stock.release", `{"order": "O-1"}`))
	require.Equal(t, "5/0", s.Stock("BIKE"), "O-2 is still in its credit check, O-3 is being undone")
	s.Balanced()
}

func TestASoftHoldCountsAgainstQuotesUntilItExpiresAndNeverAgainstOrders(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "")
	hold := `{"quote": %q, "lines": [{"line": 1, "product": "BIKE", "quantity": %d}], "hold_for": "48h"}`
	require.Equal(t, `{"complete":true,"expires":"2026-03-04T09:00:00.000000Z"}`, s.Do("stock.hold_for_quote", hold, "Q-1", 4))
	require.Contains(t, s.Do("stock.hold_for_quote", hold, "Q-1", 4), `"complete":true`, "its own hold is no obstacle")
	require.Contains(t, s.Do("stock.hold_for_quote", hold, "Q-2", 2), `"complete":false`)
	s.Do("stock.release_hold", `{"quote": "Q-2"}`)
	s.Do("stock.release_hold", `{"quote": "Q-2"}`)
	s.At = s.At.Add(48*time.Hour - time.Microsecond)
	require.Contains(t, s.Do("stock.hold_for_quote", hold, "Q-2", 2), `"complete":false`)
	s.At = s.At.Add(time.Microsecond)
	require.Contains(t, s.Do("stock.hold_for_quote", hold, "Q-2", 2), `"complete":true`)

	s.Order("O-1", "BIKE 5")
	require.Equal(t, `{"lost":false,"reserved":5,"shortages":[]}`, s.Do("stock.reserve", `{"order": "O-1"}`))
	s.Balanced()
}

func TestTheDatabaseItselfRefusesToOversell(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "")
	err := s.Turn(func(tx catalogueTx) error {
		_, err := tx.Exec(t.Context(), `update stock_balances set reserved = 6`)
		return err
	})
	require.ErrorContains(t, err, "stock_no_oversell")
	err = s.Turn(func(tx catalogueTx) error {
		_, err := tx.Exec(t.Context(), `update stock_movements set quantity = 6`)
		return err
	})
	require.ErrorContains(t, err, "permission denied", "the ledger is append-only")
}

func TestAProductIsReadThroughItsReference(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 5, "unit = 'EA', list_price = 1200.50, lead_days = 4, policy = 'make_to_order'")
	require.JSONEq(t, `{"number": "BIKE", "name": "BIKE", "unit": "EA", "policy": "make_to_order", "source": "make", "standard": true, "serialised": false,
		"cost": {"amount": 10, "currency": "CNY"}, "list_price": {"amount": 1200.50, "currency": "CNY"}, "lead_days": 4}`, s.Lookup("stock.product", "BIKE"))
	require.Equal(t, "null", s.Lookup("stock.product", "CAR"))
}
