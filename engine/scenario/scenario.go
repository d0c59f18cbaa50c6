// Package scenario is the host of the engine for scenario tests: it plays a case of a process on a
// virtual clock, answers actions and sub-processes from the case's stubs, and compares what happened
// with what the case expects. It needs no server and waits for nothing.
//
// What a case does not say is filled in with the least that fits its type: an input that is left out,
// an output of a stub, an action or a sub-process without a stub (which succeeds, with its first
// outcome), an object behind a reference. Least is 0, false, an empty text or list, the first choice,
// nothing where it is optional, and the case's day for dates.
package scenario

import (
	"errors"
	"fmt"
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/engine"
)

// Result is what became of one case.
type Result struct {
	Case     *definitions.Case
	Failures []Failure
	Log      []Line // what the case says and what happened, in order
	Coverage Coverage
}

// Failure is an expectation that did not hold.
type Failure struct {
	Pos      definitions.Position
	Expected string
	Happened string
}

// Run plays a case of the process.
func Run(d *definitions.Process, c *definitions.Case) Result { return RunIn(d, c, nil) }

// RunIn plays a case of the process in a world, which does what the case does not stub: it begins with
// what the case says is given.
func RunIn(d *definitions.Process, c *definitions.Case, w World) Result {
	h := newHost(d, c)
	if h.world = w; w != nil {
		h.give()
	}
	if !h.broken {
		h.start()
	}
	for i := range c.Story {
		if h.broken {
			break
		}
		h.play(&c.Story[i])
	}
	if !h.broken {
		h.expect()
	}
	return Result{Case: c, Failures: h.failures, Log: h.log, Coverage: h.coverage}
}

// dayOne is the clock of a case that does not say: a Monday morning.
func dayOne(zone *time.Location) time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, zone) }

// host drives the engine through one case.
type host struct {
	d        *definitions.Process
	c        *definitions.Case
	now      time.Time
	state    engine.State
	settings map[string]any
	stubs    map[string]*stub
	lookups  map[engine.Ref]any
	tasks    []*engine.OpenTask // the open ones, in the order in which they opened
	world    World              // nil: there is none but the case's stubs
	mail     mail
	locks    locks
	calls    []call
	notices  []notice
	decided  []decided
	detached []string // processes that were started and left to themselves
	least    least
	facts    []engine.Record
	actions  []visit // the steps and actions in the order in which they were reached
	ended    *engine.Ended
	coverage Coverage
	failures []Failure
	log      []Line
	by       string // the person behind the act that is played
	broken   bool   // the engine gave an error: nothing after it means anything
}

// visit is a step that was reached, with the action that it calls.
type visit struct{ step, action string }

func newHost(d *definitions.Process, c *definitions.Case) *host {
	now := c.At
	if now.IsZero() {
		now = dayOne(d.Pack.Calendar.Zone())
	}
	h := &host{d: d, c: c, now: now, settings: map[string]any{}, lookups: map[engine.Ref]any{}, coverage: newCoverage()}
	h.least = least{calendar: d.Pack.Calendar, currency: d.Pack.Currency, now: now}
	for _, s := range d.Pack.Settings {
		h.settings[s.Name] = s.Default
	}
	for name, v := range c.Settings {
		h.settings[name] = v
	}
	h.stubs = stubsOf(c)
	h.locks = newLocks(c.Taken)
	return h
}

func (h *host) start() {
	started := engine.Started{Input: h.least.record(h.d.Input, h.c.Start), Instance: map[string]any{
		"id": "test", "process": h.d.ID, "key": nil, "started": formulaMoment(h.now),
	}}
	e := engine.Event{At: h.now, Settings: h.settings, Lookups: h.lookups, Body: started}
	if refusal := engine.Accepts(h.d, h.state, e); refusal != nil {
		h.broken = true
		h.fail(h.c.Pos, "the process starts", "its input is refused: "+refusal.Error())
		return
	}
	h.say(h.c.Pos, "start")
	h.step(h.c.Pos, e)
}

// step applies one event and carries out the commands, until nothing is left to do: the answers of
// actions belong to the turn, the messages it sends and the locks it is granted come after it.
func (h *host) step(pos definitions.Position, e engine.Event) {
	e.At, e.Settings = h.now, h.settings
	queue := []engine.Event{e}
	for len(queue) > 0 && !h.broken {
		commands, err := h.apply(queue[0])
		queue = queue[1:]
		if err != nil {
			h.broken = true
			h.fail(pos, "the process goes on", err.Error())
			return
		}
		for _, command := range commands {
			if answer := h.carryOut(command); answer != nil {
				queue = append(queue, engine.Event{At: h.now, Settings: h.settings, Body: answer})
			}
		}
		if len(queue) == 0 {
			queue = h.next()
		}
	}
}

// next is what happens once a turn is over: a lock that is free now is granted, a message is delivered.
func (h *host) next() []engine.Event {
	body := h.locks.grant()
	if body == nil {
		body = h.deliver()
	}
	if body == nil {
		return nil
	}
	return []engine.Event{{At: h.now, Settings: h.settings, Body: body}}
}

func (h *host) apply(e engine.Event) ([]engine.Command, error) {
	for {
		e.Lookups, e.Uses = h.lookups, usedSettings(h.d.Pack)
		state, commands, err := engine.Step(h.d, h.state, e)
		if need, ok := errors.AsType[*formula.NeedLookup](err); ok {
			h.look(need)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("engine: %w", err)
		}
		h.state = state
		return commands, nil
	}
}
