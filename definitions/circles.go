package definitions

import "slices"

// runsInCircles reports the processes that always run one another, so that none of them can end.
func (l *loader) runsInCircles() {
	always := map[string][]*Step{}
	for id, src := range l.sources {
		if len(src.proc.Events) == 0 {
			always[id], _ = alwaysRuns(src.proc.Body, nil)
		}
	}
	state := map[string]readState{}
	var follow func(id string)
	follow = func(id string) {
		state[id] = reading
		for _, s := range always[id] {
			run, _ := s.Spec.(*Run)
			switch state[run.Process] {
			case reading:
				if run.Process == id {
					l.found.add(s.Pos, codeEndlessRun, "%s always runs itself, so it can never end; run it only when something holds", id)
					continue
				}
				l.found.add(s.Pos, codeEndlessRun, "%s runs %s, which always leads back here, so none of them can ever end; run it only when something holds", id, run.Process)
			case unread:
				if l.sources[run.Process] != nil {
					follow(run.Process)
				}
			}
		}
		state[id] = read
	}
	for _, id := range sortedKeys(l.sources) {
		if state[id] == unread {
			follow(id)
		}
	}
}

// alwaysRuns gathers the sub-processes that a block runs whatever happens, up to the first step that may
// leave, and reports whether one may.
func alwaysRuns(b Block, runs []*Step) (out []*Step, mayLeave bool) {
	for _, s := range b {
		if s.When != nil || s.While != nil || len(s.OnError) > 0 {
			if s.mayLeave() {
				return runs, true
			}
			continue
		}
		switch spec := s.Spec.(type) {
		case *Run:
			runs = append(runs, s)
		case *Stage:
			if len(spec.Events) > 0 {
				return runs, true
			}
			runs, mayLeave = alwaysRuns(spec.Steps, runs)
		case *Repeat:
			runs, mayLeave = alwaysRuns(spec.Steps, runs)
		case *Lock:
			runs, mayLeave = alwaysRuns(spec.Steps, runs)
		default:
			mayLeave = s.mayLeave()
		}
		if mayLeave {
			return runs, true
		}
	}
	return runs, false
}

// mayLeave reports whether a step may keep those after it from running.
func (s *Step) mayLeave() bool {
	switch spec := s.Spec.(type) {
	case *End, *Raise, *BackTo, *Cancel:
		return true
	case *Do:
		return len(spec.Action.Errors) > 0
	}
	for b := range s.Blocks() {
		for _, inner := range b {
			if inner.mayLeave() {
				return true
			}
		}
	}
	return false
}

// waitsInCircles reports waits for steps that wait for each other: each stands before, or in, a step that
// another one waits for.
func (l *loader) waitsInCircles(p *Process) {
	var waits []*Step
	for _, id := range sortedKeys(p.Steps) {
		if w, ok := p.Steps[id].Spec.(*Wait); ok && len(w.Steps) > 0 {
			waits = append(waits, p.Steps[id])
		}
	}
	if len(waits) == 0 {
		return
	}
	spots := p.spots()
	state := map[*Step]readState{}
	var follow func(s *Step)
	follow = func(s *Step) {
		state[s] = reading
		spec, _ := s.Spec.(*Wait)
		for _, other := range waits {
			if state[other] == read || other == s || !slices.ContainsFunc(spec.Steps, func(id string) bool {
				return beside(spots[s.ID], spots[id]) && holdsUp(spots[other.ID], spots[id])
			}) {
				continue
			}
			if state[other] == reading {
				l.found.add(s.Pos, codeWaitCircle, "this and the wait in line %d wait for each other, so neither ever ends", other.Pos.Line)
				continue
			}
			follow(other)
		}
		state[s] = read
	}
	for _, s := range waits {
		if state[s] == unread {
			follow(s)
		}
	}
}

// holdsUp reports whether the step at wait must be over before the one at target is: it stands in it, or
// before it in the same block or in one around.
func holdsUp(wait, target spot) bool {
	for i := range min(len(wait), len(target)) {
		if wait[i] != target[i] {
			return wait[i].around == target[i].around && wait[i].block == target[i].block && wait[i].at < target[i].at
		}
	}
	return len(target) > 0 && len(wait) > len(target)
}
