package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// changes looks at every condition that reads process data written since they were last looked at, or asks
// about a step that began or ended since then, and reports whether there was any of these.
func (r *run) changes() bool {
	if len(r.changed) == 0 && len(r.stepped) == 0 || !r.s.PausedAt.IsZero() {
		return false
	}
	var affected []*Node
	for _, n := range r.nodes {
		if n.Watches && !n.gone && slices.ContainsFunc(r.conditions(n), r.isAffected) {
			affected = append(affected, n)
		}
	}
	r.changed, r.stepped = r.changed[:0], r.stepped[:0]
	r.lookAgain(affected)
	return true
}

func (r *run) isAffected(f *formula.Formula) bool {
	for _, name := range f.Reads() {
		if slices.Contains(r.changed, name) {
			return true
		}
	}
	for _, step := range f.Asks() {
		if slices.Contains(r.stepped, step) {
			return true
		}
	}
	return false
}

// recheckClock looks at all conditions, because time went on or a pause is over.
func (r *run) recheckClock() {
	r.lookAgain(slices.DeleteFunc(slices.Clone(r.nodes), func(n *Node) bool { return !n.Watches }))
}

func (r *run) lookAgain(nodes []*Node) {
	for _, n := range nodes {
		if !n.gone && n.Watches && n.Incident == nil {
			r.lookAtNode(n)
		}
	}
}

// conditions returns the formulas that a watching node waits on.
func (r *run) conditions(n *Node) []*formula.Formula {
	switch n.Role {
	case roleListener:
		return conditionOf(&r.event(n).Trigger)
	case roleArm:
		return conditionOf(r.step(n).Spec.(*definitions.FirstOf).Arms[n.Index].Trigger)
	case roleGuard:
		return some(r.step(n).While, r.step(n).Hold)
	}
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Wait:
		if spec.Message != nil {
			return some(spec.Message.Key)
		}
		return some(spec.Until)
	case *definitions.Parallel:
		return some(spec.Until.Formula)
	case *definitions.Each:
		return some(spec.List, spec.Until.Formula, spec.OpenUntil)
	}
	return nil
}

// conditionOf returns what a trigger waits on before it listens, or before it happens.
func conditionOf(t *definitions.Trigger) []*formula.Formula {
	if t.Message != nil {
		return some(t.Message.Key)
	}
	return some(t.Becomes)
}

func some(formulas ...*formula.Formula) []*formula.Formula {
	return slices.DeleteFunc(formulas, func(f *formula.Formula) bool { return f == nil })
}

// lookAtNode looks whether what a node watches for has come.
func (r *run) lookAtNode(n *Node) {
	switch n.Role {
	case roleListener:
		if r.event(n).Trigger.Becomes != nil {
			r.lookAtBecomes(n)
			return
		}
		r.lookAtListener(n)
		return
	case roleGuard:
		r.lookAtGuard(n)
		return
	case roleArm:
		t := r.step(n).Spec.(*definitions.FirstOf).Arms[n.Index].Trigger
		if t.Becomes == nil {
			r.lookAtKey(n, t.Message)
		} else if err := r.lookAtArm(n, t.Becomes); err != nil {
			r.troubleAt(n, err)
		}
		return
	}
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Wait:
		if spec.Message != nil {
			r.lookAtKey(n, spec.Message)
			return
		}
		r.lookAtWait(n, spec)
	case *definitions.Parallel:
		r.lookAgainAtFan(n)
	case *definitions.Each:
		if err := r.join(n, spec); err != nil {
			r.troubleAt(n, err)
			return
		}
		r.lookAgainAtFan(n)
	}
}

func (r *run) lookAtKey(n *Node, a *definitions.Await) {
	heard, err := r.hear(a, n)
	if err != nil {
		r.troubleAt(n, err)
		return
	}
	if heard.Ready {
		n.Listen, n.Watches = heard, false
		r.do(n.subscription())
	}
}
