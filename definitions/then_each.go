package definitions

// thenEach reads what follows every branch or round that finishes: steps, or {every, steps}. inside is
// what those set; item makes the item of an each known, where every one has its own.
func (c *compiler) thenEach(k *keys, inside way, item func(), prefix string) *ThenEach {
	n := k.take("then_each")
	if n == nil {
		return nil
	}
	t := &ThenEach{Every: 1}
	items := n.items
	switch n.kind {
	case mapping:
		then := keysOf(n, "then_each", c.found)
		t.Every = then.number("every", 1)
		items = then.list("steps")
		then.need("steps")
		then.done()
	case scalar:
		c.found.add(n.pos(), codeWrongShape, "then_each is a list of steps, or {every: 10, steps: [...]}, not a text")
		return nil
	}
	once := c.flow.try(func() {
		c.flow.maybe(inside)
		var rest way
		t.Own, rest = c.flow.inRound(func() {
			if t.Every == 1 {
				item()
			}
			t.Steps = c.block(present(items), place(prefix, "then_each"))
		})
		c.flow.follow(rest)
	})
	once.dead = false
	c.flow.maybe(once)
	return t
}
