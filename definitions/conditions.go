package definitions

import "waybill/definitions/formula"

// conditions reads when a step runs, and stands still. Each of them knows what those before it say.
func (c *compiler) conditions(k *keys, kind Kind, s *Step) {
	s.When = c.condition(k.take("when"))
	c.flow.try(func() {
		c.assume(s.When, yes)
		s.While = c.condition(k.take("while"))
		c.assume(s.While, yes)
		s.Hold = c.hold(k, kind)
	})
}

// conditional reads a step that may be skipped, withdrawn while it runs, or cancelled: what it sets may
// then be missing. A condition that could not be read counts as one.
func (c *compiler) conditional(k *keys, s *Step, read func()) {
	when, while := k.has("when"), k.has("while")
	if !when && !while && !c.cut[s.ID] {
		read()
		return
	}
	ran := c.flow.try(func() {
		c.assume(s.When, yes)
		c.assume(s.While, yes)
		read()
	})
	ways := []way{ran}
	if when {
		ways = append(ways, c.flow.try(func() { c.assume(s.When, no) }))
	}
	if while {
		ways = append(ways, c.flow.try(func() {
			c.flow.maybe(ran)
			c.assume(s.While, no)
		}))
	}
	if c.cut[s.ID] {
		ways = append(ways, c.flow.try(func() { c.flow.maybe(ran) }))
	}
	c.flow.join(ways...)
}

// hold reads the condition under which a stage, a task or an approval stands still.
func (c *compiler) hold(k *keys, kind Kind) *formula.Formula {
	n := k.take("hold")
	switch kind {
	case KindStage, KindTask, KindApprove:
		if n != nil && c.undoing {
			c.found.warn(k.at("hold"), codeHoldUndoing, "undoing does not stand still, because nobody could cancel it, so this hold holds nothing; leave it out")
		}
		return c.condition(n)
	}
	if n != nil {
		c.found.add(k.at("hold"), codeNeedlessKey, "only a stage, a task or an approve can be held; put %s into a stage that says hold", k.what)
	}
	return nil
}

// undoOfWhile reads what becomes of what finished in a step that its while withdraws. A step that is
// over at once is never withdrawn.
func (c *compiler) undoOfWhile(k *keys, s *Step) {
	if s.While == nil {
		return
	}
	inside := s.own()
	switch spec := s.Spec.(type) {
	case *BackTo, *Cancel, nil:
		return
	case *Run:
		inside = []Block{{{Spec: spec}}}
	}
	s.Undo = c.undo(k, "while", true, inside)
}
