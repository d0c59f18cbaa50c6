package engine

import (
	"slices"

	"waybill/definitions"
)

// startParallel starts the branches whose conditions hold, as many at once as it says.
func (r *run) startParallel(strand *Node, step *definitions.Step, spec *definitions.Parallel) error {
	fan := Fan{}
	for i := range spec.Branches {
		holds, err := r.holds(spec.Branches[i].When, strand)
		if err != nil {
			return err
		}
		if holds {
			fan.Branches = append(fan.Branches, i)
		}
	}
	fan.Total = len(fan.Branches)
	n := r.openStep(strand, step)
	if spec.AtOnce == 1 {
		fan.Begun = make([]bool, fan.Total)
		fan.Next = fan.Total
	}
	n.Fan = &fan
	n.Watches = spec.Until.Mode == definitions.UntilFormula
	r.record(FactBegan, n.ID, step.ID, nil)
	r.spread(n)
	return nil
}

// offersAll reports whether the branches of n run one at a time, in any order.
func (r *run) offersAll(n *Node) bool { return n.Fan.Begun != nil }

// offerBranches offers all branches that have not had the turn: the first in order that begins by
// itself has the turn at once; if all begin with a task, their tasks are open until one is claimed.
func (r *run) offerBranches(n *Node) {
	if n.Fan.Turn != 0 || r.hasOffered(n) {
		return
	}
	var offered []int
	for i, begun := range n.Fan.Begun {
		if begun {
			continue
		}
		if !r.beginsWithTask(n, i) {
			branch := r.openMember(n, i)
			r.giveTurn(n, branch)
			r.push(branch)
			return
		}
		offered = append(offered, i)
	}
	branches := make([]*Node, len(offered))
	for k, i := range offered {
		branches[k] = r.openMember(n, i)
	}
	for _, branch := range slices.Backward(branches) {
		r.push(branch)
	}
}

// beginsWithTask reports whether the first step of the ith branch that is not skipped is a person's.
func (r *run) beginsWithTask(n *Node, i int) bool {
	branch := r.step(n).Spec.(*definitions.Parallel).Branches[n.Fan.Branches[i]]
	for _, step := range branch.Steps {
		if there, err := r.isThere(step, n); err != nil || !there {
			continue
		}
		return step.Kind() == definitions.KindTask || step.Kind() == definitions.KindApprove
	}
	return false
}

// takeTurn is called when somebody takes a task.
func (r *run) takeTurn(task *Node) {
	strand := r.parent(task)
	if task.Role == roleSeat {
		strand = r.parent(strand)
	}
	r.haveTurn(strand)
}

// haveTurn gives the turn to a branch that was only offered, because its first task is taken or it goes
// on in another way. The tasks of the other branches are withdrawn until it is over.
func (r *run) haveTurn(branch *Node) {
	if branch.Role != roleBranch {
		return
	}
	n := r.parent(branch)
	if !r.offersAll(n) || n.Fan.Turn != 0 {
		return
	}
	r.giveTurn(n, branch)
	for _, other := range r.inside(n) {
		if other.Parent == n.ID && other.isMember() && other != branch && !n.Fan.hasBegun(other) {
			r.withdraw(other)
		}
	}
}

// hasOffered reports whether branches of n are open that have not had the turn.
func (r *run) hasOffered(n *Node) bool {
	return slices.ContainsFunc(r.nodes, func(m *Node) bool {
		return !m.gone && m.Parent == n.ID && m.isMember() && !n.Fan.hasBegun(m)
	})
}

func (r *run) giveTurn(n, branch *Node) {
	n.updateFan(func(f *Fan) {
		if !f.hasBegun(branch) {
			f.begin(branch)
			f.Open++
		}
		f.Turn = branch.ID
	})
}

// begin notes that a branch has had, or has, the turn.
func (f *Fan) begin(branch *Node) {
	f.Begun = slices.Clone(f.Begun)
	f.Begun[slices.Index(f.Branches, branch.Index)] = true
}

// hasBegun reports whether a branch has had, or has, the turn.
func (f *Fan) hasBegun(branch *Node) bool { return f.Begun[slices.Index(f.Branches, branch.Index)] }
