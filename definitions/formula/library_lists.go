package formula

import (
	"fmt"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

func listFunctions() []libraryFunction {
	return []libraryFunction{
		{Function{"len", "len(list)", "How many items a list has, or how many characters a text.", "len([3, 5])", "2"}, checkLen},
		{Function{"count", "count(list, condition)", "How many items the condition holds for; inside, .field is the item's field and # the item.", "count([3, 5, 8], # > 4)", "2"}, checkCount},
		{Function{"all", "all(list, condition)", "Whether the condition holds for every item; true for an empty list.", "all([3, 5], # > 2)", "true"}, checkQuantifier},
		{Function{"any", "any(list, condition)", "Whether the condition holds for at least one item.", "any([3, 5], # > 4)", "true"}, checkQuantifier},
		{Function{"none", "none(list, condition)", "Whether the condition holds for no item.", "none([3, 5], # > 8)", "true"}, checkQuantifier},
		{Function{"filter", "filter(list, condition)", "The items the condition holds for.", "filter([3, 5, 8], # > 4)", "[5,8]"}, checkFilter},
		{Function{"map", "map(list, value)", "A list of a value of each item.", "map([3, 5], # * 2)", "[6,10]"}, checkMap},
		{Function{"sum", "sum(list, value)", "The sum of a list of numbers or money, or of a value of each item; 0 for an empty list.", "sum([1.50, 2])", "3.50"}, checkSum},
		{Function{"min", "min(list) or min(a, b, ...)", "The least of a list, which may be missing if the list is empty, or of several values.", "min(3, 5)", "3"}, checkExtreme},
		{Function{"max", "max(list) or max(a, b, ...)", "The greatest of a list, which may be missing if the list is empty, or of several values.", "max([3, 5]) ?? 0", "5"}, checkExtreme},
		{Function{"sortBy", `sortBy(list, key, "desc")`, `The list in the order of a key of each item, from the least; with "desc", from the greatest. Equal items stay in order.`, "sortBy([5, 3, 8], #)", "[3,5,8]"}, checkSort},
		{Function{"append", "append(list, item, ...)", "The list with one or more items behind its own.", "append([3, 5], 8)", "[3,5,8]"}, checkAppend},
		{Function{"first", "first(list)", "The first item, which may be missing.", "first([3, 5]) ?? 0", "3"}, checkEnd},
		{Function{"last", "last(list)", "The last item, which may be missing.", "last([3, 5]) ?? 0", "5"}, checkEnd},
	}
}

func checkLen(c *checker, n call) typed {
	if !c.count(n, 1, 1) {
		return bad()
	}
	t := c.there(c.check(n.args[0], nil), n.args[0])
	if t.bad() {
		return t
	}
	if t.typ.Kind != value.List && t.typ.Kind != value.Map && !isText(t.typ) {
		return c.problem(n.args[0], codeWrongType, "%s has no length", c.described(t, n.args[0]))
	}
	return operation("len", &value.Type{Kind: value.Integer}, t.emit())
}

func checkAppend(c *checker, n call) typed {
	if !c.count(n, 2, maxNodes) {
		return bad()
	}
	list := c.list(n.args[0])
	if list.bad() {
		return list
	}
	elem := list.typ.Elem
	items := make([]typed, len(n.args)-1)
	nodes := []ast.Node{environment(), list.emit()}
	for i, arg := range n.args[1:] {
		t := c.check(arg, elem)
		if elem.Kind == value.Nothing && !t.bad() {
			elem = t.typ
		}
		if items[i] = c.fit(t, elem, arg); items[i].bad() {
			return bad()
		}
		nodes = append(nodes, items[i].emit())
	}
	return operation("append", personal(&value.Type{Kind: value.List, Elem: elem}, append(items, list)...), nodes...)
}

// list checks an argument that is a list.
func (c *checker) list(n ast.Node) typed {
	t := c.there(c.check(n, nil), n)
	if t.bad() || t.typ.Kind == value.List {
		return t
	}
	return c.problem(n, codeWrongType, "%s is no list", c.described(t, n))
}

// body checks what is evaluated for each item of a list.
func (c *checker) body(list typed, n ast.Node, check func(ast.Node) typed) typed {
	if predicate, ok := n.(*ast.PredicateNode); ok {
		n = predicate.Node
	}
	c.opened++
	elem := list.typ.Elem
	c.items = append(c.items, item{personal(elem, list), fmt.Sprintf("%s%d", itemPath, c.opened)})
	defer func() { c.items = c.items[:len(c.items)-1] }()
	return check(n)
}

// loop is expr's own loop over a list. Each round counts as a step, so that loops in loops end.
func loop(name string, t *value.Type, list, body typed) ast.Node {
	round := invoke("round_of", body.typ, environment(), body.emit())
	return nativeType(&ast.BuiltinNode{Name: name, Arguments: []ast.Node{list.emit(), &ast.PredicateNode{Node: round}}}, t)
}

func (c *checker) listAndBody(n call, check func(ast.Node) typed) (list, body typed) {
	if !c.count(n, 2, 2) {
		return bad(), bad()
	}
	list = c.list(n.args[0])
	if list.bad() {
		return list, bad()
	}
	return list, c.body(list, n.args[1], check)
}

func (c *checker) value(n ast.Node) typed { return c.check(n, nil) }

func checkCount(c *checker, n call) typed {
	if len(n.args) == 1 {
		c.problem(n, codeWrongArguments, "count needs a condition; len(list) is how many items a list has")
		return c.mend(c.mended(n, "len"))
	}
	list, body := c.listAndBody(n, c.condition)
	if list.bad() || body.bad() {
		return bad()
	}
	return operation("integer", &value.Type{Kind: value.Integer}, loop("count", nil, list, body))
}

func checkQuantifier(c *checker, n call) typed {
	list, body := c.listAndBody(n, c.condition)
	if list.bad() || body.bad() {
		return bad()
	}
	t := &value.Type{Kind: value.Boolean}
	return typed{typ: t, node: loop(n.name, t, list, body)}
}

func checkFilter(c *checker, n call) typed {
	list, body := c.listAndBody(n, c.condition)
	if list.bad() || body.bad() {
		return bad()
	}
	return typed{typ: list.typ, node: loop("filter", list.typ, list, body)}
}

func checkMap(c *checker, n call) typed {
	list, body := c.listAndBody(n, c.value)
	if list.bad() || body.bad() {
		return bad()
	}
	t := personal(&value.Type{Kind: value.List, Elem: body.typ}, body)
	return typed{typ: t, node: loop("map", t, list, body)}
}

func checkSum(c *checker, n call) typed {
	if !c.count(n, 1, 2) {
		return bad()
	}
	list := c.list(n.args[0])
	if list.bad() {
		return list
	}
	of, node := list.typ.Elem, list.emit()
	if len(n.args) == 2 {
		body := c.body(list, n.args[1], c.value)
		if body.bad() {
			return bad()
		}
		of = body.typ
		node = loop("map", &value.Type{Kind: value.List, Elem: of}, list, body)
	}
	at := n.args[len(n.args)-1]
	switch {
	case of.Optional:
		return c.problem(at, codeMayBeMissing, "some of these may be missing; give a value for that case with ??")
	case of.Kind == value.MoneyKind:
		zero := value.Money{Amount: value.Int(0), Currency: c.static.Currency}
		return operation("sumMoney", personal(of, list), environment(), node, constantNode(zero))
	case of.Kind.IsNumber():
		return operation("sum", personal(of, list), environment(), node)
	}
	return c.problem(at, codeWrongType, "%s cannot be added up", of)
}

// hasOrder reports whether values of the type are less or more than each other.
func hasOrder(t *value.Type) bool {
	switch t.Kind {
	case value.MoneyKind, value.Date, value.Time, value.Moment:
		return true
	}
	return t.Kind.IsNumber()
}

func checkExtreme(c *checker, n call) typed {
	if !c.count(n, 1, 50) {
		return bad()
	}
	var list typed
	if len(n.args) == 1 {
		list = c.list(n.args[0])
	} else {
		list = c.array(&ast.ArrayNode{Nodes: n.args}, nil)
	}
	if list.bad() {
		return list
	}
	elem := list.typ.Elem
	if !hasOrder(elem) || elem.Optional {
		return c.problem(n, codeNoOrder, "%s has no least and greatest: only numbers, money, dates and times that are there have", list.typ)
	}
	t := personal(elem, list)
	if len(n.args) == 1 {
		t = t.AsOptional()
	}
	return operation("extreme", t, environment(), list.emit(), constantNode(n.name == "max"))
}

func checkSort(c *checker, n call) typed {
	if !c.count(n, 2, 3) {
		return bad()
	}
	list := c.list(n.args[0])
	if list.bad() {
		return list
	}
	key := c.body(list, n.args[1], c.value)
	if key.bad() {
		return key
	}
	if !hasOrder(key.typ) && !isText(key.typ.AsRequired()) {
		return c.problem(n.args[1], codeNoOrder, "%s has no order to sort by", key.typ)
	}
	descending := false
	if len(n.args) == 3 {
		order, ok := n.args[2].(*ast.StringNode)
		if !ok || order.Value != "asc" && order.Value != "desc" {
			return c.problem(n.args[2], codeWrongArguments, `the order is "asc" or "desc"`)
		}
		descending = order.Value == "desc"
	}
	pair := typed{typ: &value.Type{Kind: value.Record}, node: invoke("keyed", nil, &ast.PointerNode{}, key.emit())}
	return operation("sort", list.typ, environment(), loop("map", list.typ, list, pair), constantNode(descending))
}

func checkEnd(c *checker, n call) typed {
	if !c.count(n, 1, 1) {
		return bad()
	}
	list := c.list(n.args[0])
	if list.bad() {
		return list
	}
	return operation(n.name, personal(list.typ.Elem.AsOptional(), list), list.emit())
}

// array checks [a, b]: items of one type.
func (c *checker) array(n *ast.ArrayNode, want *value.Type) typed {
	var hint, elem *value.Type
	if want != nil && want.Kind == value.List {
		hint = want.Elem
	}
	parts := make([]typed, len(n.Nodes))
	for i, node := range n.Nodes {
		parts[i] = c.check(node, hint)
		if hint != nil && parts[i].constant {
			parts[i] = c.fit(parts[i], hint.AsOptional(), node)
		}
		if parts[i].bad() {
			return bad()
		}
		if elem == nil {
			elem = parts[i].typ
			continue
		}
		joined := join(elem, parts[i].typ)
		if joined == nil {
			return c.problem(node, codeWrongType, "a list holds values of one type: %s does not stand beside %s", c.described(parts[i], node), elem)
		}
		elem = joined
	}
	if elem == nil {
		elem = &value.Type{Kind: value.Nothing, Optional: true}
	}
	return c.listOf(n, parts, elem)
}

// listOf makes the list of checked items: a constant where all are.
func (c *checker) listOf(n *ast.ArrayNode, parts []typed, elem *value.Type) typed {
	nodes, values := make([]ast.Node, len(parts)), make([]any, len(parts))
	fixed := true
	for i := range parts {
		if parts[i] = c.fit(parts[i], elem, n.Nodes[i]); parts[i].bad() {
			return bad()
		}
		fixed = fixed && parts[i].constant
		nodes[i], values[i] = parts[i].emit(), parts[i].value
	}
	t := personal(&value.Type{Kind: value.List, Elem: elem}, parts...)
	if fixed {
		return constant(values, t)
	}
	return typed{node: &ast.ArrayNode{Nodes: nodes}}.with(t)
}

// record checks {sku: a, quantity: b}; one of exactly amount and currency is money.
func (c *checker) record(n *ast.MapNode, want *value.Type) typed {
	t := &value.Type{Kind: value.Record}
	parts := map[string]typed{}
	pairs := make([]ast.Node, 0, len(n.Pairs))
	keys := make([]*ast.StringNode, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		pair := p.(*ast.PairNode)
		key, ok := pair.Key.(*ast.StringNode)
		if ok {
			_, twice := parts[key.Value]
			ok = !twice && value.IsName(key.Value)
		}
		if !ok {
			return c.problem(pair.Key, codeUnsupported, "the fields of a record are names, each once")
		}
		v := c.writtenField(key, pair.Value, want)
		if v.bad() {
			return v
		}
		parts[key.Value] = v
		keys = append(keys, key)
		t.Fields = append(t.Fields, value.Field{Name: key.Value, Type: v.typ})
		pairs = append(pairs, &ast.PairNode{Key: &ast.StringNode{Value: key.Value}, Value: v.emit()})
	}
	c.writtenOut(t, keys)
	made := typed{node: &ast.MapNode{Pairs: pairs}, typ: t}
	if amount, ok := parts["amount"]; ok && len(parts) == 2 {
		if currency, ok := parts["currency"]; ok {
			return c.money(n, made, amount, currency)
		}
	}
	return made
}

// writtenField checks a field of a record that is written out.
func (c *checker) writtenField(key *ast.StringNode, v ast.Node, want *value.Type) typed {
	if want == nil || want.Kind != value.Record {
		return c.check(v, nil)
	}
	f, known := want.Field(key.Value)
	if !known {
		return c.unwantedField(want, key)
	}
	c.named(key, want.Home, key.Value)
	before := c.only
	c.only = nil
	t := c.fit(c.check(v, f.Type), f.Type, v)
	c.only = append(before, kept(c.only, f.Only)...)
	return t
}

func (c *checker) unwantedField(want *value.Type, key *ast.StringNode) typed {
	names := make([]string, len(want.Fields))
	for i, f := range want.Fields {
		names[i] = f.Name
	}
	if near := value.Nearest(key.Value, names); near != "" {
		c.problem(key, codeUnknownField, "%s has no field %q; did you mean %q?", want.AsRequired(), key.Value, near)
		return c.mend(c.mended(key, near))
	}
	return c.problem(key, codeUnknownField, "%s has no field %q", want.AsRequired(), key.Value)
}

// money makes money of a record with an amount and a currency.
func (c *checker) money(n *ast.MapNode, made, amount, currency typed) typed {
	if !amount.typ.Kind.IsNumber() || amount.typ.Optional || !isText(currency.typ) {
		return c.problem(n, codeWrongType, "amount and currency together are money: a number and a text such as \"CNY\"")
	}
	t := personal(&value.Type{Kind: value.MoneyKind}, amount, currency)
	if amount.constant && currency.constant {
		m, err := value.ParseMoney(amount.value.(value.Decimal).String(), currency.value.(string))
		if err != nil {
			return c.problem(n, codeWrongValue, "%s", err.Error())
		}
		return constant(m, t)
	}
	return operation("money", t, made.node)
}
