package formula

import (
	"fmt"
	"regexp"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// arithmetic checks + - * / %, of numbers, of money, and + of texts.
func (c *checker) arithmetic(n *ast.BinaryNode) typed {
	l, r := c.check(n.Left, nil), c.check(n.Right, nil)
	l, r = c.there(l, n.Left), c.there(r, n.Right)
	if l.bad() || r.bad() {
		return bad()
	}
	before := len(c.problems)
	if t := c.calculated(n, l, r); t.typ != nil {
		t.typ = personal(t.typ, l, r)
		return t
	}
	if len(c.problems) == before {
		c.noArithmetic(n, l, r)
	}
	return bad()
}

func (c *checker) calculated(n *ast.BinaryNode, l, r typed) typed {
	a, b := l.typ, r.typ
	switch n.Operator {
	case "+", "-":
		return c.sum(n, l, r)
	case "*":
		return c.product(n, l, r)
	case "/":
		return c.quotient(l, r)
	}
	if a.Kind == value.Integer && b.Kind == value.Integer {
		return operation("modulo", a, l.emit(), r.emit())
	}
	return bad()
}

func (c *checker) sum(n *ast.BinaryNode, l, r typed) typed {
	a, b := l.typ, r.typ
	name := map[string]string{"+": "add", "-": "subtract"}[n.Operator]
	switch {
	case a.Kind.IsNumber() && b.Kind.IsNumber():
		if t := joinNumbers(a, b); t != nil {
			return operation(name, t, l.emit(), r.emit())
		}
	case a.Kind == value.MoneyKind || b.Kind == value.MoneyKind:
		if conversion(a.AsRequired(), &value.Type{Kind: value.MoneyKind}, 0) == refused || conversion(b, &value.Type{Kind: value.MoneyKind}, 0) == refused {
			return bad()
		}
		money := &value.Type{Kind: value.MoneyKind}
		l, r = c.fit(l, money, n.Left), c.fit(r, money, n.Right)
		if l, r = c.oneCurrency(n, l, r); l.bad() {
			return bad()
		}
		return operation(name+"Money", money, l.emit(), r.emit())
	case n.Operator == "+" && isText(a) && isText(b):
		return operation("joinTexts", &value.Type{Kind: value.Text}, l.emit(), r.emit())
	}
	return bad()
}

func isText(t *value.Type) bool {
	return conversion(t, &value.Type{Kind: value.Text}, 0) == same
}

func (c *checker) product(n *ast.BinaryNode, l, r typed) typed {
	a, b := l.typ, r.typ
	if b.Kind == value.Percent && (a.Kind.IsNumber() || a.Kind == value.MoneyKind) {
		return c.percentProduct(n, n.Left, n.Right)
	}
	if a.Kind == value.Percent && (b.Kind.IsNumber() || b.Kind == value.MoneyKind) {
		return c.percentProduct(n, n.Right, n.Left)
	}
	switch {
	case a.Kind == value.MoneyKind && b.Kind.IsNumber():
		return operation("multiplyMoney", a, l.emit(), r.emit())
	case b.Kind == value.MoneyKind && a.Kind.IsNumber():
		return operation("multiplyMoney", b, r.emit(), l.emit())
	case a.Kind == value.Quantity && b.Kind == value.Quantity:
		return operation("multiply", &value.Type{Kind: value.Number}, l.emit(), r.emit())
	case a.Kind.IsNumber() && b.Kind.IsNumber():
		return operation("multiply", joinNumbers(a, b), l.emit(), r.emit())
	}
	return bad()
}

// percentProduct refuses total * percent: 5 percent is the number 5, so the result would be a hundred
// times too large.
func (c *checker) percentProduct(n *ast.BinaryNode, total, percent ast.Node) typed {
	c.problem(n, codePercent, "a percent is not multiplied: 5 percent of x is part(x, 5)")
	if whole := c.spans(n); whole != "" {
		return c.mend(fmt.Sprintf("part(%s, %s)", c.path(total), c.path(percent)))
	}
	return bad()
}

// spans returns the formula where n is all of it and both sides are single words, so that mending it is
// plain; otherwise "".
func (c *checker) spans(n *ast.BinaryNode) string {
	whole := c.path(n.Left) + " " + n.Operator + " " + c.path(n.Right)
	if c.path(n.Left) == "" || c.path(n.Right) == "" || whole != string(c.source) {
		return ""
	}
	return whole
}

// path writes a name, a dotted path or a number as it stands in the source; "" for anything else.
func (c *checker) path(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode, *ast.IntegerNode, *ast.FloatNode:
		return c.written(n)
	case *ast.MemberNode:
		base, name := c.path(n.Node), c.written(n.Property)
		if base == "" || n.Optional {
			return ""
		}
		return base + "." + name
	}
	return ""
}

func (c *checker) quotient(l, r typed) typed {
	a, b := l.typ, r.typ
	number := &value.Type{Kind: value.Number}
	switch {
	case a.Kind == value.MoneyKind && b.Kind == value.MoneyKind:
		return operation("ratio", number, l.emit(), r.emit())
	case b.Kind == value.Percent && a.Kind != value.Percent:
		return bad()
	case a.Kind == value.MoneyKind && b.Kind.IsNumber():
		return operation("divideMoney", a, l.emit(), r.emit())
	case !a.Kind.IsNumber() || !b.Kind.IsNumber():
		return bad()
	case (a.Kind == value.Quantity || a.Kind == value.Percent) && b.Kind != a.Kind:
		return operation("divide", a.AsRequired(), l.emit(), r.emit())
	}
	return operation("divide", number, l.emit(), r.emit())
}

func (c *checker) noArithmetic(n *ast.BinaryNode, l, r typed) {
	hint := ""
	switch {
	case isTime(l.typ) && r.typ.Kind == l.typ.Kind && n.Operator == "-" && l.typ.Kind == value.Date:
		hint = "; days_between(a, b) counts the days"
	case isTime(l.typ) || isTime(r.typ):
		hint = `; time is added with add(now, "2 work days")`
	case n.Operator == "+" && (isText(l.typ) || isText(r.typ)):
		hint = "; as_text(...) makes a text of it"
	case n.Operator == "/" && r.typ.Kind == value.Percent:
		hint = "; part(total, percent) is a share of a total"
	case n.Operator == "%":
		hint = "; % is the rest of a division of integers"
	}
	c.problem(n, codeWrongType, "%s %s %s cannot be calculated%s", l.typ, n.Operator, r.typ, hint)
}

func isTime(t *value.Type) bool {
	return t.Kind == value.Date || t.Kind == value.Moment || t.Kind == value.Time || t.Kind == value.Duration
}

// mostPattern bounds the pattern of matches; Go's patterns run in linear time.
const mostPattern = 200

// matches checks text matches pattern; the pattern is written out, so that it is checked before.
func (c *checker) matches(n *ast.BinaryNode) typed {
	l := c.fit(c.check(n.Left, nil), &value.Type{Kind: value.Text}, n.Left)
	pattern, ok := n.Right.(*ast.StringNode)
	if !ok {
		return c.problem(n.Right, codeWrongArguments, "the pattern after matches is written out, in quotes")
	}
	if length(pattern.Value) > mostPattern {
		return c.problem(pattern, codeTooLarge, "the pattern is longer than %d characters", mostPattern)
	}
	compiled, err := regexp.Compile(pattern.Value)
	if err != nil {
		return c.problem(pattern, codeWrongValue, "this is no pattern: %s", err.Error())
	}
	if l.bad() {
		return l
	}
	return operation("matches", &value.Type{Kind: value.Boolean}, l.emit(), constantNode(compiled))
}
