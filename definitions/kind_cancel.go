package definitions

import "slices"

func readCancel(c *compiler, k *keys, _ *Step) Spec {
	spec := &Cancel{Undo: k.flag("undo")}
	places := map[string]Position{}
	for _, n := range k.oneOrMore(string(KindCancel)) {
		if _, known := c.stepIDs[n.text]; !known || n.kind != scalar {
			c.found.unknown(n, codeUnknownStep, sortedKeys(c.stepIDs), "unknown step %q")
			continue
		}
		spec.Steps, places[n.text] = append(spec.Steps, n.text), n.pos()
		c.flow.dead = c.flow.dead || c.isAround(n.text)
	}
	if len(spec.Steps) == 0 {
		return nil
	}
	said, at := k.has("undo"), k.n.pos()
	c.later = append(c.later, func() { c.cancelled(spec, places, said, at) })
	return spec
}

// isAround reports whether a step is one around the step that is read.
func (c *compiler) isAround(id string) bool {
	return slices.ContainsFunc(c.blocks, func(b *standingIn) bool { return b.at == id })
}

// cancelled checks, once the process is read, what a cancel names.
func (c *compiler) cancelled(spec *Cancel, places map[string]Position, said bool, at Position) {
	var named Block
	for _, id := range spec.Steps {
		s := c.proc.Steps[id]
		if s == nil {
			c.found.add(places[id], codeUnknownStep, "%q is a branch or an event, not a step; cancel names steps", id)
			continue
		}
		named = append(named, s)
	}
	if !said && c.undoableIn(named) {
		c.found.add(at, codeSayUndo, "cancel may withdraw something that can be undone; write undo: true or undo: false")
	}
}
