package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAmountsOfAnotherCurrencyAreNeverTakenForOurs(t *testing.T) {
	w := invoiced(t)
	w.order("SO-9", "0", "1 x 100")
	w.ship("SO-9", "SH-9", "1: 1")
	w.limit("1000")
	ours := w.Call()
	theirs := ours
	theirs.Currency = "EUR" // another pack of the same tenant
	for action, input := range map[string]string{
		"billing.invoice":         `{"order": "SO-9", "shipment": "SH-9", "payment_days": 30}`,
		"billing.charge":          `{"order": "SO-9", "amount": {"amount": 5, "currency": "EUR"}, "reason": "late", "payment_days": 30}`,
		"billing.request_deposit": `{"order": "SO-9", "amount": {"amount": 5, "currency": "EUR"}, "payment_days": 30}`,
		"billing.credit_note":     `{"invoice": "INV-000001"}`,
		"billing.refund":          `{"invoice": "INV-000001"}`,
		"billing.balance":         `{"invoice": "INV-000001"}`,
		"billing.write_off":       `{"invoice": "INV-000001", "reason": "bankrupt"}`,
		"billing.remind":          `{"invoice": "INV-000001", "level": 1, "interest": 5}`,
		"billing.hold_lines":      `{"invoice": "INV-000001", "lines": [1]}`,
		"billing.exposure":        `{"customer": "C-1", "order": "SO-9", "adding": {"amount": 5, "currency": "EUR"}}`,
		"billing.commit_credit":   `{"customer": "C-1", "order": "SO-9", "amount": {"amount": 5, "currency": "EUR"}}`,
	} {
		t.Run(action, func(t *testing.T) {
			_, err := w.TryCall(theirs, action, input)
			require.ErrorContains(t, err, "in CNY, not in EUR")
		})
	}
	require.Equal(t, "2", w.Ask(`select count(*) from billing_invoices`))
	for _, invoice := range []string{"INV-000001", "INV-000002"} {
		w.pay(invoice, "P-"+invoice, "113")
	}
	w.Exec(`update crm_customers set currency = 'EUR' where number = 'C-1'`)
	_, err := w.TryCall(theirs, "billing.exposure", `{"customer": "C-1", "order": "SO-9", "adding": {"amount": 5, "currency": "EUR"}}`)
	require.NoError(t, err, "all that is in another currency is settled")
	require.Equal(t, "0", w.Ask(`select count(*) from billing_commitments`))
}

func TestALimitInAnotherCurrencyIsNotComparedWithOurs(t *testing.T) {
	w := newBooks(t)
	w.Exec(`update crm_customers set credit_limit = 1000, currency = 'USD' where number = 'C-1'`)
	_, err := w.Try("billing.exposure", `{"customer": "C-1", "adding": {"amount": 5, "currency": "CNY"}}`)
	require.ErrorContains(t, err, "limit of C-1: in USD, not in CNY")
}
