package definitions

import (
	"strconv"

	"waybill/definitions/value"
)

// until reads when a block of branches or rounds is over, and what becomes of the rest. inside is
// what its branches or rounds set.
func (c *compiler) until(k *keys, inside way, blocks []Block) Until {
	u := Until{Mode: UntilAll}
	n := k.take("until")
	if n != nil && n.kind == scalar {
		u = c.untilOf(n, inside)
	} else if n != nil {
		c.found.add(n.pos(), codeWrongShape, "until is all, any, none, a number or a formula, not %s", n.kind)
	}
	rest := k.oneOf("rest", "", "cancel", "ignore")
	switch {
	case u.Mode == UntilAll && rest != "":
		c.found.add(k.at("rest"), codeNeedlessKey, "until: all waits for every one, so there is no rest")
	case u.Mode != UntilAll && rest == "":
		c.found.add(k.at("until"), codeMissingKey, "%s that does not wait for all needs rest: cancel or rest: ignore", k.what)
	}
	u.Cancel = rest == "cancel"
	if u.Cancel || !k.has("while") {
		u.Undo = c.undo(k, "rest: cancel", u.Cancel, blocks)
	}
	return u
}

func (c *compiler) untilOf(n *node, inside way) Until {
	switch mode := UntilMode(n.text); mode {
	case UntilAll, UntilAny, UntilNone:
		return Until{Mode: mode}
	}
	if count, err := strconv.Atoi(n.text); err == nil {
		if count < 1 {
			c.found.add(n.pos(), codeWrongValue, "until counts those that must finish, so it is at least 1; none waits for nobody")
		}
		return Until{Mode: UntilCount, Count: count}
	}
	u := Until{Mode: UntilFormula}
	c.flow.try(func() {
		c.flow.maybe(inside)
		whole := &value.Type{Kind: value.Integer}
		c.flow.set("finished", whole)
		c.flow.set("total", whole)
		u.Formula = c.condition(n)
	})
	return u
}

// atOnce reads how many branches or rounds run at the same time; 0 is all.
func (k *keys) atOnce(otherwise int) int {
	if n := k.n.get("at_once"); n != nil && n.is("all") {
		k.take("at_once")
		return 0
	}
	return k.number("at_once", otherwise)
}
