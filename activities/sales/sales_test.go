package sales_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"waybill/activities/catalogue"
	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/crm"
	"waybill/activities/sales"
	"waybill/definitions/value"
	"waybill/engine"
)

// product stands in for the object that the area of stock brings.
func product() catalogue.Definition { return catalogtest.Reference("stock.product") }

func world(t *testing.T) *catalogtest.World {
	t.Helper()
	t.Parallel()
	w := catalogtest.New(t, slices.Concat(sales.Actions(), crm.Objects(), []catalogue.Definition{product()})...)
	w.Exec(`insert into crm_customers (number, name, ship_to, tax_id) values
		('C-1', 'Nimbus', 'Pier 4', 'T-1'), ('C-2', 'Kestrel', null, null)`)
	w.Exec(`insert into stock_products (number, name, policy, source, sold, cost, list_price, currency) values
		('BIKE', 'Bicycle', 'make_to_order', 'make', true, 0, 1000, 'CNY'),
		('FRAME', 'Frame', 'make_to_stock', 'make', false, 300, 0, 'CNY'),
		('TUBE', 'Tube', 'make_to_stock', 'buy', false, 7, 0, 'CNY'),
		('WHEEL', 'Wheel', 'make_to_stock', 'buy', false, 0, 0, 'CNY'),
		('RIM', 'Rim', 'make_to_stock', 'buy', false, 20, 0, 'CNY'),
		('BELL', 'Bell', 'make_to_stock', 'buy', true, 3.33, 9.99, 'CNY'),
		('PUMP', 'Pump', 'make_to_stock', 'make', true, 5, 12, 'CNY')`)
	w.Exec(`insert into production_bills (product, component, valid_from, valid_to, quantity, unit, unit_factor, scrap_percent) values
		('BIKE', 'FRAME', '2020-01-01', null, 1, 'EA', 1, 0),
		('BIKE', 'WHEEL', '2020-01-01', null, 2, 'EA', 1, 5),
		('BIKE', 'BELL', '2020-01-01', '2021-01-01', 1, 'EA', 1, 0),
		('FRAME', 'TUBE', '2020-01-01', null, 4, 'M', 1, 0),
		('WHEEL', 'RIM', '2020-01-01', null, 1, 'EA', 1, 0)`)
	return w
}

func TestACostIsTheStandardCostOrIsRolledUpFromTheBillInForce(t *testing.T) {
	w := world(t)
	// BIKE has none: FRAME 300 (its own, not its tubes') + 2 wheels x 1.05 x rim 20; the bell's bill has ended.
	require.Equal(t, `{"cost":{"amount":1026.00,"currency":"CNY"},"problems":[],"valid":true}`,
		w.Do("sales.check_configuration", `{"lines": [{"line": 1, "product": "BIKE", "quantity": 3}]}`))
}

func TestAConfigurationTellsWhatCannotBeMadeOrBought(t *testing.T) {
	w := world(t)
	w.Exec(`insert into purchasing_suppliers (number, name, active) values ('S-1', 'Old', false)`)
	w.Exec(`insert into purchasing_prices (supplier, product, price, currency, unit, lead_days) values ('S-1', 'BELL', 3, 'CNY', 'EA', 5)`)
	require.Equal(t, `{"cost":{"amount":314.99,"currency":"CNY"},"problems":["line 1: there is no product CAR","line 2: FRAME is not sold",`+
		`"line 3: BELL has no supplier","line 4: PUMP has no bill of materials in force","line 5: a quantity is needed"],"valid":false}`,
		w.Do("sales.check_configuration", `{"lines": [
			{"line": 1, "product": "CAR", "quantity": 1}, {"line": 2, "product": "FRAME", "quantity": 1},
			{"line": 3, "product": "BELL", "quantity": 3}, {"line": 4, "product": "PUMP", "quantity": 1},
			{"line": 5, "product": "BIKE", "quantity": 0}]}`))
	w.Exec(`update purchasing_suppliers set active = true`)
	require.Contains(t, w.Do("sales.check_configuration", `{"lines": [{"line": 1, "product": "BELL", "quantity": 1}]}`), `"valid":true`)
}

