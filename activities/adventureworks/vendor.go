package adventureworks

import (
	"fmt"

	"waybill/definitions/value"
)

type vendor struct {
	row               *row
	number, name      string
	rating            int
	preferred, active bool
}

func (c *company) takeVendor(r *row) error {
	id := r.text(0)
	v := &vendor{row: r, number: r.text(1), name: r.text(2), rating: r.whole(3), preferred: r.flag(4), active: r.flag(5)}
	switch {
	case r.err != nil:
		return r.err
	case v.rating < 1 || v.rating > 5:
		return fmt.Errorf("CreditRating %d: not from 1 to 5", v.rating)
	case c.vendorBy[id] != nil:
		return fmt.Errorf("BusinessEntityID %s: twice, first in row %d", id, c.vendorBy[id].row.line)
	}
	for _, w := range c.vendors {
		if w.number == v.number {
			return fmt.Errorf("AccountNumber %s: twice, first in row %d", v.number, w.row.line)
		}
	}
	c.vendorBy[id] = v
	c.vendors = append(c.vendors, v)
	return nil
}

// price is what a vendor asks for a product, in his own unit.
type price struct {
	product          *product
	vendor           *vendor
	leadDays         int
	price            value.Decimal
	last             string // "" where nothing was received yet
	minimum, maximum int
	unit             string
}

// assumed reports whether the vendor's unit is not the product's, so that one is taken for one.
func (p *price) assumed() bool { return p.unit != p.product.unitOfStock() }

func (c *company) takePrice(r *row) error {
	p := &price{
		product: c.product(r, 0), vendor: c.vendorBy[r.text(1)], leadDays: r.whole(2), price: r.number(3),
		minimum: r.whole(6), maximum: r.whole(7), unit: r.text(9),
	}
	if r.optional(4) != "" {
		p.last = r.number(4).String()
	}
	switch {
	case r.err != nil:
		return r.err
	case p.vendor == nil:
		return fmt.Errorf("BusinessEntityID %s: unknown", r.text(1))
	case !c.units[p.unit]:
		return fmt.Errorf("UnitMeasureCode %s: unknown", p.unit)
	case p.price.Sign() <= 0 || p.last == "0":
		return fmt.Errorf("a price of 0")
	case p.maximum < p.minimum:
		return fmt.Errorf("at most %d, at least %d", p.maximum, p.minimum)
	}
	for _, q := range p.product.offers {
		if q.vendor == p.vendor {
			return fmt.Errorf("%s of %s: twice", p.product.number, p.vendor.number)
		}
	}
	p.product.offers = append(p.product.offers, p)
	c.prices = append(c.prices, p)
	return nil
}
