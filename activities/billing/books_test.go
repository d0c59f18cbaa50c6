package billing_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/activities/billing"
	"waybill/activities/catalogue"
	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/crm"
)

// books is a world with a customer, C-1, and two products.
type books struct {
	*catalogtest.World
}

func newBooks(t *testing.T) books {
	t.Helper()
	t.Parallel()
	w := books{catalogtest.New(t, slices.Concat(billing.Actions(), crm.Objects(),
		[]catalogue.Definition{catalogtest.Reference("stock.product")})...)}
	w.Exec(`insert into crm_customers (number, name) values ('C-1', 'Nimbus'), ('C-2', 'Kestrel')`)
	w.Exec(`insert into stock_products (number, name, policy, source, currency) values ('BIKE', 'Bicycle', 'make_to_order', 'make', 'CNY')`)
	return w
}

// order enters an order of C-1 with 13 % tax; a line is "quantity x price".
func (w books) order(number, freight string, lines ...string) {
	w.orderOf("C-1", number, freight, lines...)
}

func (w books) orderOf(customer, number, freight string, lines ...string) {
	w.Exec(`
		with lines as (
			select line, split_part(text, ' x ', 1)::numeric as quantity, split_part(text, ' x ', 2)::numeric as price
			from unnest($4::text[]) with ordinality as given (text, line)
		), sums as (
			select sum(round(quantity * price, 2)) as net, $3::text::numeric as freight,
			       round((sum(round(quantity * price, 2)) + $3::text::numeric) * 0.13, 2) as tax from lines
		), made as (
			insert into sales_orders (number, customer, entered_by, policy, currency, net, freight, tax_percent, tax_amount, total, entered_at)
			select $1, $2, 'bo', 'partial', 'CNY', net, freight, 13, tax, net + freight + tax, now() from sums
		)
		insert into sales_order_lines (sales_order, line, product, price, ordered) select $1, line, 'BIKE', price, quantity from lines`,
		number, customer, freight, lines)
}

// ship makes a shipment leave; a line is "line: quantity".
func (w books) ship(order, shipment string, lines ...string) {
	w.Exec(`
		with gone as (
			insert into shipping_shipments (number, sales_order, release_at, planned_at, issued_at) values ($2, $1, now(), now(), now())
		), lines as (
			insert into shipping_shipment_lines (shipment, line, product, quantity)
			select $2, split_part(text, ': ', 1)::int, 'BIKE', split_part(text, ': ', 2)::numeric from unnest($3::text[]) text
			returning line, quantity
		)
		update sales_order_lines l set shipped = shipped + g.quantity from lines g where l.sales_order = $1 and l.line = g.line`,
		order, shipment, lines)
}

func (w books) invoice(order, shipment string) string {
	return plain(w.Do("billing.invoice", `{"order": %q, "shipment": %q, "payment_days": 30}`, order, shipment))
}

func (w books) pay(invoice, reference, amount string) string {
	return plain(w.Do("billing.book_payment", `{"invoice": %q, "payment": %q, "amount": {"amount": %s, "currency": "CNY"}}`, invoice, reference, amount))
}

func (w books) balance(invoice string) string {
	return plain(w.Do("billing.balance", `{"invoice": %q}`, invoice))
}

func (w books) credit(invoice string) string {
	return plain(w.Do("billing.credit_note", `{"invoice": %q}`, invoice))
}

func (w books) refund(invoice string) string {
	return plain(w.Do("billing.refund", `{"invoice": %q}`, invoice))
}

func (w books) deposit(order, amount string) string {
	return plain(w.Do("billing.request_deposit", `{"order": %q, "amount": {"amount": %s, "currency": "CNY"}, "payment_days": 7}`, order, amount))
}

// plain leaves currencies and quotes out of a JSON text.
func plain(text string) string {
	money := regexp.MustCompile(`\{"amount":([-0-9.]+),"currency":"CNY"\}`)
	return strings.ReplaceAll(money.ReplaceAllString(text, "$1"), `"`, "")
}
