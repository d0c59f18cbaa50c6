// Package engine is the interpreter of the process language: a pure function that applies one event
// to the state of one instance and says what the host must do. It reads no clock, does no I/O and
// starts no goroutine. README.md states its contract.
package engine

import (
	"fmt"
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// maxMoves bounds what one event may set in motion: a process that makes more moves than this
// without resting is broken.
const maxMoves = 100_000

// Step applies one event. It reads no clock, does no I/O and starts no goroutine, so the same inputs
// always give the same outputs. It does not change s.
//
// Timers due when the event was recorded fire first, in the order of their due times; the answer to a
// local action is part of the turn that ran it and comes before any timer. An event that Accepts
// refuses changes nothing more.
//
// A *formula.NeedLookup asks the host to fetch an object and to call Step again with it; every other
// error is a bug or a broken definition. With an error, s stands as it was.
func Step(d *definitions.Process, s State, e Event) (State, []Command, error) {
	r := newRun(d, s, e)
	r.fireBefore(e)
	if r.err == nil && r.refuses(e) == nil {
		r.apply(e.Body)
		r.settle()
		r.fireDue(e.due())
	}
	switch {
	case r.err != nil:
		return s, nil, r.err
	case !r.moved && len(r.commands) == 0:
		return s, nil, nil
	}
	return r.result()
}

// run is one call of Step at work. Nodes are copied from the state when it begins, so it changes
// them freely; what a node refers to (data, timers, parts) is shared and is only ever replaced.
type run struct {
	d        *definitions.Process
	e        Event
	s        State
	nodes    []*Node
	first    NodeID   // the first id that this run gave
	agenda   []NodeID // strands and undo nodes that can go on; the last one goes first
	commands []Command
	changed  []string // process data written since the conditions were last looked at
	stepped  []string // steps that began or ended since then

	scope formula.Scope
	here  *Node // where a formula is being evaluated
	extra Data  // names that only the formula being evaluated sees
	asked map[Ref]bool

	guards  bool // some step is guarded
	skips   bool // some step is to be skipped
	holding int  // how many steps stand still

	moves    int
	moved    bool // something happened
	withdrew bool
	closed   int             // gone nodes still in nodes
	marked   bool            // Marks are this run's own
	logged   bool            // Done is this run's own
	collects map[NodeID]bool // blocks whose collected values are this run's own
	err      error
}

func newRun(d *definitions.Process, s State, e Event) *run {
	if e.At = e.At.Round(0).UTC(); e.At.Before(s.At) {
		e.At = s.At
	}
	r := &run{d: d, e: e, s: s, first: s.Next, agenda: slices.Clone(s.Ready)}
	r.nodes = make([]*Node, len(s.Nodes), len(s.Nodes)+4)
	copies := make([]Node, len(s.Nodes))
	for i, n := range s.Nodes {
		copies[i] = *n
		r.nodes[i] = &copies[i]
		r.guards = r.guards || n.Role == roleGuard
		r.skips = r.skips || len(n.Skips) > 0
		if n.Hold != nil {
			r.holding++
		}
	}
	r.s.At = e.At
	r.s.Ready = nil
	r.look(e)
	return r
}

// due returns until when timers fire with the event; zero: none does.
func (e Event) due() time.Time {
	if _, answer := e.Body.(Answered); e.Recorded.IsZero() && !answer {
		return e.At
	}
	return e.Recorded
}

func (r *run) fireBefore(e Event) {
	if r.s.Phase == Unborn || r.answersAction(e.Body) {
		return
	}
	r.fireDue(e.due())
}

// answersAction reports whether the body answers a local action.
func (r *run) answersAction(b Body) bool {
	var wait NodeID
	switch b := b.(type) {
	case Answered:
		wait = b.Wait
	case Failed:
		wait = b.Wait
	default:
		return false
	}
	n := r.node(wait)
	return n != nil && n.Call != nil && !n.Call.Remote
}

func (r *run) apply(b Body) {
	if _, tick := b.(Ticked); !tick {
		r.moved = true
	}
	switch b := b.(type) {
	case Started:
		r.startProcess(b)
	case Ticked:
		r.recheckClock()
	case Claimed:
		r.claim(r.node(b.Wait))
	case Released:
		r.release(r.node(b.Wait))
	case Completed:
		r.completeTask(r.node(b.Wait), b)
	case Arrived:
		r.arrive(Letter{ID: b.ID, Message: b.Message, Key: b.Key, With: b.With})
	case Answered:
		r.answer(r.node(b.Wait), b)
	case Failed:
		r.failed(r.node(b.Wait), b)
	case ChildEnded:
		r.childEnded(r.child(b.Wait), b)
	case Acquired:
		r.acquired(r.node(b.Wait))
	case Retry:
		r.retry(r.node(b.Wait))
	case Skip:
		r.skip(r.node(b.Wait), b)
	case Change:
		r.change(b)
	case Pause:
		r.pause()
	case Resume:
		r.resume()
	case Cancel:
		r.cancel(b)
	case Undo:
		r.undoEnded()
	case GoTo:
		r.goTo(b)
	case Again:
		r.again(b)
	case LeaveOut:
		r.leaveOut(b)
	}
}

// settle lets everything that can go on do so, depth first, until all of it rests.
func (r *run) settle() {
	for r.err == nil && r.s.PausedAt.IsZero() {
		last := len(r.agenda) - 1
		if last < 0 {
			if !r.changes() && !r.lookAtStepWaits() {
				r.freeLocks()
				return
			}
			continue
		}
		id := r.agenda[last]
		r.agenda = r.agenda[:last]
		r.compact()
		n := r.node(id)
		if n == nil {
			continue
		}
		if r.spend(n.Step); n.Role == roleUndo {
			r.undoNext(n)
		} else {
			r.advance(n)
		}
	}
}

// push puts a strand or an undo node on the agenda.
func (r *run) push(n *Node) { r.agenda = append(r.agenda, n.ID) }

// spend counts one move at a step against the bound.
func (r *run) spend(step string) {
	if r.moves++; r.moves > maxMoves && r.err == nil {
		r.err = fmt.Errorf("%s: step %s: more than %d moves without resting", r.d.ID, step, maxMoves)
	}
}

func (r *run) result() (State, []Command, error) {
	if r.withdrew {
		r.dropMoot()
	}
	r.closed = len(r.nodes)
	r.compact()
	r.s.Nodes = r.nodes
	r.s.Ready = r.agenda
	if len(r.agenda) == 0 {
		r.s.Ready = nil
	}
	return r.s, r.commands, nil
}

// compact forgets closed nodes once they outnumber the open ones.
func (r *run) compact() {
	if r.closed > 32 && r.closed*2 > len(r.nodes) || r.closed == len(r.nodes) {
		r.nodes = slices.DeleteFunc(r.nodes, func(n *Node) bool { return n.gone })
		r.closed = 0
	}
}

func (r *run) do(c Command) { r.commands = append(r.commands, c) }

// node returns the open node called id, or nil.
func (r *run) node(id NodeID) *Node {
	n := find(r.nodes, id)
	if n == nil || n.gone {
		return nil
	}
	return n
}

func (r *run) root() *Node { return r.nodes[0] }

func (r *run) parent(n *Node) *Node { return r.node(n.Parent) }
