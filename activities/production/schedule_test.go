package production_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/stock/stocktest"
)

// workshop has two welding places of 100 minutes a day; a bicycle takes 20 minutes of one.
func workshop(t *testing.T) *stocktest.Shop {
	t.Helper()
	s := shop(t)
	s.Exec(`insert into production_work_centers (number, name, pool, minutes_a_day, overtime_minutes) values ('W-1', 'Welding', 'W', 100, 50)`)
	s.Exec(`insert into production_routings (product, operation, name, work_center, minutes) values ('BIKE', 10, 'weld', 'W-1', 20)`)
	return s
}

func needed(s *stocktest.Shop, order, day string, quantity int) string {
	return stocktest.Part(s.Do("production.draft", `{"order": %q, "line": 1, "product": "BIKE", "quantity": %d, "needed": %q}`, order, quantity, day), "production_order")
}

func schedule(s *stocktest.Shop, order, further string) string {
	return s.Do("production.schedule", `{"production_order": %q, "freeze": "3d", "overtime": "refused"`+further+`}`, order)
}

func TestAProductWithoutARoutingTakesItsLeadTimeAfterTheFrozenDays(t *testing.T) {
	s := shop(t)
	require.Equal(t, `{"end":"2026-03-09","overtime":false,"start":"2026-03-05","work_center":""}`, schedule(s, needed(s, "O-1", "2026-03-06", 1), ""))
	require.Equal(t, `{"end":"2026-03-30","overtime":false,"start":"2026-03-26","work_center":""}`, schedule(s, needed(s, "O-1", "2026-03-30", 1), ""))
}

func TestCapacityIsFiniteAndTheDaysNearAreFrozen(t *testing.T) {
	s := workshop(t)
	first := needed(s, "O-1", "2026-03-06", 7) // 140 minutes: a day and a half
	require.Equal(t, `{"end":"2026-03-06","overtime":false,"start":"2026-03-05","work_center":"W-1"}`, schedule(s, first, ""))
	require.Equal(t, `{"end":"2026-03-06","overtime":false,"start":"2026-03-06","work_center":"W-1"}`, schedule(s, needed(s, "O-1", "2026-03-07", 3), ""))
	require.Equal(t, `{"end":"2026-03-09","overtime":false,"start":"2026-03-09","work_center":"W-1"}`, schedule(s, needed(s, "O-1", "2026-03-10", 1), ""),
		"the 6th is full, and then comes a weekend")
	require.Equal(t, "2026-03-05 | 100\n2026-03-06 | 100\n2026-03-09 | 20", s.Ask(`select day, sum(minutes) from production_slots group by day order by day`))
}

func TestAnEarlierPromiseAndThenABetterCustomerComeFirst(t *testing.T) {
	s := workshop(t)
	s.Exec(`insert into sales_orders (number, customer, entered_by, policy, currency, net, freight, tax_percent, tax_amount, total, entered_at)
		values ('O-A', 'C-2', 'ann', 'partial', 'CNY', 0, 0, 0, 0, 0, now())`)
	ordinary := needed(s, "O-1", "2026-03-09", 5)
	require.Contains(t, schedule(s, ordinary, ""), `"start":"2026-03-05"`)
	better := needed(s, "O-A", "2026-03-09", 5)
	require.Contains(t, schedule(s, better, ""), `"start":"2026-03-05"`, "the customer of grade A")
	earlier := needed(s, "O-1", "2026-03-08", 5)
	require.Contains(t, schedule(s, earlier, ""), `"start":"2026-03-05"`)
	require.Equal(t, earlier+" | 2026-03-05\n"+better+" | 2026-03-06\n"+ordinary+" | 2026-03-09", s.Ask(`select production_order, day from production_slots order by day`))

	s.Do("production.release", `{"production_order": %q}`, earlier)
	first := needed(s, "O-A", "2026-03-05", 5)
	require.Contains(t, schedule(s, first, ""), `"start":"2026-03-06"`, "what is released stays")
	require.Contains(t, schedule(s, first, ""), `"start":"2026-03-06"`, "asked again")
}

func TestOvertimeIsTakenOnlyWhereItKeepsTheDate(t *testing.T) {
	s := workshop(t)
	order := needed(s, "O-1", "2026-03-05", 7) // 140 minutes on one day of 100, or of 150
	require.Equal(t, `{"end":"2026-03-06","overtime":false,"start":"2026-03-05","work_center":"W-1"}`, schedule(s, order, ""))
	allowed := `{"production_order": %q, "freeze": "3d", "overtime": "allowed"}`
	require.Equal(t, `{"end":"2026-03-05","overtime":true,"start":"2026-03-05","work_center":"W-1"}`, s.Do("production.schedule", allowed, order))
	require.Equal(t, `{"end":"2026-03-06","overtime":false,"start":"2026-03-05","work_center":"W-1"}`,
		s.Do("production.schedule", allowed, needed(s, "O-1", "2026-03-04", 7)), "in vain here, so not taken")
}

func TestAnotherPlaceOfThePoolStandsInForOneThatIsDown(t *testing.T) {
	s := workshop(t)
	order := needed(s, "O-1", "2026-03-06", 7)
	require.Contains(t, schedule(s, order, `, "avoid": "W-1"`), `"work_center":"W-1"`, "there is no other")
	s.Exec(`insert into production_work_centers (number, name, pool, minutes_a_day) values ('W-2', 'Welding', 'W', 100), ('X', 'Paint', 'X', 900)`)
	require.Equal(t, `{"end":"2026-03-06","overtime":false,"start":"2026-03-05","work_center":"W-2"}`, schedule(s, order, `, "avoid": "W-1"`))
	require.Contains(t, schedule(s, needed(s, "O-1", "2026-03-09", 5), ""), `"start":"2026-03-05","work_center":"W-1"`, "the one that is free first")
}
