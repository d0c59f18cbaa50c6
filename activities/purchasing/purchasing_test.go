package purchasing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/activities/stock/stocktest"
)

func shop(t *testing.T) *stocktest.Shop {
	t.Helper()
	t.Parallel()
	s := stocktest.Open(t)
	s.Product("BELL", "buy", 0, "")
	s.Price("NEAR", "BELL", "6", 5, "last_price = 5.50, minimum = 10, multiple = 12")
	s.Price("FAR", "BELL", "5", 20, "")
	return s
}

// bought is a purchase order of 20 bells from FAR for line 1 of O-1, sent.
func bought(s *stocktest.Shop) (order, requisition string) {
	s.Order("O-1", "BELL 20")
	requisition = stocktest.Part(s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`), "requisition")
	order = stocktest.Part(s.Do("purchasing.draft_order", `{"requisition": %q}`, requisition), "purchase_order")
	s.Do("purchasing.send_order", `{"purchase_order": %q}`, order)
	return order, requisition
}

func receive(s *stocktest.Shop, order string, quantity int) string {
	return s.Do("purchasing.receive", `{"purchase_order": %q, "over_tolerance": 5, "counted": [{"line": 1, "product": "BELL", "quantity": %d}]}`, order, quantity)
}

func putAway(s *stocktest.Shop, receipt string, quantity, rejected int) string {
	return s.Do("stock.put_away", `{"receipt": %q, "counted": [{"line": 1, "product": "BELL", "quantity": %d, "rejected": %d}]}`, receipt, quantity, rejected)
}

func TestARequisitionFollowsTheSuppliersMinimumAndMultiple(t *testing.T) {
	s := shop(t)
	for _, c := range []struct {
		name, quantity, set, want string
	}{
		{"the cheapest has no rule", "7", "", `{"quantity":7,"requisition":"PR-000001","value":{"amount":35.00,"currency":"CNY"}}`},
		{"below the minimum", "7", "active = false", `{"quantity":12,"requisition":"PR-000002","value":{"amount":66.00,"currency":"CNY"}}`},
		{"a whole multiple stays", "24", "active = false", `{"quantity":24,"requisition":"PR-000003","value":{"amount":132.00,"currency":"CNY"}}`},
		{"one more takes the next multiple", "24.01", "active = false", `{"quantity":36,"requisition":"PR-000004","value":{"amount":198.00,"currency":"CNY"}}`},
	} {
		if c.set != "" {
			s.Exec(`update purchasing_suppliers set ` + c.set + ` where number = 'FAR'`)
		}
		require.Equal(t, c.want, s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": %s}`, c.quantity), c.name)
	}
	s.Product("GOLD", "buy", 0, "")
	s.Refused("purchasing.no_supplier", "purchasing.request", `{"order": "O-1", "line": 1, "product": "GOLD", "quantity": 1}`)
}

func TestThePriceOfABaseUnitFollowsFromTheUnitSold(t *testing.T) {
	s := shop(t)
	s.Exec(`update purchasing_prices set unit = 'DZ', unit_factor = 12 where supplier = 'NEAR'`)
	s.Order("O-1", "BELL 24")
	s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 24}`)
	require.Contains(t, s.Do("purchasing.offers", `{"requisition": "PR-000001"}`), `{"offers":[{"lead_days":5,"price":{"amount":0.50,"currency":"CNY"},"supplier":"NEAR"}`)
	require.Contains(t, s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`), `"total":{"amount":12.00,"currency":"CNY"}`, "two dozen at 6")
}

