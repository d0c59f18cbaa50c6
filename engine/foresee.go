package engine

import (
	"slices"

	"waybill/definitions"
)

// Foresight is what an event would do to an instance, as far as an operator wants to know beforehand.
type Foresight struct {
	Status    Status
	Withdrawn []OpenStep // open now and not afterwards
	Opened    []OpenStep // open afterwards and not now
	Undone    []string   // finished steps that would be undone, in the order in which they finished
	Left      []string   // finished steps of what would be left that could be undone and would not be
}

// Foresee says what e would do to s. Its error is that of Accepts, or of Step.
func Foresee(d *definitions.Process, s State, e Event) (Foresight, error) {
	if err := Accepts(d, s, e); err != nil {
		return Foresight{}, err
	}
	next, _, err := Step(d, s, e)
	if err != nil {
		return Foresight{}, err
	}
	f := Foresight{Status: next.Status(), Withdrawn: missing(s, next), Opened: missing(next, s)}
	for _, done := range s.Done {
		if next.undoes(done) {
			f.Undone = append(f.Undone, done.Step)
		}
	}
	r := newRun(d, s, e)
	for _, done := range s.Done {
		if slices.Contains(r.leaves(e.Body), done.ID) && !next.undoes(done) {
			f.Left = append(f.Left, done.Step)
		}
	}
	return f, nil
}

// missing returns what is open in one state and not in the other. What was withdrawn and has not said its
// last word counts as closed.
func missing(from, in State) []OpenStep {
	return slices.DeleteFunc(from.Open(), func(o OpenStep) bool {
		other := in.node(o.Wait)
		return from.node(o.Wait).Stray || other != nil && !other.Stray
	})
}

// undoes reports whether a finished step is undone, is being undone, or will be.
func (s State) undoes(done *Finished) bool {
	if !slices.ContainsFunc(s.Done, func(f *Finished) bool { return f.ID == done.ID }) {
		return true
	}
	return slices.ContainsFunc(s.Nodes, func(n *Node) bool { return n.Role == roleUndo && n.Undo.covers(done) })
}

// leaves returns what has finished and would be left by an act.
func (r *run) leaves(b Body) []NodeID {
	var d detour
	switch b := b.(type) {
	case GoTo:
		d, _ = r.way(b.Wait, b.Step)
	case Again:
		d, _ = r.way(b.Wait, b.Step)
	case LeaveOut:
		d, _ = r.wayPast(b)
	}
	return d.undo
}
