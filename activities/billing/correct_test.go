package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACreditNoteCorrectsAnInvoiceByLineAndNeverBelowNothing(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "60", "3 x 33.35", "2 x 100")
	w.ship("SO-1", "SH-1", "1: 3", "2: 2")
	require.Contains(t, w.invoice("SO-1", "SH-1"), "net:360.05,tax_amount:46.81,total:406.86")

	one := `{"invoice": "INV-000001", "reason": "returned", "lines": [{"line": 1, "product": "BIKE", "quantity": 1, "amount": {"amount": 33.35, "currency": "CNY"}}]}`
	require.Equal(t, "{amount:37.69,credit_note:CN-000001}", plain(w.Do("billing.credit_note", "%s", one)))
	require.Equal(t, "{amount:37.68,credit_note:CN-000002}", plain(w.Do("billing.credit_note", "%s", one)), "tax is rounded over both")
	require.Equal(t, "{amount:37.69,credit_note:CN-000003}", plain(w.Do("billing.credit_note", "%s", one)))
	require.Equal(t, "{amount:37.69,credit_note:CN-000003}", plain(w.Do("billing.credit_note", "%s", one)), "nothing left on the line")
	require.Equal(t, "3 | 0", w.Ask(`select credited, (select credited from sales_order_lines where line = 2) from sales_order_lines where line = 1`))

	require.Equal(t, "{amount:293.80,credit_note:CN-000004}", w.credit("INV-000001"), "all that is left, freight too")
	require.Equal(t, "{amount:293.80,credit_note:CN-000004}", w.credit("INV-000001"))
	require.Equal(t, "{credited:406.86,disputed:0.00,open:0.00,paid:0.00,settled:true}", w.balance("INV-000001"))
	require.Equal(t, "406.86 | 46.81", w.Ask(`select sum(amount), sum(tax_amount) from billing_credit_notes`))
	require.Equal(t, "3\n2", w.Ask(`select credited from sales_order_lines order by line`))
}

func TestTheOutputOfAnInvoiceCreditsAllOfIt(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "60", "3 x 33.35")
	w.ship("SO-1", "SH-1", "1: 3")
	w.Do("billing.invoice", `{"order": "SO-1", "shipment": "SH-1", "payment_days": 30}`)
	w.Do("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 0, "quantity": 1, "amount": {"amount": 60, "currency": "CNY"}},
		{"line": 1, "product": "BIKE", "quantity": 3, "amount": {"amount": 100.05, "currency": "CNY"}}]}`)
	require.Equal(t, "0.00", w.Ask(`select open from billing_invoices`))
}

func TestAPriceDisputeIsCreditedWithoutPieces(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "2 x 100")
	w.ship("SO-1", "SH-1", "1: 2")
	w.invoice("SO-1", "SH-1")
	w.Do("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 1, "quantity": 0, "amount": {"amount": 20, "currency": "CNY"}}]}`)
	require.Equal(t, "0 | 22.60", w.Ask(`select l.credited, i.credited from sales_order_lines l, billing_invoices i`))
	_, err := w.Try("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 7, "quantity": 1, "amount": {"amount": 20, "currency": "CNY"}}]}`)
	require.ErrorContains(t, err, "invoice INV-000001: no line 7")
	_, err = w.Try("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 1, "quantity": 1, "amount": {"amount": -20, "currency": "CNY"}}]}`)
	require.ErrorContains(t, err, "line 1: less than nothing is credited")
}

func TestAnOrderUndoneAfterDepositAndPaymentLeavesNothingOwedOnEitherSide(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "2 x 100")
	w.deposit("SO-1", "100")
	w.pay("INV-000001", "P-1", "100")
	w.ship("SO-1", "SH-1", "1: 1")
	require.Contains(t, w.invoice("SO-1", "SH-1"), "total:63.00", "113 less half of the deposit")
	w.pay("INV-000002", "P-2", "63")

	// As a process undoes it: last done first.
	w.credit("INV-000002")
	require.Equal(t, "{refunded:63.00}", w.refund("INV-000002"))
	require.Equal(t, "{refunded:0.00}", w.refund("INV-000002"))
	require.Equal(t, "{amount:100.00,credit_note:CN-000002}", w.credit("INV-000001"))
	require.Equal(t, "{refunded:100.00}", w.refund("INV-000001"))
	require.Equal(t, "0.00 | 0.00", w.Ask(`select sum(open), sum(used) from billing_invoices`))
	require.Equal(t, "P-1 | 100 | 100\nP-2 | 63 | 63", w.Ask(`select reference, amount, refunded from billing_payments order by 1`))
	require.Equal(t, "163", w.Ask(`select sum(amount) from billing_refunds`))
}

