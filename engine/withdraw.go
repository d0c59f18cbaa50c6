package engine

import "slices"

// inside returns the open nodes inside n, n not included, in the order of their ids.
func (r *run) inside(n *Node) []*Node {
	var found []*Node
	within := map[NodeID]bool{n.ID: true}
	for _, c := range r.nodes {
		if !c.gone && within[c.Parent] {
			within[c.ID] = true
			found = append(found, c)
		}
	}
	return found
}

// withdraw closes a node and all inside it, from the inside out. It undoes nothing.
func (r *run) withdraw(n *Node) {
	if n.Role != roleUndo { // undoing goes on, wherever it hangs
		r.withdrawInside(n)
	}
	r.withdrawOne(n)
}

// withdrawInside closes all that is inside n. What has become a stray stays, and so does undoing.
func (r *run) withdrawInside(n *Node) {
	for _, c := range slices.Backward(r.inside(n)) {
		if !c.Stray && !r.undoing(c, n) {
			r.withdrawOne(c)
		}
	}
}

// undoing reports whether n, which is inside outer, stands inside a node in there that undoes.
func (r *run) undoing(n, outer *Node) bool {
	for n = r.parent(n); n != outer; n = r.parent(n) {
		if n.Role == roleUndo {
			return true
		}
	}
	return false
}

// withdrawOne closes one node and tells the host to stop what it does for it.
func (r *run) withdrawOne(n *Node) {
	if n.gone {
		return
	}
	r.withdrew = true
	switch {
	case n.Role == roleUndo:
		r.stray(n)
		return
	case n.Task != nil:
		r.closeWithdrawn(n)
	case n.Listen != nil:
		r.deafen(n)
	case n.Incident != nil || n.retrying(): // its call failed: there is nothing to stop
	case n.Call != nil && n.Call.Remote:
		if r.stopCall(n) {
			return
		}
	case n.Child != nil:
		if r.stopChild(n) {
			return
		}
	}
	r.close(n)
	if n.Role == roleStep || n.Role == roleSeat {
		r.record(FactWithdrawn, n.ID, n.Step, nil)
	}
}
