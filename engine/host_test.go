package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
)

// host is what stands around an instance in the property tests. It keeps its own books from the
// commands alone, and compares them with the state after every event.
type host struct {
	t       *rapid.T
	process *definitions.Process
	state   engine.State
	at      time.Time
	sent    int // messages

	actions   map[engine.NodeID]engine.RunAction
	calls     map[engine.NodeID]engine.CallRemote
	stopping  map[engine.NodeID]bool // calls and sub-processes told to stop
	children  map[engine.NodeID]string
	tasks     map[engine.NodeID]engine.OpenTask
	listening map[engine.NodeID]engine.Subscribe
	incidents map[engine.NodeID]bool
	queue     []engine.AcquireLocks // those that wait for locks, first come, first served
	holders   map[engine.NodeID]engine.AcquireLocks
	used      []engine.NodeID // every wait id ever seen

	finished map[engine.NodeID]bool // step.finished
	undoable []engine.NodeID        // finished steps that have to be undone if it comes to that, in order
	undone   map[engine.NodeID]bool
	asked    map[engine.NodeID]int           // how often an action was asked for and not failed since
	counted  map[engine.NodeID]engine.NodeID // what was counted in a stage: the wait id of who counted
	ended    int
}

func newHost(t *rapid.T, d *definitions.Process) *host {
	return &host{
		t: t, process: d, at: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC),
		actions: map[engine.NodeID]engine.RunAction{}, calls: map[engine.NodeID]engine.CallRemote{},
		stopping: map[engine.NodeID]bool{}, children: map[engine.NodeID]string{}, tasks: map[engine.NodeID]engine.OpenTask{},
		holders:   map[engine.NodeID]engine.AcquireLocks{},
		listening: map[engine.NodeID]engine.Subscribe{}, incidents: map[engine.NodeID]bool{},
		finished: map[engine.NodeID]bool{}, undone: map[engine.NodeID]bool{}, asked: map[engine.NodeID]int{},
		counted: map[engine.NodeID]engine.NodeID{},
	}
}

func (h *host) event(body engine.Body) engine.Event {
	superior := func(person string) engine.Ref { return engine.Ref{Object: "superior", ID: person} }
	var recorded time.Time
	_, tick := body.(engine.Ticked)
	if last := h.state.At; !tick && last.Before(h.at) && rapid.Bool().Draw(h.t, "recorded before") { // the engine was down meanwhile
		recorded = last.Add(h.at.Sub(last) / 2)
	}
	return engine.Event{
		At: h.at, Recorded: recorded, By: h.person(), Settings: map[string]any{"limit": value.Int(100)}, Body: body,
		Lookups: map[engine.Ref]any{
			superior("ann"): "chief", superior("bob"): "chief", superior("cid"): "dan", superior("dan"): "chief",
			superior("eve"): nil, superior("chief"): nil, superior("A"): "B", superior("B"): nil,
			{Object: "crm.customer", ID: "C1"}: map[string]any{"name": "Bikes Ltd", "limit": value.Int(500)},
		},
	}
}

func (h *host) person() string {
	return oneOf(h.t, "by", "ann", "bob", "cid")
}

// apply applies an event, keeps the books, and checks every promise. It reports whether it was accepted.
func (h *host) apply(body engine.Body) bool {
	e := h.event(body)
	refusal := engine.Accepts(h.process, h.state, e)
	next, commands, err := promises(h.process, h.state, e)
	if err != nil {
		h.t.Fatalf("%T %+v: %v\n%s", body, body, err, encode(h.state))
	}
	if refusal != nil && !h.isDue() && (len(commands) > 0 || encode(next) != encode(h.state)) {
		h.t.Fatalf("%T %+v is refused (%v) and changes the instance: %s", body, body, refusal, text(commands))
	}
	h.t.Logf("%T %+v %v\n%s", body, body, refusal, text(commands))
	h.take(next, commands)
	return refusal == nil
}

// isDue reports whether a timer may fire before the next event, even if that is refused.
func (h *host) isDue() bool {
	return slices.ContainsFunc(engine.Outstanding(h.process, h.state), func(c engine.Command) bool {
		wake, wakes := c.(engine.WakeAt)
		return wakes && !wake.At.After(h.at)
	})
}

// take makes next the state of the instance, and keeps the books.
func (h *host) take(next engine.State, commands []engine.Command) {
	before := h.state
	h.state = next
	for _, c := range commands {
		h.keep(c)
	}
	h.audit()
	h.auditLocks()
	h.auditHolds(before)
	h.auditStrands()
}

func (h *host) see(id engine.NodeID) {
	if !slices.Contains(h.used, id) {
		h.used = append(h.used, id)
	}
}