const quote = `{"customer": "C-1", "author": "bo", "discount": 7.5, "valid_for": "30d", "lines": [
	{"line": 1, "product": "BIKE", "quantity": 2}, {"line": 2, "product": "BELL", "quantity": 3, "price": {"amount": 10, "currency": "CNY"}}]}`

func TestAQuoteIsListPriceLessDiscountWithItsMargin(t *testing.T) {
	w := world(t)
	require.Equal(t, `{"cost":{"amount":693.99,"currency":"CNY"},"expires":"2026-04-01T09:00:00.000000Z","lines":[`+
		`{"line":1,"price":{"amount":925.00,"currency":"CNY"},"product":"BIKE","quantity":2},`+
		`{"line":2,"price":{"amount":9.25,"currency":"CNY"},"product":"BELL","quantity":3}],`+
		`"margin":63.04,"quote":"Q-000001","total":{"amount":1877.75,"currency":"CNY"}}`, w.Do("sales.make_quote", quote))
	refusal := w.Refused("sales.unknown_product", "sales.make_quote",
		`{"customer": "C-1", "author": "bo", "discount": 0, "valid_for": "30d", "lines": [{"line": 4, "product": "FRAME", "quantity": 1}]}`)
	require.Equal(t, engine.Values{"line": value.Int(4), "product": "FRAME"}, refusal.With)
	require.Equal(t, `0`, w.Ask(`select count(*) from sales_quotes where number <> 'Q-000001'`))
	require.Contains(t, w.Do("sales.make_quote",
		`{"customer": "C-1", "author": "bo", "discount": 100, "valid_for": "30d", "lines": [{"line": 1, "product": "BIKE", "quantity": 1}]}`), `"margin":0`)
}

func TestAnAcceptedQuoteBecomesOneOrder(t *testing.T) {
	w := world(t)
	w.Do("sales.make_quote", quote)
	placed := w.Do("sales.accept_quote", `{"quote": "Q-000001", "customer_po": "PO-7", "wanted": "2026-05-01"}`)
	require.Equal(t, `{"placed":{"customer":"C-1","customer_po":"PO-7","entered_by":"bo","lines":[`+
		`{"line":1,"price":{"amount":925.00,"currency":"CNY"},"product":"BIKE","quantity":2},`+
		`{"line":2,"price":{"amount":9.25,"currency":"CNY"},"product":"BELL","quantity":3}],`+
		`"number":"SO-000001","policy":"partial","quote":"Q-000001","ship_to":"Pier 4","tax_id":"T-1","wanted":"2026-05-01"}}`, placed)
	require.Equal(t, placed, w.Do("sales.accept_quote", `{"quote": "Q-000001", "policy": "ship_complete"}`), "asked again")
	w.Do("sales.close_quote", `{"quote": "Q-000001", "reason": "too late"}`)
	require.Equal(t, "accepted | -", w.Ask(`select state, reason from sales_quotes`))
}

func TestAClosedOrExpiredQuoteIsNotAccepted(t *testing.T) {
	w := world(t)
	w.Do("sales.make_quote", quote)
	w.Do("sales.make_quote", quote)
	w.Do("sales.close_quote", `{"quote": "Q-000001", "reason": "declined"}`)
	w.Do("sales.close_quote", `{"quote": "Q-000001"}`)
	require.Equal(t, "declined", w.Ask(`select reason from sales_quotes where state = 'closed'`))
	w.Refused("sales.quote_closed", "sales.accept_quote", `{"quote": "Q-000001"}`)
	w.At = w.At.Add(30 * 24 * time.Hour)
	w.Refused("sales.quote_closed", "sales.accept_quote", `{"quote": "Q-000002"}`)
	w.Refused("sales.quote_closed", "sales.accept_quote", `{"quote": "Q-7"}`)
}

