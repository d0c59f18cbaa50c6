package definitions

func readRepeat(c *compiler, k *keys, s *Step) Spec {
	k.take(string(KindRepeat))
	r := &Repeat{AtMost: k.number("at_most", 0)}
	items := k.list("steps")
	k.need("steps")
	c.loosen(items)
	r.Steps = c.block(items, s.ID)
	dead := c.flow.dead
	r.Until = c.condition(k.need("until"))
	c.assume(r.Until, yes)
	if !k.has("at_most") && !dead && !waits(r.Steps) {
		c.found.add(k.n.pos(), codeUnbounded, "a round may pass without waiting for anything, so this may go on without end; write at_most")
	}
	if r.Until == nil || !s.Named && k.n.get("id") == nil && k.n.get(string(KindRepeat)).missing {
		return nil
	}
	return r
}

// waits reports whether running the block always waits for people, a message or time.
func waits(b Block) bool {
	for _, s := range b {
		if s.When == nil && s.While == nil && s.waits() {
			return true
		}
	}
	return false
}

func (s *Step) waits() bool {
	switch spec := s.Spec.(type) {
	case *Task, *Approve:
		return true
	case *Wait:
		return spec.For != nil || spec.Message != nil
	case *Stage:
		return waits(spec.Steps)
	case *Repeat:
		return waits(spec.Steps)
	case *Lock:
		return waits(spec.Steps)
	case *Choose:
		for _, b := range spec.Branches {
			if !waits(b.Steps) && !leaves(b.Steps) {
				return false
			}
		}
		return len(spec.Branches) > 0
	case *Parallel:
		if spec.Until.Mode != UntilAll {
			return false
		}
		for _, b := range spec.Branches {
			if b.When == nil && waits(b.Steps) {
				return true
			}
		}
	case *FirstOf:
		for _, a := range spec.Arms {
			if a.Step != nil && !a.Step.waits() && !waits(a.Steps) && !leaves(a.Steps) {
				return false
			}
		}
		return len(spec.Arms) > 0
	}
	return false
}

// leaves reports whether a block plainly ends the round.
func leaves(b Block) bool {
	for _, s := range b {
		switch s.Spec.(type) {
		case *End, *Raise, *BackTo:
			if s.When == nil && s.While == nil {
				return true
			}
		}
	}
	return false
}
