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
	r.withdrawInside(n)
	r.withdrawOne(n)
}

// withdrawInside closes all that is inside n. What has become a stray stays, and so does undoing.
func (r *run) withdrawInside(n *Node) {
	for _, c := range slices.Backward(r.inside(n)) {
		if !c.Stray && !r.undoing(c) {
			r.withdrawOne(c)
		}
	}
}

// undoing reports whether n stands inside a node that undoes.
func (r *run) undoing(n *Node) bool {
	for n = r.parent(n); n != nil; n = r.parent(n) {
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
	still := n.Incident != nil
	if still {
		r.clearIncident(n)
	}
	switch {
	case n.Role == roleUndo:
		r.stray(n)
		return
	case still:
	case n.Call != nil && n.Call.Remote:
		if r.stopCall(n) {
			return
		}
	case n.Child != nil:
		if r.stopChild(n) {
			return
		}
	case n.Task != nil:
		r.closeWithdrawn(n)
	case n.Listen != nil:
		r.deafen(n)
	}
	r.close(n)
	if n.Role == roleStep || n.Role == roleSeat {
		r.record(FactWithdrawn, n.ID, n.Step, nil)
	}
}

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
		n.Data = r.visible(n)
	}
	n.Parent = r.root().ID
	n.Stray = true
	n.Timers = nil
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
	call := *n.Call
	call.Result = b.Result
	r.record(FactFinished, n.ID, n.Step, map[string]any{"action": call.Action, "with": map[string]any(call.Input), "result": b.Result})
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
	if r.strays() {
		return
	}
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

// dropMoot leaves out the commands of nodes that were opened and withdrawn by the same event: nobody
// has seen them.
func (r *run) dropMoot() {
	open := map[NodeID]bool{}
	for _, c := range r.commands {
		if id, opens := opening(c); opens && id >= r.first && r.node(id) == nil {
			open[id] = true
		}
	}
	kept := r.commands[:0]
	for _, c := range r.commands {
		id, opens := opening(c)
		if opens && (open[id] || r.unasked(c, id)) {
			continue
		}
		if id, closes := closing(c); closes && open[id] {
			continue
		}
		kept = append(kept, c)
	}
	r.commands = kept
}

// unasked reports whether c asks for a local action that nothing waits for any more.
func (r *run) unasked(c Command, id NodeID) bool {
	_, action := c.(RunAction)
	return action && r.node(id) == nil
}

func opening(c Command) (NodeID, bool) {
	switch c := c.(type) {
	case RunAction:
		return c.Wait, true
	case CallRemote:
		return c.Wait, true
	case OpenTask:
		return c.Wait, true
	case Subscribe:
		return c.Wait, true
	case RaiseIncident:
		return c.Wait, true
	case StartChild:
		return c.Wait, !c.Detached
	}
	return 0, false
}

func closing(c Command) (NodeID, bool) {
	switch c := c.(type) {
	case CancelCall:
		return c.Wait, true
	case ChangeTask:
		return c.Wait, true
	case CloseTask:
		return c.Wait, c.Why == ClosedWithdrawn
	case Notify:
		return c.Wait, true
	case Unsubscribe:
		return c.Wait, true
	case ClearIncident:
		return c.Wait, true
	}
	return 0, false
}
