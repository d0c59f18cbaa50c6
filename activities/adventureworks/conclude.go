package adventureworks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/definitions/value"
)

// conclude works out what follows from all files together: costs, lead times, what is sold.
func (c *company) conclude(at time.Time) {
	today := value.FormatDate(at)
	for _, p := range c.products {
		if !p.make {
			if best := p.cheapest(); best != nil {
				p.days = best.leadDays
			} else {
				c.note("%s is bought and nobody sells it", p.number)
			}
		}
		p.sold = p.finished && p.discontinued == "" && (p.sellEnd == "" || today <= p.sellEnd)
		if p.make && !slices.ContainsFunc(p.parts, func(b *bill) bool { return b.inForce(today) }) {
			c.note("%s is made and has no bill of materials in force; it is not sold", p.number)
			p.sold = false
		}
	}
	unknown := 0
	for _, p := range c.products {
		if p.roll(today); p.cost.IsZero() {
			unknown++
		}
	}
	if unknown > 0 {
		c.note("products without a cost: %d (no standard cost, and no supplier's price in the unit of stock)", unknown)
	}
	c.noteUnits()
}

// noteUnits tells of prices whose unit nothing converts.
func (c *company) noteUnits() {
	assumed := 0
	var units []string
	for _, p := range c.prices {
		if p.assumed() {
			assumed++
			units = append(units, p.unit)
		}
	}
	if assumed > 0 {
		slices.Sort(units)
		c.note("prices in a unit that no table converts: %d (%s); one is taken for one of the unit of stock", assumed, strings.Join(slices.Compact(units), ", "))
	}
}

func (c *company) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// cheapest is the lowest offer of an active vendor, with the shorter lead time where two are the same.
func (p *product) cheapest() *price {
	var best *price
	for _, o := range p.offers {
		if !o.vendor.active {
			continue
		}
		if best == nil || o.price.Cmp(best.price) < 0 || o.price.Equal(best.price) && o.leadDays < best.leadDays {
			best = o
		}
	}
	return best
}

// roll finds the cost of a product that has no standard cost. Bills hold no cycle by now.
func (p *product) roll(today string) value.Decimal {
	if p.costed || !p.cost.IsZero() {
		return p.cost
	}
	p.costed = true
	for _, o := range p.offers {
		if o.vendor.active && !o.assumed() && (p.cost.IsZero() || o.price.Cmp(p.cost) < 0) {
			p.cost = o.price
		}
	}
	for _, b := range p.parts {
		if b.inForce(today) {
			p.cost = p.cost.Add(b.quantity.Mul(b.component.roll(today)))
		}
	}
	return p.cost
}
