package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
)

func TestADepositThatIsBeingRefundedIsNotDeductedToo(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "1 x 100")
	w.ship("SO-1", "SH-1", "1: 1")
	w.deposit("SO-1", "50")
	w.pay("INV-000001", "P-1", "50")
	w.credit("INV-000001") // it was asked for by mistake
	done := make(chan error, 1)
	require.NoError(t, w.Turn(func(tx catalogue.Tx) error {
		_, err := w.Registry.Run(t.Context(), tx, w.Call(), "billing.refund", map[string]any{"invoice": "INV-000001"})
		if err != nil {
			return err
		}
		go func() {
			_, err := w.Try("billing.invoice", `{"order": "SO-1", "shipment": "SH-1", "payment_days": 30}`)
			done <- err
		}()
		w.UntilOneWaits()
		return nil
	}))
	require.NoError(t, <-done)
	require.Equal(t, "INV-000001 | 50 | 50 | 0.00\nINV-000002 | 0 | 0 | 113.00",
		w.Ask(`select number, paid, refunded, case kind when 'deposit' then used + deposit else total end::numeric(9, 2) from billing_invoices order by serial`))
}
