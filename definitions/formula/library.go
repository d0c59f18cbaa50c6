package formula

import (
	"slices"
	"sync"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// Function documents a function of the library. Example is a formula that holds on its own, Result what
// it gives, as text; "" where it depends on the instance.
type Function struct {
	Name      string
	Signature string
	Doc       string
	Example   string
	Result    string
}

// libraryFunction is a function with the check of its call.
type libraryFunction struct {
	doc   Function
	check func(c *checker, n call) typed
}

// call is a function's call as written.
type call struct {
	ast.Node
	name string
	args []ast.Node
}

// Functions returns the library, sorted by name.
func Functions() []Function {
	var docs []Function
	for _, f := range library() {
		docs = append(docs, f.doc)
	}
	slices.SortFunc(docs, func(a, b Function) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return docs
}

// IsFunction reports whether a name may not name process data: it is a function's, one that is always
// there, or a word of the grammar.
func IsFunction(name string) bool {
	switch name {
	case "now", "today", "instance", "settings", "actor",
		"true", "false", "nil", "in", "not", "and", "or", "matches", "contains", "startsWith", "endsWith", "let", "if", "else":
		return true
	}
	_, ok := library()[name]
	return ok
}

// library returns all functions by name. It never changes; made anew for each formula it was half of
// what a pack costs to load.
var library = sync.OnceValue(makeLibrary) //nolint:gochecknoglobals // a constant that Go cannot write as one

func makeLibrary() map[string]libraryFunction {
	all := map[string]libraryFunction{}
	for _, group := range [][]libraryFunction{listFunctions(), numberFunctions(), textFunctions(), timeFunctions(), instanceFunctions()} {
		for _, f := range group {
			all[f.doc.Name] = f
		}
	}
	return all
}

// call checks name(arguments).
func (c *checker) call(n *ast.CallNode) typed {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.problem(n, codeUnsupported, "only the functions of the library are called; data have fields, which stand without brackets")
	}
	return c.function(n, callee.Value, n.Arguments)
}

func (c *checker) function(n ast.Node, name string, args []ast.Node) typed {
	if f, ok := c.library[name]; ok {
		return f.check(c, call{n, name, args})
	}
	if name == "now" || name == "today" {
		return c.problem(n, codeUnknownFunction, "%s stands without brackets", name)
	}
	names := make([]string, 0, len(c.library))
	for known := range c.library {
		names = append(names, known)
	}
	slices.Sort(names)
	if near := value.Nearest(name, names); near != "" {
		c.problem(n, codeUnknownFunction, "unknown function %q; did you mean %q?", name, near)
		return c.mend(c.mended(n, near))
	}
	return c.problem(n, codeUnknownFunction, "unknown function %q", name)
}

// count reports a call with too few or too many arguments.
func (c *checker) count(n call, least, most int) bool {
	if len(n.args) >= least && len(n.args) <= most {
		return true
	}
	c.problem(n, codeWrongArguments, "%s is written %s", n.name, c.library[n.name].doc.Signature)
	return false
}

// plain is the check of a function with arguments of fixed types. Its operation has the same name.
func plain(result value.Kind, params ...value.Kind) func(*checker, call) typed {
	return func(c *checker, n call) typed {
		if !c.count(n, len(params), len(params)) {
			return bad()
		}
		parts := make([]typed, len(params))
		nodes := make([]ast.Node, len(params))
		for i, kind := range params {
			want := &value.Type{Kind: kind}
			parts[i] = c.fit(c.check(n.args[i], want), want, n.args[i])
			if parts[i].bad() {
				return bad()
			}
			nodes[i] = parts[i].emit()
		}
		return operation(n.name, personal(&value.Type{Kind: result}, parts...), nodes...)
	}
}

// inScope gives the last operation the evaluation's frame as its first argument.
func inScope(check func(*checker, call) typed) func(*checker, call) typed {
	return func(c *checker, n call) typed {
		t := check(c, n)
		if called, ok := t.node.(*ast.CallNode); ok && !t.bad() {
			called.Arguments = append([]ast.Node{environment()}, called.Arguments...)
		}
		return t
	}
}

// amount checks an argument that is a number or money.
func (c *checker) amount(n ast.Node) typed {
	t := c.there(c.check(n, nil), n)
	if t.bad() || t.typ.Kind.IsNumber() || t.typ.Kind == value.MoneyKind {
		return t
	}
	return c.problem(n, codeWrongType, "%s is no number and no money", c.described(t, n))
}

func numberFunctions() []libraryFunction {
	return []libraryFunction{
		{Function{"abs", "abs(x)", "A number or money without its sign.", "abs(-2.50)", "2.50"}, checkAbs},
		{Function{"round", "round(x, places)", "Rounds a number or money to the given places after the point, half away from zero; without places, to a whole number.", "round(2.345, 2)", "2.35"}, checkRound},
		{Function{"round_down", "round_down(x, places)", "Rounds towards zero.", "round_down(2.9)", "2"}, checkRound},
		{Function{"round_up", "round_up(x, places)", "Rounds away from zero, as whole packages need it.", "round_up(2.1)", "3"}, checkRound},
		{Function{"part", "part(total, percent)", "The share of a total: 5 percent of it is part(total, 5).", "part(80, 5)", "4.00"}, checkPart},
		{Function{"convert", "convert(money, currency)", "Money in another currency, at the rates of the setting rates: what one unit of each is worth in the pack's currency.", `convert(order.total, "EUR")`, ""}, checkConvert},
	}
}

func checkAbs(c *checker, n call) typed {
	if !c.count(n, 1, 1) {
		return bad()
	}
	t := c.amount(n.args[0])
	if t.bad() {
		return t
	}
	return operation("abs", t.typ, t.emit())
}

func checkRound(c *checker, n call) typed {
	if !c.count(n, 1, 2) {
		return bad()
	}
	places := constant(value.Int(0), &value.Type{Kind: value.Integer})
	t := c.amount(n.args[0])
	if len(n.args) == 2 {
		places = c.fit(c.check(n.args[1], nil), places.typ, n.args[1])
	}
	if t.bad() || places.bad() {
		return bad()
	}
	result := t.typ
	if len(n.args) == 1 && t.typ.Kind == value.Number {
		result = personal(&value.Type{Kind: value.Integer}, t)
	}
	rounding := map[string]value.Rounding{"round": value.HalfUp, "round_down": value.Down, "round_up": value.Up}[n.name]
	return operation("round", result, t.emit(), places.emit(), constantNode(rounding))
}

func checkPart(c *checker, n call) typed {
	if !c.count(n, 2, 2) {
		return bad()
	}
	total := c.amount(n.args[0])
	percent := c.fit(c.check(n.args[1], nil), &value.Type{Kind: value.Percent}, n.args[1])
	if total.bad() || percent.bad() {
		return bad()
	}
	result := total.typ
	if result.Kind == value.Integer {
		result = personal(&value.Type{Kind: value.Number}, total)
	}
	return operation("part", personal(result, percent), total.emit(), percent.emit())
}

func textFunctions() []libraryFunction {
	return []libraryFunction{
		{Function{"upper", "upper(text)", "A text in capital letters.", `upper("so-1")`, "SO-1"}, plain(value.Text, value.Text)},
		{Function{"lower", "lower(text)", "A text in small letters.", `lower("SO-1")`, "so-1"}, plain(value.Text, value.Text)},
		{Function{"trim", "trim(text)", "A text without white space at its ends.", `trim(" SO-1 ")`, "SO-1"}, plain(value.Text, value.Text)},
		{Function{"split", "split(text, by)", "The parts of a text between a separator.", `split("a,b", ",")`, `["a","b"]`}, checkSplit},
		{Function{"join", "join(list, by)", "The texts of a list as one, with a separator between.", `join(["a", "b"], ", ")`, "a, b"}, checkJoin},
		{Function{"as_text", "as_text(x)", "A number, money, date or moment as it is written; a moment in the calendar's time zone.", "as_text(2.50)", "2.50"}, checkAsText},
	}
}

func checkSplit(c *checker, n call) typed {
	t := inScope(plain(value.Text, value.Text, value.Text))(c, n)
	if t.bad() {
		return t
	}
	return t.with(personal(&value.Type{Kind: value.List, Elem: t.typ}, t))
}

func checkJoin(c *checker, n call) typed {
	if !c.count(n, 2, 2) {
		return bad()
	}
	list := c.fit(c.check(n.args[0], nil), &value.Type{Kind: value.List, Elem: &value.Type{Kind: value.Text}}, n.args[0])
	by := c.fit(c.check(n.args[1], nil), &value.Type{Kind: value.Text}, n.args[1])
	if list.bad() || by.bad() {
		return bad()
	}
	return operation("join", personal(&value.Type{Kind: value.Text}, list, by), environment(), list.emit(), by.emit())
}

func checkAsText(c *checker, n call) typed {
	if !c.count(n, 1, 1) {
		return bad()
	}
	t := c.there(c.check(n.args[0], nil), n.args[0])
	if t.bad() {
		return t
	}
	if !writable(t.typ) {
		return c.problem(n.args[0], codeWrongType, "%s has no text of its own", c.described(t, n.args[0]))
	}
	return operation("as_text", personal(&value.Type{Kind: value.Text}, t), environment(), constantNode(t.typ), t.emit())
}

// writable reports whether a value of the type has a text: all but lists, maps and records.
func writable(t *value.Type) bool {
	switch t.Kind {
	case value.List, value.Map, value.Record, value.Nothing:
		return false
	}
	return true
}
