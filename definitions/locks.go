package definitions

// locks warns of steps inside a lock at which the instance waits for people, time or messages, while all
// others wait for the lock.
func (r *review) locks(p *Process) {
	for _, b := range p.blocks() {
		r.lockedIn(b, false)
	}
}

func (r *review) lockedIn(b Block, locked bool) {
	for _, s := range b {
		if locked {
			r.waitsLocked(s)
		}
		_, lock := s.Spec.(*Lock)
		for inner := range s.Blocks() {
			r.lockedIn(inner, locked || lock)
		}
	}
}

func (r *review) waitsLocked(s *Step) {
	switch spec := s.Spec.(type) {
	case *Task, *Approve:
		r.found.warn(s.Pos, codeSlowLock, "%s is inside a lock: until somebody has done it, every other instance waits for the lock", s.ID)
	case *Wait, *FirstOf:
		r.found.warn(s.Pos, codeSlowLock, "this waits inside a lock, and every other instance waits with it")
	case *Run:
		if _, src := r.source(spec.Process); src != nil && !spec.Detached && src.proc.waitsForPeople() {
			r.found.warn(s.Pos, codeSlowLock, "%s waits for people, time or messages, and this runs it inside a lock: every other instance waits with it", spec.Process)
		}
	}
}

// waitsForPeople reports whether the process has a step that waits for people, time or messages.
func (p *Process) waitsForPeople() bool {
	for _, s := range p.Steps {
		switch s.Spec.(type) {
		case *Task, *Approve, *Wait, *FirstOf:
			return true
		}
	}
	return false
}