// keep keeps the books of one command.
func (h *host) keep(c engine.Command) {
	switch c := c.(type) {
	case engine.RunAction:
		h.request(c.Wait, c.Undoes)
		h.actions[c.Wait] = c
		h.auditCount(c)
	case engine.CallRemote:
		h.request(c.Wait, c.Undoes)
		h.calls[c.Wait] = c
	case engine.CancelCall:
		h.stopping[c.Wait] = true
	case engine.StartChild:
		h.see(c.Wait)
		if !c.Detached {
			h.children[c.Wait] = "running"
		}
	case engine.CancelChild:
		h.stopping[c.Wait] = true
	case engine.UndoChild:
		h.request(-c.Wait, c.Wait)
		h.children[c.Wait] = "undoing"
		delete(h.stopping, c.Wait)
	case engine.OpenTask:
		h.see(c.Wait)
		open(h, h.tasks, c.Wait, "task", c)
	case engine.CloseTask:
		shut(h, h.tasks, c.Wait, "task")
	case engine.Subscribe:
		h.see(c.Wait)
		h.listening[c.Wait] = c
	case engine.AcquireLocks:
		h.see(c.Wait)
		h.queue = append(h.queue, c)
	case engine.ReleaseLocks:
		h.release(c.Wait)
	case engine.SendMessage:
		h.request(c.Wait, 0)
	case engine.Unsubscribe:
		if _, ok := h.listening[c.Wait]; !ok {
			h.t.Fatalf("stops listening for nothing: %d", c.Wait)
		}
		delete(h.listening, c.Wait)
	case engine.RaiseIncident:
		h.see(c.Wait)
		open(h, h.incidents, c.Wait, "incident", true)
		if strings.Contains(c.Text, ".reason") {
			h.t.Fatalf("step %s reads a message that an event has taken, and it is not there: %s", c.Step, c.Text)
		}
	case engine.ClearIncident:
		shut(h, h.incidents, c.Wait, "incident")
	case engine.Record:
		h.history(c)
	case engine.Ended:
		h.ended++
	}
}

func (h *host) parentOf(wait engine.NodeID) engine.NodeID {
	for _, n := range h.state.Nodes {
		if n.ID == wait {
			return n.Parent
		}
	}
	return 0
}

// auditCount checks that a mail tells what was counted in its own stage, and not in another that ran beside it.
func (h *host) auditCount(c engine.RunAction) {
	counted := h.counted[h.parentOf(c.Wait)]
	if c.Input["to"] == mailOfCount && counted != 0 && c.Input["about"] != fmt.Sprint(counted) {
		h.t.Fatalf("%d counted, and the mail of step %s tells what %v counted", counted, c.Step, c.Input["about"])
	}
}

// auditStrands checks that nothing runs the steps of a block two at a time, and that nothing is left of an instance
// that has ended.
func (h *host) auditStrands() {
	if left := engine.Outstanding(h.process, h.state); h.state.Status() == engine.Over && len(left) > 0 {
		h.t.Fatalf("it has ended and waits for %s", text(left))
	}
	at := map[engine.NodeID]string{}
	for _, n := range h.state.Nodes {
		if n.Role != "step" || n.Aside != nil || n.Stray {
			continue
		}
		if other, twice := at[n.Parent]; twice {
			h.t.Fatalf("%s and %s run one after the other, and both are open", other, n.Step)
		}
		at[n.Parent] = n.Step
	}
}

func open[V any](h *host, books map[engine.NodeID]V, id engine.NodeID, what string, v V) {
	if _, there := books[id]; there {
		h.t.Fatalf("%s %d opens twice", what, id)
	}
	books[id] = v
}

func shut[V any](h *host, books map[engine.NodeID]V, id engine.NodeID, what string) {
	if _, there := books[id]; !there {
		h.t.Fatalf("%s %d closes and was not open", what, id)
	}
	delete(books, id)
}

// request checks that nothing is asked for twice, and that what is undone was finished and is undone once.
func (h *host) request(wait, undoes engine.NodeID) {
	if wait > 0 {
		h.see(wait)
	}
	if h.asked[wait]++; h.asked[wait] > 1 {
		h.t.Fatalf("wait %d is asked for twice", wait)
	}
	if undoes != 0 && h.undone[undoes] {
		h.t.Fatalf("step %d is undone again", undoes)
	}
	if undoes != 0 && !slices.Contains(h.undoable, undoes) {
		h.t.Fatalf("step %d is undone but never finished", undoes)
	}
	if undoes != 0 && h.state.Phase == engine.Undoing && !h.strayUndoes(undoes) {
		h.inOrder(undoes)
	}
}

