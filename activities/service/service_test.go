package service_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities/billing"
	"waybill/activities/catalogue"
	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/crm"
	"waybill/activities/sales"
	"waybill/activities/service"
	"waybill/activities/stock"
)

// shop is a world in which customer C-1 has got order SO-1, delivered on 10 January and invoiced: five
// bicycles on line 1 for 100 each, two on line 2 for 90 each, and a bell that did not leave.
type shop struct {
	*catalogtest.World
}

func newShop(t *testing.T) shop {
	t.Helper()
	t.Parallel()
	w := shop{catalogtest.New(t, slices.Concat(service.Actions(), billing.Actions(), sales.Actions(), crm.Objects(), stock.Objects())...)}
	w.Exec(`insert into crm_customers (number, name, ship_to, tax_id) values ('C-1', 'Nimbus', 'Pier 4', 'T-1')`)
	w.Exec(`insert into stock_products (number, name, policy, source, sold, list_price, currency) values
		('BIKE', 'Bicycle', 'make_to_order', 'make', true, 100, 'CNY'), ('BELL', 'Bell', 'make_to_stock', 'buy', true, 9, 'CNY')`)
	w.Do("sales.enter_order", `{"freight": {"amount": 60, "currency": "CNY"}, "tax": 13, "placed": {
		"number": "SO-1", "customer": "C-1", "entered_by": "bo", "policy": "partial", "lines": [
			{"line": 1, "product": "BIKE", "quantity": 5},
			{"line": 2, "product": "BIKE", "quantity": 2, "price": {"amount": 90, "currency": "CNY"}},
			{"line": 3, "product": "BELL", "quantity": 1}]}}`)
	w.Exec(`insert into shipping_shipments (number, sales_order, release_at, planned_at, issued_at, delivered_at)
		values ('SH-1', 'SO-1', now(), now(), now(), '2026-01-10 12:00+00')`)
	w.Exec(`insert into shipping_shipment_lines (shipment, line, product, quantity) values ('SH-1', 1, 'BIKE', 5), ('SH-1', 2, 'BIKE', 2)`)
	w.Exec(`update sales_order_lines set shipped = ordered, delivered = ordered where product = 'BIKE'`)
	w.Exec(`insert into stock_serials (serial, product, sales_order, line, shipment, delivered_on) values
		('B-1', 'BIKE', 'SO-1', 1, 'SH-1', '2026-01-10'), ('B-2', 'BIKE', 'SO-1', 1, 'SH-1', null)`)
	w.Do("billing.invoice", `{"order": "SO-1", "shipment": "SH-1", "payment_days": 30}`)
	return w
}

func (w shop) problem(serial string) string {
	return w.Do("service.open_case", `{"customer": "C-1", "kind": "problem", "priority": "P2", "text": "brake", "order": "SO-1", "product": "BIKE", "serial": %q}`, serial)
}

func TestACaseIsOpenedAndClosedOnce(t *testing.T) {
	w := newShop(t)
	require.Equal(t, `{"case":"CS-000001"}`, w.problem("B-1"))
	require.Equal(t, `{"case":"CS-000002"}`, w.Do("service.open_case",
		`{"customer": "C-1", "kind": "quality", "priority": "P1", "text": "brake again", "parent": "CS-000001", "by": "cy"}`))
	w.Do("service.close_case", `{"case": "CS-000001", "result": "repaired"}`)
	w.Do("service.close_case", `{"case": "CS-000001", "result": "forgotten"}`)
	require.Equal(t, "CS-000001 | problem | repaired | ann | t\nCS-000002 | quality | - | cy | f",
		w.Ask(`select number, kind, result, opened_by, closed_at is not null from service_cases order by 1`))
}

