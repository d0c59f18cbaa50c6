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
	r.complete(n, nil)
}

// lookAtStepWaits looks at the waits for steps of branches beside them, and reports whether one is over.
func (r *run) lookAtStepWaits() (moved bool) {
	for _, n := range r.nodes {
		if n.gone || !n.Watches || n.Role != roleStep {
			continue
		}
		if spec, ok := r.step(n).Spec.(*definitions.Wait); ok && len(spec.Steps) > 0 {
			r.lookAtWait(n, spec)
			moved = moved || n.gone
		}
	}
	return moved
}

// settled reports whether a step of a branch beside n has finished or can no longer come.
func (r *run) settled(n *Node, step string) bool {
	for p := r.parent(n); p != nil; p = r.parent(p) {
		if p.Fan == nil {
			continue
		}
		if m := r.s.markOf(step); m.Done && m.Node > p.ID {
			return true
		}
		for _, member := range r.inside(p) {
			if member.Parent == p.ID && r.mayCome(member, step) {
				return false
			}
		}
		if spec, ok := r.step(p).Spec.(*definitions.Parallel); ok && r.unbegun(p, spec, step) {
			return false
		}
	}
	return true
}

// unbegun reports whether the step stands in a branch of p that has not begun yet.
func (r *run) unbegun(p *Node, spec *definitions.Parallel, step string) bool {
	for i, branch := range p.Fan.Branches {
		begun := i < p.Fan.Next
		if r.offersAll(p) {
			begun = p.Fan.Begun[i]
		}
		if !begun && contains(spec.Branches[branch].Steps, step) {
			return true
		}
	}
	return false
}

// mayCome reports whether a strand, or something inside it, may still come to a step or is at it.
func (r *run) mayCome(strand *Node, step string) bool {
	block := r.block(strand)
	for i := strand.At + 1; i < len(block); i++ {
		if contains(block[i:i+1], step) {
			return true
		}
	}
	if strand.Role == roleRound && r.step(strand).Kind() == definitions.KindRepeat && contains(block, step) {
		return true
	}
	for _, c := range r.inside(strand) {
		if c.Parent != strand.ID {
			continue
		}
		if c.Step == step || c.Role == roleStep && c.Fan != nil && contains(definitions.Block{r.step(c)}, step) {
			return true
		}
		if r.mayComeInside(c, step) {
			return true
		}
	}
	return false
}

func (r *run) mayComeInside(n *Node, step string) bool {
	if n.Role != roleStep {
		return r.mayCome(n, step)
	}
	switch r.step(n).Kind() {
	case definitions.KindStage, definitions.KindChoose:
		return r.mayCome(n, step)
	}
	for _, c := range r.inside(n) {
		if c.Parent == n.ID && r.mayCome(c, step) {
			return true
		}
	}
	return false
}

// contains reports whether a block holds the step called id, however deep.
func contains(block definitions.Block, id string) bool {
	for _, step := range block {
		if step.ID == id {
			return true
		}
		for inner := range step.Blocks() {
			if contains(inner, id) {
				return true
			}
		}
	}
	return false
}
