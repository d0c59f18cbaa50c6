package e2e_test

import (
	"context"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// books checks what must hold once all orders have ended: each query lists offences.
func (c *company) books() {
	c.Helper()
	for _, check := range []struct{ name, sql string }{
		{"an instance that has not ended", `select process, business_key, status from instances where status <> 'ended' or ended is null`},
		{"an order not delivered", `select business_key, outcome from instances where process = 'fulfil_order' and outcome <> 'delivered'`},
		{"an open task", `select process, step from tasks where closed is null`},
		{"an unread inbox row", `select kind, instance from inbox where consumed_turn is null`},
		{"a wait for a message", `select name, key from subscriptions`},
		{"an unanswered call", `select action from calls where answered is null`},
		{"a child not reported", `select step from children where not detached and reported is null`},
		{"an incident", `select step, code, text from incidents where cleared is null`},
		{"stock that is not the sum of its movements", `
			select b.product, b.on_hand, m.sum from stock_balances b
			left join (select product, sum(quantity) from stock_movements group by product) m on m.product = b.product
			where b.on_hand <> coalesce(m.sum, 0)`},
		{"stock that is not opening + received + produced - consumed - shipped + returned, by the documents", `
			with documents as (
				select product, quantity from stock_movements where kind in ('opening', 'returned')
				union all select l.product, r.accepted from purchasing_receipt_lines r
					join purchasing_order_lines l on l.purchase_order = r.purchase_order and l.line = r.line
				union all select product, good from production_orders
				union all select product, returned - issued from production_components
				union all select l.product, l.taken_back - l.quantity from shipping_shipment_lines l
					join shipping_shipments s on s.number = l.shipment where s.issued_at is not null)
			select b.product, b.on_hand, sum(d.quantity) from stock_balances b left join documents d on d.product = b.product
			group by b.product, b.on_hand having b.on_hand <> coalesce(sum(d.quantity), 0)`},
		{"a reservation that is left", `select product, quantity, sales_order, production_order, quote from stock_reservations`},
		{"a balance with something reserved", `select product, reserved from stock_balances where reserved <> 0`},
		{"a line with something reserved, or not wholly shipped, delivered and invoiced", `
			select sales_order, line, ordered, cancelled, reserved, shipped, delivered, invoiced from sales_order_lines
			where reserved <> 0 or shipped <> ordered or delivered <> ordered or invoiced <> ordered or returned + lost + cancelled <> 0`},
		{"a gap in the invoice numbers", `
			select serial, row from (select serial, row_number() over (order by serial) as row from billing_invoices) n where serial <> row`},
		{"an invoice dated before the one with the number before", `
			select number from (select number, issued, lag(issued) over (order by serial) as before from billing_invoices) n where issued < before`},
		{"an order whose total is not lines + tax + freight", `
			select o.number, o.total, sum(l.ordered * l.price), o.tax_amount, o.freight from sales_orders o join sales_order_lines l on l.sales_order = o.number
			group by o.number, o.total, o.tax_amount, o.freight having o.total <> sum(l.ordered * l.price) + o.tax_amount + o.freight`},
		{"an order that was not invoiced to its total", `
			select o.number, o.total, sum(i.net + i.tax_amount) from sales_orders o left join billing_invoices i on i.sales_order = o.number
			group by o.number, o.total having o.total <> coalesce(sum(i.net + i.tax_amount), 0)`},
		{"an invoice that is not paid once", `
			select i.number, i.total, i.open, count(p.reference) from billing_invoices i left join billing_payments p on p.invoice = i.number
			group by i.number, i.total, i.open having i.open <> 0 or count(p.reference) <> 1`},
		{"credit that is still committed", `select sales_order, amount, invoiced from billing_commitments where amount > invoiced`},
		{"a purchase that is still expected", `select purchase_order, line, coming from purchasing_expected where coming <> 0`},
		{"a production order that is not finished", `select number from production_orders where finished_at is null and stopped_at is null and cancelled_at is null`},
		{"a shipment under way", `select number from shipping_shipments where delivered_at is null and cancelled_at is null`},
	} {
		require.Empty(c, c.ask(check.sql), check.name)
	}
	c.verified()
}

// verified checks the history of every instance that has begun.
func (c *company) verified() {
	c.Helper()
	var ids []uuid.UUID
	for _, row := range c.ask(`select id::text from instances where status <> 'created'`) {
		ids = append(ids, uuid.MustParse(row))
	}
	require.NotEmpty(c, ids)
	for len(ids) > 0 {
		part := ids[:min(len(ids), 100)]
		ids = ids[len(part):]
		err := c.store.ReadTenant(context.Background(), c.tenant, func(tx pgx.Tx) error {
			for _, id := range part {
				broken, entries, err := store.Verify(context.Background(), tx, id)
				if err != nil {
					return err
				}
				require.Nil(c, broken)
				require.NotZero(c, entries)
			}
			return nil
		})
		require.NoError(c, err)
	}
}

// sums is what two runs must agree on about the orders with a number up to the one given, however often
// one run was killed: per line what was ordered, shipped and invoiced and at what price, per order what
// it comes to, what was invoiced and what was paid.
func (c *company) sums(upTo string) []string {
	c.Helper()
	return append(
		c.ask(`select sales_order, line, product, price::text, ordered::text, shipped::text, delivered::text, invoiced::text
			from sales_order_lines where sales_order <= $1 order by 1, 2`, upTo),
		c.ask(`select o.number, o.total::text,
			(select sum(i.net + i.tax_amount)::text from billing_invoices i where i.sales_order = o.number),
			(select sum(p.amount)::text from billing_payments p join billing_invoices i on i.number = p.invoice where i.sales_order = o.number)
			from sales_orders o where o.number <= $1 order by 1`, upTo)...)
}

// share is how many of a hundred orders the query counts.
func (c *company) share(sql string) float64 {
	c.Helper()
	part, err := strconv.ParseFloat(c.one(`select (100.0 * (`+sql+`) / (select count(*) from sales_orders))::text`), 64)
	require.NoError(c, err)
	return part
}
