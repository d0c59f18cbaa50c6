package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// invoiced is a world with two invoices of 113 each to C-1: INV-000001 due 1 April, INV-000002 due 11 April.
func invoiced(t *testing.T) books {
	w := newBooks(t)
	for _, s := range []string{"1", "2"} {
		w.order("SO-"+s, "0", "1 x 100")
		w.ship("SO-"+s, "SH-"+s, "1: 1")
		w.invoice("SO-"+s, "SH-"+s)
		w.At = w.At.AddDate(0, 0, 10)
	}
	return w
}

func TestAPaymentIsBookedOnceByItsReference(t *testing.T) {
	w := invoiced(t)
	require.Equal(t, "{open:13.00,overdue_elsewhere:false}", w.pay("INV-000001", "P-1", "100"))
	require.Equal(t, "{open:13.00,overdue_elsewhere:false}", w.pay("INV-000001", "P-1", "100"))
	require.Equal(t, "{credited:0.00,disputed:0.00,open:13.00,paid:100.00,settled:false}", w.balance("INV-000001"))
	require.Equal(t, "{open:0.00,overdue_elsewhere:false}", w.pay("INV-000001", "P-2", "13"))
	require.Contains(t, w.balance("INV-000001"), "settled:true")

	_, err := w.Try("billing.book_payment", `{"invoice": "INV-000001", "payment": "P-1", "amount": {"amount": 1000, "currency": "CNY"}}`)
	require.ErrorContains(t, err, "payment P-1: 100 was booked under this reference before, not 1000")
	_, err = w.Try("billing.book_payment", `{"invoice": "INV-000002", "payment": "P-1", "amount": {"amount": 100, "currency": "CNY"}}`)
	require.ErrorContains(t, err, "payment P-1: booked to invoice INV-000001 before")
	w.Refused("billing.unknown_invoice", "billing.book_payment", `{"invoice": "INV-7", "payment": "P-3", "amount": {"amount": 1, "currency": "CNY"}}`)
	_, err = w.Try("billing.book_payment", `{"invoice": "INV-000002", "payment": "P-4", "amount": {"amount": 1, "currency": "EUR"}}`)
	require.ErrorContains(t, err, "payment P-4: in EUR, not in CNY")
}

func TestAPaymentTellsWhetherSomethingElseIsOverdue(t *testing.T) {
	w := invoiced(t)
	w.At = w.At.AddDate(0, 0, 12) // 3 April
	require.Equal(t, "{open:0.00,overdue_elsewhere:true}", w.pay("INV-000002", "P-1", "113"))
	require.Equal(t, "{open:0.00,overdue_elsewhere:false}", w.pay("INV-000001", "P-2", "113"))
}

func TestWhatWasPaidTooMuchGoesBackTheWayItCame(t *testing.T) {
	w := invoiced(t)
	w.pay("INV-000001", "P-1", "80")
	w.pay("INV-000001", "P-2", "80")
	require.Equal(t, "{refunded:47.00}", w.refund("INV-000001"))
	require.Equal(t, "{refunded:0.00}", w.refund("INV-000001"))
	w.credit("INV-000001")
	require.Equal(t, "{refunded:113.00}", w.refund("INV-000001"))
	require.Equal(t, "P-1 | 47.00\nP-1 | 33.00\nP-2 | 80", w.Ask(`select payment, amount from billing_refunds order by id`))
	require.Equal(t, "{refunded:0.00}", w.refund("INV-000002"))
}

func TestARemindersInterestCountsTheDaysSinceTheLastOne(t *testing.T) {
	w := invoiced(t)
	remind := func(invoice string, level int) string {
		return plain(w.Do("billing.remind", `{"invoice": %q, "level": %d, "interest": 7.3}`, invoice, level))
	}
	w.At = w.At.AddDate(0, 0, 13) // 4 April: three days late
	require.Equal(t, "{interest_amount:0.07,open:113.07}", remind("INV-000001", 1))
	w.At = w.At.AddDate(0, 0, 7)
	require.Equal(t, "{interest_amount:0.16,open:113.23}", remind("INV-000001", 2), "on 113, not on the interest")
	require.Equal(t, "{interest_amount:0.16,open:113.23}", remind("INV-000001", 2), "a level again")
	require.Contains(t, w.balance("INV-000001"), "open:113.23")
	require.Equal(t, "{interest_amount:0.00,open:113.00}", remind("INV-000002", 1), "not due yet")
	require.Equal(t, "3\n7\n0", w.Ask(`select days from billing_reminders order by invoice, level`))
}

func TestACustomerOwesAsLongAsOneOfHisInvoicesIsOpen(t *testing.T) {
	w := invoiced(t)
	w.At = w.At.AddDate(0, 0, 30)
	w.Do("billing.remind", `{"invoice": "INV-000001", "level": 2, "interest": 0}`)
	w.Do("billing.remind", `{"invoice": "INV-000002", "level": 1, "interest": 0}`)
	level := func() string {
		return w.Lookup("crm.customer", "C-1")[1:20]
	}
	require.Contains(t, level(), `"dunning_level":2`)
	w.pay("INV-000001", "P-1", "113")
	require.Contains(t, level(), `"dunning_level":1`, "the open one counts")
	require.Contains(t, w.balance("INV-000002"), "settled:false")
	w.pay("INV-000002", "P-2", "113")
	require.Contains(t, level(), `"dunning_level":0`)
}

func TestACustomerOnHoldIsSeenByTheNextOrder(t *testing.T) {
	w := newBooks(t)
	w.Do("billing.hold_customer", `{"customer": "C-1", "reason": "unpaid invoice"}`)
	require.Contains(t, w.exposure("SO-1", "0"), "on_hold:true")
	require.Contains(t, w.Lookup("crm.customer", "C-1"), `"on_hold":true`)
	w.Do("billing.lift_hold", `{"customer": "C-1"}`)
	require.Contains(t, w.exposure("SO-1", "0"), "on_hold:false")
	require.Equal(t, "-", w.Ask(`select hold_reason from crm_customers where number = 'C-1'`))
}

func TestABadDebtIsWrittenOffOnce(t *testing.T) {
	w := invoiced(t)
	w.pay("INV-000001", "P-1", "13")
	for range 2 {
		require.Equal(t, "{amount:100.00}", plain(w.Do("billing.write_off", `{"invoice": "INV-000001", "reason": "bankrupt", "by": "cfo"}`)))
	}
	require.Equal(t, "INV-000001 | 100.00 | bankrupt | cfo", w.Ask(`select invoice, amount, reason, by from billing_write_offs`))
	require.Contains(t, w.balance("INV-000001"), "open:0.00,paid:13.00,settled:true")
}
