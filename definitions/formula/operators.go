package formula

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// unary checks not, ! and the sign of a number.
func (c *checker) unary(n *ast.UnaryNode) typed {
	switch n.Operator {
	case "!", "not":
		t := c.condition(n.Node)
		if t.bad() {
			return t
		}
		negated := typed{node: &ast.UnaryNode{Operator: "!", Node: t.emit()}, ifTrue: t.ifFalse, ifFalse: t.ifTrue}
		return negated.with(&value.Type{Kind: value.Boolean})
	case "-", "+":
		t := c.there(c.check(n.Node, nil), n.Node)
		if t.bad() {
			return t
		}
		if !t.typ.Kind.IsNumber() && t.typ.Kind != value.MoneyKind {
			return c.problem(n, codeWrongType, "%s has no sign", c.described(t, n.Node))
		}
		if n.Operator == "+" {
			return t
		}
		if d, ok := t.value.(value.Decimal); ok && t.constant {
			return constant(d.Neg(), t.typ)
		}
		return operation("negate", t.typ, t.emit())
	}
	return c.problem(n, codeUnsupported, "formulas do not have the operator %s", n.Operator)
}

func (c *checker) binary(n *ast.BinaryNode, want *value.Type) typed {
	switch n.Operator {
	case "&&", "and":
		return c.both(n)
	case "||", "or":
		return c.either(n)
	case "==", "!=":
		return c.equality(n)
	case "<", "<=", ">", ">=":
		return c.ordering(n)
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n)
	case "??":
		return c.coalesce(n, want)
	case "in":
		return c.membership(n, n.Left, n.Right)
	case "contains":
		return c.containment(n)
	case "startsWith", "endsWith":
		return c.texts(n)
	case "matches":
		return c.matches(n)
	}
	return c.problem(n, codeUnsupported, "formulas do not have the operator %s", n.Operator)
}

func (c *checker) both(n *ast.BinaryNode) typed {
	l := c.condition(n.Left)
	r := c.knowing(l.ifTrue, func() typed { return c.condition(n.Right) })
	if l.bad() || r.bad() {
		return bad()
	}
	t := typed{node: &ast.BinaryNode{Operator: "&&", Left: l.emit(), Right: r.emit()}}
	t.ifTrue, t.ifFalse = union(l.ifTrue, r.ifTrue), common(l.ifFalse, r.ifFalse)
	return t.with(&value.Type{Kind: value.Boolean})
}

func (c *checker) either(n *ast.BinaryNode) typed {
	l := c.condition(n.Left)
	r := c.knowing(l.ifFalse, func() typed { return c.condition(n.Right) })
	if l.bad() || r.bad() {
		return bad()
	}
	t := typed{node: &ast.BinaryNode{Operator: "||", Left: l.emit(), Right: r.emit()}}
	t.ifTrue, t.ifFalse = common(l.ifTrue, r.ifTrue), union(l.ifFalse, r.ifFalse)
	return t.with(&value.Type{Kind: value.Boolean})
}

