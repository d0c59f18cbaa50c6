package engine

import (
	"maps"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// UndoChoice says what an operator's act does with what has finished and could be undone. It must be said
// where there is something of the kind: nothing is undone, or left as it is, in silence.
type UndoChoice string

// What an act may say about undoing.
const (
	UndoUnsaid UndoChoice = ""
	UndoIt     UndoChoice = "true"
	UndoNot    UndoChoice = "false"
)

type (
	// GoTo lets the process go on at another step of a block that is open: ahead, past what stands between,
	// or back. What is open at the place that it leaves is withdrawn. Wait is an open step in the block, or
	// the block's own; 0 where only one open block has the step.
	GoTo struct {
		Wait   NodeID
		Step   string
		Undo   UndoChoice
		Reason string
	}
	// Again runs a finished step again, and what follows it, as a back_to would: everything begun after it
	// is withdrawn. Wait is as in GoTo.
	Again struct {
		Wait   NodeID
		Step   string
		Undo   UndoChoice
		Reason string
	}
	// LeaveOut withdraws an open step; the process goes on after it as if it were skipped. Result is what it
	// would have yielded, nil for nothing. A step that stands still is skipped by Skip.
	LeaveOut struct {
		Wait   NodeID
		Result map[string]any
		Undo   UndoChoice
		Reason string
	}
)

func (GoTo) body()     {}
func (Again) body()    {}
func (LeaveOut) body() {}

// The reasons why an operator's act on the course of an instance is refused.
const (
	RefusedNotReachable RefusalCode = "not_reachable" // the step stands in no block that is open
	RefusedNotReached   RefusalCode = "not_reached"   // it is still to come, so it cannot run again
	RefusedAmbiguous    RefusalCode = "ambiguous"     // several open blocks have it
	RefusedUndoUnsaid   RefusalCode = "undo_unsaid"   // something could be undone: the act must say
	RefusedUnknownStep  RefusalCode = "unknown_step"
)

// detour is how an act changes the course of an instance, worked out before anything is done.
type detour struct {
	block *Node    // the strand that goes on elsewhere
	at    int      // where; -1 is an arm's own step
	undo  []NodeID // what has finished and could be undone
}

// refusesModify is refuses for the acts on the course of an instance.
func (r *run) refusesModify(b Body) *Refusal {
	switch {
	case r.s.Phase == Undoing:
		return refuse(RefusedUndoing, "the instance is being undone")
	case r.s.Cancelling != nil:
		return refuse(RefusedCancelling, "the instance is being cancelled")
	case r.s.End != nil:
		return refuse(RefusedEnded, "the instance has come to its end and waits for what was withdrawn")
	}
	var d detour
	var undo UndoChoice
	var refusal *Refusal
	switch b := b.(type) {
	case GoTo:
		d, refusal = r.way(b.Wait, b.Step)
		undo = b.Undo
	case Again:
		d, refusal = r.wayBack(b)
		undo = b.Undo
	case LeaveOut:
		d, refusal = r.wayPast(b)
		undo = b.Undo
	}
	if refusal == nil && r.undoesIn(d.block) {
		return refuse(RefusedUndoing, "something is being undone there; wait until that is over")
	}
	if refusal == nil && len(d.undo) > 0 && undo == UndoUnsaid {
		return refuse(RefusedUndoUnsaid, "say whether to undo what has finished and would be left: %s", strings.Join(r.stepsOf(d.undo), ", "))
	}
	return refusal
}

// stepsOf names finished steps for people.
func (r *run) stepsOf(finished []NodeID) []string {
	var names []string
	for _, f := range r.s.Done {
		if slices.Contains(finished, f.ID) {
			names = append(names, describe(r.d, f.Step))
		}
	}
	return names
}

// way finds the open block that has a step, and what would be left behind there.
func (r *run) way(wait NodeID, step string) (detour, *Refusal) {
	if r.d.Steps[step] == nil {
		near := value.Nearest(step, slices.Sorted(maps.Keys(r.d.Steps)))
		if near == "" {
			return detour{}, refuse(RefusedUnknownStep, "the process has no step %q", step)
		}
		return detour{}, refuse(RefusedUnknownStep, "the process has no step %q; did you mean %q?", step, near)
	}
	if wait != 0 {
		n := r.node(wait)
		if n == nil || n.Stray {
			return detour{}, refuse(RefusedStale, "nothing is open at %d", wait)
		}
		block, at := r.openBlock(n, step)
		if block == nil {
			return detour{}, refuse(RefusedNotReachable, "%s stands in none of the blocks around %s", describe(r.d, step), describe(r.d, n.Step))
		}
		if block.Role == roleArm && block.At < 0 && at >= 0 {
			return detour{}, refuse(RefusedNotReachable, "%s follows something that has not happened yet", describe(r.d, step))
		}
		return r.detour(block, at, step), nil
	}
	var found []detour
	for _, n := range r.nodes {
		if n.gone || n.Stray || !strand(r.d, n) || n.queues() || r.compensationAround(n) != nil {
			continue
		}
		if at := indexOf(r.block(n), step); at >= 0 {
			found = append(found, r.detour(n, at, step))
		}
	}
	switch len(found) {
	case 0:
		return detour{}, refuse(RefusedNotReachable, "%s stands in no block that is open", describe(r.d, step))
	case 1:
		return found[0], nil
	}
	return detour{}, refuse(RefusedAmbiguous, "%d open blocks have %s: give the wait of something in the one that is meant", len(found), describe(r.d, step))
}

// openBlock finds the innermost open block around n, or its own, that has a step; nil where there is none.
func (r *run) openBlock(n *Node, step string) (*Node, int) {
	for ; n != nil && n.Role != roleCompensation; n = r.outside(n) {
		if n.Role == roleArm && n.At < 0 || strand(r.d, n) && !n.queues() {
			if block, at := r.behind(n, step); block == n {
				return n, at
			}
		}
	}
	return nil, 0
}

// detour works out what a block that goes on elsewhere would leave. Going back, it is all that has
// finished from there on; going ahead, what has finished in the step that is open.
func (r *run) detour(block *Node, at int, step string) detour {
	d := detour{block: block, at: at}
	if at <= block.At {
		d.undo = r.finishedAfter(block, at, step)
		return d
	}
	for _, n := range r.inPlaceOf(block) {
		d.undo = append(d.undo, r.finishedInside(n)...)
	}
	return d
}

// inPlaceOf returns what runs at the step that a strand is at.
func (r *run) inPlaceOf(block *Node) []*Node {
	steps := r.block(block)
	if block.At < 0 || block.At >= len(steps) {
		return nil
	}
	var found []*Node
	for _, n := range r.nodes {
		if !n.gone && standsAt(block, n, steps[block.At].ID) {
			found = append(found, n)
		}
	}
	return found
}

// finishedInside returns what has finished inside a node and could be undone.
func (r *run) finishedInside(n *Node) []NodeID {
	var found []NodeID
	for _, f := range r.s.Done {
		if slices.Contains(f.Path, n.ID) {
			found = append(found, f.ID)
		}
	}
	return found
}

// wayBack is way for a step that has been reached.
func (r *run) wayBack(b Again) (detour, *Refusal) {
	d, refusal := r.way(b.Wait, b.Step)
	if refusal == nil && (d.at > d.block.At || d.at == d.block.At && len(r.inPlaceOf(d.block)) == 0) {
		return d, refuse(RefusedNotReached, "%s has not been reached there", describe(r.d, b.Step))
	}
	return d, refusal
}

// wayPast finds what would be left of an open step that is left out.
func (r *run) wayPast(b LeaveOut) (detour, *Refusal) {
	n := r.node(b.Wait)
	if n != nil && n.Role == roleSeat {
		n = r.parent(n)
	}
	switch {
	case n == nil || n.Stray || !n.inPlace() || r.compensationAround(n) != nil:
		return detour{}, refuse(RefusedStale, "no step is open at %d", b.Wait)
	case n.Role == roleEvent && !r.event(n).Interrupts:
		return detour{}, refuse(RefusedNotReachable, "an event runs beside its block; leave out what is open in it")
	}
	if b.Result != nil {
		if _, err := r.standIn(n, b.Result); err != nil {
			return detour{}, refuseFaults(RefusedBadData, err)
		}
	}
	return detour{block: n, undo: r.finishedInside(n)}, nil
}

// goTo lets a block go on at another step.
func (r *run) goTo(b GoTo) {
	d, _ := r.way(b.Wait, b.Step)
	r.recordDetour(FactMoved, d, b.Step, b.Undo, b.Reason)
	r.divert(d, b.Step, b.Undo)
}

// again runs a finished step again.
func (r *run) again(b Again) {
	d, _ := r.way(b.Wait, b.Step)
	r.recordDetour(FactRepeated, d, b.Step, b.Undo, b.Reason)
	r.divert(d, b.Step, b.Undo)
}

// recordDetour tells of an act with what was open before it and where it goes on.
func (r *run) recordDetour(what Fact, d detour, step string, undo UndoChoice, reason string) {
	var before []any
	for _, n := range append([]*Node{d.block}, r.inside(d.block)...) {
		if open, rests := n.open(); rests {
			before = append(before, map[string]any{"wait": value.Int(int64(open.Wait)), "step": open.Step})
		}
	}
	data := map[string]any{"before": before}
	if len(d.undo) > 0 {
		data["undo"] = undo == UndoIt
		data["finished"] = list(r.stepsOf(d.undo))
	}
	if reason != "" {
		data["reason"] = reason
	}
	r.recordAct(what, d.block.ID, step, data)
}

// divert withdraws what a block leaves and lets it go on from the place, after what is to be undone.
func (r *run) divert(d detour, step string, undo UndoChoice) {
	block := d.block
	if block.Incident != nil {
		r.clearIncident(block)
	}
	if d.at <= block.At {
		r.withdrawAfter(block, d.at, step, block)
		block.Backs = append(slices.Clip(block.Backs), Back{To: step, From: r.s.Next})
	} else {
		for _, n := range r.inPlaceOf(block) {
			r.yieldCollected(n)
			r.withdraw(n)
		}
		r.moveTo(block, d.at)
	}
	r.closeGuard(block)
	block.Skips = slices.DeleteFunc(slices.Clone(block.Skips), func(s string) bool { return s == step })
	r.haveTurn(block)
	if undo == UndoIt && len(d.undo) > 0 {
		r.openUndo(block, Reversal{Only: d.undo})
		return
	}
	r.goOn(block)
}

// leaveOut withdraws an open step and goes on after it.
func (r *run) leaveOut(b LeaveOut) {
	d, _ := r.wayPast(b)
	n := d.block
	r.recordDetour(FactLeftOut, d, n.Step, b.Undo, b.Reason)
	if result, err := r.standIn(n, b.Result); err == nil && b.Result != nil {
		r.yield(r.parent(n), r.resultName(n), result)
	}
	undo := d.undo
	if b.Undo != UndoIt {
		undo = nil
	}
	r.leaveOpen(n, undo)
}
