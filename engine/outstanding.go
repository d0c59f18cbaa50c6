package engine

import "waybill/definitions"

// Outstanding returns the commands that s still waits for, in the order of their wait ids: actions and
// calls, sub-processes to start, to cancel and to undo, locks, and last the time of the next wake-up. A host
// that lost everything but the state can go on from them. Tasks, subscriptions and incidents are not
// among them: they were written with the state, and State.Open lists them.
func Outstanding(_ *definitions.Process, s State) []Command {
	var commands []Command
	for _, n := range s.Nodes {
		if c := s.outstanding(n); c != nil {
			commands = append(commands, c)
		}
	}
	if n, t := earliest(s.Nodes); n != nil && s.PausedAt.IsZero() {
		commands = append(commands, WakeAt{At: t.Due})
	}
	return commands
}

func (s State) outstanding(n *Node) Command {
	switch {
	case n.Incident != nil:
		return nil
	case n.Call != nil && n.Stray:
		return CancelCall{Wait: n.ID}
	case n.Call != nil:
		if n.retrying() || !n.Call.Remote && !s.PausedAt.IsZero() {
			return nil
		}
		return n.request()
	case n.queues():
		return n.acquire()
	case n.Child != nil && n.Stray:
		return CancelChild{Wait: n.Child.Wait}
	case n.Child != nil && n.Undoes != 0:
		return UndoChild{Wait: n.Child.Wait}
	case n.Child != nil:
		return n.startCommand(s.Depth+1, attached)
	}
	return nil
}

// retrying reports whether the node's call has failed and waits for its next attempt.
func (n *Node) retrying() bool {
	for _, t := range n.Timers {
		if t.What == timerRetry {
			return true
		}
	}
	return false
}

// childCommand is the command that an operator's retry gives for a sub-process again.
func (r *run) childCommand(n *Node) Command {
	if n.Undoes != 0 {
		return UndoChild{Wait: n.Child.Wait}
	}
	return n.startCommand(r.s.Depth+1, attached)
}
