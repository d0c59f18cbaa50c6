package formula

import (
	"slices"
	"strconv"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// fit brings a part to the type its place needs, and reports a problem where it cannot be. What is
// written out takes the type: "2026-03-02" is a date where a date is wanted.
func (c *checker) fit(t typed, want *value.Type, at ast.Node) typed {
	if t.bad() || want == nil {
		return t
	}
	if t.constant && t.value != nil {
		if fitted, done := c.fitConstant(t, want, at); done {
			return fitted
		}
	}
	if t.typ.Optional && !want.Optional {
		return c.there(t, at)
	}
	how := conversion(t.typ, want, 0)
	if how != refused {
		c.lost(t.typ, want, 0)
	}
	switch how {
	case same:
		if t.typ.Kind == value.Nothing || t.typ.Kind == value.List && t.typ.Elem.Kind == value.Nothing {
			t.typ = personal(as(t.typ, want), t) // nil and [] have no type of their own
		}
		return t
	case changes:
		result := personal(as(t.typ, want), t)
		return operation("convert", result, constantNode(want), constantNode(c.static.Currency), t.emit())
	}
	c.problem(at, codeWrongType, "%s does not fit: %s is wanted here%s", c.described(t, at), want, advice(t.typ, want))
	return bad()
}

// as returns t, optional where like is.
func as(like, t *value.Type) *value.Type {
	if like.Optional {
		return t.AsOptional()
	}
	return t.AsRequired()
}

// fitConstant reads a written text or number as the type wanted.
func (c *checker) fitConstant(t typed, want *value.Type, at ast.Node) (_ typed, done bool) {
	required := want.AsRequired()
	switch v := t.value.(type) {
	case string:
		if t.typ.Kind != value.Text || want.Kind == value.Text || !want.Kind.IsText() && want.Kind != value.MoneyKind {
			if _, err := value.ParseDecimal(v); err == nil && want.Kind.IsNumber() {
				c.problem(at, codeWrongType, "%s is a text: a number stands without quotes", c.written(at))
				return c.mend(c.mended(at, v)), true
			}
			return t, false
		}
		read, err := required.Parse(v, value.Defaults{Currency: c.static.Currency, Zone: c.static.Zone})
		if err != nil {
			return c.wrongConstant(v, required, err.Error(), at), true
		}
		return constant(read, required), true
	case value.Decimal:
		if want.Kind == value.MoneyKind && (t.typ.Kind == value.Integer || t.typ.Kind == value.Number) {
			return constant(value.Money{Amount: v, Currency: c.static.Currency}, required), true
		}
	}
	return t, false
}

func (c *checker) wrongConstant(text string, want *value.Type, why string, at ast.Node) typed {
	if want.Kind != value.Choice {
		return c.problem(at, codeWrongValue, "%s", why)
	}
	c.problem(at, codeUnknownChoice, "%s", why)
	if near := value.Nearest(text, want.Choices); near != "" {
		return c.mend(c.mended(at, strconv.Quote(near)))
	}
	return bad()
}

// advice says how a value of one type becomes one of another, where that is common.
func advice(from, want *value.Type) string {
	switch {
	case want.Kind == value.Text && from.Kind != value.Record && from.Kind != value.List && from.Kind != value.Map:
		return "; as_text(...) makes it a text"
	case want.Kind == value.Integer && from.Kind.IsNumber():
		return "; round(...) makes it a whole number"
	case want.Kind == value.Date && from.Kind == value.Moment:
		return "; date_of(...) is the date of a moment"
	case want.Kind == value.Record && from.Kind == value.Ref:
		return "; a reference is not the object itself, but its fields can be read through it"
	}
	return ""
}

// conversion says what a value of one type needs to be one of another.
type conversionKind int

const (
	refused conversionKind = iota
	changes                // converted when it is evaluated
	same
)

// mostTypeDepth bounds the comparison of records that hold themselves.
const mostTypeDepth = 6

func conversion(from, to *value.Type, depth int) conversionKind {
	if from == to || from.Same(to) {
		return same
	}
	if depth > mostTypeDepth || from.Optional && !to.Optional {
		return refused
	}
	if from.Kind == value.Nothing {
		return whether(to.Optional)
	}
	switch to.Kind {
	case value.List, value.Map:
		if from.Kind != to.Kind {
			return refused
		}
		if from.Elem.Kind == value.Nothing {
			return same // a list written without items
		}
		return conversion(from.Elem, to.Elem, depth+1)
	case value.Record:
		return recordConversion(from, to, depth)
	case value.Choice:
		return whether(from.Kind == value.Choice && contains(to.Choices, from.Choices))
	case value.Ref:
		return whether(from.Kind == value.Text || from.Kind == value.Ref && from.Name == to.Name)
	}
	return plainConversion(from.Kind, to.Kind)
}

func plainConversion(from, to value.Kind) conversionKind {
	switch to {
	case value.Text, value.File:
		return whether(from == to || from == value.Text || from == value.Choice || from == value.Ref || from == value.File)
	case value.Number:
		return whether(from.IsNumber())
	case value.Quantity:
		return whether(from == value.Integer || from == value.Number || from == value.Quantity)
	case value.Percent:
		return whether(from == value.Integer || from == value.Number || from == value.Percent)
	case value.MoneyKind:
		if from == value.Integer || from == value.Number {
			return changes
		}
	}
	return whether(from == to)
}

func whether(fits bool) conversionKind {
	if fits {
		return same
	}
	return refused
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// recordConversion fits records by their fields: what the wanted one does not have is dropped.
func recordConversion(from, to *value.Type, depth int) conversionKind {
	if from.Kind != value.Record {
		return refused
	}
	result, found := same, 0
	for _, f := range to.Fields {
		wanted := f.Type
		if f.Default != nil {
			wanted = wanted.AsOptional()
		}
		g, ok := from.Field(f.Name)
		if ok {
			found++
		} else {
			g.Type = &value.Type{Kind: value.Nothing, Optional: true}
		}
		if f.Default != nil && g.Type.Optional {
			result = changes
		}
		fits := conversion(g.Type, wanted, depth+1)
		if fits == refused {
			return refused
		}
		result = min(result, fits)
	}
	if found < len(from.Fields) {
		return changes
	}
	return result
}

// join is the type that has the values of both; nil where there is none.
func join(a, b *value.Type) *value.Type {
	t := joinRequired(a.AsRequired(), b.AsRequired())
	if t == nil {
		return nil
	}
	if a.Optional || b.Optional {
		t = t.AsOptional()
	}
	if a.Personal || b.Personal {
		t = t.AsPersonal()
	}
	return t
}

func joinRequired(a, b *value.Type) *value.Type {
	switch {
	case a.Kind == value.Nothing:
		return b
	case b.Kind == value.Nothing || a.Same(b):
		return a
	case a.Kind == value.Choice && b.Kind == value.Choice:
		choices := slices.Clone(a.Choices)
		for _, choice := range b.Choices {
			if !slices.Contains(choices, choice) {
				choices = append(choices, choice)
			}
		}
		return &value.Type{Kind: value.Choice, Choices: choices}
	case a.Kind.IsNumber() && b.Kind.IsNumber():
		return joinNumbers(a, b)
	case conversion(b, a, 0) != refused:
		return a
	case conversion(a, b, 0) != refused:
		return b
	}
	return nil
}

// joinNumbers is the type of a sum: a bare number takes the other's unit.
func joinNumbers(a, b *value.Type) *value.Type {
	order := []value.Kind{value.Integer, value.Number, value.Quantity, value.Percent}
	i, j := slices.Index(order, a.Kind), slices.Index(order, b.Kind)
	if min(i, j) == 2 && max(i, j) == 3 {
		return nil // a quantity and a percent
	}
	return &value.Type{Kind: order[max(i, j)]}
}
