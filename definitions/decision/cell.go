package decision

import (
	"fmt"

	"waybill/definitions/value"
)

// cell is what a row asks of one input: any of its alternatives, or none of them where it is negated.
// Without alternatives it takes anything, a missing value too.
type cell struct {
	negated      bool
	alternatives []alternative
}

// alternative is a value, or for a type that has an order a range. Open ends are nil.
type alternative struct {
	equal           any // a text or boolean; nil for a range
	low, high       *bound
	lowOut, highOut bool // the end itself does not belong to the range
}

// bound is an end of a range: a number, a setting, or another input.
type bound struct {
	number  value.Decimal
	setting string
	input   int // 1 for the first; 0: none
}

func (c *cell) settings() []string {
	var names []string
	for _, a := range c.alternatives {
		for _, b := range []*bound{a.low, a.high} {
			if b != nil && b.setting != "" {
				names = append(names, b.setting)
			}
		}
	}
	return names
}

// holds reports whether the cell of input i takes the point. What is missing is taken only by - and by
// not.
func (c *cell) holds(p *point, i int) (bool, error) {
	if len(c.alternatives) == 0 {
		return true, nil
	}
	v := p.values[i]
	if v == nil {
		return c.negated, nil
	}
	for k := range c.alternatives {
		found, err := c.alternatives[k].takes(p, i, v)
		if err != nil {
			return false, err
		}
		if found {
			return !c.negated, nil
		}
	}
	return c.negated, nil
}

func (a *alternative) takes(p *point, i int, v any) (bool, error) {
	if a.equal != nil {
		return a.equal == v, nil
	}
	n, err := ordinal(v, p.table.inputs[i].Type.Kind, p.table.currency)
	if err != nil {
		return false, fmt.Errorf("%s: %w", p.table.inputs[i].Name, err)
	}
	if a.low != nil {
		low, there, err := a.low.in(p)
		if err != nil || !there {
			return false, err
		}
		if order := n.Cmp(low); order < 0 || order == 0 && a.lowOut {
			return false, nil
		}
	}
	if a.high != nil {
		high, there, err := a.high.in(p)
		if err != nil || !there {
			return false, err
		}
		if order := n.Cmp(high); order > 0 || order == 0 && a.highOut {
			return false, nil
		}
	}
	return true, nil
}

// in returns the bound's number at a point, and false where the input that it names is missing.
func (b *bound) in(p *point) (value.Decimal, bool, error) {
	switch {
	case b.input > 0:
		field := p.table.inputs[b.input-1]
		v := p.values[b.input-1]
		if v == nil {
			return value.Decimal{}, false, nil
		}
		n, err := ordinal(v, field.Type.Kind, p.table.currency)
		return n, true, err
	case b.setting != "" && p.fixed != nil:
		n, ok := p.fixed(b.setting)
		return n, ok, nil
	case b.setting != "":
		v, ok := p.settings[b.setting]
		if !ok || v == nil {
			return value.Decimal{}, false, fmt.Errorf("settings.%s: nothing there", b.setting)
		}
		n, err := settingOrdinal(v, p.table.currency)
		if err != nil {
			return n, false, fmt.Errorf("settings.%s: %w", b.setting, err)
		}
		return n, true, nil
	}
	return b.number, true, nil
}
