package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// readBy returns the process data that a block may read, with the values it has now: what a
// compensation must remember.
func (r *run) readBy(block definitions.Block, at *Node) Data {
	names := map[string]bool{}
	eachFormula(block, func(f *formula.Formula) {
		for _, name := range f.Reads() {
			names[name] = true
		}
	})
	return slices.DeleteFunc(r.visible(at), func(d Datum) bool { return !names[d.Name] })
}

// eachFormula calls visit with every formula in a block, however deep.
func eachFormula(block definitions.Block, visit func(*formula.Formula)) {
	add := func(formulas ...*formula.Formula) {
		for _, f := range formulas {
			if f != nil {
				visit(f)
			}
		}
	}
	for _, step := range block {
		add(step.When, step.While, step.Hold)
		add(formulasOf(step)...)
		for inner := range step.Blocks() {
			eachFormula(inner, visit)
		}
		eachFormula(step.Compensation, visit)
	}
}

// formulasOf returns the formulas of a step's own kind, nil ones among them.
func formulasOf(step *definitions.Step) []*formula.Formula {
	switch spec := step.Spec.(type) {
	case *definitions.Stage:
		formulas := []*formula.Formula{spanOf(spec.Due), spec.Assign}
		for _, e := range spec.Events {
			formulas = append(append(formulas, e.When), triggerOf(&e.Trigger)...)
		}
		return formulas
	case *definitions.Task:
		return taskFormulas(spec)
	case *definitions.Approve:
		return approveFormulas(spec)
	case *definitions.Do:
		return valuesOf(spec.With)
	case *definitions.Decide:
		return valuesOf(spec.With)
	case *definitions.Set:
		return valuesOf(spec.Values)
	case *definitions.Choose:
		return conditionsOf(spec.Branches)
	case *definitions.Parallel:
		return append(conditionsOf(spec.Branches), spec.Until.Formula)
	case *definitions.Each:
		formulas := []*formula.Formula{spec.List, spec.Until.Formula, spec.OpenUntil}
		if spec.Collect != nil {
			formulas = append(formulas, spec.Collect.Value)
		}
		return formulas
	case *definitions.Repeat:
		return []*formula.Formula{spec.Until}
	case *definitions.Wait:
		formulas := []*formula.Formula{spanOf(spec.For), spec.Until}
		if spec.Message != nil {
			formulas = append(formulas, spec.Message.Key)
		}
		return formulas
	case *definitions.FirstOf:
		return armFormulas(spec)
	case *definitions.Run:
		return valuesOf(spec.With)
	case *definitions.Send:
		return append(valuesOf(spec.With), spec.Key)
	case *definitions.Lock:
		return spec.Names
	case *definitions.Raise:
		return append(valuesOf(spec.With), spec.Text)
	}
	return nil
}

func taskFormulas(t *definitions.Task) []*formula.Formula {
	formulas := append([]*formula.Formula{t.Candidates, t.Assign, t.Priority, spanOf(t.Due)}, t.NotBy...)
	for _, s := range t.Show {
		formulas = append(formulas, s.Value)
	}
	for i := range t.Remind {
		formulas = append(formulas, t.Remind[i].Formula)
	}
	for i := range t.Escalate {
		formulas = append(formulas, t.Escalate[i].After.Formula)
	}
	return formulas
}

func approveFormulas(a *definitions.Approve) []*formula.Formula {
	formulas := taskFormulas(&a.Task)
	for _, l := range a.Levels {
		formulas = append(formulas, l.When, l.SuperiorOf, spanOf(l.Due))
		for i := range l.Escalate {
			formulas = append(formulas, l.Escalate[i].After.Formula)
		}
	}
	return formulas
}

func armFormulas(f *definitions.FirstOf) []*formula.Formula {
	var formulas []*formula.Formula
	for _, a := range f.Arms {
		formulas = append(formulas, a.When)
		if a.Trigger != nil {
			formulas = append(formulas, triggerOf(a.Trigger)...)
		}
	}
	return formulas
}

func triggerOf(t *definitions.Trigger) []*formula.Formula {
	formulas := []*formula.Formula{t.Becomes}
	if t.Message != nil {
		formulas = append(formulas, t.Message.Key)
	}
	for i := range t.After {
		formulas = append(formulas, t.After[i].Formula)
	}
	return formulas
}

func spanOf(s *definitions.Span) *formula.Formula {
	if s == nil {
		return nil
	}
	return s.Formula
}

func valuesOf(with []definitions.Assignment) []*formula.Formula {
	formulas := make([]*formula.Formula, len(with))
	for i := range with {
		formulas[i] = with[i].Value
	}
	return formulas
}

func conditionsOf(branches []definitions.Branch) []*formula.Formula {
	formulas := make([]*formula.Formula, len(branches))
	for i := range branches {
		formulas[i] = branches[i].When
	}
	return formulas
}
