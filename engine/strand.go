package engine

import (
	"errors"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// advance runs a strand from where it stands until a step rests or its block is over.
func (r *run) advance(strand *Node) {
	block := r.block(strand)
	strand.Parked = false
	for strand.At < len(block) {
		step := block[strand.At]
		if r.spend(step.ID); r.err != nil {
			return
		}
		if strand.Parked = r.parks(strand, step); strand.Parked || !r.begin(strand, step) {
			return
		}
		if strand.At++; r.changes() && strand.gone {
			return
		}
	}
	r.over(strand)
}

// begin begins a step and reports whether it is over already. Where it is not, the step has a node
// that rests, or that continues the strand when it is finished.
func (r *run) begin(strand *Node, step *definitions.Step) (over bool) {
	there, err := r.isThere(step, strand)
	if err == nil && !there {
		r.record(FactSkipped, 0, step.ID, nil)
		return true
	}
	if err == nil {
		over, err = r.startGuarded(strand, step)
	}
	if err != nil {
		r.trouble(strand, step, err)
		return false
	}
	return over
}

// isThere reports whether a step that a strand comes to is not skipped.
func (r *run) isThere(step *definitions.Step, strand *Node) (bool, error) {
	if r.isSkipped(strand, step) {
		return false, nil
	}
	there, err := r.holds(step.When, strand)
	if err == nil && there {
		there, err = r.holds(step.While, strand)
	}
	return there, err
}

func (r *run) start(strand *Node, step *definitions.Step) (over bool, err error) {
	switch spec := step.Spec.(type) {
	case *definitions.Stage:
		return false, r.startStage(strand, step, spec)
	case *definitions.Task:
		return false, r.startTask(strand, step, spec)
	case *definitions.Approve:
		return false, r.startApprove(strand, step, spec)
	case *definitions.Do:
		return false, r.startDo(strand, step, spec)
	case *definitions.Decide:
		return true, r.decide(strand, step, spec)
	case *definitions.Set:
		return true, r.set(strand, step, spec)
	case *definitions.Choose:
		return false, r.startChoose(strand, step, spec)
	case *definitions.Parallel:
		return false, r.startParallel(strand, step, spec)
	case *definitions.Each:
		return false, r.startEach(strand, step, spec)
	case *definitions.Repeat:
		r.startRepeat(strand, step)
		return false, nil
	case *definitions.Wait:
		return false, r.startWait(strand, step, spec)
	case *definitions.FirstOf:
		return false, r.startFirstOf(strand, step, spec)
	case *definitions.Run:
		return r.startChild(strand, step, spec)
	case *definitions.Lock:
		return false, r.startLock(strand, step, spec)
	default:
		return r.startInstant(strand, step)
	}
}

// startInstant begins a step that does not last.
func (r *run) startInstant(strand *Node, step *definitions.Step) (over bool, err error) {
	switch spec := step.Spec.(type) {
	case *definitions.Send:
		return true, r.send(strand, step, spec)
	case *definitions.BackTo:
		return false, r.goBack(strand, step, spec)
	case *definitions.Cancel:
		return r.cancelSteps(strand, step, spec), nil
	case *definitions.Raise:
		return false, r.raise(strand, spec)
	case *definitions.End:
		r.end(strand, spec)
		return false, nil
	}
	return false, errors.New("unknown kind of step " + string(step.Kind()))
}

// block returns the steps that a strand runs.
func (r *run) block(n *Node) definitions.Block {
	if n.Step == "" {
		return r.processBlock(n)
	}
	step := r.d.Steps[n.Step]
	switch n.Role {
	case roleHandler:
		return r.handler(n).Steps
	case roleCompensation:
		return step.Compensation
	case roleEvent:
		return r.event(n).Steps
	case roleRejected:
		return step.Spec.(*definitions.Approve).OnReject
	case roleThen:
		return r.thenEach(n).Steps
	}
	switch spec := step.Spec.(type) {
	case *definitions.Stage:
		return spec.Steps
	case *definitions.Choose:
		return spec.Branches[n.Index].Steps
	case *definitions.Parallel:
		return spec.Branches[n.Index].Steps
	case *definitions.Each:
		return spec.Steps
	case *definitions.Repeat:
		return spec.Steps
	case *definitions.Lock:
		return spec.Steps
	case *definitions.FirstOf:
		return spec.Arms[n.Index].Steps
	}
	return nil
}

func (r *run) processBlock(n *Node) definitions.Block {
	switch n.Role {
	case roleHandler:
		return r.handler(n).Steps
	case roleEvent:
		return r.event(n).Steps
	}
	return r.d.Body
}

// over is called when a strand has run its last step.
func (r *run) over(n *Node) {
	switch n.Role {
	case roleProcess:
		r.processOver()
	case roleBranch, roleRound:
		r.memberOver(n)
	case roleArm:
		step := r.parent(n)
		r.close(n)
		r.complete(step, nil)
	case roleRejected:
		if n.Parked = r.heldBy(n) != nil; n.Parked {
			return
		}
		step := r.parent(n)
		r.close(n)
		r.complete(step, map[string]any{"outcome": step.Approval.Decided})
	case roleThen:
		r.thenOver(n)
	case roleEvent:
		r.eventOver(n)
	case roleHandler:
		r.placeOver(n)
	case roleCompensation:
		r.compensationOver(n)
	case roleStep:
		switch r.step(n).Kind() {
		case definitions.KindStage:
			r.stageOver(n)
		case definitions.KindLock:
			r.lockOver(n)
		default:
			r.leaveStep(n)
		}
	}
}

// placeOver closes a strand that ran in the place of a step, and goes on after that step.
func (r *run) placeOver(n *Node) {
	parent := r.parent(n)
	r.close(n)
	if n.Step == "" {
		r.processOver()
		return
	}
	r.proceed(parent)
}

// complete closes the node of a step that did what it should, and goes on after it. The history has one
// step.finished for every step that finishes; a decide has step.decided and a choose step.chose instead.
func (r *run) complete(n *Node, data map[string]any) {
	r.record(FactFinished, n.ID, n.Step, data)
	r.leaveStep(n)
}

// leaveStep is complete for a step whose rows are already written.
func (r *run) leaveStep(n *Node) {
	parent := r.parent(n)
	r.finished(n, parent, r.step(n))
	r.close(n)
	r.proceed(parent)
}

// finished notes that a step is finished, and how to undo it.
func (r *run) finished(n, parent *Node, step *definitions.Step) {
	r.mark(step, n.ID, done)
	r.remember(n, parent, step)
}

// proceed goes on in a strand after the step it is at.
func (r *run) proceed(strand *Node) {
	if strand.Role == roleArm && strand.At < 0 {
		r.win(strand)
		return
	}
	r.haveTurn(strand)
	r.closeGuard(strand)
	strand.At++
	r.push(strand)
}

// instant is the node of a step that is over as soon as it begins. It has an id, but never stands in the state.
func (r *run) instant(strand *Node, step *definitions.Step) Node {
	id := r.s.Next
	r.s.Next++
	return Node{ID: id, Parent: strand.ID, Role: roleStep, Step: step.ID, Since: r.e.At}
}

// open adds a node. Everything in it that is not given is zero.
func (r *run) open(parent *Node, role Role, step string, index int) *Node {
	n := &Node{ID: r.s.Next, Role: role, Step: step, Index: index, Since: r.e.At}
	if parent != nil {
		n.Parent = parent.ID
	}
	r.s.Next++
	r.nodes = append(r.nodes, n)
	return n
}

// openStep adds the node of a step that lasts.
func (r *run) openStep(strand *Node, step *definitions.Step) *Node {
	n := r.open(strand, roleStep, step.ID, 0)
	r.mark(step, n.ID, reached)
	return n
}

func (r *run) close(n *Node) {
	if n.Incident != nil {
		r.clearIncident(n)
	}
	if n.Lock != nil {
		r.giveUp(n)
	}
	if n.Hold != nil {
		r.holding--
	}
	n.gone = true
	r.closed++
	if n.Role == roleStep {
		r.stepped = append(r.stepped, n.Step)
	}
}

// step returns the step that a node belongs to, or nil where it is the process.
func (r *run) step(n *Node) *definitions.Step { return r.d.Steps[n.Step] }

// trouble deals with a step that did not come to be: a business error rises, everything else is an
// incident at that step.
func (r *run) trouble(strand *Node, step *definitions.Step, err error) {
	if r.needs(err) {
		return
	}
	n := r.openStep(strand, step)
	r.troubleAt(n, err)
}

// troubleAt is trouble for a step that has a node.
func (r *run) troubleAt(n *Node, err error) {
	if r.needs(err) {
		return
	}
	if business, ok := errors.AsType[*BusinessError](err); ok {
		r.rise(n, business)
		return
	}
	r.incident(n, err)
}

// needs stops the run where the error asks for a lookup.
func (r *run) needs(err error) bool {
	need, ok := errors.AsType[*formula.NeedLookup](err)
	if ok {
		r.err = need
	}
	return ok
}
