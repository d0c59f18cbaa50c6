package definitions

// undo reads undo: true or false, which must be written where withdrawing leaves something behind
// that could be undone.
func (c *compiler) undo(k *keys, because string, withdraws bool, blocks []Block) bool {
	undo := k.flag("undo")
	switch {
	case k.has("undo") && !withdraws:
		c.found.add(k.at("undo"), codeNeedlessKey, "undo only goes with %s", because)
	case !k.has("undo") && withdraws && c.undoableIn(blocks...):
		c.found.add(k.n.pos(), codeSayUndo, "%s may withdraw something that can be undone; write undo: true or undo: false", because)
	}
	return undo
}

// undoableIn reports whether a step of the blocks can be undone.
func (l *loader) undoableIn(blocks ...Block) bool {
	for _, b := range blocks {
		for _, s := range b {
			if l.undoable(s) {
				return true
			}
		}
	}
	return false
}

func (l *loader) undoable(s *Step) bool {
	if s.Compensation != nil {
		return len(s.Compensation) > 0
	}
	switch spec := s.Spec.(type) {
	case *Do:
		return spec.Action.Inverse != ""
	case *Run:
		return !spec.Detached && l.processUndoable(spec.Process)
	}
	for b := range s.Blocks() {
		if l.undoableIn(b) {
			return true
		}
	}
	return false
}
