package engine

import (
	"time"

	"waybill/definitions"
)

// startWait rests until a time, a condition, a message, or other steps.
func (r *run) startWait(strand *Node, step *definitions.Step, spec *definitions.Wait) error {
	var timers []Timer
	var listen *Listen
	switch {
	case spec.For != nil:
		t, ok, err := r.at(spec.For, r.e.At, time.Time{}, strand)
		if err != nil {
			return err
		}
		if !ok {
			return &standstill{Code: "no_time", Text: "there is no time to wait for"}
		}
		t.What = timerAfter
		timers = []Timer{t}
	case spec.Message != nil:
		heard, err := r.hear(spec.Message, strand)
		if err != nil {
			return err
		}
		listen = heard
	}
	n := r.openStep(strand, step)
	n.Timers, n.Listen = timers, listen
	n.Watches = spec.Until != nil || len(spec.Steps) > 0 || listen != nil && !listen.Ready
	r.record(FactBegan, n.ID, step.ID, nil)
	if listen != nil && listen.Ready {
		r.do(n.subscription())
	}
	if spec.Until != nil {
		r.lookAtWait(n, spec)
	}
	return nil
}

// lookAtWait ends a wait whose condition holds, or whose steps are over.
func (r *run) lookAtWait(n *Node, spec *definitions.Wait) {
	if spec.Until != nil {
		holds, err := r.holds(spec.Until, n)
		if err != nil {
			r.troubleAt(n, err)
		} else if holds {
			r.complete(n, nil)
		}
		return
	}
	for _, step := range spec.Steps {
		if !r.settled(n, step) {
			return
		}
	}
	if r.takePlaces(n) {
		r.complete(n, nil)
	}
}