func TestOffersComeCheapestFirstAndASecondSourceLeavesTheFirstOut(t *testing.T) {
	s := shop(t)
	s.Order("O-1", "BELL 20")
	s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`)
	require.Equal(t, `{"offers":[{"lead_days":20,"price":{"amount":5.00,"currency":"CNY"},"supplier":"FAR"},{"lead_days":5,"price":{"amount":6.00,"currency":"CNY"},"supplier":"NEAR"}]}`,
		s.Do("purchasing.offers", `{"requisition": "PR-000001"}`))
	first := s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`)
	require.Equal(t, `{"buyer":"ben","lines":[{"line":1,"price":{"amount":5.00,"currency":"CNY"},"product":"BELL","quantity":20,"requisition":"PR-000001"}],`+
		`"price_rise":0.00,"purchase_order":"PO-000001","supplier":"FAR","total":{"amount":100.00,"currency":"CNY"}}`, first)
	require.Equal(t, first, s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`), "asked again")
	second := s.Do("purchasing.draft_order", `{"requisition": "PR-000001", "not_supplier": "FAR", "price": {"amount": 6.05, "currency": "CNY"}}`)
	require.Contains(t, second, `"price_rise":10.00,"purchase_order":"PO-000002","supplier":"NEAR","total":{"amount":145.20,"currency":"CNY"}`)
	s.Exec(`update purchasing_suppliers set active = false where number = 'NEAR'`)
	s.Do("purchasing.cancel_order", `{"purchase_order": "PO-000002"}`)
	s.Refused("purchasing.no_supplier", "purchasing.draft_order", `{"requisition": "PR-000001", "not_supplier": "FAR"}`)
}

func TestASupplierWhoDoesNotSellSoMuchAtOnceComesLast(t *testing.T) {
	s := shop(t)
	s.Exec(`update purchasing_prices set maximum = 19 where supplier = 'FAR'`)
	s.Order("O-1", "BELL 20")
	s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`)
	require.Contains(t, s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`), `"supplier":"NEAR"`)
}

func TestAConfirmationTellsHowLateItIsAndWhoWaits(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	require.Equal(t, `{"due":"2026-03-22"}`, s.Do("purchasing.send_order", `{"purchase_order": %q}`, order), "asked again")
	require.Equal(t, `{"days_late":0,"orders":["O-1"]}`, s.Do("purchasing.confirm", `{"purchase_order": %q}`, order))
	require.Equal(t, `{"days_late":3,"orders":["O-1"]}`, s.Do("purchasing.confirm", `{"purchase_order": %q, "delivery": "2026-03-25"}`, order))
	require.Equal(t, `{"days_late":0,"orders":["O-1"]}`, s.Do("purchasing.confirm", `{"purchase_order": %q, "delivery": "2026-03-20"}`, order))
}

func TestAReceiptThatIsShortAndPartlyRejected(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	require.Equal(t, `{"receipt":"GR-000001","received":18,"samples":18,"sent_back":0}`, receive(s, order, 18))
	require.Equal(t, "0/0", s.Stock("BELL"), "quarantine is no stock")
	require.Equal(t, `{"accepted":15,"open":5,"rejected":3,"short_percent":25.00}`, putAway(s, "GR-000001", 18, 3))
	require.Equal(t, `{"accepted":15,"open":5,"rejected":3,"short_percent":25.00}`, putAway(s, "GR-000001", 18, 3), "asked again")
	require.Equal(t, "15/15", s.Stock("BELL"))
	require.Equal(t, "15 | 15", s.Ask(`select reserved, purchased from sales_order_lines`))

	require.Equal(t, `{"amount":{"amount":5.00,"currency":"CNY"},"open":4,"supplier_return":"SR-000001"}`,
		s.Do("purchasing.return_goods", `{"receipt": "GR-000001", "counted": [{"line": 1, "product": "BELL", "quantity": 1}], "settle": "debit_note"}`))
	require.Equal(t, `{"amount":{"amount":10.00,"currency":"CNY"},"open":4,"supplier_return":"SR-000002"}`,
		s.Do("purchasing.return_goods", `{"receipt": "GR-000001", "counted": [{"line": 1, "product": "BELL", "quantity": 18, "rejected": 3}], "settle": "replacement"}`),
		"no more goes back than was rejected")

	require.Equal(t, `{"receipt":"GR-000002","received":2,"samples":2,"sent_back":0}`, receive(s, order, 2))
	require.Equal(t, `{"accepted":2,"open":2,"rejected":0,"short_percent":10.00}`, putAway(s, "GR-000002", 2, 0))
	require.Equal(t, `{"closed":2}`, s.Do("purchasing.close_short", `{"purchase_order": %q}`, order))
	s.Refused("purchasing.nothing_open", "purchasing.receive", `{"purchase_order": %q, "over_tolerance": 5, "counted": []}`, order)
	require.Equal(t, "17/17", s.Stock("BELL"))
	s.Balanced()
}

func TestOverDeliveryIsKeptWithinTheToleranceAndGoesBackBeyondIt(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	require.Equal(t, `{"receipt":"GR-000001","received":21,"samples":21,"sent_back":4}`, receive(s, order, 25))
	require.Equal(t, `{"accepted":20,"open":0,"rejected":1,"short_percent":0.00}`, putAway(s, "GR-000001", 25, 1), "counted as it came; the 4 are gone")
	require.Equal(t, "20/20", s.Stock("BELL"))
	s.Refused("purchasing.nothing_open", "purchasing.receive", `{"purchase_order": %q, "over_tolerance": 5, "counted": []}`, order)
	s.Balanced()
}

func TestAPieceThatInspectionDoesNotFindWasNotReceived(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	receive(s, order, 20)
	require.Equal(t, `{"accepted":19,"open":1,"rejected":0,"short_percent":5.00}`, putAway(s, "GR-000001", 19, 0))
	_, err := s.Try("stock.put_away", `{"receipt": "GR-000002", "counted": []}`)
	require.Error(t, err)
}

func TestWhatIsBoughtForAProductionOrderIsReservedForIt(t *testing.T) {
	s := shop(t)
	s.Product("BIKE", "make", 0, "lead_days = 4")
	s.Bill("BIKE", "BELL 2")
	s.Order("O-1", "BIKE 5")
	s.Do("production.draft", `{"order": "O-1", "line": 1, "product": "BIKE", "quantity": 5}`)
	short := s.Do("production.explode", `{"production_order": "MO-000001"}`)
	require.Equal(t, `{"complete":false,"components":[{"product":"BELL","quantity":10,"reserved":0}],`+
		`"shortages":[{"needed":"2026-03-02","product":"BELL","quantity":10,"source":"buy"}]}`, short)
	s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 10, "production_order": "MO-000001"}`)
	require.Contains(t, s.Do("production.explode", `{"production_order": "MO-000001"}`), `"shortages":[]`, "it is requested already")
	s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`)
	s.Do("purchasing.send_order", `{"purchase_order": "PO-000001"}`)
	receive(s, "PO-000001", 10)
	putAway(s, "GR-000001", 10, 0)
	require.Equal(t, "10/10", s.Stock("BELL"))
	require.Equal(t, `{"complete":true,"components":[{"product":"BELL","quantity":10,"reserved":10}],"shortages":[]}`,
		s.Do("production.explode", `{"production_order": "MO-000001"}`))
	s.Balanced()
}

func TestWhatComesForAnOrderThatWasReleasedAndCancelledIsFree(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	s.Exec(`update sales_order_lines set cancelled = ordered`)
	receive(s, order, 20)
	putAway(s, "GR-000001", 20, 0)
	require.Equal(t, "20/0", s.Stock("BELL"))
	s.Balanced()
}

func TestWhatComesForAnOrderThatLetGoOfItsStockIsFreeUntilItAsksAgain(t *testing.T) {
	s := shop(t)
	order, _ := bought(s)
	s.Do("stock.release", `{"order": "O-1"}`)
	receive(s, order, 15)
	putAway(s, "GR-000001", 15, 0)
	require.Equal(t, "15/0", s.Stock("BELL"))
	require.Contains(t, s.Do("stock.reserve", `{"order": "O-1"}`), `"reserved":15,`)
	receive(s, order, 5)
	putAway(s, "GR-000002", 5, 0)
	require.Equal(t, "20/20", s.Stock("BELL"))
	s.Balanced()
}

// onDay confirms the delivery in 20 days and lets so many days pass.
func onDay(days int) func(*stocktest.Shop, string) {
	return func(s *stocktest.Shop, order string) {
		s.Do("purchasing.confirm", `{"purchase_order": %q}`, order)
		s.At = s.At.Add(time.Duration(days) * 24 * time.Hour)
	}
}

func TestCancellingAPurchaseOrder(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(s *stocktest.Shop, order string)
		want   string
		open   string // requisitions that may be ordered again
	}{
		{"sent: the supplier's fee", func(*stocktest.Shop, string) {}, `{"accepted":true,"fee":{"amount":10.00,"currency":"CNY"}}`, "1"},
		{"on the road", onDay(17), `{"accepted":false,"fee":{"amount":0.00,"currency":"CNY"}}`, "1"},
		{"a day before", onDay(16), `{"accepted":true,"fee":{"amount":10.00,"currency":"CNY"}}`, "1"},
		{"never confirmed", func(s *stocktest.Shop, _ string) { s.At = s.At.Add(30 * 24 * time.Hour) }, `{"accepted":true,"fee":{"amount":10.00,"currency":"CNY"}}`, "1"},
		{"partly received", func(s *stocktest.Shop, order string) { receive(s, order, 1) }, `{"accepted":false,"fee":{"amount":0.00,"currency":"CNY"}}`, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t)
			s.Exec(`update purchasing_suppliers set cancel_fee = 10, transit_days = 3`)
			order, _ := bought(s)
			c.before(s, order)
			for range 2 {
				require.Equal(t, c.want, s.Do("purchasing.cancel_order", `{"purchase_order": %q, "reason": "customer cancelled"}`, order))
			}
			require.Equal(t, c.open, s.Ask(`select count(*) from purchasing_requisitions where purchase_order is null and cancelled_at is null`))
		})
	}
}

func TestGoodsThatTheSupplierStillSendsAreFreeStock(t *testing.T) {
	s := shop(t)
	order, requisition := bought(s)
	receive(s, order, 5)
	s.Do("purchasing.cancel_order", `{"purchase_order": %q}`, order)
	require.Contains(t, s.Do("purchasing.draft_order", `{"requisition": %q}`, requisition), `"purchase_order":"PO-000002"`, "the need is met by another order")
	receive(s, order, 15)
	putAway(s, "GR-000001", 5, 0)
	putAway(s, "GR-000002", 15, 0)
	require.Equal(t, "20/0", s.Stock("BELL"))
	s.Balanced()
}

func TestARefusedPurchaseOrderForStockStillServesItsRequisition(t *testing.T) {
	s := shop(t)
	s.Exec(`update stock_products set reorder_point = 5, maximum = 20`)
	s.Do("purchasing.replenish", `{}`)
	s.Do("purchasing.consolidate", `{}`)
	s.Do("purchasing.send_order", `{"purchase_order": "PO-000001"}`)
	receive(s, "PO-000001", 1)
	require.Contains(t, s.Do("purchasing.cancel_order", `{"purchase_order": "PO-000001"}`), `"accepted":false`)
	require.Equal(t, `{"requisitions":0}`, s.Do("purchasing.replenish", `{}`), "the rest is on its way")
	require.Equal(t, `{"orders":[]}`, s.Do("purchasing.consolidate", `{}`))
}

func TestADraftIsCancelledForNothingAndItsRequisitionMayBeOrderedAgain(t *testing.T) {
	s := shop(t)
	s.Order("O-1", "BELL 20")
	s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`)
	s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`)
	require.Equal(t, `{"accepted":true,"fee":{"amount":0.00,"currency":"CNY"}}`, s.Do("purchasing.cancel_order", `{"purchase_order": "PO-000001"}`))
	require.Contains(t, s.Do("purchasing.draft_order", `{"requisition": "PR-000001"}`), `"purchase_order":"PO-000002"`)
	for range 2 {
		s.Do("purchasing.reduce", `{"requisition": "PR-000001"}`)
	}
	require.Equal(t, "20", s.Ask(`select cancelled from purchasing_order_lines where purchase_order = 'PO-000002'`))
}

func TestAThreeWayMatchTakesWhatWasAcceptedAtTheAgreedPrice(t *testing.T) {
	for _, c := range []struct{ name, amount, want string }{
		{"exact", "75", `{"difference":{"amount":0.00,"currency":"CNY"},"matched":true}`},
		{"dearer by the tolerance", "76.50", `{"difference":{"amount":1.50,"currency":"CNY"},"matched":true}`},
		{"dearer by a cent more", "76.51", `{"difference":{"amount":1.51,"currency":"CNY"},"matched":false}`},
		{"for all that was ordered", "100", `{"difference":{"amount":25.00,"currency":"CNY"},"matched":false}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t)
			order, _ := bought(s)
			receive(s, order, 18)
			putAway(s, "GR-000001", 18, 3)
			for range 2 {
				require.Equal(t, c.want, s.Do("purchasing.match_invoice", `{"purchase_order": %q, "supplier_invoice": "F-7",
					"amount": {"amount": %s, "currency": "CNY"}, "price_tolerance": 2, "quantity_tolerance": 0}`, order, c.amount))
			}
		})
	}
}

