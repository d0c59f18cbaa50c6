package engine

import (
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// startFirstOf opens all arms that are there. The first thing that happens wins.
func (r *run) startFirstOf(strand *Node, step *definitions.Step, spec *definitions.FirstOf) error {
	var there []int
	for i := range spec.Arms {
		holds, err := r.holds(spec.Arms[i].When, strand)
		if err != nil {
			return err
		}
		if s := spec.Arms[i].Step; holds && s != nil {
			if holds, err = r.isThere(s, strand); err != nil {
				return err
			}
		}
		if holds {
			there = append(there, i)
		}
	}
	if len(there) == 0 {
		return &standstill{Code: "no_arm", Text: "none of the things that may happen is there"}
	}
	n := r.openStep(strand, step)
	r.record(FactBegan, n.ID, step.ID, nil)
	for _, i := range there {
		if n.gone || r.won(n) {
			break
		}
		arm := r.open(n, roleArm, step.ID, i)
		arm.At = -1
		if err := r.openArm(arm, &spec.Arms[i]); err != nil {
			r.troubleAt(arm, err)
		}
	}
	return nil
}

// openArm begins to wait for what an arm waits for.
func (r *run) openArm(arm *Node, a *definitions.Arm) error {
	switch {
	case a.Step != nil:
		over, err := r.startGuarded(arm, a.Step)
		if over && err == nil {
			r.proceed(arm)
		}
		return err
	case a.Trigger.Message != nil:
		listen, err := r.hear(a.Trigger.Message, arm)
		if err != nil {
			return err
		}
		arm.Listen, arm.Watches = listen, !listen.Ready
		if listen.Ready {
			r.do(arm.subscription())
		}
		return nil
	case a.Trigger.Becomes != nil:
		arm.Watches = true
		return r.lookAtArm(arm, a.Trigger.Becomes)
	}
	timers, err := r.afters(a.Trigger.After, arm)
	arm.Timers = timers
	return err
}

// lookAtArm lets an arm win whose condition holds.
func (r *run) lookAtArm(arm *Node, becomes *formula.Formula) error {
	holds, err := r.holds(becomes, arm)
	if err == nil && holds {
		r.record(FactMet, arm.ID, arm.Step, nil)
		r.win(arm)
	}
	return err
}

// afters returns the timers of an after, counted from now.
func (r *run) afters(spans []definitions.Span, strand *Node) ([]Timer, error) {
	var timers []Timer
	for i := range spans {
		t, ok, err := r.at(&spans[i], r.e.At, time.Time{}, strand)
		if err != nil {
			return nil, err
		}
		if t.What, t.N = timerAfter, i; ok {
			timers = append(timers, t)
		}
	}
	return timers, nil
}

// won reports whether an arm of n has won.
func (r *run) won(n *Node) bool {
	for _, arm := range r.nodes {
		if arm.Parent == n.ID && !arm.gone && arm.Role == roleArm && arm.At >= 0 {
			return true
		}
	}
	return false
}

// win withdraws the other arms and runs the steps of this one.
func (r *run) win(arm *Node) {
	r.withdrawRivals(arm)
	r.closeGuard(arm)
	arm.Timers, arm.Listen, arm.Watches = nil, nil, false
	arm.At = 0
	r.record(FactWon, arm.ID, arm.Step, map[string]any{"arm": r.armName(arm)})
	r.push(arm)
}

func (r *run) armName(arm *Node) string {
	a := r.step(arm).Spec.(*definitions.FirstOf).Arms[arm.Index]
	if a.Step != nil {
		return a.Step.ID
	}
	return a.ID
}

func (r *run) withdrawRivals(arm *Node) {
	for _, rival := range r.inside(r.parent(arm)) {
		if rival.Role == roleArm && rival.Parent == arm.Parent && rival != arm {
			r.withdraw(rival)
		}
	}
}
