package definitions

func readFirstOf(c *compiler, k *keys, s *Step) Spec {
	first := &FirstOf{}
	var ways []way
	conditional := true
	for i, n := range k.list(string(KindFirstOf)) {
		arm := Arm{Pos: n.pos()}
		ways = append(ways, c.flow.try(func() { c.arm(n, &arm, place(s.ID, index(i))) }))
		conditional = conditional && arm.When != nil
		first.Arms = append(first.Arms, arm)
	}
	switch {
	case len(first.Arms) == 0:
		if v := k.n.get(string(KindFirstOf)); v.kind == sequence {
			c.found.add(v.pos(), codeMissingKey, "first_of needs at least one thing that may happen")
		}
	case conditional:
		c.found.add(k.n.pos(), codeNotCovered, "every entry of first_of has a when, so there may be nothing to wait for")
	}
	c.flow.join(ways...)
	return first
}

// arm reads a trigger, or a task, an approval or a sub-process, with the steps after it.
func (c *compiler) arm(n *node, arm *Arm, at string) {
	k := keysOf(n, "an entry of first_of", c.found)
	if n.kind != mapping {
		return
	}
	arm.When = c.condition(k.take("when"))
	c.assume(arm.When, yes)
	if isTrigger(k) {
		arm.ID = c.placeID(k, at)
		arm.Trigger = c.trigger(k, triggerMessage, triggerAfter, triggerBecomes)
		arm.Steps = c.steps(k, "steps", arm.ID)
		k.done()
		return
	}
	kind, ok := c.kindOf(n)
	if !ok {
		return
	}
	switch kind {
	case KindTask, KindApprove, KindRun:
	default:
		c.found.add(n.pos(), codeUnknownKind, "first_of takes message, after, becomes, task, approve or run, not %s", kind)
		return
	}
	k.take("steps")
	wins := ""
	if kind == KindTask {
		wins = k.oneOf("wins", "completed", "claimed")
	}
	k.what = article(string(kind))
	if k.has("while") {
		c.found.add(k.at("while"), codeNeedlessKey, "an entry of first_of is withdrawn when another wins; it takes when, not while")
	}
	if c.isAim(n) {
		c.loosen([]*node{n})
	}
	c.inBlock(func() {
		arm.Step = c.armStep(k, kind, at)
		if arm.ID = at; arm.Step != nil {
			arm.ID = arm.Step.ID
			if task, ok := arm.Step.Spec.(*Task); ok {
				task.Wins = wins
			}
		}
		arm.Steps = c.steps(k, "steps", place(arm.ID, "then"))
	})
}

// armStep reads a step whose when: is that of its arm.
func (c *compiler) armStep(k *keys, kind Kind, at string) *Step {
	when := k.n
	bare := &node{src: when.src, kind: mapping, line: when.line, col: when.col, flow: when.flow}
	for _, p := range when.pairs {
		if p.key.text != "when" {
			bare.pairs = append(bare.pairs, p)
		}
	}
	return c.stepOf(&keys{n: bare, what: k.what, found: k.found, asked: k.asked}, kind, at)
}
