package engine

import (
	"slices"

	"waybill/definitions"
)

// lookAtStepWaits looks at the waits for steps of branches beside them, and reports whether one is over or
// has given a place to others.
func (r *run) lookAtStepWaits() (moved bool) {
	if r.endStepWaits() {
		return true
	}
	next := r.s.Next
	for _, n := range r.nodes {
		if !n.gone && r.isStepWait(n) {
			r.givePlaces(n)
		}
	}
	return r.s.Next != next
}

// endStepWaits ends the waits for steps that are over, and reports whether there was one.
func (r *run) endStepWaits() (moved bool) {
	for _, n := range r.nodes {
		if !n.gone && r.isStepWait(n) {
			r.lookAtWait(n, r.step(n).Spec.(*definitions.Wait))
			moved = moved || n.gone
		}
	}
	return moved
}

func (r *run) isStepWait(n *Node) bool {
	if !n.Watches || n.Role != roleStep {
		return false
	}
	spec, ok := r.step(n).Spec.(*definitions.Wait)
	return ok && len(spec.Steps) > 0
}

// givePlaces gives back the at_once places of the branches and rounds around a wait in which nothing else
// goes on.
func (r *run) givePlaces(wait *Node) {
	for m := wait; m != nil; m = r.parent(m) {
		n := r.limited(m)
		if n == nil || !r.isIdle(m) {
			continue
		}
		if n.Fan.Turn == m.ID {
			n.updateFan(func(f *Fan) { f.Turn = 0 })
		}
		if !n.Fan.Over {
			r.spread(n)
		}
	}
}

// limited returns the block of branches or rounds that m is one of, where not all may run at once, or nil.
func (r *run) limited(m *Node) *Node {
	if !m.isMember() {
		return nil
	}
	if n := r.parent(m); n.Fan != nil && r.fanout(n).atOnce != 0 {
		return n
	}
	return nil
}

// takePlaces reports whether all branches and rounds around a wait that is over may go on. They have the
// turn then, where one at a time has it.
func (r *run) takePlaces(wait *Node) bool {
	for m := wait; m != nil; m = r.parent(m) {
		n := r.limited(m)
		if n == nil || n.Fan.Turn == m.ID {
			continue
		}
		if n.Fan.Turn != 0 || n.Fan.Open-r.idle(n) >= r.fanout(n).atOnce {
			return false
		}
	}
	for m := wait; m != nil; m = r.parent(m) {
		if r.limited(m) != nil {
			r.haveTurn(m)
		}
	}
	return true
}

// idle counts the members of a block in which nothing goes on but waits for steps.
func (r *run) idle(n *Node) int {
	if !slices.ContainsFunc(r.nodes, func(w *Node) bool { return !w.gone && r.isStepWait(w) }) {
		return 0
	}
	count := 0
	for _, m := range r.nodes {
		if !m.gone && m.Parent == n.ID && m.isMember() && r.isIdle(m) {
			count++
		}
	}
	return count
}

func (r *run) isIdle(member *Node) bool {
	waits := false
	for _, n := range r.inside(member) {
		switch {
		case n.Role == roleListener || n.Role == roleGuard:
		case r.isStepWait(n):
			waits = true
		case n.Incident != nil || !r.runsInside(n):
			return false
		}
	}
	return waits
}

// runsInside reports whether something is open inside n that is more than listening.
func (r *run) runsInside(n *Node) bool {
	for _, c := range r.nodes {
		if c.Parent == n.ID && !c.gone && c.Role != roleListener && c.Role != roleGuard {
			return true
		}
	}
	return false
}

// settled reports whether a step of a branch beside n has finished or can no longer come.
func (r *run) settled(n *Node, step string) bool {
	for p := r.parent(n); p != nil; p = r.parent(p) {
		if p.Fan == nil {
			continue
		}
		if m := r.s.markOf(step); m.Done && m.Node > p.ID {
			return true
		}
		for _, member := range r.inside(p) {
			if member.Parent == p.ID && r.mayCome(member, step) {
				return false
			}
		}
		if spec, ok := r.step(p).Spec.(*definitions.Parallel); ok && r.unbegun(p, spec, step) {
			return false
		}
	}
	return true
}

// unbegun reports whether the step stands in a branch of p that has not begun yet.
func (r *run) unbegun(p *Node, spec *definitions.Parallel, step string) bool {
	for i, branch := range p.Fan.Branches {
		begun := i < p.Fan.Next
		if r.offersAll(p) {
			begun = p.Fan.Begun[i]
		}
		if !begun && contains(spec.Branches[branch].Steps, step) {
			return true
		}
	}
	return false
}

// mayCome reports whether a strand, or something inside it, may still come to a step or is at it.
func (r *run) mayCome(strand *Node, step string) bool {
	block := r.block(strand)
	for i := strand.At + 1; i < len(block); i++ {
		if contains(block[i:i+1], step) {
			return true
		}
	}
	if strand.Role == roleRound && r.step(strand).Kind() == definitions.KindRepeat && contains(block, step) {
		return true
	}
	for _, c := range r.inside(strand) {
		if c.Parent != strand.ID {
			continue
		}
		if c.Step == step || c.Role == roleStep && c.Fan != nil && contains(definitions.Block{r.step(c)}, step) {
			return true
		}
		if r.mayComeInside(c, step) {
			return true
		}
	}
	return false
}

func (r *run) mayComeInside(n *Node, step string) bool {
	if n.Role != roleStep {
		return r.mayCome(n, step)
	}
	switch r.step(n).Kind() {
	case definitions.KindStage, definitions.KindChoose:
		return r.mayCome(n, step)
	}
	for _, c := range r.inside(n) {
		if c.Parent == n.ID && r.mayCome(c, step) {
			return true
		}
	}
	return false
}

// contains reports whether a block holds the step called id, however deep.
func contains(block definitions.Block, id string) bool {
	for _, step := range block {
		if step.ID == id {
			return true
		}
		for inner := range step.Blocks() {
			if contains(inner, id) {
				return true
			}
		}
	}
	return false
}
