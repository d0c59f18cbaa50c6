package engine

import "waybill/definitions"

// startStage opens a named phase: its clock, its events, and then its steps.
func (r *run) startStage(strand *Node, step *definitions.Step, spec *definitions.Stage) error {
	due, err := r.dueTimer(spec.Due, strand)
	if err != nil {
		return err
	}
	n := r.openStep(strand, step)
	n.Timers = due
	r.record(FactBegan, n.ID, step.ID, nil)
	if err := r.openListeners(n, spec.Events); err != nil {
		r.withdrawInside(n)
		r.dropPlace(n)
		return err
	}
	r.push(n)
	return nil
}

// stageOver finishes a stage that ran its last step: it stops listening, and is over when the events
// that are running are.
func (r *run) stageOver(n *Node) {
	if n.Parked = r.heldBy(n) != nil; n.Parked {
		return
	}
	running := false
	for _, c := range r.inside(n) {
		switch {
		case c.Role == roleListener:
			r.withdraw(c)
		case c.Parent == n.ID && !c.Stray:
			running = true
		}
	}
	if !running {
		r.complete(n, nil)
	}
}
