package engine

import (
	"maps"
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
)

// retry tries again what stands still.
func (r *run) retry(n *Node) {
	r.recordAct(FactRetried, n.ID, n.Step, nil)
	again := n.Incident.Again
	r.clearIncident(n)
	switch {
	case again != nil:
		r.fire(n, *again)
	case n.Task != nil:
		if n.Task.nobody() {
			r.incident(n, errNobody())
		}
	case n.Call != nil:
		call := *n.Call
		call.Attempt = 1
		n.Call = &call
		r.ask(n)
	case n.Child != nil:
		r.do(r.childCommand(n))
	case n.Approval != nil && n.Approval.Decided == "":
		r.openSeats(n, r.step(n).Spec.(*definitions.Approve))
	case n.Watches:
		r.lookAtNode(n)
	case n.Role != roleStep:
		r.retryStrand(n)
	case n.Listen != nil || len(n.Timers) > 0 || n.Fan != nil:
	default:
		r.beginAgain(n)
	}
}

// retryStrand lets a strand go on that stood still: an arm begins to wait again, the process listens
// again, a branch or round looks again whether it is over.
func (r *run) retryStrand(n *Node) {
	switch {
	case n.Role == roleArm && n.At < 0:
		r.closeGuard(n) // of the step that did not come to be
		if err := r.openArm(n, &r.step(n).Spec.(*definitions.FirstOf).Arms[n.Index]); err != nil {
			r.troubleAt(n, err)
		}
		return
	case n.Role == roleProcess:
		r.withdrawInside(n)
		if err := r.openListeners(n, r.d.Events); err != nil {
			r.troubleAt(n, err)
			return
		}
	}
	r.push(n)
}

// beginAgain begins a step again that never came to be.
func (r *run) beginAgain(n *Node) {
	strand := r.parent(n)
	r.withdrawInside(n)
	r.close(n)
	r.closeGuard(strand)
	r.withdrew = true
	if strand.Role == roleArm && strand.At < 0 {
		r.retryStrand(strand)
		return
	}
	r.push(strand)
}

// skip goes on after a step that stands still. The operator's result is what the step yields; in a
// compensation it says that the step was undone by hand.
func (r *run) skip(n *Node, b Skip) {
	r.recordAct(FactSkippedOver, n.ID, n.Step, map[string]any{"result": b.Result})
	r.clearIncident(n)
	r.withdrew = true
	r.withdrawInside(n)
	switch n.Role {
	case roleCompensation:
		r.compensated(n)
		return
	case roleProcess:
		r.push(n)
		return
	case roleGuard:
		r.leaveGuarded(n)
		return
	case roleListener:
		r.withdraw(n)
		r.blockMayBeOver(r.parent(n))
		return
	case roleSeat, roleStep:
	default:
		r.close(n)
		r.skipStrand(n)
		return
	}
	if n.Task != nil {
		r.closeWithdrawn(n)
	}
	if n.Role == roleSeat {
		n = r.skipApproval(n)
	}
	parent := r.parent(n)
	if result, err := r.standIn(n, b.Result); err == nil && b.Result != nil {
		r.yield(parent, r.resultName(n), result)
	}
	if n.Aside != nil {
		r.close(n)
		r.baseMayBeOver(parent)
		return
	}
	r.yieldCollected(n)
	r.close(n)
	r.proceed(parent)
}

// skipApproval skips the whole approval of a seat that nobody may fill.
func (r *run) skipApproval(seat *Node) *Node {
	n := r.parent(seat)
	r.close(seat)
	r.withdrawInside(n)
	return n
}

// skipStrand goes on after a strand whose end could not be worked out.
func (r *run) skipStrand(n *Node) {
	parent := r.parent(n)
	switch {
	case n.Role == roleRound && parent.Fan == nil:
		r.keepRound(n)
		r.complete(parent, nil)
	case parent.Fan != nil:
		parent.updateFan(func(f *Fan) { f.leave(n); f.Finished++ })
		if !r.lookAtFan(parent) {
			r.spread(parent)
		}
	case n.Role == roleArm:
		if len(r.inside(parent)) == 0 {
			r.complete(parent, nil)
		}
	default:
		r.proceed(parent)
	}
}

// standIn checks what an operator gives in place of a step's result, where the step's result has a type
// of its own.
func (r *run) standIn(n *Node, result map[string]any) (map[string]any, error) {
	step := r.step(n)
	if step == nil || n.Role != roleStep {
		return result, nil
	}
	switch spec := step.Spec.(type) {
	case *definitions.Do:
		return value.AcceptFields(spec.Action.Outputs, result, r.defaults())
	case *definitions.Wait:
		if spec.Message != nil {
			return value.AcceptFields(spec.Message.Message.With, result, r.defaults())
		}
	}
	return result, nil
}

// resultName is the name under which a step's result is kept.
func (r *run) resultName(n *Node) string {
	switch spec := r.step(n).Spec.(type) {
	case *definitions.Do:
		return spec.Result
	case *definitions.Wait:
		if spec.Message != nil {
			return spec.Message.Result
		}
		return ""
	case *definitions.Task, *definitions.Approve, *definitions.Decide, *definitions.Run:
		return n.Step
	}
	return ""
}

// changeRemembered changes what running compensations remember under a name, so that one that stands
// still because of it can be tried again.
func (r *run) changeRemembered(name string, v any) {
	for _, n := range r.nodes {
		if _, there := n.Data.Get(name); there && !n.gone && n.Role == roleCompensation {
			n.Data = n.Data.With(name, v)
		}
	}
}

// change sets process data as an operator wants it, also what running compensations remember of it.
// Accepts has checked it against its types.
func (r *run) change(b Change) {
	before := map[string]any{}
	after := map[string]any{}
	for _, name := range sortedNames(b.Data) {
		before[name], _ = r.root().Data.Get(name)
		after[name] = b.Data[name]
		if accepted, err := acceptDatum(r.d, name, b.Data[name]); err == nil {
			after[name] = accepted
		}
		r.yield(r.root(), name, after[name])
		r.changeRemembered(name, after[name])
	}
	data := map[string]any{"before": before, "after": after}
	if b.Reason != "" {
		data["reason"] = b.Reason
	}
	r.recordAct(FactChanged, 0, "", data)
	r.changes()
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// acceptDatum checks a value for process data against its declared type.
func acceptDatum(d *definitions.Process, name string, v any) (any, error) {
	for _, fields := range [][]value.Field{d.Data, d.Input} {
		for _, f := range fields {
			if f.Name == name {
				return f.Type.Accept(v, defaults(d))
			}
		}
	}
	return v, nil
}

func (r *run) pause() {
	r.s.PausedAt = r.e.At
	r.recordAct(FactPaused, 0, "", nil)
}

// resume ends a pause: working-time clocks go on with what was left of them, the kept messages find
// their waits, and everything goes on that became ready.
func (r *run) resume() {
	paused := r.s.PausedAt
	r.s.PausedAt = time.Time{}
	r.recordAct(FactResumed, 0, "", nil)
	for _, n := range r.nodes {
		if slices.ContainsFunc(n.Timers, func(t Timer) bool { return t.Working }) && (r.heldBy(n) == nil || n.waitsForTime()) {
			r.postpone(n, paused)
		}
	}
	kept := r.s.Kept
	r.s.Kept = nil
	r.recheckClock()
	r.settle()
	for _, m := range kept {
		r.arrive(m)
		r.settle()
	}
}
