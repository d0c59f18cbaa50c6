package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/formula"
)

// neverEnds warns of loops and waits that nothing in the process can end.
func (r *review) neverEnds(p *Process, steps []*Step) {
	shared := p.shared()
	for _, s := range steps {
		switch spec := s.Spec.(type) {
		case *Repeat:
			r.sameEveryRound(s, spec, shared)
		case *Wait:
			if names, fixed := r.unchanged(spec.Until, shared); fixed {
				r.found.warn(s.Pos, codeNeverChanges, "nothing sets %s while this waits, so it goes on at once or never", names)
			}
		case *Each:
			if names, fixed := r.unchanged(spec.OpenUntil, shared); fixed {
				r.found.warn(s.Pos, codeNeverChanges, "nothing sets %s while this is open, so open_until holds at once or never", names)
			}
		case *FirstOf:
			for _, a := range spec.Arms {
				if a.Trigger != nil {
					r.becomes(a.Trigger.Becomes, a.Pos, shared)
				}
			}
		case *Stage:
			for _, e := range spec.Events {
				r.eventOf(e, spec.Steps, shared)
			}
		}
	}
	for _, e := range p.Events {
		r.eventOf(e, p.Body, shared)
	}
}

// eventOf looks at an event; the steps that it listens beside may set what its condition reads.
func (r *review) eventOf(e *Event, beside Block, shared map[string]bool) {
	if e.Trigger.Becomes == nil {
		return
	}
	set := map[string]bool{}
	beside.allWrites(func(name string) { set[name] = true })
	r.becomes(e.Trigger.Becomes, e.Pos, shared, set)
}

func (r *review) becomes(f *formula.Formula, at Position, changes ...map[string]bool) {
	if names, fixed := r.unchanged(f, changes...); fixed {
		r.found.warn(at, codeNeverChanges, "nothing sets %s while this listens, so it happens at once or never", names)
	}
}

// sameEveryRound warns of an until that no round brings nearer.
func (r *review) sameEveryRound(s *Step, spec *Repeat, shared map[string]bool) {
	if spec.Until.Never() {
		goesOn := "without end"
		if spec.AtMost > 0 {
			goesOn = "until at_most stops it"
		}
		r.found.warn(s.Pos, codeNeverChanges, "until is never true, so this goes on %s", goesOn)
		return
	}
	inside := map[string]bool{}
	spec.Steps.allWrites(func(name string) { inside[name] = true })
	if names, fixed := r.unchanged(spec.Until, shared, inside); fixed {
		r.found.warn(s.Pos, codeNeverChanges, "no step of the round sets %s, so until holds after the first round or never", names)
	}
}

// unchanged reports whether nothing that changes decides a condition, and names what it reads.
func (r *review) unchanged(f *formula.Formula, changes ...map[string]bool) (names string, fixed bool) {
	if f == nil || !f.OnlyData() || len(f.Reads()) == 0 {
		return "", false
	}
	for _, name := range f.Reads() {
		if slices.ContainsFunc(changes, func(some map[string]bool) bool { return some[name] }) {
			return "", false
		}
	}
	return strings.Join(f.Reads(), " or "), true
}