// enter is the input of sales.enter_order.
func enter(number, customer, po string) string {
	return fmt.Sprintf(`{"freight": {"amount": 60, "currency": "CNY"}, "tax": 13, "placed": {"number": %q, "customer": %q, %s
		"entered_by": "bo", "policy": "partial", "lines": [
			{"line": 1, "product": "BIKE", "quantity": 2, "price": {"amount": 925, "currency": "CNY"}},
			{"line": 2, "product": "BELL", "quantity": 3}]}}`, number, customer, po)
}

func TestAnOrderIsEnteredOnceByItsNumberAndByTheCustomersNumber(t *testing.T) {
	w := world(t)
	entered := w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", `"customer_po": "PO-7",`))
	require.Equal(t, `{"freight":{"amount":60.00,"currency":"CNY"},"lines":[`+
		`{"line":1,"price":{"amount":925,"currency":"CNY"},"product":"BIKE","quantity":2},`+
		`{"line":2,"price":{"amount":9.99,"currency":"CNY"},"product":"BELL","quantity":3}],"missing":[],`+
		`"net":{"amount":1879.97,"currency":"CNY"},"order":"SO-1","tax_amount":{"amount":252.20,"currency":"CNY"},`+
		`"total":{"amount":2192.17,"currency":"CNY"}}`, entered)

	require.Equal(t, entered, w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", `"customer_po": "PO-7",`)), "the same order again")
	w.Refused("sales.duplicate_order", "sales.enter_order", "%s", enter("SO-2", "C-1", `"customer_po": "PO-7",`))
	w.Refused("sales.duplicate_order", "sales.enter_order", "%s", enter("SO-1", "C-2", `"customer_po": "PO-7",`))
	w.Refused("sales.duplicate_order", "sales.enter_order", "%s", enter("SO-1", "C-1", `"customer_po": "PO-8",`))
	w.Do("sales.enter_order", "%s", enter("SO-3", "C-2", `"customer_po": "PO-7",`))
	w.Do("sales.enter_order", "%s", enter("SO-4", "C-1", ""))
	w.Do("sales.enter_order", "%s", enter("SO-5", "C-1", ""))
	require.Equal(t, "SO-1,SO-3,SO-4,SO-5", w.Ask(`select string_agg(number, ',' order by number) from sales_orders`))

	w.Do("sales.cancel_order", `{"order": "SO-1"}`)
	w.Do("sales.enter_order", "%s", enter("SO-6", "C-1", `"customer_po": "PO-7",`))
}

func TestTwoPeopleEnteringTheSameCustomersOrderMakeOne(t *testing.T) {
	w := world(t)
	var group errgroup.Group
	codes := make([]string, 8)
	for i := range codes {
		group.Go(func() error {
			_, err := w.Try("sales.enter_order", enter(fmt.Sprint("SO-", i), "C-1", `"customer_po": "PO-7",`))
			if refusal, ok := catalogue.Refused(err); ok {
				codes[i] = refusal.Code
				return nil
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	slices.Sort(codes)
	require.Equal(t, "", codes[0])
	require.Equal(t, slices.Repeat([]string{"sales.duplicate_order"}, 7), codes[1:])
	require.Equal(t, "1 | 2", w.Ask(`select count(distinct sales_order), count(*) from sales_order_lines`))
}

func TestAnOrderTellsWhatIsMissingUntilItIsComplete(t *testing.T) {
	w := world(t)
	require.Contains(t, w.Do("sales.enter_order", "%s", enter("SO-1", "C-2", "")), `"missing":["ship_to","tax_id"]`)
	require.Contains(t, w.Do("sales.enter_order", "%s", enter("SO-2", "C-2", `"ship_to": "Pier 9",`)), `"missing":["tax_id"]`)
	require.Equal(t, `{"missing":["ship_to"]}`, w.Do("sales.complete_order", `{"order": "SO-1", "tax_id": "T-2"}`))
	require.Equal(t, `{"missing":[]}`, w.Do("sales.complete_order", `{"order": "SO-1", "ship_to": "Pier 9"}`))
	require.Equal(t, `{"missing":[]}`, w.Do("sales.complete_order", `{"order": "SO-1"}`))
}

func TestTheFirstPromiseIsFrozen(t *testing.T) {
	w := world(t)
	w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", ""))
	promise := func(reason, bikes, bells string) string {
		line := func(n int, product, date string) string {
			if date != "" {
				date = fmt.Sprintf(`, "date": %q`, date)
			}
			return fmt.Sprintf(`{"line": %d, "product": %q, "quantity": 2, "available": 0 %s}`, n, product, date)
		}
		return w.Do("sales.promise", `{"order": "SO-1", "reason": %q, "lines": [%s, %s]}`, reason, line(1, "BIKE", bikes), line(2, "BELL", bells))
	}
	require.Equal(t, `{}`, promise("", "", ""))
	require.Equal(t, `{"first":"2026-03-20","latest":"2026-03-20"}`, promise("", "2026-03-20", "2026-03-05"))
	require.Equal(t, `{"first":"2026-03-20","latest":"2026-03-20"}`, promise("", "2026-03-20", "2026-03-05"))
	require.Equal(t, `{"first":"2026-03-20","latest":"2026-03-27"}`, promise("tubes late", "2026-03-27", "2026-03-05"))
	require.Equal(t, `{"first":"2026-03-20","latest":"2026-03-20"}`, promise("tubes came", "2026-03-20", ""))
	require.Equal(t, "1 | 1 | 2026-03-20 | -\n1 | 2 | 2026-03-27 | tubes late\n1 | 3 | 2026-03-20 | tubes came\n2 | 1 | 2026-03-05 | -",
		w.Ask(`select line, version, date, nullif(reason, '') from sales_promises order by 1, 2`))
}

func TestCancellingTakesOnlyWhatTheCustomerDoesNotHave(t *testing.T) {
	w := world(t)
	w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", `"customer_po": "PO-7",`))
	w.Exec(`update sales_order_lines set shipped = 2, delivered = 1, returned = 1 where line = 2`)
	w.Do("sales.cancel_order", `{"order": "SO-1", "reason": "changed his mind"}`)
	const counters = `select line, ordered, cancelled, void from sales_order_lines l join sales_orders o on o.number = l.sales_order order by line`
	require.Equal(t, "1 | 2 | 2 | f\n2 | 3 | 2 | f", w.Ask(counters))
	w.Refused("sales.duplicate_order", "sales.enter_order", "%s", enter("SO-2", "C-1", `"customer_po": "PO-7",`))

	w.At = w.At.Add(time.Hour)
	w.Do("sales.cancel_order", `{"order": "SO-1", "reason": "again"}`)
	require.Equal(t, "1 | 2 | 2 | f\n2 | 3 | 2 | f", w.Ask(counters))
	require.Equal(t, "changed his mind | 09:00", w.Ask(`select cancel_reason, to_char(cancelled_at at time zone 'UTC', 'HH24:MI') from sales_orders`))

	w.Exec(`update sales_order_lines set returned = 2 where line = 2`)
	w.Do("sales.cancel_order", `{"order": "SO-1"}`)
	require.Equal(t, "1 | 2 | 2 | t\n2 | 3 | 3 | t", w.Ask(counters))
}

func TestTheStateForALateCancellationIsTheFurthestOfEachLine(t *testing.T) {
	w := world(t)
	w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", ""))
	state := func() string {
		return strings.ReplaceAll(w.Do("sales.cancellation_state", `{"order": "SO-1"}`), `,"currency":"CNY"`, "")
	}
	both := func(bike string) string {
		return `{"lines":[` + bike + `,{"freight":{"amount":0.00},"incurred":{"amount":0.00},"invoiced":false,"line":2,"product":"BELL","quantity":3,"state":"entered"}],"paid":{"amount":0}}`
	}
	bike := func(state, incurred, freight string) string {
		return both(fmt.Sprintf(`{"freight":{"amount":%s},"incurred":{"amount":%s},"invoiced":false,"line":1,"product":"BIKE","quantity":2,"state":%q}`, freight, incurred, state))
	}
	require.Equal(t, bike("entered", "0.00", "0.00"), state())
	for _, c := range []struct{ sql, state, incurred, freight string }{
		{`update sales_order_lines set reserved = 1 where line = 1`, "reserved", "0.00", "0.00"},
		{`insert into production_orders (number, sales_order, line, product, quantity, wanted, needed, start, drafted_at)
		  values ('MO-1', 'SO-1', 1, 'BIKE', 2, 2, '2026-03-20', '2026-03-10', now())`, "requested", "0.00", "0.00"},
		{`update production_orders set released_at = now()`, "released", "0.00", "0.00"},
		{`update production_orders set issued_at = now(), cost = 684`, "issued", "684.00", "0.00"},
		{`update production_orders set finished_at = now(), good = 2`, "finished", "684.00", "0.00"},
		{`update sales_order_lines set shipped = 1 where line = 1`, "shipped", "684.00", "120.00"},
		{`update sales_order_lines set delivered = 1 where line = 1`, "delivered", "684.00", "120.00"},
	} {
		w.Exec(c.sql)
		require.Equal(t, bike(c.state, c.incurred, c.freight), state(), c.state)
	}
}

func TestAPurchaseOrderThatWasSentCostsTheSuppliersFee(t *testing.T) {
	w := world(t)
	w.Do("sales.enter_order", "%s", enter("SO-1", "C-1", ""))
	w.Exec(`insert into purchasing_suppliers (number, name, cancel_fee) values ('S-1', 'Bells', 10)`)
	w.Exec(`insert into purchasing_orders (number, supplier, buyer, currency, drafted_at) values ('PO-1', 'S-1', 'cy', 'CNY', now())`)
	w.Exec(`insert into purchasing_order_lines (purchase_order, line, product, price, ordered) values ('PO-1', 1, 'BELL', 4, 100)`)
	w.Exec(`insert into purchasing_requisitions (product, quantity, wanted, sales_order, line, purchase_order, purchase_line, requested_at)
		values ('BELL', 100, 3, 'SO-1', 2, 'PO-1', 1, now())`)
	require.Contains(t, w.Do("sales.cancellation_state", `{"order": "SO-1"}`), `"state":"requested"`)
	w.Exec(`update purchasing_orders set sent_at = now(), due = '2026-03-09'`)
	require.Contains(t, w.Do("sales.cancellation_state", `{"order": "SO-1"}`),
		`{"freight":{"amount":0.00,"currency":"CNY"},"incurred":{"amount":1.20,"currency":"CNY"},"invoiced":false,"line":2,"product":"BELL","quantity":3,"state":"ordered"}`)
}

func TestATotalIsItsLinesAndFreightAndTaxWhateverThePrices(t *testing.T) {
	w := world(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		var lines []string
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			lines = append(lines, fmt.Sprintf(`{"line": %d, "product": "BELL", "quantity": %s, "price": {"amount": %s, "currency": "CNY"}}`, i+1,
				value.New(rapid.Int64Range(1, 1_000_000).Draw(t, "quantity"), int32(rapid.IntRange(0, 3).Draw(t, "digits"))),
				value.New(rapid.Int64Range(0, 10_000_000).Draw(t, "price"), int32(rapid.IntRange(0, 4).Draw(t, "places")))))
		}
		_, err := w.Try("sales.enter_order", fmt.Sprintf(`{"freight": {"amount": %s, "currency": "CNY"}, "tax": %s, "placed": {
			"number": "SO-%d", "customer": "C-1", "entered_by": "bo", "policy": "partial", "lines": [%s]}}`,
			value.New(rapid.Int64Range(0, 100_000).Draw(t, "freight"), 2), value.New(rapid.Int64Range(0, 2500).Draw(t, "tax"), 2),
			n, strings.Join(lines, ", ")))
		require.NoError(t, err)
		require.Equal(t, "t | t | t", w.Ask(`
			select o.net = sum(round(l.price * l.ordered, 2)),
			       o.tax_amount = round((o.net + o.freight) * o.tax_percent / 100, 2),
			       o.total = sum(round(l.price * l.ordered, 2)) + o.freight + o.tax_amount
			from sales_orders o join sales_order_lines l on l.sales_order = o.number
			where o.number = $1 group by o.tenant, o.number`, fmt.Sprint("SO-", n)))
	})
}
