package engine

import "waybill/definitions"

// record adds a row to the history that the system wrote by itself.
func (r *run) record(what Fact, wait NodeID, step string, data map[string]any) {
	r.do(Record{What: what, Wait: wait, Step: step, Data: data})
}

// recordAct adds a row that names the person behind the event.
func (r *run) recordAct(what Fact, wait NodeID, step string, data map[string]any) {
	r.do(Record{What: what, Wait: wait, Step: step, By: r.e.By, For: r.e.For, Data: data})
}

// recordLookup tells, once an event, what a formula read from the catalogue.
func (r *run) recordLookup(ref Ref, found any) {
	if r.asked[ref] {
		return
	}
	if r.asked == nil {
		r.asked = map[Ref]bool{}
	}
	r.asked[ref] = true
	r.record(FactLookedUp, 0, "", map[string]any{"object": ref.Object, "id": ref.ID, "value": found})
}

// milestone is how far a step has got.
type milestone string

const (
	reached milestone = "reached"
	done    milestone = "done"
)

// mark notes how far a step with a written id has got.
func (r *run) mark(step *definitions.Step, id NodeID, how milestone) {
	if !step.Named {
		return
	}
	if !r.marked {
		r.s.Marks = append(make([]Mark, 0, len(r.s.Marks)+2), r.s.Marks...)
		r.marked = true
	}
	r.stepped = append(r.stepped, step.ID)
	m := Mark{Step: step.ID, Node: id, Done: how == done, At: r.e.At}
	for i := range r.s.Marks {
		if r.s.Marks[i].Step == step.ID {
			r.s.Marks[i] = m
			return
		}
	}
	r.s.Marks = append(r.s.Marks, m)
}

// markOf returns how far the step has got; its Node is 0 where the step was never reached.
func (s State) markOf(step string) Mark {
	for _, m := range s.Marks {
		if m.Step == step {
			return m
		}
	}
	return Mark{}
}

// errorData is a business error as the history and a handler's error see it: code, text and with.
func errorData(e *BusinessError) map[string]any {
	data := map[string]any{"code": e.Code}
	if e.Text != "" {
		data["text"] = e.Text
	}
	if len(e.With) > 0 {
		data["with"] = map[string]any(e.With)
	}
	return data
}
