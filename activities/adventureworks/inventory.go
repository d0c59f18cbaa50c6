package adventureworks

import (
	"fmt"
	"strings"
)

// place is what of a product stands in one bin.
type place struct {
	row      *row
	product  *product
	where    string // location, shelf, bin
	quantity int
}

func (c *company) takePlace(r *row) error {
	p := &place{row: r, product: c.product(r, 0), quantity: r.whole(4)}
	location, ok := c.locations[r.text(1)]
	if !ok {
		r.fail(1, fmt.Errorf("LocationID %s: unknown", r.text(1)))
	}
	p.where = strings.Join([]string{location, r.text(2), r.text(3)}, ", ")
	if r.err != nil {
		return r.err
	}
	for _, q := range c.inventory {
		if q.product == p.product && q.where == p.where {
			return fmt.Errorf("%s in %s: twice, first in row %d", p.product.number, p.where, q.row.line)
		}
	}
	c.inventory = append(c.inventory, p)
	return nil
}
