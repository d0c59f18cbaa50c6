package production_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/stock/stocktest"
)

// shop makes bicycles: 1 frame, 2 wheels and 3.5 oz of paint each, frames of 4 tubes.
func shop(t *testing.T) *stocktest.Shop {
	t.Helper()
	t.Parallel()
	s := stocktest.Open(t)
	s.Product("BIKE", "make", 0, "lead_days = 4")
	s.Product("FRAME", "make", 3, "lead_days = 2")
	s.Product("WHEEL", "buy", 20, "")
	s.Product("PAINT", "buy", 100, "unit = 'OZ', decimals = 1")
	s.Product("TUBE", "buy", 100, "")
	s.Bill("BIKE", "FRAME 1", "WHEEL 2", "PAINT 3.5")
	s.Bill("FRAME", "TUBE 4")
	s.Order("O-1", "BIKE 5")
	return s
}

// drafted is a production order for line 1 of O-1.
func drafted(s *stocktest.Shop, product string, quantity int) string {
	return stocktest.Part(s.Do("production.draft", `{"order": "O-1", "line": 1, "product": %q, "quantity": %d}`, product, quantity), "production_order")
}

func TestADraftFollowsTheLotRuleAndStartsALeadTimeBeforeItIsNeeded(t *testing.T) {
	s := shop(t)
	for _, c := range []struct{ name, set, input, want string }{
		{"as many as are needed", "lot_minimum = 0", `"quantity": 5, "needed": "2026-03-10"`, `{"late":false,"production_order":"MO-000001","quantity":5,"start":"2026-03-06"}`},
		{"the minimum", "lot_minimum = 8", `"quantity": 5, "needed": "2026-03-06"`, `{"late":false,"production_order":"MO-000002","quantity":8,"start":"2026-03-02"}`},
		{"a multiple", "lot_multiple = 6", `"quantity": 9, "needed": "2026-03-05"`, `{"late":true,"production_order":"MO-000003","quantity":12,"start":"2026-03-01"}`},
		{"as soon as can be", "lot_multiple = 0", `"quantity": 9`, `{"late":false,"production_order":"MO-000004","quantity":9,"start":"2026-03-02"}`},
	} {
		s.Exec(`update stock_products set ` + c.set + ` where number = 'BIKE'`)
		require.Equal(t, c.want, s.Do("production.draft", `{"order": "O-1", "line": 1, "product": "BIKE", %s}`, c.input), c.name)
	}
	s.Refused("production.no_bill", "production.draft", `{"order": "O-1", "line": 1, "product": "WHEEL", "quantity": 1}`)
	s.Exec(`update production_bills set valid_to = '2026-03-02'`)
	s.Refused("production.no_bill", "production.draft", `{"order": "O-1", "line": 1, "product": "BIKE", "quantity": 1}`)
}

func TestExplodingReservesWhatIsThereAndTellsWhatIsShort(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 5)
	require.Equal(t, `{"complete":false,"components":[`+
		`{"product":"FRAME","quantity":5,"reserved":3},{"product":"PAINT","quantity":17.5,"reserved":17.5},{"product":"WHEEL","quantity":10,"reserved":10}],`+
		`"shortages":[{"needed":"2026-03-02","product":"FRAME","quantity":2,"source":"make"}]}`, s.Do("production.explode", `{"production_order": %q}`, order))
	child := stocktest.Part(s.Do("production.draft", `{"order": "O-1", "line": 1, "product": "FRAME", "quantity": 2, "parent": %q}`, order), "production_order")
	require.Contains(t, s.Do("production.explode", `{"production_order": %q}`, order), `"shortages":[]`, "it is being made")

	s.Do("production.explode", `{"production_order": %q}`, child)
	s.Do("production.issue", `{"production_order": %q}`, child)
	require.Equal(t, `{"produced":2,"short":0}`, s.Do("production.finish", `{"production_order": %q, "good": 2, "scrap": 0}`, child))
	require.Equal(t, "5/5", s.Stock("FRAME"), "the frames are the bicycle's")
	require.Contains(t, s.Do("production.explode", `{"production_order": %q}`, order), `{"complete":true,`)
	s.Balanced()
}

func TestOnlyTheBillInForceOnTheDayCounts(t *testing.T) {
	s := shop(t)
	s.Product("BELL", "buy", 0, "")
	s.Exec(`insert into production_bills (product, component, valid_from, valid_to, quantity, unit) values
		('BIKE', 'BELL', '2020-01-01', '2026-03-02', 1, 'EA'), ('BIKE', 'BELL', '2026-03-02', '2026-03-03', 2, 'EA'), ('BIKE', 'BELL', '2026-03-03', null, 3, 'EA')`)
	require.Contains(t, s.Do("production.explode", `{"production_order": %q}`, drafted(s, "BIKE", 5)), `{"product":"BELL","quantity":10,"reserved":0}`)
}

func TestAProductionOrderKeepsTheComponentsItWasExplodedWith(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 5)
	before := s.Do("production.explode", `{"production_order": %q}`, order)
	s.Exec(`update production_bills set quantity = 9`)
	require.Equal(t, before, s.Do("production.explode", `{"production_order": %q}`, order))
}

