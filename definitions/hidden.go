package definitions

import "slices"

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
	for _, b := range p.blocks() {
		r.hiddenIn(b, p.Only, "this process")
	}
}

// hiddenIn looks at steps that are inside of what exists only for some roles.
func (r *review) hiddenIn(b Block, only []string, what string) {
	for _, s := range b {
		switch spec := s.Spec.(type) {
		case *Task:
			r.hiddenFrom(s, spec.Role, spec, only, what)
		case *Approve:
			for _, level := range spec.Levels {
				asked := spec.Task
				if level.Form != nil {
					asked.Form = level.Form
				}
				r.hiddenFrom(s, level.Role, &asked, only, what)
			}
		}
		inner, around := only, what
		if stage, ok := s.Spec.(*Stage); ok && len(stage.Only) > 0 {
			inner, around = stage.Only, "the stage "+s.ID
		}
		for steps := range s.Blocks() {
			r.hiddenIn(steps, inner, around)
		}
	}
}

func (r *review) hiddenFrom(s *Step, role string, task *Task, only []string, what string) {
	if role == "" {
		return
	}
	if !sees(role, only) {
		r.found.warn(s.Pos, codeHidden, "%s is for %s, but %s exists only for %s", s.ID, role, what, oneOf(only))
	}
	for _, shown := range task.Show {
		for _, part := range shown.Value.Reserved() {
			if !sees(role, part.Roles) {
				r.found.warn(s.Pos, codeHidden, "%s shows %s to %s, but %s exists only for %s", s.ID, clip(shown.Name), role, part.Name, oneOf(part.Roles))
			}
		}
	}
	for _, f := range task.Form {
		if !sees(role, f.Only) {
			r.found.warn(s.Pos, codeHidden, "%s asks %s for %s, but %s exists only for %s", s.ID, role, f.Name, f.Name, oneOf(f.Only))
		}
	}
}

func sees(role string, only []string) bool { return len(only) == 0 || slices.Contains(only, role) }