// strayUndoes reports whether a step is undone on its own, because it was withdrawn too late or with the
// rest of a block.
func (h *host) strayUndoes(step engine.NodeID) bool {
	for _, n := range h.state.Nodes {
		if n.Undoes == step {
			return slices.ContainsFunc(h.state.Nodes, func(u *engine.Node) bool { return u.ID == n.Parent && u.Stray })
		}
	}
	return false
}

// inOrder checks that undoing goes from the last finished step to the first.
func (h *host) inOrder(step engine.NodeID) {
	for _, later := range slices.Backward(h.undoable) {
		if later == step {
			return
		}
		if slices.ContainsFunc(h.state.Done, func(f *engine.Finished) bool { return f.ID == later }) {
			h.t.Fatalf("step %d is undone before %d, which finished later", step, later)
		}
	}
}

func (h *host) history(r engine.Record) {
	switch r.What {
	case engine.FactFinished:
		if h.finished[r.Wait] {
			h.t.Fatalf("step %s finishes twice (%d)", r.Step, r.Wait)
		}
		h.finished[r.Wait] = true
	case engine.FactUndone:
		if h.undone[r.Wait] {
			h.t.Fatalf("step %s is undone twice (%d)", r.Step, r.Wait)
		}
		h.undone[r.Wait] = true
	}
}

// audit compares the books with the state: both must tell the same of everything that is open.
func (h *host) audit() {
	open := h.state.Open()
	tasks, incidents, messages := 0, 0, 0
	for _, o := range open {
		if o.Incident != nil {
			incidents++
			h.same(h.incidents[o.Wait], "incident", o)
		}
		switch {
		case onList(h.tasks, o.Wait):
			tasks++
		case o.For == engine.RestsOnTask:
			h.t.Fatalf("task %d is open and on no list", o.Wait)
		}
		if s, ok := h.listening[o.Wait]; ok {
			messages++
			h.same(s.Message == o.Name && s.Key == o.Key, "subscription", o)
		}
	}
	if tasks != len(h.tasks) || incidents != len(h.incidents) || messages != len(h.listening) {
		h.t.Fatalf("the books have tasks %v, incidents %v, subscriptions %v; open is %+v", h.tasks, h.incidents, h.listening, open)
	}
	if s := h.state.Status(); (s == engine.Running || s == engine.Undoing) && len(open) == 0 {
		h.t.Fatalf("the instance rests on nothing: %s", encode(h.state))
	}
	h.auditCalls()
}

func onList(tasks map[engine.NodeID]engine.OpenTask, id engine.NodeID) bool {
	_, there := tasks[id]
	return there
}

func (h *host) same(same bool, what string, o engine.OpenStep) {
	if !same {
		h.t.Fatalf("the books have another %s: %+v", what, o)
	}
}

// auditCalls compares what is outstanding with what was asked for and is not answered, and forgets what
// was withdrawn.
func (h *host) auditCalls() {
	outstanding := map[engine.NodeID]bool{}
	for _, c := range engine.Outstanding(h.process, h.state) {
		switch c := c.(type) {
		case engine.RunAction:
			outstanding[c.Wait] = true
			if _, ok := h.actions[c.Wait]; !ok {
				h.t.Fatalf("action %d is outstanding and was not asked for", c.Wait)
			}
		case engine.CallRemote:
			outstanding[c.Wait] = true
			if _, ok := h.calls[c.Wait]; !ok {
				h.t.Fatalf("call %d is outstanding and was not asked for", c.Wait)
			}
		case engine.CancelCall:
			outstanding[c.Wait] = true
			if !h.stopping[c.Wait] {
				h.t.Fatalf("call %d is to stop and was not told so", c.Wait)
			}
		case engine.StartChild:
			outstanding[c.Wait] = true
			if h.children[c.Wait] != "running" {
				h.t.Fatalf("sub-process %d is outstanding and was not started", c.Wait)
			}
		case engine.CancelChild:
			outstanding[c.Wait] = true
		case engine.UndoChild:
			outstanding[c.Wait] = true
		}
	}
	if h.state.Status() == engine.Paused {
		return
	}
	for id := range h.actions {
		if !outstanding[id] && !h.state.Waits(id) {
			delete(h.actions, id)
		}
	}
	for id := range h.calls {
		if !outstanding[id] && !h.state.Waits(id) {
			delete(h.calls, id)
		}
	}
}

// message sends a message with a new id.
func (h *host) message(name, key string) bool {
	h.sent++
	with := h.fields(h.process.Pack.Messages[name].With)
	return h.apply(engine.Arrived{ID: fmt.Sprintf("m%d", h.sent), Message: name, Key: key, With: with})
}
