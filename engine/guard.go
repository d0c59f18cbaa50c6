package engine

import (
	"slices"

	"waybill/definitions"
)

// openGuard opens the node that watches the while and the hold of a step, from before the step begins until
// its strand goes on; nil where the step has neither.
func (r *run) openGuard(strand *Node, step *definitions.Step) *Node {
	if step.While == nil && step.Hold == nil {
		return nil
	}
	g := r.open(strand, roleGuard, step.ID, 0)
	g.Watches = true
	r.guards = true
	return g
}

// closeGuard closes what watches the step that a strand is at.
func (r *run) closeGuard(strand *Node) {
	if !r.guards {
		return
	}
	for _, g := range r.nodes {
		if g.Role == roleGuard && g.Parent == strand.ID && !g.gone {
			r.close(g)
		}
	}
}

// startGuarded begins a step that is not skipped, and what watches it.
func (r *run) startGuarded(strand *Node, step *definitions.Step) (over bool, err error) {
	g := r.openGuard(strand, step)
	over, err = r.start(strand, step)
	switch {
	case g == nil || g.gone:
	case over:
		r.close(g)
	case err == nil:
		r.lookAtGuard(g)
	}
	return over, err
}

// lookAtGuard withdraws a step whose while does not hold any more, and makes it stand still as its hold
// says. A condition that fails stands still by itself: the step goes on meanwhile.
func (r *run) lookAtGuard(g *Node) {
	step, strand := r.step(g), r.parent(g)
	stays, err := r.holds(step.While, strand)
	if err != nil {
		r.troubleAt(g, err)
		return
	}
	if !stays {
		r.leaveGuarded(g)
		return
	}
	n := r.guarded(g)
	if step.Hold == nil || n == nil {
		return
	}
	held := false
	if r.compensationAround(strand) == nil { // undoing stands still for nothing: nobody could cancel it
		held, err = r.holds(step.Hold, strand)
	}
	switch {
	case err != nil:
		r.troubleAt(g, err)
	case held && n.Hold == nil:
		r.hold(n)
	case !held && n.Hold != nil:
		r.unhold(n)
	}
}

// guarded returns the step that a guard watches, nil where it did not come to be or something else runs in its
// place.
func (r *run) guarded(g *Node) *Node {
	for _, n := range r.nodes {
		if !n.gone && n.Parent == g.Parent && n.Role == roleStep && n.Step == g.Step && n.Aside == nil && !n.Stray && !neverBegan(n) {
			return n
		}
	}
	return nil
}

// leaveGuarded withdraws the step that is guarded. The process goes on as if it were skipped.
func (r *run) leaveGuarded(g *Node) {
	step, strand := r.step(g), r.parent(g)
	var undo []NodeID
	if step.Undo {
		undo = r.finishedSince(g)
	}
	for _, n := range slices.Clone(r.nodes) {
		if !n.gone && n.Parent == strand.ID && n.inPlace() && n.Step == step.ID && n.Aside == nil && !n.Stray {
			r.yieldCollected(n)
			r.withdraw(n)
		}
	}
	r.passOver(strand, undo)
}

// finishedSince returns the finished steps in the step of a guard, or it itself, that could be undone.
func (r *run) finishedSince(g *Node) []NodeID {
	var found []NodeID
	for _, f := range r.s.Done {
		if f.ID > g.ID && (g.Parent == rootID || slices.Contains(f.Path, g.Parent)) && contains(definitions.Block{r.step(g)}, f.Step) {
			found = append(found, f.ID)
		}
	}
	return found
}
