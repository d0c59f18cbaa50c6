package engine

import (
	"slices"
	"sort"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Fan is how far a block of branches or rounds has got.
type Fan struct {
	Total    int    `json:"total"` // members: branches that are there, or rounds
	Next     int    `json:"next"`  // the first that has not begun
	Open     int    `json:"open"`
	Finished int    `json:"finished"`
	Branches []int  `json:"branches,omitempty"` // parallel: the branches that are there
	Items    []Item `json:"items,omitempty"`    // each: the items
	// Collected are the collected values of the finished rounds.
	Collected []Collected `json:"collected,omitempty"`
	// Begun says which branches have begun, and Turn which one has the turn, where parallel offers all
	// branches and runs one at a time.
	Begun []bool `json:"begun,omitempty"`
	Turn  NodeID `json:"turn,omitempty"`
	// Over says that the block is over but for its then_each, and for its rest that is being undone.
	Over bool `json:"over,omitempty"`
	// Thens counts the open strands of then_each, Told the finished members that they were run for.
	Thens int `json:"thens,omitempty"`
	Told  int `json:"told,omitempty"`
}

// Collected is the collected value of one round.
type Collected struct {
	Index int  `json:"index"`
	Value Item `json:"value"`
}

// fanout is what parallel and each have in common.
type fanout struct {
	until  definitions.Until
	atOnce int
}

func (r *run) fanout(n *Node) fanout {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Parallel:
		return fanout{spec.Until, spec.AtOnce}
	case *definitions.Each:
		return fanout{spec.Until, spec.AtOnce}
	}
	return fanout{}
}

// update replaces the part of a node that counts its members.
func (n *Node) updateFan(update func(*Fan)) {
	f := *n.Fan
	update(&f)
	n.Fan = &f
}

// spread starts the members that may run now, and looks whether the block is over.
func (r *run) spread(n *Node) {
	rule := r.fanout(n)
	if r.offersAll(n) {
		r.offerBranches(n)
	} else {
		var begun []*Node
		idle := 0
		if rule.atOnce != 0 && n.Fan.Next < n.Fan.Total {
			idle = r.idle(n)
		}
		n.updateFan(func(f *Fan) {
			for f.Next < f.Total && (rule.atOnce == 0 || f.Open-idle < rule.atOnce) {
				begun = append(begun, r.openMember(n, f.Next))
				f.Next++
				f.Open++
			}
		})
		for _, member := range slices.Backward(begun) {
			r.push(member)
		}
	}
	r.lookAtFan(n)
}

func (r *run) openMember(n *Node, i int) *Node {
	if spec, ok := r.step(n).Spec.(*definitions.Each); ok {
		round := r.open(n, roleRound, n.Step, i)
		round.Data = Data{{Name: spec.Item, Value: n.Fan.Items[i].Value}}
		return round
	}
	return r.open(n, roleBranch, n.Step, n.Fan.Branches[i])
}

// memberOver counts a branch or a round that ended.
func (r *run) memberOver(m *Node) {
	n := r.parent(m)
	if n.Fan == nil {
		r.roundOver(n, m)
		return
	}
	collected, err := r.collect(n, m)
	if err != nil {
		r.troubleAt(m, err)
		return
	}
	r.close(m)
	n.updateFan(func(f *Fan) {
		f.leave(m)
		f.Finished++
		f.Collected = append(r.ownCollected(n, f), collected...)
	})
	r.follow(n, m)
	r.endStepWaits()
	r.lookAgainAtFan(n)
}

// ownCollected returns what a block has collected, for this run to append to: the first time it is that of the state
// which the run was given.
func (r *run) ownCollected(n *Node, f *Fan) []Collected {
	if r.collects[n.ID] {
		return f.Collected
	}
	if r.collects == nil {
		r.collects = map[NodeID]bool{}
	}
	r.collects[n.ID] = true
	return slices.Clip(f.Collected)
}

// lookAgainAtFan looks whether a block is over, and starts the members that may run now where it is not.
func (r *run) lookAgainAtFan(n *Node) {
	switch {
	case n.gone:
	case n.Fan.Over:
		r.fanMayEnd(n)
	case !r.lookAtFan(n):
		r.spread(n)
	}
}

// leave notes that a member does not run any more. A branch that was only offered does not count as open.
func (f *Fan) leave(member *Node) {
	if f.Begun != nil && !f.hasBegun(member) {
		f.begin(member)
		return
	}
	f.Open--
	if f.Turn == member.ID {
		f.Turn = 0
	}
}

// waits reports whether the block waits for more items.
func (f *Fan) waits() bool { return !f.left() && !f.Over && f.Thens == 0 }

// left reports whether some member is open or has not begun.
func (f *Fan) left() bool {
	return f.Open > 0 || f.Next < f.Total || slices.Contains(f.Begun, false)
}

