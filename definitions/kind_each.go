package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

func readEach(c *compiler, k *keys, s *Step) Spec {
	n := k.take(string(KindEach))
	e := &Each{AtOnce: k.atOnce(1)}
	var item *value.Type
	if k.scalar(string(KindEach), n) != "" {
		item = c.items(n, e)
	}
	collect := k.take("collect")
	items := k.list("steps")
	k.need("steps")
	var into *node
	var collected *value.Type
	mark := len(c.flow.writes)
	round := c.flow.try(func() {
		c.loosen(items)
		var rest way
		e.Own, rest = c.flow.inRound(func() {
			if e.Item != "" {
				c.knowItem(e.Item, item, reserved(e.List))
			}
			e.Steps = c.block(items, s.ID)
			e.Collect, into, collected = c.collect(collect)
		})
		c.flow.follow(rest)
	})
	if e.AtOnce != 1 {
		c.ownRounds(c.flow.writes[mark:])
	}
	rounds := slices.Clone(c.flow.writes[mark:])
	after := c.flow.try(func() {
		c.flow.join(round, way{})
		e.ThenEach = c.thenEach(k, round, func() {
			if e.Item != "" {
				c.knowItem(e.Item, item, reserved(e.List))
			}
		}, s.ID)
	})
	if e.Item != "" {
		delete(c.hidden, e.Item)
	}
	c.oneWriter([][]write{rounds, slices.Clone(c.flow.writes[mark+len(rounds):])}, "the rounds and then_each")
	e.OpenUntil = c.openUntil(k, e, after)
	e.Until = c.until(k, after, []Block{e.Steps, e.ThenEach.steps()})
	c.flow.follow(after)
	c.runsOn(e.Until, slices.Clone(c.flow.writes[mark:]))
	if into != nil {
		name := c.result(into, collected)
		if name != "" && e.Collect != nil && !c.isData(name) {
			c.made(name, nil, reserved(e.Collect.Value)...)
		}
	}
	if e.List == nil {
		return nil
	}
	return e
}

// openUntil reads how long an each that ran empty waits for more items. inside is what its rounds set.
func (c *compiler) openUntil(k *keys, e *Each, inside way) *formula.Formula {
	n := k.take("open_until")
	if n == nil {
		return nil
	}
	var f *formula.Formula
	c.flow.try(func() {
		c.flow.maybe(inside)
		f = c.condition(n)
	})
	at := k.at("open_until")
	c.later = append(c.later, func() {
		if e.List != nil && !c.appended(e.List.Reads()) {
			c.found.add(at, codeNeverOpen, "nothing in this process sets the list that this each goes through, so there is nothing to stay open for")
		}
	})
	return f
}

// appended reports whether some step sets one of the names.
func (c *compiler) appended(names []string) bool {
	if c.setAnywhere == nil {
		c.setAnywhere = map[string]bool{}
		written(c.whole, c.setAnywhere)
	}
	return slices.ContainsFunc(names, func(name string) bool { return c.setAnywhere[name] })
}

// items reads x in list, and returns the type of x, nil after a finding.
func (c *compiler) items(n *node, e *Each) *value.Type {
	name, list, ok := strings.Cut(n.text, " in ")
	name = strings.TrimSpace(name)
	if !ok {
		c.found.add(n.pos(), codeWrongValue, "each is written as each: item in list, not %q", clip(n.text))
		return nil
	}
	switch {
	case !checkName(&node{src: n.src, line: n.line, col: n.col, text: name}, c.found):
		return nil
	case c.flow.declared[name] != nil:
		c.found.add(n.pos(), codeDuplicateID, "%q is process data already; give the item another name", name)
		return nil
	}
	e.Item = name
	offset := len([]rune(n.text)) - len([]rune(list))
	e.List = c.compile(n, offset, list, nil, formula.Compile)
	if e.List == nil || e.List.Type() == nil {
		return nil
	}
	switch t := e.List.Type(); {
	case t.Kind != value.List:
		c.found.add(n.at(offset), codeWrongType, "each goes through a list, but %q is %s", clip(strings.TrimSpace(list)), t)
		return nil
	case t.Optional:
		c.found.add(n.at(offset), codeMaybeMissing, "the list %q may not be there at this place", clip(strings.TrimSpace(list)))
		return t.Elem
	default:
		return t.Elem
	}
}

// knowItem makes the item known in the round; t nil is a type that is unknown after a finding.
func (c *compiler) knowItem(name string, t *value.Type, only Audience) {
	if t == nil {
		c.hidden[name] = true
		return
	}
	c.found.survey.noteMade(c.proc.ID, name, t)
	c.made(name, t, only...)
	c.flow.declare(name, t)
	c.flow.set(name, t)
}

// collect reads {into, value} inside the round; its list is bound after the rounds.
func (c *compiler) collect(n *node) (*Collect, *node, *value.Type) {
	if n == nil {
		return nil, nil, nil
	}
	k := keysOf(n, "collect", c.found)
	into, v := k.need("into"), k.need("value")
	k.done()
	if into == nil || v == nil || into.kind != scalar {
		return nil, nil, nil
	}
	f := c.value(v, nil)
	if f == nil {
		return nil, into, nil
	}
	elem := f.Type()
	if elem == nil {
		return nil, into, nil
	}
	return &Collect{Into: into.text, Value: f}, into, &value.Type{Kind: value.List, Elem: elem}
}

// ownRounds reports process data that rounds set which run at the same time.
func (c *compiler) ownRounds(writes []write) {
	seen := map[string]bool{}
	for _, w := range writes {
		if !seen[w.name] && w.name != "" {
			seen[w.name] = true
			c.found.add(w.pos, codeTwoWriters, "rounds that run side by side all set %q; gather their values with collect, or run one at a time", w.name)
		}
	}
}
