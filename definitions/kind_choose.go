package definitions

import "waybill/definitions/formula"

func readChoose(c *compiler, k *keys, s *Step) Spec {
	choose := &Choose{}
	var ways []way
	var before []*formula.Formula
	closed := false
	for i, n := range k.list(string(KindChoose)) {
		b := keysOf(n, "a branch of choose", c.found)
		if n.kind != mapping {
			continue
		}
		if closed {
			c.found.add(n.pos(), codeUnreachable, "this branch can never be taken: else stands before it")
		}
		branch := Branch{Pos: n.pos()}
		ways = append(ways, c.flow.try(func() {
			for _, f := range before {
				c.assume(f, no)
			}
			if b.has("else") {
				branch.ID = place(s.ID, "else")
				branch.Steps = c.steps(b, "else", branch.ID)
				return
			}
			branch.ID = place(s.ID, index(i))
			branch.When = c.condition(b.need("when"))
			c.assume(branch.When, yes)
			b.need("steps")
			branch.Steps = c.steps(b, "steps", branch.ID)
		}))
		b.done()
		closed = closed || b.has("else")
		before = append(before, branch.When)
		choose.Branches = append(choose.Branches, branch)
	}
	if !closed {
		if !c.covers(before) && len(choose.Branches) > 0 {
			c.found.add(k.n.pos(), codeNotCovered, "nothing says what happens when no branch holds: end with - else: [] or with its steps")
		}
		if !c.covers(before) {
			ways = append(ways, way{})
		}
	}
	if len(choose.Branches) == 0 && k.n.get(string(KindChoose)).kind == sequence {
		c.found.add(k.n.pos(), codeMissingKey, "choose needs at least one branch")
	}
	c.flow.join(ways...)
	return choose
}
