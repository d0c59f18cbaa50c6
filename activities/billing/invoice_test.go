package billing_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"waybill/activities/catalogue"
	"waybill/activities/catalogue/catalogtest"
	"waybill/definitions/value"
)

func TestEachShipmentIsInvoicedOnceAndFreightOnlyWithTheFirst(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "60", "10 x 3.333", "2 x 100")
	w.ship("SO-1", "SH-1", "1: 4", "2: 2")
	w.ship("SO-1", "SH-2", "1: 6")

	first := w.invoice("SO-1", "SH-1")
	require.Equal(t, `{due:2026-04-01,invoice:INV-000001,issued:2026-03-02,lines:[{amount:60.00,line:0,quantity:1},`+
		`{amount:13.33,line:1,product:BIKE,quantity:4},{amount:200.00,line:2,product:BIKE,quantity:2}],`+
		`net:273.33,tax_amount:35.53,total:308.86}`, first)
	w.At = w.At.Add(24 * time.Hour)
	require.Equal(t, `{due:2026-04-02,invoice:INV-000002,issued:2026-03-03,lines:[{amount:20.00,line:1,product:BIKE,quantity:6}],`+
		`net:20.00,tax_amount:2.60,total:22.60}`, w.invoice("SO-1", "SH-2"))

	require.Equal(t, first, w.invoice("SO-1", "SH-1"), "asked again")
	require.Equal(t, "2 | 331.46", w.Ask(`select count(*), sum(total) from billing_invoices`))
	require.Equal(t, "331.46", w.Ask(`select total from sales_orders`))
	require.Equal(t, "10 | 10\n2 | 2", w.Ask(`select shipped, invoiced from sales_order_lines order by line`))
}

func TestGoodsThatHaveNotLeftAreNotInvoiced(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "10 x 3")
	w.ship("SO-1", "SH-1", "1: 4")
	w.order("SO-2", "0", "10 x 3")
	for name, change := range map[string]string{
		"still here": `update shipping_shipments set issued_at = null`,
		"cancelled":  `update shipping_shipments set issued_at = null, cancelled_at = now()`,
	} {
		w.Exec(change)
		w.Refused("billing.not_shipped", "billing.invoice", `{"order": "SO-1", "shipment": "SH-1", "payment_days": 30}`)
		require.Equal(t, "0", w.Ask(`select count(*) from billing_series`), name)
	}
	w.Exec(`update shipping_shipments set issued_at = now(), cancelled_at = null`)
	w.Refused("billing.not_shipped", "billing.invoice", `{"order": "SO-2", "shipment": "SH-1", "payment_days": 30}`)
	w.Refused("billing.not_shipped", "billing.invoice", `{"order": "SO-1", "shipment": "SH-9", "payment_days": 30}`)
}

func TestWhatIsDeliveredAgainIsNotBilledTwice(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "10 x 100")
	w.ship("SO-1", "SH-1", "1: 6")
	require.Contains(t, w.invoice("SO-1", "SH-1"), "quantity:6")
	w.Exec(`update sales_order_lines set lost = 2`)
	w.ship("SO-1", "SH-2", "1: 6")
	require.Contains(t, w.invoice("SO-1", "SH-2"), "{amount:400.00,line:1,product:BIKE,quantity:4}", "ten are ordered, six billed")
	require.Equal(t, "1000.00", w.Ask(`select sum(net) from billing_invoices`))
}

func TestWhatWasCreditedAndIsDeliveredAgainIsBilledAgain(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "60", "10 x 100")
	w.ship("SO-1", "SH-1", "1: 10")
	w.invoice("SO-1", "SH-1")
	w.credit("INV-000001")
	w.Exec(`update sales_order_lines set lost = 10`)
	w.ship("SO-1", "SH-2", "1: 10")
	require.Contains(t, w.invoice("SO-1", "SH-2"), "lines:[{amount:60.00,line:0,quantity:1},{amount:1000.00,line:1,product:BIKE,quantity:10}]")
}