func TestIssuedComponentsAreConsumedAndComeBackWhenProductionStops(t *testing.T) {
	s := shop(t)
	s.Exec(`update stock_products set lot_minimum = 0`)
	order := drafted(s, "BIKE", 3)
	s.Do("production.explode", `{"production_order": %q}`, order)
	for range 2 {
		require.Equal(t, `{"cost":{"amount":195.00,"currency":"CNY"},"issued":19.5}`, s.Do("production.issue", `{"production_order": %q}`, order))
	}
	require.Equal(t, "14/0", s.Stock("WHEEL"))
	s.Do("production.report", `{"production_order": %q, "operation": 1, "good": 1, "scrap": 1, "over": 0}`, order)
	for range 2 { // two of three bicycles are begun: 2 frames, 4 wheels, 7 oz of paint
		require.Equal(t, `{"returned":6.5,"written_off":{"amount":130.00,"currency":"CNY"}}`, s.Do("production.return_components", `{"production_order": %q}`, order))
	}
	require.Equal(t, "16/0", s.Stock("WHEEL"))
	require.Equal(t, `{"cost":{"amount":130.00,"currency":"CNY"}}`, s.Do("production.cancel", `{"production_order": %q}`, order))
	_, err := s.Try("production.finish", `{"production_order": "`+order+`", "good": 1, "scrap": 0}`)
	require.ErrorContains(t, err, "finished or stopped")
	s.Balanced()
}

func TestACancelledProductionOrderFreesItsComponents(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 3)
	s.Do("production.explode", `{"production_order": %q}`, order)
	for range 2 {
		require.Equal(t, `{"cost":{"amount":0.00,"currency":"CNY"}}`, s.Do("production.cancel", `{"production_order": %q, "reason": "customer"}`, order))
	}
	require.Equal(t, "0", s.Ask(`select count(*) from stock_reservations`))
	require.Contains(t, s.Do("production.explode", `{"production_order": %q}`, order), `"complete":true`, "it takes nothing any more")
	require.Equal(t, "20/0", s.Stock("WHEEL"))
	s.Balanced()
}

func TestACancelledProductionOrderWithIssuedComponentsGoesOnForFreeStock(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 3)
	s.Do("production.explode", `{"production_order": %q}`, order)
	s.Do("production.issue", `{"production_order": %q}`, order)
	require.Equal(t, `{"cost":{"amount":195.00,"currency":"CNY"}}`, s.Do("production.cancel", `{"production_order": %q}`, order))
	require.Equal(t, `{"produced":3,"short":0}`, s.Do("production.finish", `{"production_order": %q, "good": 3, "scrap": 0}`, order))
	require.Equal(t, "3/0", s.Stock("BIKE"))
	s.Balanced()
}

func TestReportsAddUpAndMayNotExceedWhatIsAllowed(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 50)
	say := `{"production_order": %q, "operation": %d, "good": %d, "scrap": %d, "over": 2}`
	require.Equal(t, `{"good":48,"scrap":2,"scrap_percent":4.00}`, s.Do("production.report", say, order, 1, 48, 2))
	require.Equal(t, `{"good":51,"scrap":2,"scrap_percent":3.77}`, s.Do("production.report", say, order, 1, 3, 0), "51 is 2 % more than 50")
	s.Refused("production.overproduced", "production.report", say, order, 1, 1, 0)
	require.Equal(t, `{"good":0,"scrap":0,"scrap_percent":0}`, s.Do("production.report", say, order, 2, 0, 0), "each operation counts alone")
	require.Equal(t, "51", s.Ask(`select sum(good) from production_reports`), "a refusal changes nothing")
}

func TestFinishedPiecesAreTheOrderLinesFirst(t *testing.T) {
	s := shop(t)
	s.Exec(`update stock_products set lot_multiple = 8 where number = 'BIKE'`)
	order := drafted(s, "BIKE", 5)
	s.Do("production.explode", `{"production_order": %q}`, order)
	for range 2 {
		require.Equal(t, `{"produced":7,"short":0}`, s.Do("production.finish", `{"production_order": %q, "good": 7, "scrap": 1}`, order))
	}
	require.Equal(t, "7/5", s.Stock("BIKE"))
	require.Equal(t, "5 | 5", s.Ask(`select reserved, produced from sales_order_lines`))
	require.Equal(t, "0", s.Ask(`select count(*) from stock_reservations where production_order is not null`), "what was not issued is free again")
	s.Balanced()
}

func TestPiecesForAnOrderThatLetGoOfItsStockAreFree(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 5)
	s.Do("stock.release", `{"order": "O-1"}`)
	s.Do("production.finish", `{"production_order": %q, "good": 5, "scrap": 0}`, order)
	require.Equal(t, "5/0", s.Stock("BIKE"))
	s.Balanced()
}

func TestScrapLeavesTheLineShort(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 5)
	require.Equal(t, `{"produced":3,"short":2}`, s.Do("production.finish", `{"production_order": %q, "good": 3, "scrap": 2}`, order))
	require.Equal(t, "3/3", s.Stock("BIKE"))
	s.Balanced()
}

func TestAReleaseTellsTheOperations(t *testing.T) {
	s := shop(t)
	order := drafted(s, "BIKE", 5)
	require.Equal(t, `{"operations":[{"minutes":0,"name":"make","operation":1,"work_center":""}]}`, s.Do("production.release", `{"production_order": %q}`, order))
	s.Exec(`insert into production_work_centers (number, name, pool, minutes_a_day) values ('W', 'Welding', 'W', 480), ('A', 'Assembly', 'A', 480)`)
	s.Exec(`insert into production_routings (product, operation, name, work_center, setup_minutes, minutes) values ('BIKE', 20, 'assemble', 'A', 0, 30), ('BIKE', 10, 'weld', 'W', 15, 12.5)`)
	require.Equal(t, `{"operations":[{"minutes":77.5,"name":"weld","operation":10,"work_center":"W"},{"minutes":150,"name":"assemble","operation":20,"work_center":"A"}]}`,
		s.Do("production.release", `{"production_order": %q}`, order))
}
