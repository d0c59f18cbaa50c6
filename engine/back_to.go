package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Back counts how often a back_to has led back in a strand.
type Back struct {
	Step  string `json:"step"` // the back_to
	To    string `json:"to"`
	Times int    `json:"times"`
	// From is the first id that was given after it last led back.
	From NodeID `json:"from"`
}

// goBack leaves to an earlier step of a block around it: everything begun after that is withdrawn, and
// the block goes on from there.
func (r *run) goBack(strand *Node, step *definitions.Step, spec *definitions.BackTo) error {
	block, at := r.behind(strand, spec.Step)
	if block == nil || block.Role == roleProcess && r.s.Cancelling != nil {
		return &standstill{Code: "no_way_back", Text: spec.Step + " is not around it any more"}
	}
	times := block.wentBack(step.ID)
	if times >= spec.AtMost {
		return &BusinessError{Code: definitions.ErrTooManyRounds, Text: "it has gone back to " + spec.Step + " as often as it may"}
	}
	n := r.instant(strand, step)
	r.record(FactFinished, n.ID, step.ID, map[string]any{"to": spec.Step, "times": value.Int(int64(times) + 1)})
	var undo []NodeID
	if spec.Undo {
		undo = r.finishedAfter(block, at, spec.Step)
	}
	r.finished(&n, strand, step)
	r.withdrawAfter(block, at, spec.Step, strand)
	block.Backs = append(slices.DeleteFunc(slices.Clone(block.Backs), func(b Back) bool { return b.Step == step.ID }),
		Back{Step: step.ID, To: spec.Step, Times: times + 1, From: r.s.Next})
	block.Skips = nil
	r.haveTurn(block)
	if len(undo) > 0 {
		r.openUndo(block, Reversal{Only: undo})
		return nil
	}
	r.goOn(block)
	return nil
}

// behind finds the strand around n whose block has the step that is called id, and the place of the step
// in it; nil where there is none. The place of an arm's own task is -1.
func (r *run) behind(n *Node, id string) (*Node, int) {
	for ; n != nil; n = r.outside(n) {
		at := slices.IndexFunc(r.block(n), func(s *definitions.Step) bool { return s.ID == id })
		if at >= 0 && strand(r.d, n) {
			return n, at
		}
		if n.Role == roleArm && r.armName(n) == id {
			return n, -1
		}
		if n.Role == roleCompensation {
			break
		}
	}
	return nil, 0
}

// outside returns what is around a node: of what runs aside, the innermost that is open of all that was.
func (r *run) outside(n *Node) *Node {
	if n.Aside != nil {
		for _, id := range slices.Backward(n.Aside.Path) {
			if around := r.node(id); around != nil {
				return around
			}
		}
	}
	return r.parent(n)
}

func (n *Node) wentBack(step string) int {
	for _, b := range n.Backs {
		if b.Step == step {
			return b.Times
		}
	}
	return 0
}

// goOn lets a strand go on from the step it is at. An arm that has not won begins its own step.
func (r *run) goOn(strand *Node) {
	if strand.Role != roleArm || strand.At >= 0 {
		r.push(strand)
		return
	}
	if err := r.openArm(strand, &r.step(strand).Spec.(*definitions.FirstOf).Arms[strand.Index]); err != nil {
		r.troubleAt(strand, err)
	}
}

// turnedBack returns the first id that was given in a strand since it last went back to a place or to
// one before it.
func (r *run) turnedBack(strand *Node, at int) NodeID {
	from := strand.ID + 1
	for _, b := range strand.Backs {
		if position(r.block(strand), b.To) <= at {
			from = max(from, b.From)
		}
	}
	return from
}

// position returns the place in a block of the step that is called id, or has it inside; -1 for none.
func position(block definitions.Block, id string) int {
	return slices.IndexFunc(block, func(s *definitions.Step) bool { return contains(definitions.Block{s}, id) })
}

// finishedAfter returns the finished steps of a strand from a place on that could be undone.
func (r *run) finishedAfter(strand *Node, at int, target string) []NodeID {
	var found []NodeID
	for _, f := range r.s.Done {
		if strand.ID != rootID && !slices.Contains(f.Path, strand.ID) && !slices.Contains(f.Beside, strand.ID) {
			continue
		}
		if r.isAfter(strand, at, target, f.Step, f.ID) {
			found = append(found, f.ID)
		}
	}
	return found
}

// isAfter reports whether a step in a strand, begun under an id, comes after the place that the strand
// goes back to. What belongs to an event of the block does if it began later.
func (r *run) isAfter(strand *Node, at int, target, step string, id NodeID) bool {
	from := r.turnedBack(strand, at)
	if i := position(r.block(strand), step); i >= 0 {
		return i >= at && id >= from
	}
	return id >= max(from, r.s.markOf(target).Node)
}

// withdrawAfter withdraws everything in a strand that began after the place it goes back to, and moves it
// there. from is where the back_to stands.
func (r *run) withdrawAfter(strand *Node, at int, target string, from *Node) {
	var after []*Node
	for _, n := range r.nodes {
		beside := n.Aside != nil && slices.Contains(n.Aside.Path, strand.ID)
		if n.gone || n.Stray || n.Role == roleListener || n.Parent != strand.ID && !beside {
			continue
		}
		stays := n.Aside != nil || n.Role == roleEvent && n.Step == strand.Step
		if !stays || r.isAfter(strand, at, target, n.Step, n.ID) || r.wasAround(n, from) {
			after = append(after, n)
		}
	}
	r.moveTo(strand, at)
	for _, n := range after {
		r.withdraw(n)
	}
	for _, l := range r.inside(strand) {
		if l.Role == roleListener && l.Parent == strand.ID && l.Listen.Busy != 0 && r.node(l.Listen.Busy) == nil {
			r.nextArrival(l)
		}
	}
}

// moveTo lets a strand go on at another place, but not yet, even if it was about to go on where it was.
func (r *run) moveTo(strand *Node, at int) {
	strand.At, strand.Parked = at, false
	r.agenda = slices.DeleteFunc(r.agenda, func(id NodeID) bool { return id == strand.ID })
}

// wasAround is isAround also for what ran aside from inside n.
func (r *run) wasAround(outer, n *Node) bool {
	for ; n != nil; n = r.parent(n) {
		if n == outer || n.Aside != nil && slices.Contains(n.Aside.Path, outer.ID) {
			return true
		}
	}
	return false
}

// isAround reports whether n is, or is inside, a node.
func (r *run) isAround(outer, n *Node) bool {
	for ; n != nil; n = r.parent(n) {
		if n == outer {
			return true
		}
	}
	return false
}