// coalesce checks optional ?? value for that case.
func (c *checker) coalesce(n *ast.BinaryNode, want *value.Type) typed {
	l := c.check(n.Left, want)
	hint := want
	if hint == nil && !l.bad() && l.typ.Kind != value.Nothing {
		hint = l.typ
	}
	r := c.check(n.Right, hint)
	if l.bad() || r.bad() {
		return bad()
	}
	if r.constant && hint != nil && !otherText(r, want, hint) {
		if r = c.fit(r, hint.AsOptional(), n.Right); r.bad() {
			return r
		}
	}
	t := join(l.typ.AsRequired(), r.typ)
	if t == nil {
		return c.problem(n, codeWrongType, "%s before ?? and %s after it: both must be of one type", l.typ.AsRequired(), r.typ)
	}
	l, r = c.fit(l, t.AsOptional(), n.Left), c.fit(r, t, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	return typed{node: &ast.BinaryNode{Operator: "??", Left: l.emit(), Right: r.emit()}}.with(personal(t, l, r))
}

// otherText reports a written text beside choices that it is none of, where any text may stand:
// credit?.result ?? "not yet".
func otherText(r typed, want, hint *value.Type) bool {
	text, ok := r.value.(string)
	return ok && hint.Kind == value.Choice && !contains(hint.Choices, []string{text}) && (want == nil || want.Kind != value.Choice)
}

// sides checks both sides of an operator that compares. Each side's type helps to read what is written
// out on the other.
func (c *checker) sides(left, right ast.Node) (l, r typed) {
	if _, literal := left.(*ast.StringNode); literal {
		r = c.check(right, nil)
		l = c.check(left, r.typ)
	} else {
		l = c.check(left, nil)
		r = c.check(right, l.typ)
	}
	if l.bad() || r.bad() {
		return bad(), bad()
	}
	return c.literal(l, r.typ, left), c.literal(r, l.typ, right)
}

// literal reads a written text or number as the type of the other side, where that has one of its own.
func (c *checker) literal(t typed, other *value.Type, at ast.Node) typed {
	if !t.constant || t.value == nil || other.Kind == value.Text {
		return t
	}
	if fitted, done := c.fitConstant(t, other, at); done {
		return fitted
	}
	return t
}

func (c *checker) equality(n *ast.BinaryNode) typed {
	l, r := c.sides(n.Left, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	if l, r = c.comparable(n, l, r); l.bad() {
		return bad()
	}
	name := "same"
	if l.typ.Kind == value.Duration && r.typ.Kind == value.Duration {
		name = "sameDuration"
	}
	t := operation(name, &value.Type{Kind: value.Boolean}, l.emit(), r.emit())
	t.ifTrue, t.ifFalse = equalityFacts(l, r)
	if n.Operator == "!=" {
		t.node = nativeType(&ast.UnaryNode{Operator: "!", Node: t.node}, t.typ)
		t.ifTrue, t.ifFalse = t.ifFalse, t.ifTrue
	}
	return t
}

// equalityFacts are the paths known to be there where two sides are equal, and where they differ.
func equalityFacts(l, r typed) (ifEqual, ifDifferent []string) {
	if r.typ.Kind == value.Nothing {
		return nil, prefixes(l.path)
	}
	if l.typ.Kind == value.Nothing {
		return nil, prefixes(r.path)
	}
	if !r.typ.Optional {
		ifEqual = prefixes(l.path)
	}
	if !l.typ.Optional {
		ifEqual = append(ifEqual, prefixes(r.path)...)
	}
	return ifEqual, nil
}

// comparable brings two sides to types that can be equal, or reports that they never are.
func (c *checker) comparable(n *ast.BinaryNode, l, r typed) (typed, typed) {
	a, b := l.typ, r.typ
	switch {
	case a.Kind == value.Nothing || b.Kind == value.Nothing:
		return l, r
	case a.Kind == value.MoneyKind && b.Kind == value.MoneyKind:
		return c.oneCurrency(n, l, r)
	case a.Kind == value.MoneyKind && b.Kind.IsNumber():
		return l, c.fit(r, as(b, a), n.Right)
	case b.Kind == value.MoneyKind && a.Kind.IsNumber():
		return c.fit(l, as(a, b), n.Left), r
	case a.Kind == value.Choice && b.Kind == value.Choice:
		if len(common(a.Choices, b.Choices)) > 0 {
			return l, r
		}
	case join(a, b) != nil:
		return l, r
	}
	return c.neverEqual(n, l, r), bad()
}

func (c *checker) neverEqual(n *ast.BinaryNode, l, r typed) typed {
	c.problem(n, codeWrongType, "%s cannot be compared with %s%s", c.described(l, n.Left), strings.TrimSuffix(c.described(r, n.Right), ","), c.comparisonAdvice(l, r))
	for _, side := range []struct {
		this, other typed
		at          ast.Node
	}{{l, r, n.Left}, {r, l, n.Right}} {
		if side.this.constant && side.this.typ.Kind.IsNumber() && side.other.typ.Kind == value.Text {
			return c.mend(c.mended(side.at, strconv.Quote(c.written(side.at))))
		}
	}
	return bad()
}

func (c *checker) comparisonAdvice(l, r typed) string {
	kinds := [2]value.Kind{l.typ.Kind, r.typ.Kind}
	if kinds == [2]value.Kind{value.Date, value.Moment} || kinds == [2]value.Kind{value.Moment, value.Date} {
		return "; date_of(...) is the date of a moment"
	}
	return ""
}

// oneCurrency reports written amounts of two currencies; of others it is known only when evaluated.
func (c *checker) oneCurrency(n *ast.BinaryNode, l, r typed) (typed, typed) {
	a, okA := l.value.(value.Money)
	b, okB := r.value.(value.Money)
	if okA && okB && a.Currency != b.Currency {
		return c.problem(n, codeTwoCurrencies, "%s and %s: two currencies do not meet", a, b), bad()
	}
	return l, r
}

func (c *checker) ordering(n *ast.BinaryNode) typed {
	l, r := c.sides(n.Left, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	l, r = c.there(l, n.Left), c.there(r, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	if l, r = c.comparable(n, l, r); l.bad() || r.bad() {
		return bad()
	}
	name := ""
	switch kind := l.typ.Kind; {
	case kind.IsNumber() && r.typ.Kind.IsNumber():
		name = "compareNumbers"
	case kind != r.typ.Kind:
	case kind == value.MoneyKind:
		name = "compareMoney"
	case kind == value.Date || kind == value.Time || kind == value.Moment:
		name = "compareTexts"
	case kind == value.Duration:
		name = "compareDurations"
	}
	if name == "" {
		return c.problem(n, codeNoOrder, "%s has no order: only numbers, money, dates, times and durations are more or less than another", c.described(l, n.Left))
	}
	return operation(name, &value.Type{Kind: value.Boolean}, l.emit(), r.emit(), constantNode(comparison(n.Operator)))
}

// membership checks x in list and x in map.
func (c *checker) membership(n ast.Node, item, in ast.Node) typed {
	l := c.check(item, nil)
	var want *value.Type
	if !l.bad() && l.typ.Kind != value.Nothing {
		want = &value.Type{Kind: value.List, Elem: l.typ.AsRequired()}
	}
	r := c.there(c.check(in, want), in)
	if l.bad() || r.bad() {
		return bad()
	}
	switch r.typ.Kind {
	case value.List:
		l = c.literal(l, r.typ.Elem, item)
		if l.bad() {
			return l
		}
		if r.typ.Elem.Kind != value.Nothing && l.typ.Kind != value.Nothing && join(l.typ, r.typ.Elem) == nil {
			return c.problem(n, codeWrongType, "%s is never in %s", c.described(l, item), r.typ)
		}
		name := "in"
		if r.typ.Elem.Kind == value.Duration {
			name = "durationIn"
		}
		t := operation(name, &value.Type{Kind: value.Boolean}, environment(), l.emit(), r.emit())
		if !r.typ.Elem.Optional {
			t.ifTrue = prefixes(l.path)
		}
		return t
	case value.Map:
		if l = c.fit(l, &value.Type{Kind: value.Text}, item); l.bad() {
			return l
		}
		return operation("hasKey", &value.Type{Kind: value.Boolean}, l.emit(), r.emit())
	}
	return c.problem(in, codeWrongType, "%s is no list: in needs a list, such as x in [1, 2]", c.described(r, in))
}

// containment checks text contains part, and list contains item.
func (c *checker) containment(n *ast.BinaryNode) typed {
	l := c.check(n.Left, nil)
	if l.bad() {
		c.check(n.Right, nil)
		return l
	}
	if l.typ.Kind == value.List {
		return c.membership(n, n.Right, n.Left)
	}
	return c.texts(n)
}

func (c *checker) texts(n *ast.BinaryNode) typed {
	text := &value.Type{Kind: value.Text}
	l, r := c.fit(c.check(n.Left, nil), text, n.Left), c.fit(c.check(n.Right, nil), text, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	return operation(n.Operator, &value.Type{Kind: value.Boolean}, l.emit(), r.emit())
}

// union and common combine what is known of two conditions.
func union(a, b []string) []string { return append(append([]string(nil), a...), b...) }

func common(a, b []string) []string {
	var both []string
	for _, path := range a {
		if contains(b, []string{path}) {
			both = append(both, path)
		}
	}
	return both
}

// prefixes returns a path and all that it leads through: a, a.b, a.b.c.
func prefixes(path string) []string {
	if path == "" {
		return nil
	}
	var all []string
	for i, r := range path {
		if r == '.' {
			all = append(all, path[:i])
		}
	}
	return append(all, path)
}
