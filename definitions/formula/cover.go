package formula

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// mostWorlds bounds how many cases Cover looks at; beyond it nothing is decided.
const mostWorlds = 20_000

// Cover reports whether, whatever the data are, one of the conditions holds. It decides comparisons with
// what is written out, of one part of the data with another, and what joins them with and, or, not and
// ?:. Anything else may be true or false, the same wherever it is written in the same way. typeAt
// returns the type of a dotted path, nil where it is not known.
func Cover(conditions []*Formula, typeAt func(path string) *value.Type) bool {
	c := &covering{typeAt: typeAt, subjects: map[string]*subject{}}
	claims := make([]claim, 0, len(conditions))
	for _, f := range conditions {
		read, problem := parse(f.source)
		if problem != nil {
			return false
		}
		claims = append(claims, c.claim(read.root))
	}
	worlds := 1
	for _, s := range c.order {
		s.settle()
		if worlds *= len(s.values); worlds > mostWorlds {
			return false
		}
	}
	return c.everywhere(claims)
}

// claim is a condition: whether it holds as the subjects stand.
type claim func() bool

// covering gathers what some conditions speak of.
type covering struct {
	typeAt   func(path string) *value.Type
	subjects map[string]*subject
	order    []*subject
}

// subject is a part of the data, or how two of them stand to each other. Of what it may be, values holds
// one for each case that the conditions tell apart; nil is that nothing is there.
type subject struct {
	values []any
	at     int // of values: as it stands
	named  []any
	typ    *value.Type // nil: not known
	whole  bool        // only whole numbers, from least on
	least  *value.Decimal
	maybe  bool // nothing may be there
}

// everywhere reports whether one of the claims holds however the subjects stand.
func (c *covering) everywhere(claims []claim) bool {
	for {
		if !slices.ContainsFunc(claims, func(holds claim) bool { return holds() }) {
			return false
		}
		i := 0
		for ; i < len(c.order); i++ {
			s := c.order[i]
			if s.at++; s.at < len(s.values) {
				break
			}
			s.at = 0
		}
		if i == len(c.order) {
			return true
		}
	}
}

// claim reads a condition.
func (c *covering) claim(n ast.Node) claim {
	switch n := n.(type) {
	case *ast.BoolNode:
		return func() bool { return n.Value }
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			holds := c.claim(n.Node)
			return func() bool { return !holds() }
		}
	case *ast.ConditionalNode:
		test, then, otherwise := c.claim(n.Cond), c.claim(n.Exp1), c.claim(n.Exp2)
		return func() bool { return test() && then() || !test() && otherwise() }
	case *ast.BinaryNode:
		if joined := c.joined(n); joined != nil {
			return joined
		}
	}
	return c.equals(c.subject(n), true)
}

func (c *covering) joined(n *ast.BinaryNode) claim {
	switch n.Operator {
	case "and", "&&":
		l, r := c.claim(n.Left), c.claim(n.Right)
		return func() bool { return l() && r() }
	case "or", "||":
		l, r := c.claim(n.Left), c.claim(n.Right)
		return func() bool { return l() || r() }
	case "in":
		return c.oneOf(n)
	case "==", "!=", "<", "<=", ">", ">=":
		return c.comparison(n.Operator, n.Left, n.Right)
	}
	return nil
}

// oneOf reads x in ["A", "B"]; nil for another list.
func (c *covering) oneOf(n *ast.BinaryNode) claim {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return nil
	}
	var claims []claim
	for _, item := range list.Nodes {
		claims = append(claims, c.comparison("==", n.Left, item))
	}
	return func() bool { return slices.ContainsFunc(claims, func(holds claim) bool { return holds() }) }
}

func (c *covering) comparison(operator string, left, right ast.Node) claim {
	if _, ok := written(left); ok {
		left, right, operator = right, left, turned(operator)
	}
	s := c.subject(left)
	v, ok := written(right)
	_, text := v.(string)
	if !ok || text && (s.isNumber() || operator != "==" && operator != "!=") {
		return c.between(operator, left.String(), right.String())
	}
	if operator == "==" || operator == "!=" {
		same := c.equals(s, v)
		return func() bool { return same() == (operator == "==") }
	}
	than, ok := v.(value.Decimal)
	if !ok {
		return c.between(operator, left.String(), right.String())
	}
	s.named = append(s.named, than)
	return func() bool {
		is, there := s.values[s.at].(value.Decimal)
		return there && ordered(operator, is.Cmp(than))
	}
}

// turned is the operator for exchanged sides.
func turned(operator string) string {
	if other, ok := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]; ok {
		return other
	}
	return operator
}

func ordered(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "==":
		return order == 0
	}
	return order != 0
}

