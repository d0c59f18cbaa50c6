package adventureworks

import (
	"fmt"

	"waybill/definitions/value"
)

type product struct {
	row                   *row
	number, name          string
	make, finished        bool
	safety, reorder       value.Decimal
	cost, listPrice       value.Decimal
	days                  int
	sellEnd, discontinued string
	unit                  string // "" until a bill counts it
	parts                 []*bill
	offers                []*price
	sold                  bool
	costed                bool
}

func (c *company) takeProduct(r *row) error {
	id := r.text(0)
	p := &product{
		row: r, name: r.text(1), number: r.text(2), make: r.flag(3), finished: r.flag(4),
		safety: r.number(6), reorder: r.number(7), cost: r.number(8), listPrice: r.number(9),
		days: r.whole(14), sellEnd: r.date(21), discontinued: r.date(22),
	}
	switch {
	case r.err != nil:
		return r.err
	case c.byID[id] != nil:
		return fmt.Errorf("ProductID %s: twice, first in row %d", id, c.byID[id].row.line)
	case p.make && p.days == 0:
		return fmt.Errorf("%s is made in no days", p.number)
	}
	for _, q := range c.products {
		if q.number == p.number {
			return fmt.Errorf("ProductNumber %s: twice, first in row %d", p.number, q.row.line)
		}
	}
	c.byID[id] = p
	c.products = append(c.products, p)
	return nil
}

// product is the one that another row refers to.
func (c *company) product(r *row, column int) *product {
	id := r.text(column)
	p := c.byID[id]
	if p == nil {
		r.fail(column, fmt.Errorf("ProductID %s: unknown", id))
	}
	return p
}

// unitOfStock is what the product is counted in.
func (p *product) unitOfStock() string {
	if p.unit == "" {
		return pieces
	}
	return p.unit
}

// decimals is how many digits a quantity of it may have.
func (p *product) decimals() int {
	if p.unitOfStock() == pieces {
		return 0
	}
	return 2
}

const pieces = "EA"

func (p *product) source() string {
	if p.make {
		return "make"
	}
	return "buy"
}