func TestWhatCameBackBeforeTheInvoiceIsNotBilled(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "10 x 100")
	w.ship("SO-1", "SH-1", "1: 10")
	w.Exec(`update shipping_shipment_lines set taken_back = 7`)
	require.Contains(t, w.invoice("SO-1", "SH-1"), "{amount:300.00,line:1,product:BIKE,quantity:3}")
}

func TestAnOrderFreeOfChargeHasAnInvoiceOfNothing(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "1 x 0")
	w.ship("SO-1", "SH-1", "1: 1")
	require.Contains(t, w.invoice("SO-1", "SH-1"), "total:0.00")
	require.Contains(t, w.balance("INV-000001"), "settled:true")
	require.Equal(t, "{amount:0.00,credit_note:CN-000001}", w.credit("INV-000001"))
}

func TestTheInvoicesOfAnOrderAddUpToTheOrder(t *testing.T) {
	w := newBooks(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		order := fmt.Sprint("SO-", n)
		var lines []string
		open := make([]int, rapid.IntRange(1, 4).Draw(t, "lines"))
		for i := range open {
			open[i] = rapid.IntRange(1, 30).Draw(t, "quantity")
			lines = append(lines, fmt.Sprintf("%d x %s", open[i], value.New(rapid.Int64Range(0, 1_000_000).Draw(t, "price"), 4)))
		}
		w.order(order, value.New(rapid.Int64Range(0, 9_999).Draw(t, "freight"), 2).String(), lines...)
		deposit := rapid.Bool().Draw(t, "deposit")
		if deposit {
			w.deposit(order, "7.77")
			w.pay(w.Ask(`select number from billing_invoices where sales_order = $1`, order), order, "7.77")
		}
		for s := 0; ; s++ {
			var parts []string
			rest := 0
			for i := range open {
				part := open[i]
				if s < 3 {
					part = rapid.IntRange(0, open[i]).Draw(t, "part")
				}
				open[i] -= part
				rest += open[i]
				if part > 0 {
					parts = append(parts, fmt.Sprintf("%d: %d", i+1, part))
				}
			}
			if len(parts) > 0 {
				shipment := fmt.Sprintf("%s/%d", order, s)
				w.ship(order, shipment, parts...)
				w.invoice(order, shipment)
			}
			if rest == 0 {
				break
			}
		}
		require.Equal(t, "t | t | t | t | t", w.Ask(`
			select sum(i.net) = o.net + o.freight, sum(i.freight) = o.freight, sum(i.tax_amount) = o.tax_amount,
			       sum(i.total) + sum(i.deposit) = o.total, min(i.net) >= 0
			from sales_orders o join billing_invoices i on i.sales_order = o.number and i.kind = 'goods'
			where o.number = $1 group by o.tenant, o.number`, order))
		if deposit {
			require.Equal(t, "t | t", w.Ask(`
				select (select sum(deposit) from billing_invoices where sales_order = $1) = least(7.77, total), true
				from sales_orders where number = $1`, order))
		}
	})
}

func TestADepositIsDeductedInProportionAndTheLastInvoiceTakesTheRest(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "3 x 100")
	require.Equal(t, "{due:2026-03-09,invoice:INV-000001,total:100.00}", w.deposit("SO-1", "100"))
	require.Equal(t, "{due:2026-03-09,invoice:INV-000001,total:100.00}", w.deposit("SO-1", "100"), "asked again")
	for i, deducted := range []string{"0", "50.00", "50.00"} {
		shipment := fmt.Sprint("SH-", i)
		w.ship("SO-1", shipment, "1: 1")
		w.invoice("SO-1", shipment)
		require.Equal(t, deducted, w.Ask(`select deposit from billing_invoices where shipment = $1`, shipment), shipment)
		if i == 0 {
			w.pay("INV-000001", "P-1", "100") // paid late: the rest of the order carries all of it
		}
	}
	require.Equal(t, "100.00 | 239.00", w.Ask(`select max(used), sum(total) filter (where kind = 'goods') from billing_invoices`))
}

