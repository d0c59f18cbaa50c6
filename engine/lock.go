package engine

import (
	"slices"

	"waybill/definitions"
)

// Lock is what a lock asks for, and whether the instance holds it.
type Lock struct {
	Names []string `json:"names"` // sorted, each once
	Held  bool     `json:"held,omitempty"`
}

// HeldLock is a lock whose block is closed and that the instance still holds.
type HeldLock struct {
	Wait NodeID `json:"wait"`
	Step string `json:"step"`
}

// startLock asks for all names together; the step rests until the instance holds them.
func (r *run) startLock(strand *Node, step *definitions.Step, spec *definitions.Lock) error {
	var names []string
	for _, f := range spec.Names {
		name, err := r.text(f, strand)
		if err != nil {
			return err
		}
		if name == "" {
			return &standstill{Code: "no_name", Text: f.Source() + " gives no name to lock"}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	n := r.openStep(strand, step)
	n.Lock = &Lock{Names: slices.Compact(names)}
	r.record(FactBegan, n.ID, step.ID, n.Lock.data())
	r.do(n.acquire())
	return nil
}

func (l *Lock) data() map[string]any { return map[string]any{"locks": list(l.Names)} }

func (n *Node) acquire() Command {
	return AcquireLocks{Wait: n.ID, Step: n.Step, Names: n.Lock.Names}
}

// queues reports whether the node waits for its locks.
func (n *Node) queues() bool { return n.Lock != nil && !n.Lock.Held }

// acquired runs the steps of a lock that the instance holds from now on.
func (r *run) acquired(n *Node) {
	n.Lock = &Lock{Names: n.Lock.Names, Held: true}
	r.record(FactAcquired, n.ID, n.Step, n.Lock.data())
	r.push(n)
}

// lockOver goes on after a lock whose steps are over.
func (r *run) lockOver(n *Node) {
	r.complete(n, nil)
	r.freeLocks()
}

// giveUp is called when the node of a lock closes. A place in the queue is given up at once. What is held
// is kept until all that has to be undone of its steps is undone.
func (r *run) giveUp(n *Node) {
	if n.queues() {
		r.do(ReleaseLocks{Wait: n.ID})
		return
	}
	r.s.Freeing = append(slices.Clip(r.s.Freeing), HeldLock{Wait: n.ID, Step: n.Step})
}

// freeLocks frees the locks that are over or withdrawn and need not wait for an undoing.
func (r *run) freeLocks() {
	if len(r.s.Freeing) == 0 {
		return
	}
	var kept []HeldLock
	for _, lock := range r.s.Freeing {
		if r.undoesInside(lock.Wait) {
			kept = append(kept, lock)
			continue
		}
		r.free(lock)
	}
	r.s.Freeing = kept
}

func (r *run) free(lock HeldLock) {
	r.do(ReleaseLocks{Wait: lock.Wait})
	r.record(FactFreed, lock.Wait, lock.Step, nil)
}

// undoesInside reports whether something that stood in a node that is closed is being undone, or is still
// to be, or has been withdrawn and has not said its last word.
func (r *run) undoesInside(id NodeID) bool {
	for _, n := range r.nodes {
		switch {
		case n.gone:
		case (n.Stray || n.Role == roleCompensation) && slices.Contains(n.Path, id):
			return true
		case n.Role == roleUndo && slices.ContainsFunc(r.s.Done, func(f *Finished) bool {
			return n.Undo.covers(f) && slices.Contains(f.Path, id)
		}):
			return true
		}
	}
	return false
}
