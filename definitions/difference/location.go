package difference

import (
	"fmt"
	"slices"

	"waybill/definitions"
)

// location is where a step stands.
type location struct {
	place Place
	at    int
	text  string
}

// locate returns where each step of a process stands, by id.
func locate(d *definitions.Process) map[string]location {
	found := map[string]location{}
	visit(processParts(d), "", func(p part, in string) {
		for i, s := range p.steps {
			after := "at the start"
			if i > 0 {
				after = "after " + Describe(p.steps[i-1])
			}
			if in != "" {
				after += " of " + in
			}
			found[s.ID] = location{place: p.Place, at: i, text: after}
		}
	})
	return found
}

// inOrder returns all steps of a process in the order in which they are written.
func inOrder(d *definitions.Process) []*definitions.Step {
	var steps []*definitions.Step
	var walk func([]part)
	walk = func(parts []part) {
		for _, p := range parts {
			for _, s := range p.steps {
				steps = append(steps, s)
				walk(partsOf(s))
			}
		}
	}
	walk(processParts(d))
	return steps
}

// visit calls see with every block, and what it is called by people.
func visit(parts []part, of string, see func(p part, in string)) {
	for _, p := range parts {
		in := of
		switch {
		case p.Role == Steps:
		case p.label != "":
			in = fmt.Sprintf("%s %s of %s", p.Role, p.label, orProcess(of))
		default:
			in = fmt.Sprintf("%s %d of %s", p.Role, p.Index+1, orProcess(of))
		}
		see(p, in)
		for _, s := range p.steps {
			visit(partsOf(s), Describe(s), see)
		}
	}
}

func orProcess(of string) string {
	if of == "" {
		return "the process"
	}
	return of
}

// moved reports whether a step stands in another block than before, or has been passed by a neighbour.
func (w *walk) moved(old, id string) bool {
	before, after := w.beforeAt[old], w.afterAt[id]
	at, ok := w.pairing.Place(before.place)
	if !ok || at != after.place {
		return !ok && before.place.Role != Steps || ok || w.leftStep(before.place, after.place)
	}
	return slices.Contains(w.passed(before.place, after.place), id)
}

// leftStep reports whether the step around a block is another one now.
func (w *walk) leftStep(before, after Place) bool {
	around, ok := w.pairing.Step(before.Step)
	return !ok || around != after.Step || before.Role != after.Role
}

// passed returns the steps of a block that are out of their old order: all but a longest run that kept it.
func (w *walk) passed(before, after Place) []string {
	var was, is []string
	for _, s := range inOrder(w.from) {
		if id, ok := w.pairing.Step(s.ID); ok && w.beforeAt[s.ID].place == before && w.afterAt[id].place == after {
			was = append(was, id)
		}
	}
	for _, s := range inOrder(w.to) {
		if w.afterAt[s.ID].place == after && slices.Contains(was, s.ID) {
			is = append(is, s.ID)
		}
	}
	kept := longest(was, is)
	return slices.DeleteFunc(is, func(id string) bool {
		return slices.ContainsFunc(kept, func(k [2]int) bool { return was[k[0]] == id })
	})
}

// partTexts is what a branch or an event says beside its steps.
func (w *walk) partTexts(d *definitions.Process, p part) map[string]string {
	switch p.Role {
	case Branch:
		b := branchesOf(d, p.Step)[p.Index]
		return map[string]string{"when": sourceOf(b.When), "title": titleText(b.Title)}
	case Event:
		return facetMap(*eventOf(d, p.Place))
	case Arm:
		a := d.Steps[p.Step].Spec.(*definitions.FirstOf).Arms[p.Index]
		if a.Trigger == nil {
			return map[string]string{"when": sourceOf(a.When)}
		}
		m := facetMap(*a.Trigger)
		m["when"] = sourceOf(a.When)
		return m
	}
	return nil
}

func branchesOf(d *definitions.Process, step string) []definitions.Branch {
	switch spec := d.Steps[step].Spec.(type) {
	case *definitions.Choose:
		return spec.Branches
	case *definitions.Parallel:
		return spec.Branches
	}
	return nil
}

func eventOf(d *definitions.Process, at Place) *definitions.Event {
	if at.Step == "" {
		return d.Events[at.Index]
	}
	return d.Steps[at.Step].Spec.(*definitions.Stage).Events[at.Index]
}