func (r *run) collect(n, round *Node) ([]Collected, error) {
	spec, ok := r.step(n).Spec.(*definitions.Each)
	if !ok || spec.Collect == nil {
		return nil, nil
	}
	v, err := r.eval(spec.Collect.Value, round)
	return []Collected{{Index: round.Index, Value: Item{v}}}, err
}

// lookAtFan ends a block that is over, and reports whether it starts no more members.
func (r *run) lookAtFan(n *Node) (over bool) {
	if n.Fan.Over || n.Incident != nil {
		return true
	}
	over, err := r.isOver(n)
	if err != nil {
		r.troubleAt(n, err)
		return true
	}
	if !over {
		return false
	}
	n.updateFan(func(f *Fan) { f.Over = true })
	r.endFan(n)
	return n.gone || n.Fan.Over
}

// isOver reports whether until holds, or nothing is left to run, in then_each neither.
func (r *run) isOver(n *Node) (bool, error) {
	if n.Fan.left() {
		return r.untilHolds(n)
	}
	if open, err := r.staysOpen(n); err != nil || open {
		return false, err
	}
	r.followLast(n)
	return n.Fan.Thens == 0, nil
}

func (r *run) untilHolds(n *Node) (bool, error) {
	if n.Aside != nil {
		return false, nil
	}
	until := r.fanout(n).until
	switch until.Mode {
	case definitions.UntilAny:
		return n.Fan.Finished > 0, nil
	case definitions.UntilNone:
		return true, nil
	case definitions.UntilCount:
		return n.Fan.Finished >= until.Count, nil
	case definitions.UntilFormula:
		r.extra = Data{
			{Name: "finished", Value: value.Int(int64(n.Fan.Finished))},
			{Name: "total", Value: value.Int(int64(n.Fan.Total))},
		}
		holds, err := r.holds(until.Formula, n)
		r.extra = nil
		return holds, err
	}
	return false, nil
}

// endFan deals with the rest of a block that is over: it is withdrawn, or it runs on beside.
func (r *run) endFan(n *Node) {
	if until := r.fanout(n).until; until.Cancel && n.Fan.left() {
		under := r.withdrawMembers(n)
		n.updateFan(func(f *Fan) { f.Open, f.Next, f.Begun, f.Turn = 0, f.Total, nil, 0 })
		if until.Undo && len(under) > 0 {
			r.openUndo(n, Reversal{Under: under})
		}
	}
	r.fanMayEnd(n)
}

// withdrawMembers withdraws the open branches or rounds of a block, and returns them.
func (r *run) withdrawMembers(n *Node) []NodeID {
	var members []NodeID
	within := map[NodeID]bool{}
	inside := r.inside(n)
	for _, c := range inside {
		if within[c.ID] = within[c.Parent] || c.Parent == n.ID && c.isMember(); c.Parent == n.ID && within[c.ID] {
			members = append(members, c.ID)
		}
	}
	for _, c := range slices.Backward(inside) {
		if within[c.ID] && !c.Stray && !r.undoing(c, n) {
			r.withdrawOne(c)
		}
	}
	return members
}

// isMember reports whether n is a branch or a round of a block.
func (n *Node) isMember() bool { return n.Role == roleBranch || n.Role == roleRound }

// fanMayEnd goes on after a block whose until holds, once its then_each and the undoing of its rest are over.
func (r *run) fanMayEnd(n *Node) {
	left := n.Fan.left()
	if !left {
		r.followLast(n)
	}
	switch {
	case n.Fan.Thens > 0 || r.undoesIn(n):
	case left:
		r.setAside(n)
	default:
		r.fanOver(n)
	}
}

// undoesIn reports whether the rest of a block is being undone.
func (r *run) undoesIn(n *Node) bool {
	return slices.ContainsFunc(r.nodes, func(c *Node) bool { return !c.gone && c.Parent == n.ID && c.Role == roleUndo })
}

// fanOver goes on after a block of branches or rounds. What ran aside just ends.
func (r *run) fanOver(n *Node) {
	if n.Aside != nil {
		r.asideOver(n)
		return
	}
	r.yieldCollected(n)
	r.complete(n, nil)
}

func (r *run) yieldCollected(n *Node) {
	if n.Fan == nil {
		return
	}
	spec, ok := r.step(n).Spec.(*definitions.Each)
	if !ok || spec.Collect == nil {
		return
	}
	collected := slices.Clone(n.Fan.Collected)
	sort.Slice(collected, func(i, j int) bool { return collected[i].Index < collected[j].Index })
	values := make([]any, len(collected))
	for i, c := range collected {
		values[i] = c.Value.Value
	}
	r.yield(r.parent(n), spec.Collect.Into, values)
}
