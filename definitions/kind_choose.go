package definitions

import (
	"slices"

	"waybill/definitions/formula"
)

func readChoose(c *compiler, k *keys, s *Step) Spec {
	choose := &Choose{}
	var ways []way
	var conditions []*formula.Formula
	items, mark := k.list(string(KindChoose)), c.flow.mark()
	closed := false
	c.flow.try(func() {
		for i, n := range items {
			b := keysOf(n, "a branch of choose", c.found)
			if n.kind != mapping {
				continue
			}
			if closed {
				c.found.add(n.pos(), codeUnreachable, "this branch can never be taken: else stands before it")
			}
			branch := Branch{Pos: n.pos()}
			ways = append(ways, c.flow.tryFrom(mark, func() { c.branch(b, &branch, place(s.ID, index(i)), place(s.ID, "else")) }))
			b.done()
			if i > 0 && i == len(items)-1 && !closed && c.covers(conditions) {
				c.idle[branch.Pos] = true
			}
			closed = closed || b.has("else")
			conditions = append(conditions, branch.When)
			choose.Branches = append(choose.Branches, branch)
			c.assume(branch.When, no)
		}
		covered := closed || c.covers(conditions)
		if !covered {
			c.notCovered(k, len(choose.Branches))
		}
		if !covered || !closed && slices.Contains(conditions, nil) { // a condition with a mistake may cover what is left, or not
			ways = append(ways, c.flow.tryFrom(mark, func() {}))
		}
	})
	c.flow.join(ways...)
	return choose
}

// branch reads {when, steps} or {else}; the conditions of the branches before it are known to be false.
func (c *compiler) branch(b *keys, branch *Branch, at, otherwise string) {
	if b.has("else") {
		branch.ID = otherwise
		branch.Steps = c.steps(b, "else", branch.ID)
		return
	}
	branch.ID = at
	branch.When = c.condition(b.need("when"))
	c.assume(branch.When, yes)
	b.need("steps")
	branch.Steps = c.steps(b, "steps", branch.ID)
}

func (c *compiler) notCovered(k *keys, branches int) {
	switch {
	case branches > 0:
		c.found.add(k.n.pos(), codeNotCovered, "nothing says what happens when no branch holds: end with - else: [] or with its steps").
			Mend = "- else: []"
	case k.n.get(string(KindChoose)).kind == sequence:
		c.found.add(k.n.pos(), codeMissingKey, "choose needs at least one branch")
	}
}
