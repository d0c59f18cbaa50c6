package engine

import (
	"fmt"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
)

// startProcess begins an instance.
func (r *run) startProcess(b Started) {
	r.s = State{Format: Format, Phase: Running, At: r.e.At, Next: 1, Depth: b.Depth, Instance: b.Instance}
	r.scope.Instance = b.Instance
	r.first = 1
	root := r.open(nil, roleProcess, "", 0)
	for _, f := range r.d.Data {
		if f.Default != nil {
			root.Data = append(root.Data, Datum{f.Name, f.Default})
		}
	}
	input, err := value.AcceptFields(r.d.Input, b.Input, r.defaults())
	if err != nil {
		r.err = fmt.Errorf("%s: input: %w", r.d.ID, err)
		return
	}
	for _, f := range r.d.Input {
		if v, given := input[f.Name]; given {
			root.Data = append(root.Data, Datum{f.Name, v})
		}
	}
	r.recordAct(FactStarted, root.ID, "", map[string]any{"input": input})
	if err := r.openListeners(root, r.d.Events); err != nil {
		r.troubleAt(root, err)
		return
	}
	r.push(root)
}

// processOver ends the instance with its first outcome once its steps, its events and all that runs
// aside are over.
func (r *run) processOver() {
	root := r.root()
	if r.s.Phase != Running || root.At < len(r.d.Body) || root.Incident != nil {
		return
	}
	for _, n := range r.nodes[1:] {
		if !n.gone && n.Parent == root.ID && n.Role != roleListener && !n.Stray {
			return
		}
	}
	if r.s.Cancelling != nil {
		r.nextFarewell()
		return
	}
	outcome := definitions.Outcome{ID: outcomeDone}
	if len(r.d.Outcomes) > 0 {
		outcome = r.d.Outcomes[0]
	}
	r.bringAbout(End{Outcome: outcome.ID}, outcome.Undo)
}

// outcomeDone is the outcome of a process or a task that lists none.
const outcomeDone = "done"

// bringAbout ends the instance: it withdraws all that runs, undoes if the end says so, and is over.
func (r *run) bringAbout(end End, undo bool) {
	r.stopAll()
	r.s.Cancelling = nil
	r.s.End = &end
	if !undo {
		r.leave()
		return
	}
	r.s.Phase = Undoing
	r.record(FactUndoing, 0, "", endData(&end))
	r.openUndo(r.root(), Reversal{Under: []NodeID{rootID}})
}

// stopAll withdraws all that runs in the instance.
func (r *run) stopAll() {
	root := r.root()
	root.At = len(r.d.Body)
	if root.Incident != nil {
		r.clearIncident(root)
	}
	r.withdrawInside(root)
}

// leave is the very last of an instance. It waits until withdrawn calls and sub-processes have said
// their last word.
func (r *run) leave() {
	if r.strays() {
		return
	}
	end := *r.s.End
	end.Undone = r.s.Phase == Undoing
	r.s.End = &end
	r.s.Phase = Over
	r.s.PausedAt = time.Time{}
	r.giveBack()
	for _, lock := range r.s.Freeing {
		r.free(lock)
	}
	r.s.Freeing = nil
	r.record(FactEnded, 0, "", endData(&end))
	r.do(Ended{Outcome: end.Outcome, Data: r.root().Data.Map(), Error: end.Error, Undone: end.Undone})
}

// giveBack gives the messages back that came during a pause and that nothing will take here any more.
func (r *run) giveBack() {
	for _, m := range r.s.Kept {
		r.do(Unclaimed{Letter: m})
	}
	r.s.Kept = nil
}

func endData(end *End) map[string]any {
	data := map[string]any{}
	if end.Outcome != "" {
		data["outcome"] = end.Outcome
	}
	if end.Error != nil {
		data["error"] = errorData(end.Error)
	}
	if end.Undone {
		data["undone"] = true
	}
	return data
}
