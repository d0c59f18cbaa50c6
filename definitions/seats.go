package definitions

import (
	"slices"

	"waybill/definitions/formula"
)

// fourEyes reports work that not_by keeps from everybody whom it is offered to, and approvals with more
// seats than there are people to fill them: one person fills one seat.
func (l *loader) fourEyes(p *Process, s *Step) {
	switch spec := s.Spec.(type) {
	case *Task:
		l.shutOut(p, s, spec)
	case *Approve:
		l.shutOut(p, s, &spec.Task)
		l.seats(s, spec)
	}
}

// listed returns the persons that a task is for, where they are written one by one.
func (l *loader) listed(t *Task) []string {
	if t.Candidates == nil && t.Role == "" {
		return l.persons[t.Assign]
	}
	return l.persons[t.Candidates]
}

// shutOut reports a not_by that names everybody who is asked, be it as the one who did another task that
// is for the same single person.
func (l *loader) shutOut(p *Process, s *Step, t *Task) {
	asked := l.listed(t)
	if len(asked) == 0 {
		return
	}
	var shut []string
	for _, f := range t.NotBy {
		if t.Assign != nil && f.Source() == t.Assign.Source() {
			return // found where it is read
		}
		shut = append(shut, l.persons[f]...)
		if other, person := l.soleDoer(p, f); person != "" && len(asked) == 1 && asked[0] == person {
			l.found.add(s.Pos, codeNobody, "nobody is left to do this: only %s may, who also does %s, and not_by shuts out who did that", person, other)
			return
		}
	}
	if !slices.ContainsFunc(asked, func(person string) bool { return !slices.Contains(shut, person) }) {
		l.found.add(s.Pos, codeNobody, "nobody is left to do this: not_by shuts out everybody whom it is for, %s", oneOf(asked))
	}
}

// soleDoer returns the only person who may do the task whose by a formula reads, "" where it is not just
// one.
func (l *loader) soleDoer(p *Process, f *formula.Formula) (task, person string) {
	root, rest := cutPath(f.Source())
	if rest != "by" || p.Steps[root] == nil {
		return "", ""
	}
	other, ok := p.Steps[root].Spec.(*Task)
	if !ok || len(other.Escalate) > 0 {
		return "", ""
	}
	if asked := l.listed(other); len(asked) == 1 {
		return root, asked[0]
	}
	return "", ""
}

// seats reports an approval that needs more people than are listed for it.
func (l *loader) seats(s *Step, a *Approve) {
	superiors := map[string]bool{}
	needed := 0
	for _, level := range a.Levels {
		if level.SuperiorOf != nil && level.Seats > 1 {
			l.found.add(level.Pos, codeNobody, "this level has %d seats, but a person has one superior", level.Seats)
		}
		if level.When != nil {
			continue
		}
		if level.SuperiorOf == nil {
			needed += level.Seats
			continue
		}
		if source := level.SuperiorOf.Source(); superiors[source] && (a.Mode == ModeInTurn || a.Mode == ModeAll) {
			l.found.add(level.Pos, codeNobody, "the superior of %s is asked twice, but one person fills one seat", source)
		} else {
			superiors[source] = true
		}
	}
	switch a.Mode {
	case ModeAny:
		needed = min(needed, 1)
	case ModeCount:
		needed = a.Yeses
	}
	if asked := distinct(l.listed(&a.Task)); len(asked) > 0 && needed > len(asked) {
		l.found.add(s.Pos, codeNobody, "%d seats are to be filled, each by somebody else, but only %s may", needed, oneOf(asked))
	}
}

func distinct(names []string) []string {
	out := slices.Sorted(slices.Values(names))
	return slices.Compact(out)
}
