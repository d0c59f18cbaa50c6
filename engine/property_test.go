package engine_test

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
)

// Whatever happens to an instance of whatever process, in whatever order: it never panics, asks for
// nothing twice and finishes nothing twice, undoes each finished step once, tells its host all that is
// open, rests on something named, is the same after a round trip through JSON, is not moved by late,
// repeated or foreign events, and can always be brought to its end.
func TestAnyProcessUnderAnyEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawProcess(t)
		t.Log(text)
		h := newHost(t, loadRandom(t, text))
		h.apply(engine.Started{Instance: map[string]any{"id": "1"}, Input: map[string]any{"list": []any{"x", "y", "z"}, "chief": "ann"}})
		for range 5 + pick(t, "events", 60) {
			h.anything()
		}
		h.bringToEnd()
	})
}

func loadRandom(t *rapid.T, text string) *definitions.Process {
	pack, findings := definitions.Load(fstest.MapFS{
		"pack.yaml":           {Data: []byte(packFile)},
		"messages.types.yaml": {Data: []byte(messagesFile)},
		"child.process.yaml":  {Data: []byte(childFile)},
		"main.process.yaml":   {Data: []byte(text)},
	}, theShelf())
	if pack == nil {
		t.Skip("a process that the checker refuses: ", findings)
	}
	return pack.Processes["main"]
}

// anything lets one thing happen, sensible or not.
func (h *host) anything() {
	acts := []func(){
		h.answerAction, h.answerAction, h.answerAction, h.answerCall, h.endChild, h.completeTask, h.completeTask,
		h.claimTask, h.send, h.wait, h.operate, h.flip, h.nonsense, func() { h.grant() }, func() { h.grant() },
	}
	acts[pick(h.t, "what", len(acts))]()
}

