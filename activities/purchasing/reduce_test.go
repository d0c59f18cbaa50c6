package purchasing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/activities/stock/stocktest"
)

// drafted is a purchase order of 20 bells for line 1 of O-1 that is not sent, with its requisition.
func drafted(s *stocktest.Shop) (order, requisition string) {
	s.Order("O-1", "BELL 20")
	requisition = stocktest.Part(s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`), "requisition")
	return stocktest.Part(s.Do("purchasing.draft_order", `{"requisition": %q}`, requisition), "purchase_order"), requisition
}

// during runs an action, and another one that has to wait for it before the first one commits.
func during(t *testing.T, s *stocktest.Shop, first map[string]any, action, later, input string) {
	t.Helper()
	done := make(chan error, 1)
	require.NoError(t, s.Turn(func(tx catalogue.Tx) error {
		if _, err := s.Registry.Run(t.Context(), tx, s.Call(), action, first); err != nil {
			return err
		}
		go func() {
			_, err := s.Try(later, input)
			done <- err
		}()
		s.UntilOneWaits()
		return nil
	}))
	require.NoError(t, <-done)
}

func TestAPurchaseOrderThatIsBeingSentKeepsItsQuantities(t *testing.T) {
	s := shop(t)
	order, requisition := drafted(s)
	during(t, s, map[string]any{"purchase_order": order}, "purchasing.send_order", "purchasing.reduce", `{"requisition": "`+requisition+`"}`)
	require.Equal(t, "20 | 0", s.Ask(`select ordered, cancelled from purchasing_order_lines`))
	require.Equal(t, "t", s.Ask(`select cancelled_at is not null from purchasing_requisitions`))
}

func TestARequisitionThatIsBeingOrderedIsTakenOffTheOrder(t *testing.T) {
	s := shop(t)
	s.Order("O-1", "BELL 20")
	requisition := stocktest.Part(s.Do("purchasing.request", `{"order": "O-1", "line": 1, "product": "BELL", "quantity": 20}`), "requisition")
	during(t, s, map[string]any{"requisition": requisition}, "purchasing.draft_order", "purchasing.reduce", `{"requisition": "`+requisition+`"}`)
	require.Equal(t, "20 | 20", s.Ask(`select ordered, cancelled from purchasing_order_lines`))
	require.Equal(t, "t", s.Ask(`select cancelled_at is not null from purchasing_requisitions`))
}
