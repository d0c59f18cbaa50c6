package formula

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// typed is a part of a formula that was checked: its type, and how it is evaluated.
type typed struct {
	typ  *value.Type // nil: a problem was reported, and what builds on it stays silent
	node ast.Node    // how it is evaluated; nil where it is constant or a reach
	// constant parts have their value; reach is a path into data whose end is not yet known.
	constant bool
	value    any
	reach    *reach
	path     string // the dotted path of what it reads, for narrowing; "" where it reads no path
	chained  bool   // a ?. before may have cut it off
	// ifTrue and ifFalse are the paths known to be there where this condition is true, and false.
	ifTrue, ifFalse []string
}

// bad is the result of a part with a problem.
func bad() typed { return typed{} }

func (t typed) bad() bool { return t.typ == nil }

func constant(v any, t *value.Type) typed { return typed{typ: t, constant: true, value: v} }

// checker walks a formula, finds its problems and rewrites it into calls of this package's operations.
type checker struct {
	static   *Static
	text     prepared
	source   []rune // of text
	library  map[string]libraryFunction
	problems []Problem
	reads    map[string]bool
	usesNow  bool
	asks     []string // the steps whose state is asked for
	outside  bool     // something beside process data and the clock is read
	only     []Reserved
	records  map[*value.Field][]*ast.StringNode // the keys of records written out, by their first field
	known    []string                           // paths known to be there at this point
	lets     []let
	items    []item
	opened   int // items so far, so that each has its own paths
	visits   int
}

// let is a name that the formula itself defines.
type let struct {
	name, node string
	typ        *value.Type
}

// item is what . and # stand for inside of filter, map and their like.
type item struct {
	typ  *value.Type
	path string
}

// itemPath starts the paths of items; no name of process data does.
const itemPath = "#"

func newChecker(text prepared, s *Static) *checker {
	return &checker{static: s, text: text, source: text.letters, library: library(), reads: map[string]bool{}, records: map[*value.Field][]*ast.StringNode{}}
}

func (c *checker) problem(at ast.Node, code, format string, args ...any) typed {
	offset := c.text.original(at.Location().From)
	c.problems = append(c.problems, Problem{Offset: offset, Code: code, Message: fmt.Sprintf(format, args...)})
	return bad()
}

// mend adds the mended formula to the last problem.
func (c *checker) mend(formula string) typed {
	c.problems[len(c.problems)-1].Mend = formula
	return bad()
}

// check checks a part. want is the type that its place hopes for: it gives texts, choices and records
// written out their type, and may be nil.
func (c *checker) check(n ast.Node, want *value.Type) typed {
	if c.visits++; c.visits > maxVisits {
		if c.visits == maxVisits+1 {
			c.problem(n, codeTooLarge, "the formula is too large")
		}
		return bad()
	}
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nil, &value.Type{Kind: value.Nothing, Optional: true})
	case *ast.BoolNode:
		return constant(n.Value, &value.Type{Kind: value.Boolean})
	case *ast.StringNode:
		if strings.ContainsRune(n.Value, 0) {
			return c.problem(n, codeWrongValue, "a text may not hold the character U+0000")
		}
		return constant(n.Value, &value.Type{Kind: value.Text})
	case *ast.IntegerNode:
		return c.number(n, value.Int(int64(n.Value)))
	case *ast.FloatNode:
		return c.number(n, value.Decimal{})
	case *ast.IdentifierNode:
		return c.name(n, want)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.ChainNode:
		return c.chain(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n, want)
	case *ast.ConditionalNode:
		return c.conditional(n, want)
	case *ast.VariableDeclaratorNode:
		return c.let(n, want)
	case *ast.ArrayNode:
		return c.array(n, want)
	case *ast.MapNode:
		return c.record(n, want)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.function(n, n.Name, n.Arguments)
	}
	return c.problem(n, codeUnsupported, "formulas do not have this")
}

// number reads a written number by its own text: the parser's floating point is not exact.
func (c *checker) number(n ast.Node, whole value.Decimal) typed {
	text := c.written(n)
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	if strings.HasSuffix(text, ".") {
		text += "0"
	}
	d, err := value.ParseDecimal(text)
	if err != nil && len(text) > 1 && strings.ContainsAny(text[1:2], "xXoObB") {
		d, err = whole, nil
	}
	if err != nil {
		return c.problem(n, codeWrongValue, "%s", err.Error())
	}
	kind := value.Number
	if d.Scale() == 0 {
		kind = value.Integer
	}
	return constant(d, &value.Type{Kind: kind})
}

