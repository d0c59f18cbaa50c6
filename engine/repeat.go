package engine

import "waybill/definitions"

// startRepeat starts the first round of a loop.
func (r *run) startRepeat(strand *Node, step *definitions.Step) {
	n := r.openStep(strand, step)
	r.record(FactBegan, n.ID, step.ID, nil)
	r.nextRound(n)
}

func (r *run) nextRound(n *Node) {
	round := r.open(n, roleRound, n.Step, n.Index)
	n.Index++
	r.push(round)
}

// roundOver looks after each round whether the loop is over. The results of the last round stay.
func (r *run) roundOver(n, round *Node) {
	spec := r.step(n).Spec.(*definitions.Repeat)
	holds := false
	if spec.Until != nil {
		var err error
		if holds, err = r.holds(spec.Until, round); err != nil {
			r.troubleAt(round, err)
			return
		}
	}
	if !holds && spec.AtMost > 0 && n.Index >= spec.AtMost {
		r.close(round)
		r.rise(n, &BusinessError{Code: definitions.ErrTooManyRounds, Text: "the loop did not end within its rounds"})
		return
	}
	r.close(round)
	if !holds {
		r.nextRound(n)
		return
	}
	r.keepRound(round)
	r.complete(n, nil)
}

// keepRound lets the results of a repeat's round stay.
func (r *run) keepRound(round *Node) {
	for _, x := range round.Data {
		r.yield(r.parent(round), x.Name, x.Value)
	}
}

// keepRounds is keepRound for all rounds of repeats around a strand that ends the instance: they are the last.
func (r *run) keepRounds(strand *Node) {
	for n := strand; n != nil; n = r.parent(n) {
		if n.Role == roleRound && r.step(n).Kind() == definitions.KindRepeat {
			r.keepRound(n)
		}
	}
}
