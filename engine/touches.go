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
	names := append([]string{step.ID}, yieldedByTriggers(step)...)
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
		if spec.Message != nil {
			names = append(names, spec.Message.Result)
		}
	}
	return names
}

// yieldedByTriggers returns the names of what a step's arms and events are told.
func yieldedByTriggers(step *definitions.Step) []string {
	var names []string
	await := func(t *definitions.Trigger) {
		if t != nil && t.Message != nil {
			names = append(names, t.Message.Result)
		}
	}
	switch spec := step.Spec.(type) {
	case *definitions.FirstOf:
		for _, arm := range spec.Arms {
			await(arm.Trigger)
		}
	case *definitions.Stage:
		for _, e := range spec.Events {
			await(&e.Trigger)
		}
	}
	return names
}
