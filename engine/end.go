package engine

import "waybill/definitions"

// end stops what still runs in the instance and ends it. Inside a compensation it ends only that:
// undoing goes on.
func (r *run) end(strand *Node, spec *definitions.End) {
	step := r.block(strand)[strand.At]
	n := r.instant(strand, step)
	r.record(FactFinished, n.ID, step.ID, map[string]any{"outcome": spec.Outcome})
	if c := r.compensationAround(strand); c != nil {
		r.withdrawInside(c)
		r.compensated(c)
		return
	}
	r.keepRounds(strand)
	for _, o := range r.d.Outcomes {
		if o.ID == spec.Outcome {
			r.bringAbout(End{Outcome: o.ID}, o.Undo)
			return
		}
	}
	r.bringAbout(End{Outcome: spec.Outcome}, false)
}
