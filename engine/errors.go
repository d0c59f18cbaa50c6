package engine

import (
	"errors"
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// standstill is why a step cannot go on although nothing in the process failed as a business error.
// It becomes an incident.
type standstill struct{ Code, Text string }

func (s *standstill) Error() string { return s.Code + ": " + s.Text }

func formulaError(f *formula.Formula, err error) error {
	if _, ok := errors.AsType[*formula.NeedLookup](err); ok {
		return err
	}
	return &standstill{Code: "formula", Text: f.Source() + ": " + err.Error()}
}

// rise lets a business error rise from n to the nearest on_error. Everything open in the step or block
// that has it is withdrawn, and the handler runs in its place. An error that nothing catches ends the
// instance as failed, undone; one inside a compensation is an incident at the step that raised it.
func (r *run) rise(n *Node, e *BusinessError) {
	r.record(FactRaised, n.ID, n.Step, errorData(e))
	handlers := r.d.OnError
	var aside *Node // the branch or round of what runs aside that the error comes out of
	for at, below := n, n; at != nil; at, below = r.above(at), at {
		if at.Aside != nil {
			aside = below
			if at.Aside.Handled {
				handlers = nil
			}
		}
		switch at.Role {
		case roleHandler:
			if at.Step == "" {
				handlers = nil // an error of a handler goes on rising
			}
		case roleCompensation:
			r.incident(n, &standstill{Code: e.Code, Text: e.Text})
			return
		case roleStep:
			if at.Aside != nil {
				continue // the step itself is over
			}
			if i := handlerFor(r.step(at).OnError, e); i >= 0 {
				r.dropFailed(n, at)
				r.handle(at, i, e)
				r.memberFailed(aside)
				return
			}
		case roleProcess:
			r.dropFailed(n, at)
			r.atProcess(at, handlers, e)
			r.memberFailed(aside)
			return
		}
	}
}

// dropFailed closes the node that an error rose from, unless its place is where the error is handled.
func (r *run) dropFailed(n, place *Node) {
	if n != place && n.Role == roleStep {
		r.withdrawInside(n)
		r.dropPlace(n)
	}
}

// memberFailed withdraws the branch or round of what runs aside that an error came out of; the others
// run on.
func (r *run) memberFailed(member *Node) {
	if member == nil || member.gone {
		return
	}
	n := r.parent(member)
	r.withdraw(member)
	n.updateFan(func(f *Fan) {
		if member.Role == roleThen {
			f.Thens--
		} else {
			f.leave(member)
		}
	})
	r.lookAgainAtFan(n)
}

// above returns where an error goes on rising. From what runs aside it goes to the nearest enclosing
// stage still open, or else to the process.
func (r *run) above(n *Node) *Node {
	if n.Aside != nil {
		for _, id := range slices.Backward(n.Aside.Within) {
			if around := r.node(id); around != nil {
				return around
			}
		}
	}
	return r.parent(n)
}

func handlerFor(handlers []definitions.Handler, e *BusinessError) int {
	return slices.IndexFunc(handlers, func(h definitions.Handler) bool { return h.Code == "any" || h.Code == e.Code })
}

// handler returns the entry of on_error that a handler's strand runs.
func (r *run) handler(n *Node) *definitions.Handler {
	if n.Step == "" {
		return &r.d.OnError[n.Index]
	}
	return &r.step(n).OnError[n.Index]
}

// handle runs a handler in the place of a step.
func (r *run) handle(place *Node, handler int, e *BusinessError) {
	parent := r.parent(place)
	r.withdrawInside(place)
	r.dropPlace(place)
	h := r.open(parent, roleHandler, place.Step, handler)
	r.begunHandler(h, e)
}

// dropPlace closes the node whose place something else takes.
func (r *run) dropPlace(n *Node) {
	r.close(n)
	r.withdrew = true
}

func (r *run) begunHandler(h *Node, e *BusinessError) {
	h.Data = Data{{Name: "error", Value: errorData(e)}}
	r.record(FactCaught, h.ID, h.Step, map[string]any{"code": e.Code})
	r.push(h)
}

// atProcess deals with an error that has risen to the process.
func (r *run) atProcess(root *Node, handlers []definitions.Handler, e *BusinessError) {
	i := handlerFor(handlers, e)
	if i < 0 {
		r.bringAbout(End{Error: e}, true)
		return
	}
	r.withdrawInside(root)
	root.At = len(r.d.Body)
	h := r.open(root, roleHandler, "", i)
	r.begunHandler(h, e)
}

// incident makes n stand still, visible, until an operator acts.
func (r *run) incident(n *Node, err error) {
	still, ok := errors.AsType[*standstill](err)
	if !ok {
		still = &standstill{Code: "engine", Text: err.Error()}
	}
	n.Incident = &Incident{Code: still.Code, Text: still.Text}
	r.record(FactIncident, n.ID, n.Step, map[string]any{"code": still.Code})
	r.do(RaiseIncident{Wait: n.ID, Step: n.Step, Code: still.Code, Text: still.Text})
}

func (r *run) clearIncident(n *Node) {
	n.Incident = nil
	r.do(ClearIncident{Wait: n.ID})
}
