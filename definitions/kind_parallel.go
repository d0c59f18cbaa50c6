package definitions

import "slices"

func readParallel(c *compiler, k *keys, s *Step) Spec {
	p := &Parallel{AtOnce: k.atOnce(0)}
	var ways []way
	var blocks []Block
	var writes [][]write
	for i, n := range k.list(string(KindParallel)) {
		b := keysOf(n, "a branch of parallel", c.found)
		if n.kind != mapping {
			continue
		}
		branch := Branch{ID: c.placeID(b, place(s.ID, index(i))), Pos: n.pos(), Title: b.title("title")}
		branch.When = c.condition(b.take("when"))
		b.need("steps")
		mark := len(c.flow.writes)
		ran := c.flow.try(func() {
			c.assume(branch.When, yes)
			branch.Steps = c.steps(b, "steps", branch.ID)
		})
		if b.has("when") {
			skipped := c.flow.try(func() { c.assume(branch.When, no) })
			ran = c.flow.try(func() { c.flow.join(ran, skipped) })
		}
		b.done()
		writes = append(writes, append([]write(nil), c.flow.writes[mark:]...))
		ways, blocks = append(ways, ran), append(blocks, branch.Steps)
		p.Branches = append(p.Branches, branch)
	}
	if v := k.n.get(string(KindParallel)); len(p.Branches) == 0 && v.kind == sequence {
		c.found.add(v.pos(), codeMissingKey, "parallel needs at least one branch")
	}
	inside := c.flow.try(func() { c.flow.all(ways...) })
	mark := len(c.flow.writes)
	p.ThenEach = c.thenEach(k, inside, func() {}, s.ID)
	c.oneWriter(append(writes, slices.Clone(c.flow.writes[mark:])), "two branches")
	p.Until = c.until(k, inside, append(blocks, p.ThenEach.steps()))
	if p.Until.Mode == UntilAll {
		c.flow.follow(inside)
		return p
	}
	for _, w := range ways {
		c.flow.maybe(w)
	}
	c.runsOn(p.Until, slices.Concat(writes...))
	return p
}
