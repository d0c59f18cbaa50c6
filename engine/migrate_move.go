package engine

import (
	"errors"
	"slices"

	"waybill/definitions"
	"waybill/definitions/difference"
	"waybill/definitions/value"
)

// Migration asks that an instance moves to another revision. It is given to Move, not to Step: it is
// about two definitions.
type Migration struct {
	Plan     Plan
	From, To int // the numbers of the revisions, for the history
	Reason   string
}

func (Migration) body() {}

// Move takes an instance of from to to as one recorded step: Migrate, and then what follows from it.
// Open tasks are offered as the new revision says, waits for messages listen for what it says, its new
// events begin to listen, and what it waits for may have come already. The body of e is a Migration.
//
// Its errors are those of Step, and a *NotMovable. With an error, s stands as it was.
func Move(from, to *definitions.Process, s State, e Event) (State, []Command, error) {
	b, ok := e.Body.(Migration)
	if !ok {
		return s, nil, errors.New("move: the event is no migration")
	}
	m := newMover(from, to, s, b.Plan)
	if v := m.move(); !v.Can() {
		return s, nil, &NotMovable{v}
	}
	r := newRun(to, m.s, e)
	r.moved = true
	r.recordAct(FactMigrated, 0, "", m.told(b))
	r.arriveIn(m)
	if r.err != nil {
		return s, nil, r.err
	}
	return r.result()
}

// told is what the history tells of a move.
func (m *mover) told(b Migration) map[string]any {
	data := map[string]any{"from": value.Int(int64(b.From)), "to": value.Int(int64(b.To))}
	if b.Reason != "" {
		data["reason"] = b.Reason
	}
	if len(b.Plan.Steps) > 0 {
		renamed := map[string]any{}
		for old, id := range b.Plan.Steps {
			renamed[old] = id
		}
		data["map"] = renamed
	}
	var steps, notes []any
	for _, p := range m.verdict.Steps {
		if p.From != p.To || p.Fate != FateKept {
			steps = append(steps, map[string]any{"wait": value.Int(int64(p.Wait)), "step": p.From, "to": p.To, "fate": string(p.Fate)})
		}
	}
	for _, n := range m.verdict.Notes {
		notes = append(notes, map[string]any{"code": string(n.Code), "step": n.Step, "text": n.Text})
	}
	if len(steps) > 0 {
		data["steps"] = steps
	}
	if len(notes) > 0 {
		data["notes"] = notes
	}
	return data
}

// arriveIn does what follows from a move.
func (r *run) arriveIn(m *mover) {
	for _, n := range m.deaf {
		r.withdrew = true
		r.deafen(n)
	}
	for _, n := range slices.Concat(m.deaf, m.idle) {
		if n.Incident != nil {
			r.clearIncident(n)
		}
	}
	for _, old := range m.old {
		if n := r.node(old.ID); n != nil {
			r.adapt(m, old, n)
		}
	}
	r.listenAnew(m)
	r.watchAnew(m)
	if !r.s.PausedAt.IsZero() {
		return
	}
	r.recheckClock()
	for _, n := range r.nodes {
		if !n.gone && n.Fan != nil && n.Incident == nil && !n.Watches {
			r.lookAgainAtFan(n)
		}
	}
	r.settle()
}

// adapt lets an open node do what its new step says.
func (r *run) adapt(m *mover, old, n *Node) {
	switch {
	case n.Task != nil:
		r.adaptTask(m, old, n)
	case n.Fan != nil:
		r.adaptFan(n)
	case n.Listen != nil:
		r.adaptListener(m, old, n)
	}
}

func (r *run) adaptFan(n *Node) {
	if spec, ok := r.step(n).Spec.(*definitions.Parallel); ok {
		n.Watches = spec.Until.Mode == definitions.UntilFormula
	}
}

// adaptListener listens for what the new revision says, where that is something else.
func (r *run) adaptListener(m *mover, old, n *Node) {
	was, is := awaitOf(m.from, old), awaitOf(r.d, n)
	if was == nil || is == nil || was.Message.ID == is.Message.ID && sourceOf(was.Key) == sourceOf(is.Key) {
		return
	}
	r.deafen(n)
	r.withdrew = true
	listen := *n.Listen
	listen.Message, listen.Key, listen.Ready, listen.Queue = is.Message.ID, "", false, nil
	n.Listen, n.Watches = &listen, true
	heard, err := r.hear(is, n)
	switch {
	case err != nil && n.Role != roleListener:
		r.troubleAt(n, err)
	case err != nil:
		r.needs(err) // an event listens once its key has a value
	case heard.Ready:
		listen := *n.Listen
		listen.Key, listen.Ready = heard.Key, true
		n.Listen, n.Watches = &listen, false
		r.do(n.subscription())
	}
}

// awaitOf returns the message that a node listens for, nil where it is none.
func awaitOf(d *definitions.Process, n *Node) *definitions.Await {
	switch n.Role {
	case roleListener:
		return (&run{d: d}).event(n).Trigger.Message
	case roleArm:
		if t := d.Steps[n.Step].Spec.(*definitions.FirstOf).Arms[n.Index].Trigger; t != nil {
			return t.Message
		}
		return nil
	}
	if wait, ok := d.Steps[n.Step].Spec.(*definitions.Wait); ok {
		return wait.Message
	}
	return nil
}

// listenAnew lets the events listen that are new in the blocks that are open.
func (r *run) listenAnew(m *mover) {
	for _, e := range m.events {
		block := r.node(e.block)
		if block == nil {
			continue
		}
		if err := r.openListener(block, eventsOf(r.d, block), e.index); err != nil {
			r.troubleAt(block, err)
			return
		}
	}
}

// newEvent is an event that an open block did not have.
type newEvent struct {
	block NodeID
	index int
}

// newEvents finds the events that listen from now on. A block that ran its last step listens no more.
func (m *mover) newEvents() {
	for i, n := range m.s.Nodes {
		old := m.old[i]
		stage := n.Role == roleStep && m.to.Steps[n.Step] != nil && m.to.Steps[n.Step].Kind() == definitions.KindStage && !neverBegan(old)
		if !stage && n.Role != roleProcess || old.At >= len((&run{d: m.from}).block(old)) || n.Role == roleProcess && m.s.Phase != Running {
			continue
		}
		for k, event := range eventsOf(m.to, n) {
			if !m.hadEvent(old, n, k) {
				m.events = append(m.events, newEvent{n.ID, k})
				m.note(NoteEventNew, n.Step, "event %s listens from now on", event.ID)
			}
		}
	}
}

func eventsOf(d *definitions.Process, block *Node) []*definitions.Event {
	if block.Step == "" {
		return d.Events
	}
	if stage, ok := d.Steps[block.Step].Spec.(*definitions.Stage); ok {
		return stage.Events
	}
	return nil
}

// hadEvent reports whether a block had an event already.
func (m *mover) hadEvent(old, block *Node, index int) bool {
	is := eventsOf(m.to, block)[index]
	for i, was := range eventsOf(m.from, old) {
		at, ok := m.pairing.Place(difference.Place{Step: old.Step, Role: difference.Event, Index: i})
		if ok && at.Step == block.Step && at.Index == index && sameTrigger(was, is) {
			return true
		}
	}
	return false
}
