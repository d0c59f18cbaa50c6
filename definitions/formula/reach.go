package formula

import (
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// reach is a path into data, such as order.customer.grade: evaluated in one call, however long.
type reach struct {
	from  source
	name  string   // of the process data; otherwise what to call it in an error
	node  ast.Node // with fromNode
	steps []hop
}

// source is where a path starts.
type source int

const (
	fromData source = iota
	fromSettings
	fromInstance
	fromNode // a list's item, a let, or the result of a call
)

// hop is one step of a path: into a field, and before it through a reference if object is set.
type hop struct {
	field  string
	object string
	maybe  bool // nothing there ends the path without an error: ?.
}

// then returns the reach extended by a step; the receiver may be shared and is not changed.
func (r *reach) then(h hop) *reach {
	longer := *r
	longer.steps = append(append([]hop(nil), r.steps...), h)
	return &longer
}

// text names the first n steps of the path for an error.
func (r *reach) text(n int) string {
	var b strings.Builder
	b.WriteString(r.name)
	for i, h := range r.steps[:n] {
		if i > 0 || r.name != "." {
			b.WriteByte('.')
		}
		b.WriteString(h.field)
	}
	return b.String()
}

// emit returns the node that evaluates the part.
func (t typed) emit() ast.Node {
	switch {
	case t.constant:
		return t.emitConstant()
	case t.reach == nil:
		return t.node
	case t.reach.from == fromNode && len(t.reach.steps) == 0:
		return nativeType(t.reach.node, t.typ)
	case t.reach.from == fromNode:
		return invoke("fetch", t.typ, environment(), t.reach.node, constantNode(t.reach))
	}
	return invoke("get", t.typ, environment(), constantNode(t.reach))
}

func (t typed) emitConstant() ast.Node {
	switch v := t.value.(type) {
	case nil:
		return &ast.NilNode{}
	case bool:
		return nativeType(&ast.BoolNode{Value: v}, t.typ)
	}
	return nativeType(constantNode(t.value), t.typ)
}

func constantNode(v any) ast.Node { return &ast.ConstantNode{Value: v} }

// environment is the node that evaluates to the *frame of an evaluation.
func environment() ast.Node { return &ast.IdentifierNode{Value: "$env"} }

// operation is a part that calls one of this package's operations.
func operation(name string, t *value.Type, args ...ast.Node) typed {
	return typed{node: invoke(name, t, args...), typ: t}
}

func invoke(name string, t *value.Type, args ...ast.Node) ast.Node {
	return nativeType(&ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}, t)
}

// with gives a rewritten part its type.
func (t typed) with(typ *value.Type) typed {
	t.typ = typ
	nativeType(t.node, typ)
	return t
}

// nativeType tells expr's compiler the Go type of a node where it saves looking through pointers.
func nativeType(n ast.Node, t *value.Type) ast.Node {
	if n == nil || t == nil || t.Optional {
		return n
	}
	switch {
	case t.Kind == value.Boolean:
		n.SetType(reflect.TypeFor[bool]())
	case t.Kind == value.List:
		n.SetType(reflect.TypeFor[[]any]())
	case t.Kind.IsText():
		n.SetType(reflect.TypeFor[string]())
	}
	return n
}

// chain checks a path with ?. in it: what stands after a missing part is missing.
func (c *checker) chain(n *ast.ChainNode) typed {
	t := c.check(n.Node, nil)
	if t.bad() || !t.chained {
		return t
	}
	t.chained = false
	t.typ = t.typ.AsOptional()
	return c.narrowed(t)
}

// member checks a.b, a?.b, list[0] and map["key"].
func (c *checker) member(n *ast.MemberNode) typed {
	base := c.check(n.Node, nil)
	if base.bad() {
		return base
	}
	if base.typ.Kind == value.List {
		return c.index(base, n)
	}
	name, ok := n.Property.(*ast.StringNode)
	if !ok {
		if base.typ.Kind == value.Map {
			return c.key(base, n)
		}
		return c.problem(n, codeUnsupported, "a field is written with a dot and its name")
	}
	if base.typ.Optional && !n.Optional {
		return c.unguarded(base, n)
	}
	return c.field(base, n, name.Value)
}

