package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Letter is a message that came to the instance.
type Letter struct {
	ID      string `json:"id,omitempty"`
	Message string `json:"message"`
	Key     string `json:"key,omitempty"`
	With    Values `json:"with,omitempty"`
}

// Listen is a message, or a time, that a wait, an arm or an event listens for.
type Listen struct {
	Message string `json:"message,omitempty"`
	Key     string `json:"key,omitempty"`
	// Ready says that it listens: its key has a value.
	Ready bool `json:"ready,omitempty"`
	// Holds is what the condition of an event with becomes was last.
	Holds bool `json:"holds,omitempty"`
	// Busy is the node of the arrival that an event is dealing with, Queue what came since.
	Busy  NodeID       `json:"busy,omitempty"`
	Queue []Occurrence `json:"queue,omitempty"`
}

// hear returns what a wait for a message listens for. Where the key has no value yet, it is not ready.
func (r *run) hear(a *definitions.Await, at *Node) (*Listen, error) {
	listen := &Listen{Message: a.Message.ID, Ready: true}
	if a.Key == nil {
		return listen, nil
	}
	key, err := r.text(a.Key, at)
	if err != nil {
		return nil, err
	}
	listen.Key, listen.Ready = key, key != ""
	return listen, nil
}

func (n *Node) subscription() Command {
	return Subscribe{Wait: n.ID, Message: n.Listen.Message, Key: n.Listen.Key}
}

// deafen stops listening. Arrivals that no one dealt with go back to the host.
func (r *run) deafen(n *Node) {
	if n.Listen.Ready && n.Listen.Message != "" {
		r.do(Unsubscribe{Wait: n.ID})
	}
	for _, o := range n.Listen.Queue {
		if o.Letter != nil {
			r.s.Taken = slices.DeleteFunc(slices.Clone(r.s.Taken), func(id string) bool { return id == o.Letter.ID })
			r.do(Unclaimed{Letter: *o.Letter})
		}
	}
}

// listener returns the node that takes a message: an open wait before an event, the longest waiting
// first; nil where none does.
func listener(nodes []*Node, message, key string) *Node {
	var event *Node
	for _, n := range nodes {
		l := n.Listen
		if n.gone || l == nil || !l.Ready || l.Message != message || l.Key != "" && l.Key != key {
			continue
		}
		if n.Role != roleListener {
			return n
		}
		if event == nil {
			event = n
		}
	}
	return event
}

// mostTaken is how many ids of taken messages a state keeps: an instance that lives on messages must not grow with
// each of them.
const mostTaken = 1000

// arrive gives a message to what listens for it. During a pause it is kept.
func (r *run) arrive(m Letter) {
	if !r.s.PausedAt.IsZero() {
		r.s.Kept = append(slices.Clip(r.s.Kept), m)
		return
	}
	n := listener(r.nodes, m.Message, m.Key)
	if n == nil {
		r.do(Unclaimed{Letter: m})
		return
	}
	if m.ID != "" {
		r.s.Taken = append(slices.Clip(r.s.Taken[max(0, len(r.s.Taken)+1-mostTaken):]), m.ID)
	}
	if accepted, err := value.AcceptFields(r.fieldsOf(m.Message), m.With, r.defaults()); err == nil {
		m.With = accepted
	}
	r.record(FactMessage, n.ID, n.Step, map[string]any{"message": m.Message, "id": m.ID, "key": m.Key, "with": map[string]any(m.With)})
	r.take(n, m)
}

// take lets a wait, an arm or an event have the message it listens for.
func (r *run) take(n *Node, m Letter) {
	if n.Role == roleListener {
		r.happen(n, Occurrence{Letter: &m})
		return
	}
	r.do(Unsubscribe{Wait: n.ID})
	if n.Role == roleArm {
		n.Listen = nil
		spec := r.step(n).Spec.(*definitions.FirstOf)
		r.yield(r.parent(n), spec.Arms[n.Index].Trigger.Message.Result, map[string]any(m.With))
		r.win(n)
		return
	}
	r.yield(r.parent(n), r.step(n).Spec.(*definitions.Wait).Message.Result, map[string]any(m.With))
	r.complete(n, map[string]any{"message": m.Message})
}

// fieldsOf returns the fields of a message's body.
func (r *run) fieldsOf(message string) []value.Field { return messageFields(r.d, message) }

func messageFields(d *definitions.Process, message string) []value.Field {
	if d.Pack == nil || d.Pack.Messages[message] == nil {
		return nil
	}
	return d.Pack.Messages[message].With
}
