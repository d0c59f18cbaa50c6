package engine

import (
	"slices"

	"waybill/definitions"
)

// cancelSteps withdraws what runs in the steps that a cancel names, and reports whether the strand goes on
// at once. Where one of them is around the cancel, the process goes on after that block. In a compensation it
// reaches only what stands in there.
func (r *run) cancelSteps(strand *Node, step *definitions.Step, spec *definitions.Cancel) (over bool) {
	n := r.instant(strand, step)
	r.record(FactFinished, n.ID, step.ID, map[string]any{"steps": list(spec.Steps)})
	var undo []NodeID
	if spec.Undo && r.compensationAround(strand) == nil {
		undo = r.finishedIn(spec.Steps)
	}
	r.finished(&n, strand, step)
	around := r.cancelPlaces(strand, spec.Steps)
	for _, id := range spec.Steps {
		r.skipAhead(strand, id)
	}
	if around != nil {
		r.leaveOpen(around, undo)
		return false
	}
	if len(undo) == 0 {
		return true
	}
	r.passOver(strand, undo)
	return false
}

// leaveOpen withdraws an open step; its strand goes on as if it were skipped, after what is to be undone of it.
// After what runs aside nothing goes on.
func (r *run) leaveOpen(n *Node, undo []NodeID) {
	strand := r.parent(n)
	if n.Aside == nil {
		r.yieldCollected(n)
		r.withdraw(n)
		r.passOver(strand, undo)
		return
	}
	r.withdraw(n)
	if len(undo) > 0 {
		r.openUndo(r.root(), Reversal{Only: undo}).Stray = true
	}
	r.baseMayBeOver(strand)
}

// cancelPlaces withdraws what stands in the places of steps, each of whose strands goes on, and returns the
// outermost of them that is around the cancel itself, which it leaves.
func (r *run) cancelPlaces(strand *Node, steps []string) (around *Node) {
	within := r.compensationAround(strand)
	for _, n := range slices.Clone(r.nodes) {
		if n.gone || n.Stray || !n.inPlace() || !slices.Contains(steps, n.Step) || r.compensationAround(n) != within {
			continue
		}
		switch {
		case n.Aside != nil && !r.isAround(n, strand):
			r.withdraw(n)
			r.baseMayBeOver(r.parent(n))
		case !r.isAround(n, strand):
			r.leavePlace(n)
		case around == nil:
			around = n
		}
	}
	return around
}

// inPlace reports whether n is a step, or what runs in the place of one: a handler of its errors, or an
// event that interrupted it.
func (n *Node) inPlace() bool {
	return n.Step != "" && (n.Role == roleStep || n.Role == roleHandler || n.Role == roleEvent)
}

// leavePlace withdraws what stands in the place of a step. Its strand goes on as if the step were skipped; a
// running each keeps its finished rounds.
func (r *run) leavePlace(n *Node) {
	strand := r.parent(n)
	if n.Role == roleEvent && strand.Step == n.Step && strand.Role == roleStep {
		return // it runs beside the stage, and the stage is withdrawn with it
	}
	r.yieldCollected(n)
	r.withdraw(n)
	r.passOver(strand, nil)
}

// passOver goes on in a strand after a step that was withdrawn, as soon as what is to be undone of it is.
// An arm whose own step is withdrawn is out.
func (r *run) passOver(strand *Node, undo []NodeID) {
	switch {
	case strand.Role == roleArm && strand.At < 0:
		if len(undo) > 0 {
			r.openUndo(r.root(), Reversal{Only: undo}).Stray = true
		}
		r.dropArm(strand)
	case len(undo) == 0:
		r.proceed(strand)
	default:
		r.haveTurn(strand)
		r.closeGuard(strand)
		strand.At++
		r.openUndo(strand, Reversal{Only: undo})
	}
}

// dropArm withdraws an arm of first_of; without one left, the process goes on after it.
func (r *run) dropArm(arm *Node) {
	n := r.parent(arm)
	r.withdraw(arm)
	if len(r.inside(n)) == 0 {
		r.complete(n, nil)
	}
}

// finishedIn returns the finished steps, in these steps or they themselves, that could be undone.
func (r *run) finishedIn(steps []string) []NodeID {
	var named definitions.Block
	for _, id := range steps {
		named = append(named, r.d.Steps[id])
	}
	var found []NodeID
	for _, f := range r.s.Done {
		if contains(named, f.Step) {
			found = append(found, f.ID)
		}
	}
	return found
}

// skipAhead notes in every block that is open that a step is to be skipped where the block has not reached
// it yet.
func (r *run) skipAhead(strand *Node, step string) {
	within := r.compensationAround(strand)
	for _, n := range r.nodes {
		if !n.gone && !n.Stray && r.compensationAround(n) == within && r.isAhead(n, step) && !slices.Contains(n.Skips, step) {
			n.Skips = append(slices.Clip(n.Skips), step)
			r.skips = true
		}
	}
}

// isAhead reports whether n may still come to a step, by itself and not in something open inside it.
func (r *run) isAhead(n *Node, step string) bool {
	if strand(r.d, n) || n.Role == roleArm {
		if i := position(r.block(n), step); i >= 0 {
			return i > n.At || i == n.At && !r.holdsBegun(n)
		}
	}
	if n.Fan != nil {
		return r.memberAhead(n, step)
	}
	for _, event := range r.eventsOf(n) {
		if contains(event.Steps, step) {
			return true
		}
	}
	return false
}

// holdsBegun reports whether something inside a strand has begun that may come to steps by itself.
func (r *run) holdsBegun(strand *Node) bool {
	return slices.ContainsFunc(r.nodes, func(c *Node) bool {
		return !c.gone && c.Parent == strand.ID && c.Role != roleListener && c.Role != roleGuard && !neverBegan(c)
	})
}

// memberAhead reports whether a branch or round that has not begun, or what follows each of them, has a step.
func (r *run) memberAhead(n *Node, step string) bool {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Parallel:
		return r.unbegun(n, spec, step) || spec.ThenEach != nil && contains(spec.ThenEach.Steps, step)
	case *definitions.Each:
		more := n.Fan.Next < n.Fan.Total || spec.OpenUntil != nil
		return more && contains(spec.Steps, step) || spec.ThenEach != nil && contains(spec.ThenEach.Steps, step)
	}
	return false
}

// eventsOf returns the events that listen beside a process or a stage.
func (r *run) eventsOf(n *Node) []*definitions.Event {
	if n.Role == roleProcess {
		return r.d.Events
	}
	if n.Role != roleStep {
		return nil
	}
	if stage, ok := r.step(n).Spec.(*definitions.Stage); ok {
		return stage.Events
	}
	return nil
}

// isSkipped reports whether a cancel named a step before it was reached.
func (r *run) isSkipped(strand *Node, step *definitions.Step) bool {
	if !r.skips || !step.Named {
		return false
	}
	for n := strand; n != nil; n = r.parent(n) {
		if slices.Contains(n.Skips, step.ID) {
			return true
		}
	}
	return false
}
