package definitions

import "slices"

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
