package scenario

import (
	"slices"

	"waybill/definitions"
	"waybill/engine"
)

// locks are who holds which lock: the process, by the wait that asked, or another instance.
type locks struct {
	held  map[string]engine.NodeID // elsewhere: another instance
	queue []engine.AcquireLocks    // those that wait, first come first served
}

// elsewhere is the holder of a lock that another instance has. Wait ids count from 1.
const elsewhere engine.NodeID = 0

func newLocks(taken []string) locks {
	l := locks{held: map[string]engine.NodeID{}}
	for _, name := range taken {
		l.held[name] = elsewhere
	}
	return l
}

// ask queues up for locks.
func (l *locks) ask(c engine.AcquireLocks) { l.queue = append(l.queue, c) }

// release gives up what a wait holds or waits for.
func (l *locks) release(wait engine.NodeID) {
	l.queue = slices.DeleteFunc(l.queue, func(c engine.AcquireLocks) bool { return c.Wait == wait })
	for name, holder := range l.held {
		if holder == wait {
			delete(l.held, name)
		}
	}
}

// grant gives the first in the queue whose locks are all free, and asked for by nobody before it, what
// it asks for; nil where there is none.
func (l *locks) grant() engine.Body {
	var before []string
	for i, c := range l.queue {
		if slices.ContainsFunc(c.Names, func(name string) bool {
			_, taken := l.held[name]
			return taken || slices.Contains(before, name)
		}) {
			before = append(before, c.Names...)
			continue
		}
		for _, name := range c.Names {
			l.held[name] = c.Wait
		}
		l.queue = slices.Delete(l.queue, i, i+1)
		return engine.Acquired{Wait: c.Wait}
	}
	return nil
}

// takeLock lets another instance take a lock.
func (h *host) takeLock(act *definitions.Act, name string) {
	if holder, taken := h.locks.held[name]; taken {
		h.fail(act.Pos, "another instance takes "+name, name+" is held by "+holderText(holder))
		return
	}
	h.say(act.Pos, "another instance takes %s", name)
	h.locks.held[name] = elsewhere
}

// freeLock lets another instance give up a lock.
func (h *host) freeLock(act *definitions.Act, name string) {
	said := "another instance frees " + name
	holder, taken := h.locks.held[name]
	switch {
	case !taken:
		h.fail(act.Pos, said, name+" is free")
	case holder != elsewhere:
		h.fail(act.Pos, said, name+" is held by "+holderText(holder))
	default:
		h.say(act.Pos, "%s", said)
		delete(h.locks.held, name)
		h.step(act.Pos, engine.Event{Body: engine.Ticked{}})
	}
}

func holderText(holder engine.NodeID) string {
	if holder == elsewhere {
		return "another instance"
	}
	return "the process itself"
}
