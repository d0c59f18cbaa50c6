package engine

import (
	"slices"

	"waybill/definitions"
)

// stopCall tells a remote call to stop. Where its success would have to be undone, the node stays as
// a stray until the answer.
func (r *run) stopCall(n *Node) (stays bool) {
	r.do(CancelCall{Wait: n.ID})
	if n.ID >= r.first || !r.undoable(n) {
		return false
	}
	r.stray(n)
	return true
}

// stopChild tells a sub-process to undo itself and end. The node stays as a stray until it has.
func (r *run) stopChild(n *Node) (stays bool) {
	if n.ID >= r.first {
		return false
	}
	r.do(CancelChild{Wait: n.ID})
	r.stray(n)
	return true
}

func (r *run) stray(n *Node) {
	if n.Role != roleUndo {
		r.record(FactWithdrawn, n.ID, n.Step, nil)
		n.Data = r.readBy(r.step(n).Compensation, n)
	}
	n.Path = r.pathOf(n)
	n.Parent = r.root().ID
	n.Stray = true
	n.Timers = nil
}

// pathOf returns the nodes around n, the outermost first, the process left out.
func (r *run) pathOf(n *Node) []NodeID {
	var path []NodeID
	for p := r.parent(n); p != nil && p.Parent != 0; p = r.parent(p) {
		path = append(path, p.ID)
	}
	slices.Reverse(path)
	return path
}

// strays reports whether something withdrawn has not said its last word.
func (r *run) strays() bool {
	for _, n := range r.nodes {
		if n.Stray && !n.gone {
			return true
		}
	}
	return false
}

// strayAnswered takes the answer to a call that was withdrawn: if it succeeded all the same, it is undone at once.
func (r *run) strayAnswered(n *Node, b Answered) {
	if b.Error != nil {
		r.strayGone(n)
		return
	}
	result, err := r.readAnswer(n, b.Result)
	if err != nil {
		result = b.Result // nothing waits for it but what undoes it
	}
	call := *n.Call
	call.Result = result
	if spec := r.step(n).Spec.(*definitions.Do); spec.Result != "" {
		n.Data = n.Data.With(spec.Result, result)
	}
	r.record(FactFinished, n.ID, n.Step, map[string]any{"action": call.Action, "with": map[string]any(call.Input), "result": result})
	entry, _ := r.memory(&Node{ID: n.ID, Step: n.Step, Call: &call}, n, r.step(n))
	r.undoStray(n, entry)
}

// undoStray turns a stray into what undoes it.
func (r *run) undoStray(n *Node, entry Finished) {
	entry.Path = []NodeID{n.ID}
	r.log(entry)
	n.Role, n.Call, n.Child = roleUndo, nil, nil
	n.Undo = &Reversal{Under: []NodeID{n.ID}}
	r.push(n)
}

// strayGone closes a stray, and lets go on what waited for it.
func (r *run) strayGone(n *Node) {
	r.close(n)
	undoing := false
	for _, u := range r.nodes {
		if u.Role == roleUndo && !u.gone {
			r.push(u)
			undoing = true
		}
	}
	if r.s.End != nil && r.s.Phase != Over && !undoing {
		r.leave()
	}
}
