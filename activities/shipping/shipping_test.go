package shipping_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/activities/stock/stocktest"
)

// shop has 10 bicycles, and 6 bells of 8 that O-1 wants beside 2 bicycles; what is there is reserved.
func shop(t *testing.T) *stocktest.Shop {
	t.Helper()
	t.Parallel()
	s := stocktest.Open(t)
	s.Product("BIKE", "make", 10, "serialised = true")
	s.Product("BELL", "buy", 6, "")
	s.Order("O-1", "BIKE 2", "BELL 8")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	return s
}

func planned(s *stocktest.Shop) string {
	return stocktest.Part(s.Do("shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`), "shipment")
}

func issued(s *stocktest.Shop) string {
	shipment := planned(s)
	s.Do("shipping.goods_issue", `{"shipment": %q}`, shipment)
	return shipment
}

const counters = `select line, ordered, reserved, shipped, delivered, returned, lost from sales_order_lines order by line`

func TestAnOrderGoesOutInParts(t *testing.T) {
	s := shop(t)
	require.Equal(t, `{"lines":[{"line":1,"product":"BIKE","quantity":2},{"line":2,"product":"BELL","quantity":6}],"order_value":{"amount":1155.00,"currency":"CNY"},`+
		`"quantity":8,"release_at":"2026-03-02T09:00:00.000000Z","shipment":"SH-000001","value":{"amount":800.00,"currency":"CNY"}}`,
		s.Do("shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`))
	s.Refused("shipping.nothing_reserved", "shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`)
	for range 2 {
		require.Equal(t, `{"issued":"2026-03-02T09:00:00.000000Z","quantity":8}`, s.Do("shipping.goods_issue", `{"shipment": "SH-000001"}`))
	}
	require.Equal(t, "1 | 2 | 0 | 2 | 0 | 0 | 0\n2 | 8 | 0 | 6 | 0 | 0 | 0", s.Ask(counters))
	require.Equal(t, "ann", s.Ask(`select issued_by from shipping_shipments`), "who is behind the step")
	require.Equal(t, "8/0", s.Stock("BIKE"))
	s.Balanced()

	s.Exec(`insert into stock_movements (product, kind, quantity, document, at) values ('BELL', 'received', 9, 'GR-1', now())`)
	s.Exec(`update stock_balances set on_hand = 9 where product = 'BELL'`)
	require.Equal(t, `{"lost":false,"reserved":2,"shortages":[]}`, s.Do("stock.reserve", `{"order": "O-1"}`))
	require.Contains(t, s.Do("shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`), `"quantity":2,`)
	s.Do("shipping.goods_issue", `{"shipment": "SH-000002"}`)
	require.Equal(t, "1 | 2 | 0 | 2 | 0 | 0 | 0\n2 | 8 | 0 | 8 | 0 | 0 | 0", s.Ask(counters))
	require.Equal(t, `{"lost":false,"reserved":0,"shortages":[]}`, s.Do("stock.reserve", `{"order": "O-1"}`), "the order needs nothing more")
	s.Balanced()
}

func TestPickingBeginsTheTransitBeforeThePromise(t *testing.T) {
	s := shop(t)
	s.Exec(`insert into sales_promises (sales_order, line, version, date, at) values ('O-1', 1, 1, '2026-03-20', now()), ('O-1', 2, 1, '2026-03-10', now()), ('O-1', 2, 2, '2026-03-12', now())`)
	require.Contains(t, s.Do("shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`), `"release_at":"2026-03-10T00:00:00.000000Z"`)
}

func TestACancelledShipmentFreesItsGoodsForAnotherOne(t *testing.T) {
	s := shop(t)
	shipment := planned(s)
	require.Equal(t, `{"tracking":"dhl-00000001"}`, s.Do("shipping.label", `{"shipment": %q, "carrier": "dhl", "packages": 2, "weight": 31.5}`, shipment))
	require.Equal(t, `{"tracking":"dhl-00000001"}`, s.Do("shipping.label", `{"shipment": %q, "carrier": "dhl", "packages": 2}`, shipment), "asked again")
	s.Do("shipping.cancel_shipment", `{"shipment": %q}`, shipment)
	s.Do("shipping.cancel_shipment", `{"shipment": %q}`, shipment)
	_, err := s.Try("shipping.goods_issue", `{"shipment": "`+shipment+`"}`)
	require.ErrorContains(t, err, "cancelled")
	require.Contains(t, s.Do("shipping.plan_shipment", `{"order": "O-1", "transit": "2d"}`), `"quantity":8,`)
}

func TestOnlyWhatIsStillReservedLeaves(t *testing.T) {
	s := shop(t)
	shipment := planned(s)
	s.Exec(`update sales_order_lines set cancelled = 5 where line = 2`)
	s.Do("stock.release", `{"order": "O-1"}`)
	_, err := s.Try("shipping.goods_issue", `{"shipment": "`+shipment+`"}`)
	require.ErrorContains(t, err, "nothing in it is reserved any more")
	s.Do("stock.reserve", `{"order": "O-1"}`)
	require.Contains(t, s.Do("shipping.goods_issue", `{"shipment": %q}`, shipment), `"quantity":5}`)
	require.Equal(t, "2\n3", s.Ask(`select quantity from shipping_shipment_lines order by line`))
	s.Balanced()
}

func TestADeliveryBeginsTheWarrantyOfEverySerial(t *testing.T) {
	s := shop(t)
	shipment := issued(s)
	s.At = s.At.Add(48 * time.Hour)
	for range 2 {
		require.Equal(t, `{"delivered":"2026-03-03T22:00:00.000000Z"}`,
			s.Do("shipping.record_delivery", `{"shipment": %q, "signed_by": "J.", "at": "2026-03-03T22:00:00.000000Z"}`, shipment))
	}
	require.Equal(t, "1 | 2 | 0 | 2 | 2 | 0 | 0\n2 | 8 | 0 | 6 | 6 | 0 | 0", s.Ask(counters))
	require.Equal(t, "BIKE-SH-000001-1-1 | 2026-03-03\nBIKE-SH-000001-1-2 | 2026-03-03", s.Ask(`select serial, delivered_on from stock_serials order by 1`))
}

func TestAShipmentIsInterceptedBeforeDeliveryAndReturnedAfterIt(t *testing.T) {
	for _, c := range []struct{ name, way string }{{"under way", "intercepted"}, {"delivered", "returned"}} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t)
			shipment := issued(s)
			if c.way == "returned" {
				s.Do("shipping.record_delivery", `{"shipment": %q}`, shipment)
			}
			for range 2 {
				require.Equal(t, `{"quantity":8,"way":"`+c.way+`"}`, s.Do("shipping.take_back", `{"shipment": %q}`, shipment))
			}
			require.Equal(t, "2 | 6", s.Ask(`select max(returned) filter (where line = 1), max(returned) filter (where line = 2) from sales_order_lines`))
			require.Equal(t, "10/0", s.Stock("BIKE"))
			require.Equal(t, "2", s.Ask(`select count(*) from stock_movements where kind = 'returned'`))
			s.Balanced()
		})
	}
}

func TestALostShipmentIsNeededAgainAndNeverComesBack(t *testing.T) {
	s := shop(t)
	shipment := issued(s)
	for range 2 {
		require.Equal(t, `{"claim":"CL-000001","quantity":8}`, s.Do("shipping.claim", `{"shipment": %q, "reason": "no scan"}`, shipment))
	}
	require.Equal(t, `{"quantity":0,"way":"intercepted"}`, s.Do("shipping.take_back", `{"shipment": %q}`, shipment))
	require.Equal(t, "8/0", s.Stock("BIKE"), "it is written off")
	require.Equal(t, `{"lost":false,"reserved":2,"shortages":[{"line":2,"product":"BELL","quantity":8}]}`, s.Do("stock.reserve", `{"order": "O-1"}`))
	issued(s)
	require.Equal(t, "1 | 2 | 0 | 4 | 0 | 0 | 2\n2 | 8 | 0 | 6 | 0 | 0 | 6", s.Ask(counters))
	s.Balanced()
}

func TestTheValueOfAnOrderIsRoundedAsTheOrderIs(t *testing.T) {
	s := shop(t)
	s.Order("O-2")
	s.Exec(`insert into sales_order_lines (sales_order, line, product, price, ordered) values ('O-2', 1, 'BIKE', 0.125, 1), ('O-2', 2, 'BIKE', 0.125, 1)`)
	s.Do("stock.reserve", `{"order": "O-2"}`)
	// 0.13 + 0.13 + 50.00, and 10 % of it as tax: as the order was entered.
	require.Contains(t, s.Do("shipping.plan_shipment", `{"order": "O-2", "transit": "2d"}`), `"order_value":{"amount":55.29,"currency":"CNY"}`)
}
