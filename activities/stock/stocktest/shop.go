// Package stocktest sets up a shop for tests: the areas that move goods, on a real database, with a
// customer, a supplier, products and orders in a line each.
package stocktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/activities/catalogue/catalogtest"
	"waybill/activities/production"
	"waybill/activities/purchasing"
	"waybill/activities/shipping"
	"waybill/activities/stock"
)

// Shop is a world with customer C-1 (grade B), suppliers NEAR (5 days) and FAR (20 days), and no product.
type Shop struct {
	*catalogtest.World
	t testing.TB
}

// Open makes a shop.
func Open(t testing.TB) *Shop {
	t.Helper()
	w := catalogtest.New(t, slices.Concat(
		[]catalogue.Definition{catalogtest.Reference("crm.customer")},
		stock.Actions(), stock.Objects(), purchasing.Actions(), purchasing.Objects(), production.Actions(), shipping.Actions())...)
	w.Exec(`insert into crm_customers (number, name, grade) values ('C-1', 'Nimbus', 'B'), ('C-2', 'Kestrel', 'A')`)
	w.Exec(`insert into purchasing_suppliers (number, name, buyer) values ('NEAR', 'Near & Co', 'ben'), ('FAR', 'Far Ltd', 'ben')`)
	return &Shop{World: w, t: t}
}

// Product adds a product with stock; set holds further columns, such as "lead_days = 3, phantom = true".
func (s *Shop) Product(number, source string, onHand int, set string) {
	s.t.Helper()
	s.Exec(`insert into stock_products (number, name, policy, source, cost, currency) values ($1, $1, 'make_to_stock', $2, 10, 'CNY')`, number, source)
	if set != "" {
		s.Exec(`update stock_products set `+set+` where number = $1`, number)
	}
	if onHand > 0 {
		s.Exec(`insert into stock_movements (product, kind, quantity, document, at) values ($1, 'opening', $2, 'test', now())`, number, onHand)
		s.Exec(`update stock_balances set on_hand = $2 where product = $1`, number, onHand)
	}
}

// Price adds what a supplier asks.
func (s *Shop) Price(supplier, product, price string, leadDays int, set string) {
	s.t.Helper()
	s.Exec(`insert into purchasing_prices (supplier, product, price, currency, unit, lead_days) values ($1, $2, $3, 'CNY', 'EA', $4)`,
		supplier, product, price, leadDays)
	if set != "" {
		s.Exec(`update purchasing_prices set `+set+` where supplier = $1 and product = $2`, supplier, product)
	}
}

// Bill adds parts to a product's bill, each written as "component quantity".
func (s *Shop) Bill(product string, parts ...string) {
	s.t.Helper()
	for _, part := range parts {
		component, quantity, ok := strings.Cut(part, " ")
		require.True(s.t, ok, part)
		s.Exec(`insert into production_bills (product, component, valid_from, quantity, unit) values ($1, $2, '2020-01-01', $3, 'EA')`,
			product, component, quantity)
	}
}

// Order enters a sales order of customer C-1, freight 50 and 10 % tax; a line is written as "product quantity".
func (s *Shop) Order(number string, lines ...string) {
	s.t.Helper()
	s.Exec(`
		insert into sales_orders (number, customer, entered_by, policy, currency, net, freight, tax_percent, tax_amount, total, entered_at)
		values ($1, 'C-1', 'ann', 'partial', 'CNY', 0, 50, 10, 5, 55, $2)`, number, s.At)
	for i, line := range lines {
		product, quantity, ok := strings.Cut(line, " ")
		require.True(s.t, ok, line)
		s.Exec(`insert into sales_order_lines (sales_order, line, product, price, ordered) values ($1, $2, $3, 100, $4)`,
			number, i+1, product, quantity)
	}
}

// Stock tells "on hand/reserved" of a product.
func (s *Shop) Stock(product string) string {
	s.t.Helper()
	return s.Ask(`select on_hand || '/' || reserved from stock_balances where product = '` + product + `'`)
}

// Balanced checks what must hold at all times: stock is the sum of its movements, what is reserved is
// the sum of the reservations, and the lines of orders count the same.
func (s *Shop) Balanced() {
	s.t.Helper()
	require.Empty(s.t, s.Ask(`
		select b.product, b.on_hand, b.reserved from stock_balances b
		where b.on_hand <> coalesce((select sum(m.quantity) from stock_movements m where m.product = b.product), 0)
		   or b.reserved <> coalesce((select sum(r.quantity) from stock_reservations r where r.product = b.product and r.quote is null), 0)`),
		"balances")
	require.Empty(s.t, s.Ask(`
		select l.sales_order, l.line from sales_order_lines l
		where l.reserved <> coalesce((select sum(r.quantity) from stock_reservations r where r.sales_order = l.sales_order and r.line = l.line), 0)`),
		"order lines")
}

// Part reads a text out of an action's answer, such as the number of the document it made.
func Part(answer, field string) string {
	_, rest, found := strings.Cut(answer, fmt.Sprintf("%q:", field))
	if !found {
		return ""
	}
	rest = strings.TrimPrefix(rest, `"`)
	end := strings.IndexAny(rest, `",}]`)
	return rest[:end]
}
