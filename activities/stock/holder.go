package stock

import (
	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

// Holder is for whom stock is reserved hard: a line of a sales order, or a production order.
type Holder struct {
	order      string
	line       int
	production string
}

// ForLine is the holder that a line of a sales order is.
func ForLine(order string, line int) Holder { return Holder{order: order, line: line} }

// ForProduction is the holder that a production order is.
func ForProduction(number string) Holder { return Holder{production: number} }

// add and take keep the reservations and, for a sales order, the counter of its line alike.
func (h Holder) add(tx catalogue.Tx, product string, quantity value.Decimal) {
	if h.production != "" {
		tx.Queue(`
			insert into stock_reservations (product, quantity, production_order) values ($1, $2, $3)
			on conflict (tenant, production_order, product) where production_order is not null
			do update set quantity = stock_reservations.quantity + excluded.quantity`,
			product, quantity.String(), h.production)
		return
	}
	tx.Queue(`
		insert into stock_reservations (product, quantity, sales_order, line) values ($1, $2, $3, $4)
		on conflict (tenant, sales_order, line) where sales_order is not null
		do update set quantity = stock_reservations.quantity + excluded.quantity`,
		product, quantity.String(), h.order, h.line)
	tx.Queue(`update sales_order_lines set reserved = reserved + $3 where sales_order = $1 and line = $2`,
		h.order, h.line, quantity.String())
}

func (h Holder) take(tx catalogue.Tx, product string, quantity value.Decimal) {
	if h.production != "" {
		tx.Queue(`delete from stock_reservations where production_order = $1 and product = $2 and quantity <= $3`,
			h.production, product, quantity.String())
		tx.Queue(`update stock_reservations set quantity = quantity - $3 where production_order = $1 and product = $2`,
			h.production, product, quantity.String())
		return
	}
	tx.Queue(`delete from stock_reservations where sales_order = $1 and line = $2 and quantity <= $3`,
		h.order, h.line, quantity.String())
	tx.Queue(`update stock_reservations set quantity = quantity - $3 where sales_order = $1 and line = $2`,
		h.order, h.line, quantity.String())
	tx.Queue(`update sales_order_lines set reserved = reserved - $3 where sales_order = $1 and line = $2`,
		h.order, h.line, quantity.String())
}
