package engine

import (
	"slices"

	"waybill/definitions"
)

// Touches returns the names of process data that a step itself reads or yields, sorted: what its rows of
// the history may tell of. The steps inside it have names of their own.
func Touches(step *definitions.Step) []string {
	names := yielded(step)
	for _, f := range append(formulasOf(step), step.When, step.While, step.Hold) {
		if f != nil {
			names = append(names, f.Reads()...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// yielded returns the names under which a step's own results may become process data.
func yielded(step *definitions.Step) []string {
	names := []string{step.ID}
	await := func(a *definitions.Await) {
		if a != nil {
			names = append(names, a.Result)
		}
	}
	switch spec := step.Spec.(type) {
	case *definitions.Set:
		for _, v := range spec.Values {
			names = append(names, v.Name)
		}
	case *definitions.Do:
		names = append(names, spec.Result)
	case *definitions.Each:
		if spec.Collect != nil {
			names = append(names, spec.Collect.Into)
		}
	case *definitions.Wait:
		await(spec.Message)
	case *definitions.FirstOf:
		for _, arm := range spec.Arms {
			if arm.Trigger != nil {
				await(arm.Trigger.Message)
			}
		}
	case *definitions.Stage:
		for _, e := range spec.Events {
			await(e.Trigger.Message)
		}
	}
	return names
}
