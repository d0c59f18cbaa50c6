package billing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities/catalogue"
)

func (w books) limit(amount any) {
	w.Exec(`update crm_customers set credit_limit = $1::text::numeric, currency = 'CNY' where number = 'C-1'`, amount)
}

func (w books) exposure(order, adding string) string {
	return plain(w.Do("billing.exposure", `{"customer": "C-1", "order": %q, "adding": {"amount": %s, "currency": "CNY"}}`, order, adding))
}

func commit(order, amount string, upTo int) string {
	return fmt.Sprintf(`{"customer": "C-1", "order": %q, "amount": {"amount": %s, "currency": "CNY"}, "up_to": %d}`, order, amount, upTo)
}

func TestOfOrdersAtOnceOnlyThoseThatFitTheLimitGetCredit(t *testing.T) {
	w := newBooks(t)
	w.limit("1000")
	var group errgroup.Group
	granted := make([]bool, 20)
	for i := range granted {
		group.Go(func() error {
			_, err := w.Try("billing.commit_credit", commit(fmt.Sprint("SO-", i), "300", 100))
			if refusal, ok := catalogue.Refused(err); ok && refusal.Code == "billing.credit_exceeded" {
				return nil
			}
			granted[i] = err == nil
			return err
		})
	}
	require.NoError(t, group.Wait())
	n := 0
	for _, ok := range granted {
		if ok {
			n++
		}
	}
	require.Equal(t, 3, n)
	require.Equal(t, "900", w.Ask(`select sum(amount) from billing_commitments`))
}

func TestALimitIsReachedBeforeItIsExceeded(t *testing.T) {
	for _, c := range []struct {
		name, limit, amount string
		upTo                int
		fits                bool
		percent             string
	}{
		{"exactly the limit", "1000", "1000", 100, true, "100.00"},
		{"a cent above it", "1000", "1000.01", 100, false, "100.01"},
		{"a hair above it is not rounded away", "100000", "100000.01", 100, false, "100.01"},
		{"up to 90 percent", "1000", "900.01", 90, false, "90.01"},
		{"no limit at all", "", "1000000", 100, true, "0"},
		{"a limit of nothing", "0", "0", 100, false, "999999"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newBooks(t)
			if c.limit != "" {
				w.limit(c.limit)
			}
			require.Contains(t, w.exposure("SO-1", c.amount), "percent:"+c.percent+"}")
			_, err := w.Try("billing.commit_credit", commit("SO-1", c.amount, c.upTo))
			require.Equal(t, c.fits, err == nil, "%v", err)
			w.Do("billing.commit_credit", `{"customer": "C-1", "order": "SO-1", "amount": {"amount": %s, "currency": "CNY"}}`, c.amount)
		})
	}
}

func TestExposureIsWhatTheCustomerOwesAndWillOwe(t *testing.T) {
	w := newBooks(t)
	w.limit("10000")
	require.Equal(t, "{amount:500.00,dunning_level:0,limit:10000.00,on_hold:false,overdue_days:0,percent:5.00}", w.exposure("SO-1", "500"))

	w.order("SO-1", "0", "10 x 100")
	w.Do("billing.commit_credit", "%s", commit("SO-1", "1130", 100))
	require.Contains(t, w.exposure("SO-2", "500"), "{amount:1630.00,", "committed to another order")
	require.Contains(t, w.exposure("SO-1", "1130"), "{amount:1130.00,", "an order's own commitment does not count beside adding")

	w.ship("SO-1", "SH-1", "1: 4")
	require.Contains(t, w.exposure("SO-2", "0"), "{amount:1130.00,", "shipped and not billed is still committed")
	w.invoice("SO-1", "SH-1")
	require.Contains(t, w.exposure("SO-2", "0"), "{amount:1130.00,", "billing turns 452 of it into a receivable")
	require.Contains(t, w.exposure("SO-1", "1130"), "{amount:1130.00,", "which is counted once")

	w.pay("INV-000001", "P-1", "400")
	require.Contains(t, w.exposure("SO-2", "0"), "{amount:730.00,")

	w.order("SO-2", "0", "10 x 100")
	w.deposit("SO-2", "300")
	require.Contains(t, w.exposure("SO-2", "0"), "{amount:730.00,", "a deposit not paid is no receivable")
	w.pay("INV-000002", "P-2", "300")
	require.Contains(t, w.exposure("SO-2", "0"), "{amount:430.00,", "a prepayment")

	w.ship("SO-2", "SH-2", "1: 5")
	require.Contains(t, w.exposure("SO-3", "0"), "{amount:930.00,", "delivered unbilled, without a commitment")

	require.Equal(t, `{freed:678.00}`, plain(w.Do("billing.free_credit", `{"customer": "C-1", "order": "SO-1"}`)))
	require.Contains(t, w.exposure("SO-3", "0"), "{amount:252.00,")
	require.Equal(t, `{freed:0.00}`, plain(w.Do("billing.free_credit", `{"customer": "C-1", "order": "SO-1"}`)))
	require.Equal(t, `{freed:0.00}`, plain(w.Do("billing.free_credit", `{"customer": "C-1", "order": "SO-9"}`)))
}

func TestCommittingAgainReplacesWhatWasCommitted(t *testing.T) {
	w := newBooks(t)
	w.limit("1000")
	w.Do("billing.commit_credit", "%s", commit("SO-1", "900", 100))
	w.Do("billing.commit_credit", "%s", commit("SO-1", "1000", 100))
	refusal := w.Refused("billing.credit_exceeded", "billing.commit_credit", "%s", commit("SO-1", "1100", 100))
	require.Len(t, refusal.With, 2)
	require.Equal(t, "1000", w.Ask(`select amount from billing_commitments`))
}

func TestACustomerIsOverdueByTheOldestOpenInvoiceThatIsNotInDispute(t *testing.T) {
	w := newBooks(t)
	for i, s := range []string{"1", "2"} {
		w.order("SO-"+s, "0", "1 x 100")
		w.ship("SO-"+s, "SH-"+s, "1: 1")
		w.invoice("SO-"+s, "SH-"+s)
		w.At = w.At.AddDate(0, 0, 10+i)
	}
	require.Contains(t, w.exposure("", "0"), "overdue_days:0,", "due on the thirtieth day")
	w.At = w.At.AddDate(0, 0, 20)
	require.Contains(t, w.exposure("", "0"), "overdue_days:11,")
	w.Do("billing.hold_lines", `{"invoice": "INV-000001", "lines": [1]}`)
	require.Contains(t, w.exposure("", "0"), "overdue_days:1,")
	w.pay("INV-000002", "P-2", "113")
	require.Contains(t, w.exposure("", "0"), "overdue_days:0,")
	w.Do("billing.release_lines", `{"invoice": "INV-000001", "lines": [1]}`)
	require.Contains(t, w.exposure("", "0"), "overdue_days:11,")
}

func TestWhatIsPaidCostsNothingToWhatIsOwed(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "1 x 100")
	w.Exec(`insert into billing_invoices (number, serial, kind, sales_order, customer, currency, net, total, issued, due, posted_at, paid)
		select 'OLD-' || g, g, 'charge', 'SO-1', 'C-1', 'CNY', 100, 100, '2026-01-01', '2026-01-31', now(), 100 from generate_series(1, 5000) g`)
	require.Less(t, w.RowsRead("billing.exposure", `{"customer": "C-1", "adding": {"amount": 1, "currency": "CNY"}}`, "billing_invoices"), int64(100))
}