func TestAChargeIsInvoicedOncePerStep(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "3 x 100")
	const input = `{"order": "SO-1", "amount": {"amount": 250, "currency": "CNY"}, "reason": "late cancellation", "payment_days": 14}`
	step := w.Call()
	for range 2 {
		out, err := w.TryCall(step, "billing.charge", input)
		require.NoError(t, err)
		require.Equal(t, "{due:2026-03-16,invoice:INV-000001,total:250.00}", plain(out))
	}
	require.Contains(t, w.Do("billing.charge", input), "INV-000002", "another step means another charge")
}

func TestNumbersRunWithoutGapWhenPostsFailAndDatesNeverGoBack(t *testing.T) {
	w := newBooks(t)
	const orders, posts = 8, 1000
	for i := range orders {
		w.order(fmt.Sprint("SO-", i), "0", fmt.Sprint(posts, " x 1.11"))
	}
	w.Exec(`insert into shipping_shipments (number, sales_order, release_at, planned_at, issued_at)
		select 'SH-' || n, 'SO-' || n % $2, now(), now(), now() from generate_series(0, $1 - 1) n`, posts, orders)
	w.Exec(`insert into shipping_shipment_lines (shipment, line, product, quantity) select number, 1, 'BIKE', 1 from shipping_shipments`)
	w.Exec(`update sales_order_lines set shipped = ordered`)
	midnight := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	random := rand.New(rand.NewPCG(1, 2))
	var group errgroup.Group
	group.SetLimit(16)
	for i := range posts {
		call := w.Call()
		call.At = midnight.Add(time.Duration(random.IntN(7200)-3600) * time.Second)
		fails := random.IntN(10) == 0
		group.Go(func() error { return post(w, call, i, orders, fails) })
	}
	require.NoError(t, group.Wait())
	require.Equal(t, "1000 | 1 | 1000 | 1000", w.Ask(`select count(*), min(serial), max(serial), count(distinct number) from billing_invoices`))
	require.Equal(t, "0", w.Ask(`select count(*) from (select issued < lag(issued) over (order by serial) as back from billing_invoices) d where back`))
	require.Equal(t, "1001", w.Ask(`select next from billing_series`))
}

// post posts a shipment's invoice in a turn that may roll back and then runs again; every tenth runs once
// more, as a turn that was not known to have committed.
func post(w books, call catalogue.Call, n, orders int, fails bool) error {
	input := fmt.Sprintf(`{"order": "SO-%d", "shipment": "SH-%d", "payment_days": 30}`, n%orders, n)
	if fails {
		err := w.Turn(func(tx catalogue.Tx) error {
			decoded, err := value.Decode([]byte(input))
			if err != nil {
				return err
			}
			if _, err := w.Registry.Run(w.Context(), tx, call, "billing.invoice", decoded.(map[string]any)); err != nil {
				return err
			}
			return catalogtest.ErrRollback
		})
		if !errors.Is(err, catalogtest.ErrRollback) {
			return err
		}
	}
	first, err := w.TryCall(call, "billing.invoice", input)
	if err != nil || n%10 != 0 {
		return err
	}
	second, err := w.TryCall(call, "billing.invoice", input)
	if err == nil && first != second {
		return fmt.Errorf("first %s, then %s", first, second)
	}
	return err
}

func TestAPostedDocumentDoesNotChange(t *testing.T) {
	w := newBooks(t)
	w.order("SO-1", "0", "3 x 100")
	w.ship("SO-1", "SH-1", "1: 3")
	w.invoice("SO-1", "SH-1")
	w.pay("INV-000001", "P-1", "1")
	w.credit("INV-000001")
	for _, change := range []string{
		`update billing_invoices set total = 1`, `update billing_invoices set due = due + 30`, `delete from billing_invoices`,
		`update billing_invoice_lines set amount = 1`, `delete from billing_invoice_lines`,
		`update billing_credit_notes set amount = 0`, `delete from billing_credit_note_lines`,
		`update billing_payments set amount = 1000000`, `delete from billing_payments`,
		`update sales_orders set total = 0`, `update sales_order_lines set price = 0`,
	} {
		err := w.Turn(func(tx catalogue.Tx) error {
			_, err := tx.Exec(w.Context(), change)
			return err
		})
		require.ErrorContains(t, err, "permission denied", change)
	}
}