// name checks a name that stands alone: process data, a let, or what is always there.
func (c *checker) name(n *ast.IdentifierNode, want *value.Type) typed {
	for i := len(c.lets) - 1; i >= 0; i-- {
		if l := c.lets[i]; l.name == n.Value {
			return c.variable(l.node, l.typ)
		}
	}
	if t, ok := c.static.Names[n.Value]; ok && t != nil {
		c.reads[n.Value] = true
		c.reserveName(n.Value)
		c.tell(n, "", n.Value)
		return c.narrowed(typed{typ: t, reach: &reach{from: fromData, name: n.Value}, path: n.Value})
	}
	switch n.Value {
	case "now", "today":
		c.usesNow = true
		t := &value.Type{Kind: value.Moment}
		if n.Value == "today" {
			t.Kind = value.Date
		}
		return operation(n.Value, t, environment())
	case "actor":
		c.outside = true
		return operation("actor", &value.Type{Kind: value.Text}, environment())
	case "settings":
		if c.static.Settings == nil {
			return c.problem(n, codeUnknownName, "this pack has no settings")
		}
		c.outside = true
		return typed{typ: c.static.Settings, reach: &reach{from: fromSettings, name: "settings"}}
	case "instance":
		c.outside = true
		return typed{typ: instanceType(), reach: &reach{from: fromInstance, name: "instance"}}
	}
	return c.unknownName(n, want)
}

func instanceType() *value.Type {
	text := &value.Type{Kind: value.Text}
	return &value.Type{Kind: value.Record, Name: "instance", Fields: []value.Field{
		{Name: "id", Type: text},
		{Name: "process", Type: text},
		{Name: "key", Type: text.AsOptional()},
		{Name: "started", Type: &value.Type{Kind: value.Moment}},
	}}
}

func (c *checker) unknownName(n *ast.IdentifierNode, want *value.Type) typed {
	if c.isChoice(n.Value, want) {
		c.problem(n, codeMissingQuotes, "%s is a choice: it stands in quotes", n.Value)
		return c.mend(c.mended(n, `"`+n.Value+`"`))
	}
	if _, ok := c.library[n.Value]; ok {
		return c.problem(n, codeUnknownName, "%s is a function: it needs its brackets, as in %s", n.Value, c.library[n.Value].doc.Example)
	}
	known := []string{"now", "today", "settings", "instance", "actor"}
	for name := range c.static.Names {
		known = append(known, name)
	}
	for _, l := range c.lets {
		known = append(known, l.name)
	}
	sort.Strings(known)
	if near := value.Nearest(n.Value, known); near != "" {
		c.problem(n, codeUnknownName, "unknown name %q; did you mean %q?", n.Value, near)
		return c.mend(c.mended(n, near))
	}
	return c.problem(n, codeUnknownName, "unknown name %q: no process data of this name is in reach here", n.Value)
}

// isChoice tells whether a bare name is one of the choices that its place takes or, where that is not
// known because of a mistake beside it, of some process data or a field of it.
func (c *checker) isChoice(name string, want *value.Type) bool {
	has := func(t *value.Type) bool { return t.Kind == value.Choice && slices.Contains(t.Choices, name) }
	if want != nil {
		return has(want)
	}
	for _, t := range c.static.Names {
		if t != nil && (has(t) || slices.ContainsFunc(t.Fields, func(f value.Field) bool { return has(f.Type) })) {
			return true
		}
	}
	return false
}

func (c *checker) pointer(n *ast.PointerNode) typed {
	if n.Name != "" || len(c.items) == 0 {
		return c.problem(n, codeUnsupported, "#%s has no meaning here", n.Name)
	}
	it := c.items[len(c.items)-1]
	return c.narrowed(typed{typ: it.typ, reach: &reach{from: fromNode, node: &ast.PointerNode{}, name: "."}, path: it.path})
}