// equals claims that a subject is a value; nil is that nothing is there.
func (c *covering) equals(s *subject, v any) claim {
	if v == nil {
		s.maybe = true
	} else {
		s.named = append(s.named, v)
	}
	return func() bool {
		is := s.values[s.at]
		if d, ok := v.(value.Decimal); ok {
			number, there := is.(value.Decimal)
			return there && number.Equal(d)
		}
		return is == v
	}
}

// between claims how two parts of the data stand to each other.
func (c *covering) between(operator, left, right string) claim {
	if left > right {
		left, right, operator = right, left, turned(operator)
	}
	s := c.named(left + " : " + right)
	s.values = []any{-1, 0, 1}
	return func() bool { return ordered(operator, s.values[s.at].(int)) }
}

// written returns what a node writes out: a text, a number, true or false, or nil.
func written(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.NilNode:
		return nil, true
	case *ast.BoolNode:
		return n.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.IntegerNode:
		return value.Int(int64(n.Value)), true
	case *ast.FloatNode:
		d, err := value.ParseDecimal(n.String())
		return d, err == nil
	case *ast.UnaryNode:
		v, ok := written(n.Node)
		if d, number := v.(value.Decimal); ok && number && n.Operator == "-" {
			return d.Neg(), true
		}
	}
	return nil, false
}

// subject returns what a node speaks of.
func (c *covering) subject(n ast.Node) *subject {
	s := c.named(n.String())
	switch n := n.(type) {
	case *ast.ChainNode:
		s.maybe = true
		s.typ = c.typeAt(pathOf(n.Node))
	case *ast.BuiltinNode:
		s.counts(n.Name)
	case *ast.CallNode:
		s.counts(n.Callee.String())
	default:
		s.typ = c.typeAt(pathOf(n))
	}
	if s.typ != nil {
		s.maybe = s.maybe || s.typ.Optional
		s.whole = s.typ.Kind == value.Integer
	}
	return s
}

// counts notes of a function that counts that it gives whole numbers from 0 on.
func (s *subject) counts(function string) {
	if function == "len" || function == "count" {
		zero := value.Int(0)
		s.whole, s.least = true, &zero
	}
}

func (c *covering) named(text string) *subject {
	s := c.subjects[text]
	if s == nil {
		s = &subject{}
		c.subjects[text] = s
		c.order = append(c.order, s)
	}
	return s
}

// pathOf returns the dotted path that a node reads, "" where it is none.
func pathOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		name, ok := n.Property.(*ast.StringNode)
		if base := pathOf(n.Node); ok && base != "" {
			return base + "." + name.Value
		}
	}
	return ""
}

func (s *subject) isNumber() bool {
	return s.whole || s.typ != nil && (s.typ.Kind.IsNumber() || s.typ.Kind == value.MoneyKind || s.typ.Kind == value.Percent)
}

// settle chooses a value for each case: those that the conditions name, what lies between and beside
// them, and what they do not name.
func (s *subject) settle() {
	if s.values != nil {
		return
	}
	var numbers []value.Decimal
	for _, v := range s.named {
		switch v := v.(type) {
		case value.Decimal:
			numbers = append(numbers, v)
		case bool:
			s.values = []any{false, true}
		default:
			s.values = append(s.values, v)
		}
	}
	switch {
	case len(numbers) > 0:
		s.values = append(s.values, s.ranges(numbers)...)
	case s.typ != nil && s.typ.Kind == value.Choice:
		s.values = nil
		for _, choice := range s.typ.Choices {
			s.values = append(s.values, choice)
		}
	case s.typ != nil && s.typ.Kind == value.Boolean:
		s.values = []any{false, true}
	case !slices.Contains(s.values, any(true)):
		s.values = append(s.values, somethingElse{})
	}
	if s.maybe {
		s.values = append(s.values, nil)
	}
	s.values = distinct(s.values)
}

// somethingElse is a value that no condition names.
type somethingElse struct{}

func distinct(values []any) []any {
	var out []any
	for _, v := range values {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// ranges returns the numbers, one between each two, and one on either side.
func (s *subject) ranges(named []value.Decimal) []any {
	one, half := value.Int(1), value.New(5, 1)
	slices.SortFunc(named, value.Decimal.Cmp)
	var all []value.Decimal
	for i, n := range named {
		if s.whole {
			n = n.Round(0, value.Down)
		}
		all = append(all, n.Sub(one), n, n.Add(one))
		if i+1 < len(named) && !s.whole {
			all = append(all, n.Add(named[i+1]).Mul(half))
		}
	}
	var out []any
	if s.least != nil {
		out = append(out, *s.least)
	}
	for _, n := range all {
		if s.least == nil || n.Cmp(*s.least) > 0 {
			out = append(out, n)
		}
	}
	return out
}
