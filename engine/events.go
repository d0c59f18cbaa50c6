package engine

import (
	"slices"

	"waybill/definitions"
)

// Occurrence is one arrival of an event: a message, or the nth of its times.
type Occurrence struct {
	Letter *Letter `json:"letter,omitempty"`
	N      int     `json:"n,omitempty"`
}

// openListeners begins to listen for the events of a process or a stage whose conditions hold.
func (r *run) openListeners(block *Node, events []*definitions.Event) error {
	first := r.s.Next
	for i := range events {
		if err := r.openListener(block, events, i); err != nil {
			return err
		}
	}
	for _, l := range slices.Clone(r.nodes) { // only now: one may interrupt the others
		if l.ID >= first && !l.gone && r.event(l).Trigger.Becomes != nil {
			r.lookAtBecomes(l)
		}
	}
	return nil
}

// lookAtBecomes lets an event happen whose condition turned true, or is true on entry.
func (r *run) lookAtBecomes(l *Node) {
	holds, err := r.holds(r.event(l).Trigger.Becomes, r.parent(l))
	if err != nil {
		r.troubleAt(l, err)
		return
	}
	if holds == l.Listen.Holds {
		return
	}
	listen := *l.Listen
	listen.Holds = holds
	l.Listen = &listen
	if holds {
		r.record(FactMet, l.ID, l.Step, nil)
		r.happen(l, Occurrence{})
	}
}

// openListener begins to listen for the ith event, where its condition holds.
func (r *run) openListener(block *Node, events []*definitions.Event, i int) error {
	event := events[i]
	holds, err := r.holds(event.When, block)
	if err != nil || !holds {
		return err
	}
	l := r.open(block, roleListener, block.Step, i)
	l.Listen = &Listen{}
	switch t := &event.Trigger; {
	case t.Message != nil:
		l.Listen.Message = t.Message.Message.ID
		l.Watches = true
		r.lookAtListener(l)
	case t.Becomes != nil:
		l.Watches = true
	default:
		l.Timers, err = r.afters(t.After, block)
	}
	return err
}

// lookAtListener lets an event listen once its key has a value. Until then a key that fails has none.
func (r *run) lookAtListener(l *Node) {
	heard, err := r.hear(r.event(l).Trigger.Message, l)
	if err != nil {
		r.needs(err)
		return
	}
	if heard.Ready {
		l.Listen, l.Watches = heard, false
		r.do(l.subscription())
	}
}

// event returns the event of a listener or of an event's strand.
func (r *run) event(n *Node) *definitions.Event {
	if n.Step == "" {
		return r.d.Events[n.Index]
	}
	return r.step(n).Spec.(*definitions.Stage).Events[n.Index]
}

// happen deals with one arrival of an event: it runs beside its block, one at a time, or instead of it.
func (r *run) happen(l *Node, o Occurrence) {
	event := r.event(l)
	if event.Interrupts {
		r.interrupt(l, event, o)
		return
	}
	listen := *l.Listen
	if listen.Busy != 0 {
		listen.Queue = append(slices.Clip(listen.Queue), o)
		l.Listen = &listen
		return
	}
	strand := r.openEvent(r.parent(l), l, o)
	listen.Busy = strand.ID
	l.Listen = &listen
	r.push(strand)
}

// openEvent opens the strand of an event, which sees the message under its result's name.
func (r *run) openEvent(parent, l *Node, o Occurrence) *Node {
	strand := r.open(parent, roleEvent, l.Step, l.Index)
	if o.Letter != nil {
		r.yield(strand, r.event(l).Trigger.Message.Result, map[string]any(o.Letter.With))
	}
	return strand
}

// interrupt withdraws the block of an event, undoes what finished in it where the event says so, and
// runs the event's steps in the block's place.
func (r *run) interrupt(l *Node, event *definitions.Event, o Occurrence) {
	block := r.parent(l)
	r.withdrawInside(block)
	parent := block
	if block.Role == roleProcess {
		block.At = len(r.d.Body)
	} else {
		parent = r.parent(block)
		r.dropPlace(block)
		r.record(FactWithdrawn, block.ID, block.Step, nil)
	}
	strand := r.openEvent(parent, l, o)
	if event.Undo {
		r.openUndo(strand, Reversal{Under: []NodeID{block.ID}})
		return
	}
	r.push(strand)
}

// eventOver closes an event's strand. After an interrupt the process goes on after the block;
// otherwise the next arrival has its turn.
func (r *run) eventOver(n *Node) {
	if r.event(n).Interrupts {
		r.placeOver(n)
		return
	}
	if r.isFarewell(n) {
		r.close(n)
		r.processOver()
		return
	}
	block := r.parent(n)
	r.close(n)
	for _, l := range r.inside(block) {
		if l.Role == roleListener && l.Parent == block.ID && l.Listen.Busy == n.ID {
			r.nextArrival(l)
			return
		}
	}
	r.blockMayBeOver(block)
}

func (r *run) nextArrival(l *Node) {
	block := r.parent(l)
	listen := *l.Listen
	listen.Busy = 0
	if len(listen.Queue) == 0 {
		l.Listen = &listen
		r.blockMayBeOver(block)
		return
	}
	next := listen.Queue[0]
	listen.Queue = listen.Queue[1:]
	l.Listen = &listen
	r.happen(l, next)
}

// blockMayBeOver looks whether a process or a stage waited for an event only.
func (r *run) blockMayBeOver(block *Node) {
	switch {
	case block.Role == roleProcess:
		r.processOver()
	case block.At >= len(r.block(block)):
		r.stageOver(block)
	}
}
