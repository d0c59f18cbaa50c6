package engine

import (
	"slices"
	"time"

	"waybill/definitions"
)

// Hold says that a step stands still.
type Hold struct {
	Since time.Time `json:"since"`
}

func (r *run) hold(n *Node) {
	n.Hold = &Hold{Since: r.e.At}
	r.holding++
	r.record(FactHeld, n.ID, n.Step, nil)
}

// unhold lets a step go on that stood still. What was left of its deadlines when that began is left now.
func (r *run) unhold(n *Node) {
	since := n.Hold.Since
	n.Hold = nil
	r.holding--
	r.record(FactUnheld, n.ID, n.Step, nil)
	until := r.e.At
	if outer := r.heldBy(n); outer != nil {
		until = outer.Hold.Since // from then on they stand still because of that
	}
	r.thaw(n, since, until)
}

// leaveHolds lets a block go on that has left the steps around it, of which some stand still.
func (r *run) leaveHolds(n, strand *Node) {
	var since time.Time
	for p := strand; p != nil && p.Role != roleCompensation; p = r.parent(p) {
		if p.Hold != nil && (since.IsZero() || p.Hold.Since.Before(since)) {
			since = p.Hold.Since
		}
	}
	if !since.IsZero() {
		r.thaw(n, since, r.e.At)
	}
}

// thaw lets n go on, and what is inside it, after they stood still from since until until.
func (r *run) thaw(n *Node, since, until time.Time) {
	for _, c := range append([]*Node{n}, r.inside(n)...) {
		switch inner := r.heldBy(c); {
		case c.Hold != nil:
			c.Hold = &Hold{Since: earlier(c.Hold.Since, since)}
		case inner != nil && inner.ID >= n.ID: // it stands still because of that, and has done so since
		default:
			r.shift(c, later(since, c.Since), until)
		}
		if c.Parked && r.heldBy(c) == nil {
			r.push(c)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// shift moves the deadlines of a node that stood still. Those at a fixed time stay, and waits go on anyway.
func (r *run) shift(n *Node, from, to time.Time) {
	if len(n.Timers) == 0 || n.waitsForTime() || !to.After(from) {
		return
	}
	timers := slices.Clone(n.Timers)
	for i, t := range timers {
		switch {
		case t.Fixed || !t.Due.After(from):
		case t.Working:
			timers[i].Due = r.workLeft(t, from, to)
		default:
			timers[i].Due = t.Due.Add(to.Sub(from))
		}
	}
	r.setClock(n, timers)
}

// heldBy returns the innermost node, n or one around it, that stands still because of its hold, or nil.
// Undoing does not stand still.
func (r *run) heldBy(n *Node) *Node {
	if r.holding == 0 {
		return nil
	}
	for ; n != nil && n.Role != roleCompensation; n = r.parent(n) {
		if n.Hold != nil {
			return n
		}
	}
	return nil
}

// parks reports whether a strand stands still before a step. Waits and set go on.
func (r *run) parks(strand *Node, step *definitions.Step) bool {
	switch step.Kind() {
	case definitions.KindWait, definitions.KindSet:
		return false
	}
	return r.heldBy(strand) != nil
}

// waitsForTime reports whether n is a wait, whose time a hold does not stop.
func (n *Node) waitsForTime() bool {
	return n.Role == roleStep && len(n.Timers) > 0 && n.Timers[0].What == timerAfter
}

// frozen returns the nodes whose timers stand still because of a hold; nil where nothing is held.
func frozen(nodes []*Node) map[NodeID]bool {
	var still map[NodeID]bool
	for _, n := range nodes { // a node comes after those around it
		if n.gone || n.Role == roleCompensation || n.Hold == nil && !still[n.Parent] {
			continue
		}
		if still == nil {
			still = map[NodeID]bool{}
		}
		still[n.ID] = true
	}
	return still
}
