package definitions

import (
	"slices"

	"waybill/definitions/value"
)

// hidden warns of work for a role from which only hides what it is about: the process, the stage around
// it, or data that it shows.
func (r *review) hidden(p *Process) {
	for _, start := range p.Starts {
		for _, role := range start.Manual {
			if !sees(role, p.Only) {
				r.found.warn(start.Pos, codeHidden, "%s may start this process, which exists only for %s", role, oneOf(p.Only))
			}
		}
	}
	fields := slices.Concat(p.Input, p.Data)
	for _, b := range p.blocks() {
		r.hiddenIn(b, p.Only, "this process", fields)
	}
}

// hiddenIn looks at steps that are inside of what exists only for some roles.
func (r *review) hiddenIn(b Block, only []string, what string, fields []value.Field) {
	for _, s := range b {
		switch spec := s.Spec.(type) {
		case *Task:
			r.hiddenFrom(s, spec.Role, spec, only, what, fields)
		case *Approve:
			for _, level := range spec.Levels {
				r.hiddenFrom(s, level.Role, &spec.Task, only, what, fields)
			}
		}
		inner, around := only, what
		if stage, ok := s.Spec.(*Stage); ok && len(stage.Only) > 0 {
			inner, around = stage.Only, "the stage "+s.ID
		}
		for steps := range s.Blocks() {
			r.hiddenIn(steps, inner, around, fields)
		}
	}
}

func (r *review) hiddenFrom(s *Step, role string, task *Task, only []string, what string, fields []value.Field) {
	if role == "" {
		return
	}
	if !sees(role, only) {
		r.found.warn(s.Pos, codeHidden, "%s is for %s, but %s exists only for %s", s.ID, role, what, oneOf(only))
	}
	for _, shown := range task.Show {
		for _, name := range shown.Value.Reads() {
			if f, ok := fieldNamed(fields, name); ok && !sees(role, f.Only) {
				r.found.warn(s.Pos, codeHidden, "%s shows %s to %s, but %s exists only for %s", s.ID, clip(shown.Name), role, name, oneOf(f.Only))
			}
		}
	}
}

func sees(role string, only []string) bool { return len(only) == 0 || slices.Contains(only, role) }
