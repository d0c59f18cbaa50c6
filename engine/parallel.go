package engine

import "waybill/definitions"

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
	if n.Fan.Turn != 0 {
		return
	}
	var offered []int
	for i, begun := range n.Fan.Begun {
		if begun {
			continue
		}
		if !r.beginsWithTask(n, i) {
			r.giveTurn(n, r.open(n, roleBranch, n.Step, n.Fan.Branches[i]), i)
			return
		}
		offered = append(offered, i)
	}
	for _, i := range offered {
		r.advance(r.open(n, roleBranch, n.Step, n.Fan.Branches[i]))
	}
}

func (r *run) giveTurn(n, branch *Node, i int) {
	n.updateFan(func(f *Fan) {
		f.Begun = append([]bool(nil), f.Begun...)
		f.Begun[i] = true
		f.Turn = branch.ID
		f.Open = 1
	})
	r.push(branch)
}

// beginsWithTask reports whether the first step of the ith branch that is not skipped is a person's.
func (r *run) beginsWithTask(n *Node, i int) bool {
	branch := r.step(n).Spec.(*definitions.Parallel).Branches[n.Fan.Branches[i]]
	for _, step := range branch.Steps {
		if holds, err := r.holds(step.When, n); err != nil || !holds {
			continue
		}
		return step.Kind() == definitions.KindTask || step.Kind() == definitions.KindApprove
	}
	return false
}

// takeTurn is called when somebody takes a task. Where it stands in a branch that is only offered, the
// branch has the turn from now on, and the tasks of the others are withdrawn until it is over.
func (r *run) takeTurn(task *Node) {
	branch := r.parent(task)
	if task.Role == roleSeat {
		branch = r.parent(branch)
	}
	if branch.Role != roleBranch {
		return
	}
	n := r.parent(branch)
	if n.Fan == nil || !r.offersAll(n) || n.Fan.Turn != 0 {
		return
	}
	for i, b := range n.Fan.Branches {
		if b != branch.Index {
			continue
		}
		n.updateFan(func(f *Fan) {
			f.Begun = append([]bool(nil), f.Begun...)
			f.Begun[i] = true
			f.Turn = branch.ID
			f.Open = 1
		})
	}
	for _, other := range r.inside(n) {
		if other.Parent == n.ID && other != branch {
			r.withdraw(other)
		}
	}
}