func TestWarrantyRunsFromTheDeliveryOfThePieceOrOfTheOrder(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	w.problem("B-1")
	w.problem("B-2")
	w.Do("service.open_case", `{"customer": "C-1", "kind": "question", "priority": "P3", "text": "bell?", "serial": "B-1"}`)
	for _, c := range []struct{ name, ask, want string }{
		{"the piece", `"serial": "B-1", "months": 12`, `{"faults":2,"in_warranty":true,"until":"2027-01-10"}`},
		{"a piece that never arrived", `"serial": "B-2", "months": 12`, `{"faults":1,"in_warranty":false}`},
		{"an unknown piece", `"serial": "B-9", "months": 12`, `{"faults":0,"in_warranty":false}`},
		{"the order's product", `"order": "SO-1", "product": "BIKE", "months": 12`, `{"faults":3,"in_warranty":true,"until":"2027-01-10"}`},
		{"a product that did not leave", `"order": "SO-1", "product": "BELL", "months": 12`, `{"faults":0,"in_warranty":false}`},
		{"over", `"serial": "B-1", "months": 1`, `{"faults":2,"in_warranty":false,"until":"2026-02-10"}`},
	} {
		require.Equal(t, c.want, w.Do("service.check_warranty", `{%s}`, c.ask), c.name)
	}
	w.At = w.At.AddDate(0, 0, 8)
	require.Contains(t, w.Do("service.check_warranty", `{"serial": "B-1", "months": 2}`), `"in_warranty":true`, "on the last day")
	w.At = w.At.AddDate(0, 0, 1)
	require.Contains(t, w.Do("service.check_warranty", `{"serial": "B-1", "months": 2}`), `"in_warranty":false`)
}

func (w shop) authorise(quantity int) string {
	return w.Do("service.authorise_return", `{"case": "CS-000001", "order": "SO-1", "product": "BIKE", "quantity": %d}`, quantity)
}

func TestNoMoreIsReturnedThanWasDelivered(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	ask := func(product string, quantity int) string {
		return fmt.Sprintf(`{"case": "CS-000001", "order": "SO-1", "product": %q, "quantity": %d}`, product, quantity)
	}
	require.Equal(t, `{"rma":"RMA-000001"}`, w.authorise(6))
	require.Equal(t, `{"rma":"RMA-000001"}`, w.authorise(6), "asked again")
	w.Refused("service.nothing_to_return", "service.authorise_return", "%s", ask("BIKE", 2))
	w.Refused("service.nothing_to_return", "service.authorise_return", "%s", ask("BIKE", 0))
	w.Refused("service.nothing_to_return", "service.authorise_return", "%s", ask("BELL", 1))
	require.Equal(t, `{"rma":"RMA-000002"}`, w.authorise(1))
	w.Do("service.close_return", `{"rma": "RMA-000001", "reason": "not returned"}`)
	w.Do("service.close_return", `{"rma": "RMA-000001", "reason": "again"}`)
	require.Equal(t, `{"rma":"RMA-000003"}`, w.authorise(6), "a return that did not come is free again")
	require.Equal(t, "not returned", w.Ask(`select reason from service_returns where closed_at is not null`))
}