// let checks let x = value; rest.
func (c *checker) let(n *ast.VariableDeclaratorNode, want *value.Type) typed {
	v := c.check(n.Value, nil)
	name := fmt.Sprintf("%s %d", n.Name, len(c.lets)) // no name that the analyst can write
	c.lets = append(c.lets, let{n.Name, name, v.typ})
	rest := c.check(n.Expr, want)
	c.lets = c.lets[:len(c.lets)-1]
	if v.bad() || rest.bad() {
		return bad()
	}
	rest.node = &ast.VariableDeclaratorNode{Name: name, Value: v.emit(), Expr: rest.emit()}
	rest.constant, rest.reach, rest.path = false, nil, ""
	return rest.with(rest.typ)
}

func (c *checker) variable(node string, t *value.Type) typed {
	if t == nil {
		return bad()
	}
	return typed{typ: t, reach: &reach{from: fromNode, node: &ast.IdentifierNode{Value: node}, name: "let"}}
}

// conditional checks cond ? a : b and if cond { a } else { b }.
func (c *checker) conditional(n *ast.ConditionalNode, want *value.Type) typed {
	cond := c.condition(n.Cond)
	a := c.knowing(cond.ifTrue, func() typed { return c.check(n.Exp1, want) })
	b := c.knowing(cond.ifFalse, func() typed { return c.check(n.Exp2, want) })
	if cond.bad() || a.bad() || b.bad() {
		return bad()
	}
	a, b, t := c.joined(a, b, want, n.Exp1, n.Exp2)
	if a.bad() || b.bad() {
		return bad()
	}
	if t == nil {
		return c.problem(n.Cond, codeWrongType, "one side gives %s, the other %s: both must be of one type", a.typ, b.typ)
	}
	return typed{node: &ast.ConditionalNode{Ternary: true, Cond: cond.emit(), Exp1: a.emit(), Exp2: b.emit()}}.with(t)
}

// joined brings two alternatives to one type; nil where there is none.
func (c *checker) joined(a, b typed, want *value.Type, atA, atB ast.Node) (typed, typed, *value.Type) {
	if want != nil && (a.constant || b.constant) && want.Kind != value.Nothing {
		a, b = c.fit(a, want.AsOptional(), atA), c.fit(b, want.AsOptional(), atB)
		if a.bad() || b.bad() {
			return a, b, nil
		}
	}
	t := join(a.typ, b.typ)
	if t != nil {
		a, b = c.fit(a, t, atA), c.fit(b, t, atB)
	}
	return a, b, t
}

// condition checks a part that must be true or false.
func (c *checker) condition(n ast.Node) typed {
	t := c.check(n, nil)
	if t.bad() {
		return t
	}
	if t.typ.Kind != value.Boolean {
		return c.problem(n, codeWrongType, "%s is no condition: it must be true or false, such as x > 5", c.described(t, n))
	}
	return c.there(t, n)
}

// there reports a part that may be missing where it must be there.
func (c *checker) there(t typed, n ast.Node) typed {
	if t.bad() || !t.typ.Optional {
		return t
	}
	if t.typ.Kind == value.Nothing {
		return c.problem(n, codeMayBeMissing, "nil has no value here")
	}
	if t.path == "" || strings.HasPrefix(t.path, itemPath) {
		return c.problem(n, codeMayBeMissing, "this may be missing here; give a value for that case with ?? or test it with != nil")
	}
	return c.problem(n, codeMayBeMissing, "%s may be missing here; test it first with %s != nil, or give a value for that case with ??", t.path, t.path)
}

// described names a part for a message: order.total is money.
func (c *checker) described(t typed, n ast.Node) string {
	what := t.typ.AsRequired().String()
	switch t.typ.Kind {
	case value.Integer:
		what = "an integer"
	case value.Record, value.List, value.Map, value.Ref, value.MoneyKind, value.Nothing:
	case value.Choice:
		what = "one of " + what
	default:
		what = "a " + what
	}
	switch {
	case t.path != "" && !strings.HasPrefix(t.path, itemPath):
		return t.path + ", " + what + ","
	case t.constant && t.value != nil:
		return c.written(n) + ", " + what + ","
	}
	return what
}

// knowing checks a part where these paths are known to be there.
func (c *checker) knowing(paths []string, check func() typed) typed {
	before := len(c.known)
	c.known = append(c.known, paths...)
	defer func() { c.known = c.known[:before] }()
	return check()
}

// narrowed takes the optional from what is known to be there.
func (c *checker) narrowed(t typed) typed {
	if t.typ != nil && t.typ.Optional && t.path != "" && slices.Contains(c.known, t.path) {
		t.typ = t.typ.AsRequired()
	}
	return t
}