func TestReplenishingAtTheReorderPointOnceAndTogether(t *testing.T) {
	s := shop(t)
	for _, c := range []struct {
		product string
		onHand  int
	}{{"ABOVE", 11}, {"AT", 10}, {"BELOW", 4}} {
		s.Product(c.product, "buy", c.onHand, "reorder_point = 10, maximum = 30")
		s.Price("NEAR", c.product, "2", 5, "minimum = 25")
	}
	s.Product("NOBODY", "buy", 0, "reorder_point = 10")
	s.Product("MADE", "make", 0, "reorder_point = 10")
	require.Equal(t, `{"requisitions":2}`, s.Do("purchasing.replenish", `{}`))
	require.Equal(t, `{"requisitions":0}`, s.Do("purchasing.replenish", `{}`), "once while one is open")
	require.Equal(t, "AT | 25\nBELOW | 26", s.Ask(`select product, quantity from purchasing_requisitions order by 1`))

	require.Equal(t, `{"orders":[{"buyer":"ben","lines":[`+
		`{"line":1,"price":{"amount":2.00,"currency":"CNY"},"product":"AT","quantity":25,"requisition":"PR-000001"},`+
		`{"line":2,"price":{"amount":2.00,"currency":"CNY"},"product":"BELOW","quantity":26,"requisition":"PR-000002"}],`+
		`"price_rise":0.00,"purchase_order":"PO-000001","supplier":"NEAR","total":{"amount":102.00,"currency":"CNY"}}]}`, s.Do("purchasing.consolidate", `{}`))
	require.Equal(t, `{"orders":[]}`, s.Do("purchasing.consolidate", `{}`))
	require.Equal(t, `{"requisitions":0}`, s.Do("purchasing.replenish", `{}`), "it is on its way")
}

func TestRequisitionsOfOneProductAreSummedBeforeTheLotRuleRounds(t *testing.T) {
	s := shop(t)
	s.Product("CAP", "buy", 0, "")
	s.Price("NEAR", "CAP", "1", 5, "multiple = 96")
	for _, quantity := range []int{144, 48} {
		s.Exec(`insert into purchasing_requisitions (product, quantity, wanted, requested_at) values ('CAP', $1, $1, now())`, quantity)
	}
	require.Contains(t, s.Do("purchasing.consolidate", `{}`), `"quantity":192}`, "two packs of 96, not three")
	s.Do("purchasing.reduce", `{"requisition": "PR-000002"}`)
	require.Equal(t, "192 | 48", s.Ask(`select ordered, cancelled from purchasing_order_lines`), "only the quantity is taken off")
}

func TestASupplierIsReadThroughItsReference(t *testing.T) {
	s := shop(t)
	require.JSONEq(t, `{"number": "NEAR", "name": "Near & Co", "active": true}`, s.Lookup("purchasing.supplier", "NEAR"))
	require.Equal(t, "null", s.Lookup("purchasing.supplier", "NOBODY"))
}
