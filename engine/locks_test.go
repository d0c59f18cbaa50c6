package engine_test

import (
	"slices"

	"waybill/engine"
)

// grant lets the first in the queue have its locks whose names are all free and asked for by nobody before.
func (h *host) grant() bool {
	var taken []string
	for _, c := range h.holders {
		taken = append(taken, c.Names...)
	}
	for i, c := range h.queue {
		if !slices.ContainsFunc(c.Names, func(name string) bool { return slices.Contains(taken, name) }) {
			h.queue = slices.Delete(slices.Clone(h.queue), i, i+1)
			h.holders[c.Wait] = c
			due := h.isDue()
			if !h.apply(engine.Acquired{Wait: c.Wait}) && !due {
				h.t.Fatalf("%v is refused what it asked for", c)
			}
			return true
		}
		taken = append(taken, c.Names...)
	}
	return false
}

func (h *host) release(wait engine.NodeID) {
	queued := slices.IndexFunc(h.queue, func(c engine.AcquireLocks) bool { return c.Wait == wait })
	_, held := h.holders[wait]
	switch {
	case queued >= 0:
		h.queue = slices.Delete(slices.Clone(h.queue), queued, queued+1)
	case held:
		delete(h.holders, wait)
	default:
		h.t.Fatalf("lock %d is freed and was neither held nor asked for", wait)
	}
}

// auditLocks compares the books of locks with the state: what waits and what holds is the same in both,
// nothing runs inside a lock that is not held, and a lock that is over is kept only for an undoing.
func (h *host) auditLocks() {
	open := map[engine.NodeID]bool{}
	for _, n := range h.state.Nodes {
		if n.Lock == nil {
			continue
		}
		open[n.ID] = true
		_, held := h.holders[n.ID]
		waits := slices.ContainsFunc(h.queue, func(c engine.AcquireLocks) bool { return c.Wait == n.ID })
		if n.Lock.Held != held || n.Lock.Held == waits {
			h.t.Fatalf("lock %d: held %t, in the books held %t, waits %t", n.ID, n.Lock.Held, held, waits)
		}
		if !held && slices.ContainsFunc(h.state.Nodes, func(c *engine.Node) bool { return c.Parent == n.ID }) {
			h.t.Fatalf("something runs inside lock %d, which is not held", n.ID)
		}
	}
	undoing := h.state.Phase == engine.Undoing || slices.ContainsFunc(h.state.Nodes, func(n *engine.Node) bool { return n.Undo != nil || n.Stray })
	for _, lock := range h.state.Freeing {
		open[lock.Wait] = true
		if h.state.Status() != engine.Paused && !undoing {
			h.t.Fatalf("lock %d is kept for nothing", lock.Wait)
		}
	}
	for wait := range h.holders {
		if !open[wait] {
			h.t.Fatalf("lock %d was never freed", wait)
		}
	}
	if h.state.Status() == engine.Over && len(h.queue)+len(h.holders) > 0 {
		h.t.Fatalf("it ended with locks: %v %v", h.queue, h.holders)
	}
}

// auditHolds checks that nothing began inside what was held and still is.
func (h *host) auditHolds(before engine.State) {
	held := func(s engine.State, id engine.NodeID) bool {
		return slices.ContainsFunc(s.Nodes, func(n *engine.Node) bool { return n.ID == id && n.Hold != nil })
	}
	parents := map[engine.NodeID]*engine.Node{}
	for _, n := range h.state.Nodes {
		parents[n.ID] = n
	}
	for _, n := range h.state.Nodes {
		if n.ID < before.Next || n.Role == "seat" || n.Call == nil && n.Child == nil && n.Task == nil && n.Lock == nil {
			continue
		}
		for p := n; p != nil && p.Undoes == 0; p = parents[p.Parent] { // undoing stands still for nothing
			if held(before, p.ID) && held(h.state, p.ID) {
				h.t.Fatalf("%s began inside %s, which is held", n.Step, p.Step)
			}
		}
	}
}
