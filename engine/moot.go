package engine

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
	case AcquireLocks:
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
	case ReleaseLocks:
		return c.Wait, true
	case ClearIncident:
		return c.Wait, true
	}
	return 0, false
}
