package adventureworks

import (
	"fmt"
	"strings"
	"time"

	"waybill/definitions/value"
)

// bill is a row of a bill of materials. One without an assembly says that the component is made for
// itself.
type bill struct {
	row       *row
	assembly  *product // nil: none
	component *product
	from      string
	to        string // the first day not in force; "" for never
	unit      string
	quantity  value.Decimal
}

func (b *bill) inForce(day string) bool { return b.from <= day && (b.to == "" || day < b.to) }

// during returns the days that both are in force; there are none where from is not before to.
func during(from, to string, b *bill) (string, string) {
	from = max(from, b.from)
	if to == "" || b.to != "" && b.to < to {
		to = b.to
	}
	return from, to
}

func never(from, to string) bool { return to != "" && from >= to }

func (c *company) takeBill(r *row) error {
	b := &bill{row: r, component: c.product(r, 2), from: r.date(3), unit: r.text(5), quantity: r.number(7)}
	if r.optional(1) != "" {
		b.assembly = c.product(r, 1)
	}
	if end := r.date(4); end != "" && r.err == nil {
		day, err := value.ParseDate(end)
		if err != nil {
			return err
		}
		b.to = value.FormatDate(day.Add(24 * time.Hour))
	}
	switch {
	case r.err != nil:
		return r.err
	case b.from == "":
		return fmt.Errorf("column 4: %w", errEmpty)
	case never(b.from, b.to):
		return fmt.Errorf("ends before it begins")
	case b.quantity.Sign() <= 0:
		return fmt.Errorf("a quantity of %s", b.quantity)
	case !c.units[b.unit]:
		return fmt.Errorf("UnitMeasureCode %s: unknown", b.unit)
	}
	if err := c.fits(b); err != nil {
		return err
	}
	c.bills = append(c.bills, b)
	if b.assembly != nil {
		b.component.unit = b.unit
		b.assembly.parts = append(b.assembly.parts, b)
	}
	return nil
}

// fits checks a row against those before it.
func (c *company) fits(b *bill) error {
	for _, other := range c.bills {
		if other.assembly == b.assembly && other.component == b.component && !never(during(other.from, other.to, b)) {
			return fmt.Errorf("%s: in force beside row %d", b.component.number, other.row.line)
		}
	}
	if b.assembly == nil {
		return nil
	}
	if u := b.component.unit; u != "" && u != b.unit {
		return fmt.Errorf("%s is counted in %s here and in %s before; no table converts them", b.component.number, b.unit, u)
	}
	if path := b.component.holds(b.assembly, b.from, b.to, nil); path != nil {
		return fmt.Errorf("holds itself: %s > %s", b.assembly.number, strings.Join(path, " > "))
	}
	return nil
}

// holds returns the way down from p to a product through parts that are in force on a same day; nil
// where there is none.
func (p *product) holds(wanted *product, from, to string, above []string) []string {
	path := append(above, p.number)
	if p == wanted {
		return path
	}
	for _, part := range p.parts {
		f, t := during(from, to, part)
		if never(f, t) {
			continue
		}
		if found := part.component.holds(wanted, f, t, path); found != nil {
			return found
		}
	}
	return nil
}