func TestADepositThatWasDeductedIsCreditedOnlyForTheRest(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "2 x 100")
	w.deposit("SO-1", "100")
	w.pay("INV-000001", "P-1", "100")
	w.ship("SO-1", "SH-1", "1: 1")
	w.invoice("SO-1", "SH-1")
	require.Equal(t, "{amount:50.00,credit_note:CN-000001}", w.credit("INV-000001"))
	require.Equal(t, "{refunded:50.00}", w.refund("INV-000001"))
	require.Equal(t, "{refunded:0.00}", w.refund("INV-000001"))
	require.Equal(t, "{amount:50.00,credit_note:CN-000001}", w.credit("INV-000001"))
}

func TestAPartialCreditFreesTheDepositOnlyBeyondWhatIsOwed(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "10 x 100")
	w.deposit("SO-1", "565")
	w.pay("INV-000001", "P-1", "565")
	w.ship("SO-1", "SH-1", "1: 10")
	require.Contains(t, w.invoice("SO-1", "SH-1"), "total:565.00")
	half := `{"invoice": "INV-000002", "lines": [{"line": 1, "quantity": %d, "amount": {"amount": %d, "currency": "CNY"}}]}`
	w.Do("billing.credit_note", half, 5, 500)
	require.Equal(t, "0 | 0.00 | 565", w.Ask(`select deposit_back, open, (select used from billing_invoices where kind = 'deposit') from billing_invoices where kind = 'goods'`))
	w.Do("billing.credit_note", half, 4, 400)
	require.Equal(t, "452.00 | 0.00 | 113.00", w.Ask(`select deposit_back, open, (select used from billing_invoices where kind = 'deposit') from billing_invoices where kind = 'goods'`))
}

func TestDisputedLinesAreNotDueUntilTheyAreReleasedOrCredited(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "60", "1 x 100", "1 x 200")
	w.ship("SO-1", "SH-1", "1: 1", "2: 1")
	w.invoice("SO-1", "SH-1")
	require.Equal(t, "{disputed:226.00,held:[{amount:200.00,line:2,product:BIKE,quantity:1}]}",
		plain(w.Do("billing.hold_lines", `{"invoice": "INV-000001", "lines": [2], "reason": "wrong price"}`)))
	require.Equal(t, "{credited:0.00,disputed:226.00,open:180.80,paid:0.00,settled:false}", w.balance("INV-000001"))
	require.Equal(t, "{open:0.00,overdue_elsewhere:false}", w.pay("INV-000001", "P-1", "180.80"))
	require.Contains(t, w.balance("INV-000001"), "settled:false", "what is disputed may still be owed")

	_, err := w.Try("billing.hold_lines", `{"invoice": "INV-000001", "lines": [1, 3]}`)
	require.EqualError(t, err, "billing.hold_lines: invoice INV-000001: no line 3")
	w.Do("billing.release_lines", `{"invoice": "INV-000001", "lines": [2]}`)
	require.Contains(t, w.balance("INV-000001"), "disputed:0.00,open:226.00")
	w.Do("billing.hold_lines", `{"invoice": "INV-000001", "lines": [2]}`)
	w.Do("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 2, "quantity": 1, "amount": {"amount": 200, "currency": "CNY"}}]}`)
	require.Equal(t, "{credited:226.00,disputed:0.00,open:0.00,paid:180.80,settled:true}", w.balance("INV-000001"))
}