func pickID[V any](h *host, books map[engine.NodeID]V) (engine.NodeID, bool) {
	if len(books) == 0 {
		return 0, false
	}
	ids := make([]engine.NodeID, 0, len(books))
	for id := range books {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return oneOf(h.t, "wait", ids...), true
}

// answerAction answers a local action; one time in eight it fails.
func (h *host) answerAction() {
	id, ok := pickID(h, h.actions)
	if !ok || h.state.Status() == engine.Paused {
		return
	}
	a := h.actions[id]
	h.answer(id, a.Action, a.Undoes)
	delete(h.actions, id)
}

func (h *host) answerCall() {
	id, ok := pickID(h, h.calls)
	if !ok {
		return
	}
	c := h.calls[id]
	if h.answer(id, c.Action, c.Undoes) {
		delete(h.calls, id)
	}
}

func (h *host) answer(id engine.NodeID, action string, undoes engine.NodeID) bool {
	if !h.state.Waits(id) {
		return h.apply(engine.Answered{Wait: id})
	}
	switch pick(h.t, "answer", 8) {
	case 0:
		h.asked[id] = 0
		return h.apply(engine.Failed{Wait: id, Code: "timeout"})
	case 1:
		h.asked[id] = 0 // an operator may have it tried again where it undoes
		return h.apply(engine.Answered{Wait: id, Error: &engine.BusinessError{Code: "stock.short"}})
	}
	return h.succeed(id, action, undoes)
}

// succeed answers an action with what it declares, and remembers that it must be undone.
func (h *host) succeed(id engine.NodeID, action string, undoes engine.NodeID) bool {
	declared := theShelf()[action]
	if undoes == 0 && declared.Inverse != "" {
		h.undoable = append(h.undoable, id)
	}
	result := h.fields(declared.Outputs)
	if action == "stock.count" {
		result["left"] = value.Int(int64(id))
		h.counted[h.parentOf(id)] = id
	}
	return h.apply(engine.Answered{Wait: id, Result: result})
}

func (h *host) endChild() {
	id, ok := pickID(h, h.children)
	if !ok {
		return
	}
	b := engine.ChildEnded{Wait: id, Outcome: "shipped"}
	if h.children[id] == "undoing" || rapid.Bool().Draw(h.t, "undone") {
		b.Undone = true
	} else if pick(h.t, "error", 4) == 0 {
		b.Error, b.Undone = &engine.BusinessError{Code: "stock.short"}, true
	}
	if !b.Undone && !slices.Contains(h.undoable, id) {
		h.undoable = append(h.undoable, id)
	}
	delete(h.children, id)
	h.apply(b)
}

func (h *host) completeTask() {
	if id, ok := pickID(h, h.tasks); ok {
		outcomes := append([]string{"", "nonsense"}, h.tasks[id].Outcomes...)
		h.apply(engine.Completed{Wait: id, Outcome: oneOf(h.t, "outcome", outcomes...), Form: h.fields(h.tasks[id].Form)})
	}
}

func (h *host) claimTask() {
	id, ok := pickID(h, h.tasks)
	switch {
	case !ok:
	case rapid.Bool().Draw(h.t, "release"):
		h.apply(engine.Released{Wait: id})
	default:
		h.apply(engine.Claimed{Wait: id})
	}
}

func (h *host) send() {
	name := oneOf(h.t, "message", "order.changed", "order.cancelled", "goods.arrived")
	h.message(name, oneOf(h.t, "key", "A", "B", "ann", "SO-1"))
}

func (h *host) wait() {
	h.at = h.at.Add(oneOf(h.t, "wait", time.Minute, time.Hour, 26*time.Hour))
	if pick(h.t, "the engine is down", 4) > 0 {
		h.apply(engine.Ticked{})
	}
}

func (h *host) operate() {
	id, _ := pickID(h, h.incidents)
	switch pick(h.t, "operator", 10) {
	case 0:
		h.apply(engine.Pause{})
	case 1:
		h.apply(engine.Resume{})
	case 2:
		if pick(h.t, "really", 5) == 0 {
			h.apply(engine.Cancel{Reason: "enough"})
		}
	case 3, 4:
		h.skip(id)
	default:
		h.apply(engine.Retry{Wait: id})
	}
}

func (h *host) skip(id engine.NodeID) {
	delete(h.asked, id)
	h.apply(engine.Skip{Wait: id})
}

// flip lets an operator change the data that conditions read.
func (h *host) flip() {
	changed := map[string]any{}
	all := append(slices.Clone(h.process.Data), h.process.Input...)
	for range 1 + pick(h.t, "how many", 3) {
		if len(all) > 0 {
			f := oneOf(h.t, "which", all...)
			changed[f.Name] = h.value(f.Type, 3)
		}
	}
	h.apply(engine.Change{Data: changed})
}

// nonsense sends events that nobody waits for: late, repeated and foreign ones. They change nothing.
func (h *host) nonsense() {
	h.apply(engine.Ticked{}) // what is due happens first
	id := engine.NodeID(pick(h.t, "id", 61))
	if len(h.used) > 0 && rapid.Bool().Draw(h.t, "late") {
		id = oneOf(h.t, "used", h.used...)
	}
	bodies := []engine.Body{
		engine.Started{},
		engine.Undo{},
		engine.Retry{Wait: id},
		engine.Skip{Wait: id},
		engine.Claimed{Wait: id},
		engine.Completed{Wait: id, Outcome: "nonsense"},
		engine.Arrived{ID: "m1", Message: "order.changed", Key: "A"},
		engine.Change{Data: map[string]any{"nonsense": true}},
	}
	if !h.state.Waits(id) {
		bodies = append(bodies, engine.Acquired{Wait: id}, engine.Answered{Wait: id}, engine.Failed{Wait: id, Code: "late"}, engine.ChildEnded{Wait: id + 100})
	}
	body := oneOf(h.t, "body", bodies...)
	switch body.(type) {
	case engine.Retry, engine.Skip:
		if h.incidents[id] {
			return
		}
	case engine.Claimed:
		if onList(h.tasks, id) {
			return
		}
	case engine.Arrived:
		if h.sent == 0 {
			return
		}
	case engine.Undo, engine.Started:
		if h.state.Status() == engine.Over {
			return
		}
	}
	before := encode(h.state)
	e := h.event(body)
	if _, arrived := body.(engine.Arrived); arrived && engine.Accepts(h.process, h.state, e) == nil {
		return // the first was never taken, so this one is not a repetition
	}
	next, commands, err := engine.Step(h.process, h.state, e)
	if err != nil || len(commands) > 0 || encode(next) != before {
		h.t.Fatalf("%T %+v changes something: %v %s", body, body, err, text(commands))
	}
}

// bringToEnd does what a good host and a patient operator do: answer everything, skip what stands
// still, let time pass, and at last cancel.
func (h *host) bringToEnd() {
	h.apply(engine.Resume{})
	for round := 0; h.state.Status() != engine.Over; round++ {
		if round > 800 {
			h.t.Fatalf("it does not end: %s", encode(h.state))
		}
		h.help(round)
	}
	if h.ended != 1 {
		h.t.Fatalf("it ended %d times", h.ended)
	}
	h.checkUndone()
}

func (h *host) help(round int) {
	// An operator who flips what a condition reads at every fifth round may set it off as often, and always have an answer
	// to give in between.
	if round > 400 && round%20 == 0 {
		h.apply(engine.Cancel{Reason: "no end to it"})
	}
	if id, ok := pickID(h, h.actions); ok {
		a := h.actions[id]
		delete(h.actions, id)
		h.succeed(id, a.Action, a.Undoes)
		return
	}
	if id, ok := pickID(h, h.calls); ok {
		c := h.calls[id]
		delete(h.calls, id)
		if h.state.Waits(id) {
			h.succeed(id, c.Action, c.Undoes)
		}
		return
	}
	if id, ok := pickID(h, h.children); ok {
		delete(h.children, id)
		h.apply(engine.ChildEnded{Wait: id, Outcome: "shipped", Undone: true})
		return
	}
	if id, ok := pickID(h, h.incidents); ok {
		h.skip(id)
		return
	}
	if h.grant() {
		return
	}
	if id, ok := pickID(h, h.tasks); ok && h.completes(id) {
		return
	}
	switch {
	case round%5 == 0:
		h.at = h.at.Add(50 * time.Hour)
		h.apply(engine.Ticked{})
	case round%5 == 1:
		changed := map[string]any{"flag": round%2 == 0, "n": value.Int([]int64{1, 5, 0}[round/5%3])}
		for _, f := range h.process.Data {
			if _, known := changed[f.Name]; !known && round > 200 && f.Type.Kind == value.Boolean {
				changed[f.Name] = true // a list that is open until then stays open for ever otherwise
			}
		}
		h.apply(engine.Change{Data: changed})
	case round%5 == 2:
		h.message("order.changed", "A")
	case round%5 == 3:
		h.message("order.changed", "B")
	case round > 100:
		h.apply(engine.Cancel{Reason: "enough"})
	}
}

// completes lets somebody who may do it complete a task.
func (h *host) completes(id engine.NodeID) bool {
	for _, outcome := range h.tasks[id].Outcomes {
		for _, by := range []string{"ann", "bob", "cid", "dan", "eve", "chief", "A", "B"} {
			e := h.event(engine.Completed{Wait: id, Outcome: outcome, Form: h.fields(h.tasks[id].Form)})
			e.By = by
			if engine.Accepts(h.process, h.state, e) == nil {
				next, commands, err := promises(h.process, h.state, e)
				if err != nil {
					h.t.Fatal(err)
				}
				h.take(next, commands)
				return true
			}
		}
	}
	return false
}

// checkUndone checks that an instance that ended undone has undone every step that finished.
func (h *host) checkUndone() {
	if !h.state.End.Undone {
		return
	}
	if len(h.state.Done) > 0 {
		h.t.Fatalf("undone, and yet these are left: %s", encode(h.state))
	}
}