func (c *checker) unguarded(base typed, n *ast.MemberNode) typed {
	t := c.there(base, n)
	if t.bad() && base.path != "" {
		last := &c.problems[len(c.problems)-1]
		last.Message += ", or read it with ?."
	}
	return t
}

// field checks the field of a record, of the object behind a reference, or of money.
func (c *checker) field(base typed, n *ast.MemberNode, name string) typed {
	h := hop{field: name, maybe: n.Optional}
	record := base.typ
	switch base.typ.Kind {
	case value.Map:
		return c.narrowed(c.extended(base, h, n, base.typ.Elem.AsOptional()))
	case value.MoneyKind:
		record = moneyRecord()
	case value.Ref:
		if c.static.Object == nil {
			return c.problem(n, codeUnknownObject, "nothing can be looked up here")
		}
		object, ok := c.static.Object(base.typ.Name)
		if !ok || object == nil {
			return c.problem(n, codeUnknownObject, "the catalogue has no object %s, so that its fields are not known", base.typ.Name)
		}
		record, h.object, c.outside = object, base.typ.Name, true
	case value.Record:
	default:
		c.problem(n, codeUnknownField, "%s has no fields", c.described(base, n.Node))
		return bad()
	}
	f, ok := record.Field(name)
	if !ok {
		return c.unknownField(record, n, name)
	}
	c.reserve(name, f.Only)
	c.named(n.Property, record.Home, name)
	return c.narrowed(c.extended(base, h, n, f.Type))
}

func moneyRecord() *value.Type {
	return &value.Type{Kind: value.Record, Name: "money", Fields: []value.Field{
		{Name: "amount", Type: &value.Type{Kind: value.Number}},
		{Name: "currency", Type: &value.Type{Kind: value.Text}},
	}}
}

func (c *checker) unknownField(record *value.Type, n *ast.MemberNode, name string) typed {
	names := make([]string, len(record.Fields))
	for i, f := range record.Fields {
		names[i] = f.Name
	}
	if near := value.Nearest(name, names); near != "" {
		c.problem(n, codeUnknownField, "%s has no field %q; did you mean %q?", record.AsRequired(), name, near)
		return c.mend(c.mended(n.Property, near))
	}
	return c.problem(n, codeUnknownField, "%s has no field %q; it has %s", record.AsRequired(), name, strings.Join(names, ", "))
}

// extended is base read one step further.
func (c *checker) extended(base typed, h hop, n *ast.MemberNode, t *value.Type) typed {
	if base.typ.Personal {
		t = t.AsPersonal()
	}
	next := typed{typ: t, chained: base.chained || n.Optional && base.typ.Optional}
	if base.path != "" {
		next.path = base.path + "." + h.field
	}
	next.reach = base.start().then(h)
	return next
}

// start is the path that begins with this part.
func (t typed) start() *reach {
	if t.reach != nil {
		return t.reach
	}
	return &reach{from: fromNode, node: t.emit(), name: "."}
}

// index checks list[0]: beyond its end there is nothing.
func (c *checker) index(list typed, n *ast.MemberNode) typed {
	if name, ok := n.Property.(*ast.StringNode); ok {
		return c.problem(n, codeUnknownField, "%s has no field %q; its items have: use map(list, .%s), or first(list)", c.described(list, n.Node), name.Value, name.Value)
	}
	list = c.there(list, n.Node)
	at := c.fit(c.check(n.Property, nil), &value.Type{Kind: value.Integer}, n.Property)
	if list.bad() || at.bad() {
		return bad()
	}
	return operation("index", personal(list.typ.Elem.AsOptional(), list), list.emit(), at.emit())
}

// key checks map["key"] where the key is no constant.
func (c *checker) key(m typed, n *ast.MemberNode) typed {
	m = c.there(m, n.Node)
	key := c.fit(c.check(n.Property, nil), &value.Type{Kind: value.Text}, n.Property)
	if m.bad() || key.bad() {
		return bad()
	}
	return operation("key", personal(m.typ.Elem.AsOptional(), m), m.emit(), key.emit())
}

// personal marks a type as personal where one of the parts it came from is.
func personal(t *value.Type, from ...typed) *value.Type {
	for _, part := range from {
		if part.typ != nil && part.typ.Personal {
			return t.AsPersonal()
		}
	}
	return t
}
