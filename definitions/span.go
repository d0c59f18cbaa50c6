package definitions

import (
	"slices"

	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// span reads a duration from now on, a moment, or a formula that gives either; nil after a finding or
// for nil.
func (c *compiler) span(n *node) *Span {
	s := c.anySpan(n)
	if s != nil && s.Duration.Negative() {
		c.found.add(n.pos(), codeWrongValue, "%q lies in the past; only remind and escalate count back, from due", clip(n.text))
		return nil
	}
	return s
}

// spanOrBack reads a span that may also count back from due.
func (c *compiler) spanOrBack(n *node, due *Span) *Span {
	s := c.anySpan(n)
	if s != nil && s.Duration.Negative() && due == nil {
		c.found.add(n.pos(), codeWrongValue, "%q counts back from due, but there is no due", clip(n.text))
	}
	return s
}

func (c *compiler) anySpan(n *node) *Span {
	if n == nil || n.missing {
		return nil
	}
	if n.kind != scalar {
		c.found.add(n.pos(), codeWrongShape, "a time is a text such as 2 work days, not %s", n.kind)
		return nil
	}
	s := &Span{Pos: n.pos()}
	if isFormula(n) {
		s.Formula = c.formula(n, nil)
		if s.Formula == nil || !c.isTime(n, s.Formula) {
			return nil
		}
		return s
	}
	if d, err := calendar.ParseDuration(n.text); err == nil {
		s.Duration = d
		return s
	}
	moment := &value.Type{Kind: value.Moment}
	if v, err := moment.Parse(n.text, c.defaults); err == nil {
		s.Formula = formula.Constant(v, moment)
		return s
	}
	if c.isName(n.text) {
		c.found.add(n.pos(), codeMissingEquals, "%q is process data; write = in front of it", n.text).Mend = mendLine(n, n.text, "= "+n.text)
		return nil
	}
	c.found.add(n.pos(), codeWrongType, "%q is no time; write a duration such as 30m, 4h, 2d, 4 work hours, 2 work days or 3 months", clip(n.text))
	return nil
}

// isTime reports a formula that gives no time.
func (c *compiler) isTime(n *node, f *formula.Formula) bool {
	t := f.Type()
	if t == nil {
		return true
	}
	if !slices.Contains([]value.Kind{value.Duration, value.Moment, value.Date}, t.Kind) {
		c.found.add(n.pos(), codeWrongType, "a duration or a moment was expected, but %q is %s", clip(f.Source()), t)
		return false
	}
	if t.Optional {
		c.found.add(n.pos(), codeMaybeMissing, "%q may not be there at this place", clip(f.Source()))
		return false
	}
	return true
}

// spans reads one or several times.
func (c *compiler) spans(items []*node) []Span {
	var out []Span
	for _, n := range items {
		if s := c.span(n); s != nil {
			out = append(out, *s)
		}
	}
	return out
}
