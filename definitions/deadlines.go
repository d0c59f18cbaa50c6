package definitions

import (
	"cmp"

	"waybill/definitions/calendar"
)

// deadlines warns of reminders and escalations that come too late or to the wrong people.
func (r *review) deadlines(s *Step) {
	var t *Task
	switch spec := s.Spec.(type) {
	case *Task:
		t = spec
	case *Approve:
		t = &spec.Task
		for _, level := range spec.Levels {
			r.escalations(level.Escalate, cmp.Or(level.Due, t.Due), level.Role)
		}
	case *FirstOf:
		r.laterArms(spec)
		return
	default:
		return
	}
	for _, remind := range t.Remind {
		switch order := compare(remind.Duration, t.Due); {
		case remind.Duration.IsZero() || remind.Formula != nil:
		case !remind.Duration.Negative() && order >= 0:
			r.found.warn(remind.Pos, codeTooLate, "this reminds %s after opening, but the work is due after %s already; count back from due, such as -1 work day", remind.Duration, t.Due.Duration)
		case remind.Duration.Negative() && compare(remind.Duration.Neg(), t.Due) >= 0:
			r.found.warn(remind.Pos, codeTooLate, "%s counted back from a due of %s lies before the opening", remind.Duration, t.Due.Duration)
		}
	}
	r.escalations(t.Escalate, t.Due, t.Role)
}

// escalations warns of those that tell, or add, the very role that has the work.
func (r *review) escalations(all []Escalation, due *Span, role string) {
	for _, e := range all {
		switch {
		case e.To == role && e.Action == EscalateAdd:
			r.found.warn(e.After.Pos, codeSameRole, "this adds the role %s, which has the work already", role)
		case e.To == role && e.Action == EscalateNotify:
			r.found.warn(e.After.Pos, codeSameRole, "this tells the role %s, which has the work itself: that is what remind does", role)
		case e.After.Duration.Negative() && compare(e.After.Duration.Neg(), due) >= 0:
			r.found.warn(e.After.Pos, codeTooLate, "%s counted back from a due of %s lies before the opening", e.After.Duration, due.Duration)
		}
	}
}

// laterArms warns of times in a first_of that always lie behind another of its times.
func (r *review) laterArms(f *FirstOf) {
	var first *Span
	for _, a := range f.Arms {
		if a.When == nil && a.Trigger != nil && len(a.Trigger.After) > 0 {
			if span := &a.Trigger.After[0]; span.Formula == nil && (first == nil || compare(span.Duration, first) == -1) {
				first = span
			}
		}
	}
	for _, a := range f.Arms {
		if a.Trigger == nil || first == nil || len(a.Trigger.After) == 0 {
			continue
		}
		if span := &a.Trigger.After[0]; span != first && span.Formula == nil && compare(span.Duration, first) >= 0 {
			r.found.warn(a.Pos, codeNeverRuns, "this can never win: after %s comes first", first.Duration)
		}
	}
}

// compare says which of two spans is longer: -1, 0 or 1, and -2 where only the calendar knows.
func compare(d calendar.Duration, other *Span) int {
	const unknown = -2
	if other == nil || other.Formula != nil || d.Working() != other.Duration.Working() {
		return unknown
	}
	if d.Unit == other.Duration.Unit {
		return cmp.Compare(d.N, other.Duration.N)
	}
	a, fixed := d.Fixed()
	b, too := other.Duration.Fixed()
	if !fixed || !too {
		return unknown
	}
	return cmp.Compare(a, b)
}
