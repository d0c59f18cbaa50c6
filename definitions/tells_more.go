package definitions

import (
	"slices"

	"waybill/definitions/formula"
)

// tellsMore warns of formulas by which what exists only for some roles reaches others: what set copies into
// data, run into a sub-process and send into a message, and what the lists of tasks tell by who may do a
// task, by its due time and by its priority. What a condition decides is not followed, nor what a decision
// table or an action makes of what it is given.
func (r *review) tellsMore(p *Process) {
	for _, b := range p.blocks() {
		r.tellsIn(p, b, Audience{}.and(p.Only))
	}
}

// tellsIn looks at steps that exist for an audience.
func (r *review) tellsIn(p *Process, b Block, audience Audience) {
	for _, s := range b {
		inner := audience
		switch spec := s.Spec.(type) {
		case *Stage:
			inner = audience.and(spec.Only)
			r.taskTells(s, inner, "whom its tasks are for", spec.Assign)
			r.taskTells(s, inner, "when it is due", spec.Due.formula())
		case *Set:
			for _, v := range spec.Values {
				r.copies(v, audienceOf(p, v.Name), v.Name)
			}
		case *Run:
			r.runTells(s, spec, audience)
		case *Send:
			for _, v := range spec.With {
				r.copies(v, nil, spec.Message.ID+"."+v.Name)
			}
		case *Task:
			r.workTells(s, spec, audience)
		case *Approve:
			r.workTells(s, &spec.Task, audience)
			for _, l := range spec.Levels {
				r.taskTells(s, audience, "whom it is for", l.SuperiorOf)
				r.taskTells(s, audience, "when it is due", l.Due.formula())
			}
		}
		for steps := range s.Blocks() {
			r.tellsIn(p, steps, inner)
		}
		r.tellsIn(p, s.Compensation, inner)
	}
}

// audienceOf is for whom data of a process exists.
func audienceOf(p *Process, name string) Audience {
	return p.Names[name].Only.and(p.Only)
}

// copies warns where a value tells somebody who sees the place that it goes to what exists only for others.
func (r *review) copies(v Assignment, audience Audience, place string) {
	for _, part := range told(audience, v.Value) {
		r.found.warn(v.Pos, codeTellsMore, "%s exists for %s, but its value tells of %s, which exists only for %s; let it exist only for these, or tell less",
			place, audience, part.Name, oneOf(part.Roles))
	}
}

// runTells warns of a sub-process that is seen by others than what runs it is, or than what it is given.
func (r *review) runTells(s *Step, run *Run, audience Audience) {
	child := r.pack.Processes[run.Process]
	if child == nil {
		return
	}
	for _, only := range audience {
		if !(Audience{child.Only}).within(only) {
			r.found.warn(s.Pos, codeTellsMore, "%s exists for %s, but what runs it here exists only for %s; let it exist only for these",
				child.ID, Audience{}.and(child.Only), oneOf(only))
		}
	}
	for _, v := range run.With {
		r.copies(v, audienceOf(child, v.Name), child.ID+"."+v.Name)
	}
}

// workTells warns of what the lists of tasks tell about work.
func (r *review) workTells(s *Step, t *Task, audience Audience) {
	r.taskTells(s, audience, "whom it is for", append([]*formula.Formula{t.Candidates, t.Assign}, t.NotBy...)...)
	r.taskTells(s, audience, "when it is due", t.Due.formula())
	r.taskTells(s, audience, "how urgent it is", t.Priority)
}

func (r *review) taskTells(s *Step, audience Audience, what string, formulas ...*formula.Formula) {
	for _, part := range told(audience, formulas...) {
		r.found.warn(s.Pos, codeTellsMore, "%s exists for %s, but %s tells of %s, which exists only for %s",
			s.ID, audience, what, part.Name, oneOf(part.Roles))
	}
}

// told returns what formulas tell an audience that exists only for others, each once.
func told(audience Audience, formulas ...*formula.Formula) []formula.Reserved {
	var out []formula.Reserved
	for _, f := range formulas {
		if f == nil {
			continue
		}
		for _, part := range f.Reserved() {
			again := slices.ContainsFunc(out, func(have formula.Reserved) bool {
				return have.Name == part.Name && slices.Equal(have.Roles, part.Roles)
			})
			if !again && !audience.within(part.Roles) {
				out = append(out, part)
			}
		}
	}
	return out
}

func (s *Span) formula() *formula.Formula {
	if s == nil {
		return nil
	}
	return s.Formula
}
