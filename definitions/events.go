package definitions

// events reads what listens beside the block whose own way is ran. It returns the ways on which an
// event interrupts the block.
func (c *compiler) events(items []*node, ran way, body Block, bodyWrites []write, prefix string) ([]*Event, []way) {
	var out []*Event
	var ways []way
	besides := [][]write{bodyWrites}
	for i, n := range items {
		k := keysOf(n, "an event", c.found)
		if n.kind != mapping {
			continue
		}
		e := &Event{ID: c.placeID(k, place(prefix, "events", index(i))), Pos: n.pos(), Title: k.title("title")}
		e.Interrupts = k.flag("interrupts")
		if k.has(triggerCancel) && k.has("interrupts") {
			c.found.add(k.at("interrupts"), codeNeedlessKey, "when somebody asks to cancel, all that runs is withdrawn and undone, so the event takes no interrupts")
			e.Interrupts = false
		}
		e.Undo = c.undo(k, "interrupts: true", e.Interrupts, []Block{body})
		mark := len(c.flow.writes)
		var rest way
		w := c.flow.try(func() {
			c.flow.maybe(ran)
			e.When = c.condition(k.take("when"))
			c.assume(e.When, yes)
			e.Own, rest = c.flow.inRound(func() { c.event(k, e) })
			c.flow.follow(rest)
		})
		k.done()
		written := append([]write(nil), c.flow.writes[mark:]...)
		if e.Interrupts {
			ways = append(ways, w)
		} else {
			besides = append(besides, written)
			ran = c.flow.try(func() {
				c.flow.follow(ran)
				c.flow.maybe(rest)
			})
		}
		out = append(out, e)
	}
	c.oneWriter(besides, "an event and the steps beside it")
	return out, append(ways, ran)
}

func (c *compiler) event(k *keys, e *Event) {
	if t := c.trigger(k, triggerMessage, triggerAfter, triggerBecomes, triggerCancel); t != nil {
		e.Trigger = *t
	}
	if k.need("steps"); k.has("steps") {
		e.Steps = c.steps(k, "steps", e.ID)
	}
}

// placeID returns the id that is written for a branch, an arm or an event, its place where none is.
func (c *compiler) placeID(k *keys, at string) string {
	id := k.take("id")
	if id == nil || id.kind != scalar || !checkName(id, c.found) {
		return at
	}
	if c.seen[id.text] {
		c.found.add(id.pos(), codeDuplicateID, "the id %q stands twice; the first is in line %d", id.text, c.stepIDs[id.text].Line)
		return at
	}
	c.seen[id.text] = true
	return id.text
}
