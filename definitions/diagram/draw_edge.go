package diagram

import (
	"slices"
	"strconv"

	"waybill/definitions"
)

// rows draws what hangs on the edge of a step: its times, its errors, its condition, its undoing.
func (d *drawing) rows(s *definitions.Step) []row {
	var out []row
	edge := func(part string, kind EventKind, key, name string, from []Property) *Shape {
		e := d.shape(s.ID, part, BoundaryEvent)
		e.Event, e.Key, e.Name, e.Source = kind, key, name, from
		out = append(out, row{event: e})
		return e
	}
	switch spec := s.Spec.(type) {
	case *definitions.Stage:
		if spec.Due != nil {
			edge("due", Timer, span(spec.Due), fill(d.words.due, d.time(spec.Due)), source("due"))
		}
	case *definitions.Task:
		d.taskTimes(spec, edge)
	case *definitions.Approve:
		d.taskTimes(&spec.Task, edge)
		for i := range spec.Levels {
			d.levelTimes(&spec.Levels[i], edge)
		}
	}
	for _, h := range s.OnError {
		e := edge("on_error", Error, h.Code, d.errorName(h.Code), source("on_error", Property{"code", h.Code}))
		e.Interrupting = true
		d.inside(s, func() { out[len(out)-1].piece = d.block(h.Steps) })
	}
	if s.While != nil {
		e := edge("while", Conditional, "not ("+s.While.Source()+")", fill(d.words.whenever, s.While.Source()), source("while"))
		e.Interrupting = true
		out[len(out)-1].piece = &piece{}
	}
	if s.Compensation != nil {
		edge("compensation", Compensate, "", "", source("compensation"))
		if len(s.Compensation) > 0 {
			out[len(out)-1].piece, out[len(out)-1].undoes = d.undoing(s), true
		}
	}
	return out
}

// edgeOf adds an event to the edge of a step.
type edgeOf func(part string, kind EventKind, key, name string, from []Property) *Shape

// taskTimes adds the times of a task. None of them ends it.
func (d *drawing) taskTimes(t *definitions.Task, edge edgeOf) {
	if t.Due != nil {
		edge("due", Timer, span(t.Due), fill(d.words.due, d.time(t.Due)), source("due"))
	}
	if len(t.Remind) > 0 {
		edge("remind", Timer, spans(t.Remind), fill(d.words.remind, d.times(t.Remind)), source("remind"))
	}
	d.escalations(t.Escalate, edge)
}

func (d *drawing) levelTimes(l *definitions.Level, edge edgeOf) {
	if l.Due != nil {
		name := fill(d.words.due, d.time(l.Due))
		if l.Role != "" {
			name = d.role(l.Role) + ": " + name
		}
		edge("due", Timer, span(l.Due), name, source("level.due"))
	}
	d.escalations(l.Escalate, edge)
}

func (d *drawing) escalations(all []definitions.Escalation, edge edgeOf) {
	for i := range all {
		phrase := d.words.notify
		switch all[i].Action {
		case definitions.EscalateAdd:
			phrase = d.words.add
		case definitions.EscalateReassign:
			phrase = d.words.reassign
		}
		edge("escalate", Timer, span(&all[i].After), fill(phrase, d.time(&all[i].After), d.role(all[i].To)), source("escalate"))
	}
}

// undoing draws what undoes a step: one activity, or a box of several steps.
func (d *drawing) undoing(s *definitions.Step) *piece {
	if only := s.Compensation[0]; len(s.Compensation) == 1 && plain(only) {
		if activity, inner := d.activityOf(only); activity != nil && inner == nil {
			activity.Undone, activity.Note, activity.Source = true, only.Note, d.source(only)
			p := d.activity(activity)
			p.out, p.flows = nil, nil
			return p
		}
	}
	box := d.shape(s.ID, "undoing", SubProcess)
	box.Undone, box.Source = true, source("undoing")
	p := d.box(box, d.scope(s.ID, d.shape(s.ID, "undo", StartEvent), d.block(s.Compensation)), nil)
	p.flows = slices.DeleteFunc(p.flows, func(f *Flow) bool { return f == p.out })
	p.out = nil
	return p
}

// plain tells whether nothing hangs on a step, and nothing follows its outcome.
func plain(s *definitions.Step) bool {
	switch spec := s.Spec.(type) {
	case *definitions.Task:
		if spec.Due != nil || len(spec.Remind) > 0 || len(spec.Escalate) > 0 {
			return false
		}
	case *definitions.Do, *definitions.Run, *definitions.Decide, *definitions.Set:
	default:
		return false
	}
	return s.When == nil && s.While == nil && s.OnError == nil && s.Compensation == nil
}

// until says when a block of members is over; "" for all.
func (d *drawing) until(u *definitions.Until) string {
	switch u.Mode {
	case definitions.UntilAny:
		return d.words.any
	case definitions.UntilNone:
		return d.words.none
	case definitions.UntilCount:
		return fill(d.words.count, strconv.Itoa(u.Count))
	case definitions.UntilFormula:
		return u.Formula.Source()
	}
	return ""
}