func TestTwoCasesCannotReturnTheSamePieces(t *testing.T) {
	w := newShop(t)
	var group errgroup.Group
	granted := make([]bool, 6)
	for i := range granted {
		w.problem("B-1")
		group.Go(func() error {
			_, err := w.Try("service.authorise_return", fmt.Sprintf(`{"case": "CS-%06d", "order": "SO-1", "product": "BIKE", "quantity": 3}`, i+1))
			if _, ok := catalogue.Refused(err); ok {
				return nil
			}
			granted[i] = err == nil
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Equal(t, "6", w.Ask(`select sum(quantity) from service_return_lines`))
}

func TestReturnedGoodsGoIntoStockWhereUsableAndCountOnTheirLines(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	w.authorise(6)
	usable := `{"rma": "RMA-000001", "quantity": %d, "condition": %q}`
	require.Equal(t, `{"invoice":"INV-000001","lines":[{"amount":{"amount":400.00,"currency":"CNY"},"line":1,"product":"BIKE","quantity":4}]}`,
		w.Do("service.receive_return", usable, 4, "usable"))
	require.Equal(t, `{"invoice":"INV-000001","lines":[{"amount":{"amount":100.00,"currency":"CNY"},"line":1,"product":"BIKE","quantity":1},`+
		`{"amount":{"amount":90.00,"currency":"CNY"},"line":2,"product":"BIKE","quantity":1}]}`,
		w.Do("service.receive_return", usable, 2, "scrap"))

	whole := `{"invoice":"INV-000001","lines":[{"amount":{"amount":500.00,"currency":"CNY"},"line":1,"product":"BIKE","quantity":5},` +
		`{"amount":{"amount":90.00,"currency":"CNY"},"line":2,"product":"BIKE","quantity":1}]}`
	require.Equal(t, whole, w.Do("service.receive_return", usable, 2, "scrap"), "all of it is back: nothing changes")
	require.Equal(t, "4 | 4 | RMA-000001", w.Ask(`select b.on_hand, m.quantity, m.document from stock_balances b join stock_movements m using (product) where m.kind = 'returned'`))
	require.Equal(t, "5\n1\n0", w.Ask(`select returned from sales_order_lines order by line`))
	require.Equal(t, "4 | 1\n0 | 1", w.Ask(`select usable, scrapped from service_return_lines order by line`))

	w.Do("billing.credit_note", `{"invoice": "INV-000001", "lines": [{"line": 1, "quantity": 5, "amount": {"amount": 500, "currency": "CNY"}},
		{"line": 2, "quantity": 1, "amount": {"amount": 90, "currency": "CNY"}}]}`)
	require.Equal(t, `{"invoice":"INV-000001","lines":[{"amount":{"amount":90.00,"currency":"CNY"},"line":2,"product":"BIKE","quantity":1}]}`,
		w.Do("service.receive_return", `{"rma": "%s", "quantity": 1, "condition": "usable"}`, w.another(1)), "what is credited is not credited again")
	_, err := w.Try("service.receive_return", fmt.Sprintf(usable, 1, "fine"))
	require.ErrorContains(t, err, "condition")
}

// another authorises one more return.
func (w shop) another(quantity int) string {
	w.authorise(quantity)
	return w.Ask(`select max(number) from service_returns`)
}

func TestMoreThanExpectedIsNotReceived(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	w.authorise(2)
	_, err := w.Try("service.receive_return", `{"rma": "RMA-000001", "quantity": 3, "condition": "usable"}`)
	require.EqualError(t, err, "service.receive_return: return RMA-000001: 1 more than expected")
	require.Equal(t, "0", w.Ask(`select count(*) from stock_movements`))
}

func TestGoodsThatNobodyPaidForHaveNoInvoiceToCredit(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	w.Do("billing.credit_note", `{"invoice": "INV-000001"}`)
	w.authorise(1)
	require.Equal(t, `{"lines":[]}`, w.Do("service.receive_return", `{"rma": "RMA-000001", "quantity": 1, "condition": "usable"}`))
}

func TestAFaultyProductIsReplacedOnceFreeOfCharge(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	const ask = `{"case": "CS-000001", "order": "SO-1", "product": "BIKE", "quantity": 1, "by": "cy"}`
	placed := w.Do("service.replace", ask)
	require.Equal(t, `{"placed":{"customer":"C-1","entered_by":"cy","lines":[{"line":1,"price":{"amount":0.00,"currency":"CNY"},"product":"BIKE","quantity":1}],`+
		`"number":"SO-000001","policy":"partial","ship_to":"Pier 4","tax_id":"T-1"}}`, placed)
	require.Equal(t, placed, w.Do("service.replace", ask), "asked again")
	require.Contains(t, w.Do("sales.enter_order", `{"freight": {"amount": 0, "currency": "CNY"}, "tax": 13, %s`, placed[1:]), `"total":{"amount":0,`)
}

func TestPiecesThatWereClaimedFromTheCarrierCannotBeReturned(t *testing.T) {
	w := newShop(t)
	w.problem("B-1")
	// All five of line 1 came damaged, were claimed as lost, and were delivered a second time.
	w.Exec(`update sales_order_lines set shipped = 10, delivered = 10, lost = 5 where line = 1`)
	w.Refused("service.nothing_to_return", "service.authorise_return", `{"case": "CS-000001", "order": "SO-1", "product": "BIKE", "quantity": 8}`)
	w.Do("service.authorise_return", `{"case": "CS-000001", "order": "SO-1", "product": "BIKE", "quantity": 7}`)
	w.Do("service.receive_return", `{"rma": "RMA-000001", "quantity": 7, "condition": "scrap"}`)
	require.Equal(t, "5\n2\n0", w.Ask(`select returned from sales_order_lines order by line`))
}
