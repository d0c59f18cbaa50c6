package activities

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"waybill/activities/catalogue"
	"waybill/definitions/formula"
	"waybill/engine"
	"waybill/store"
)

// mostLookups bounds how many objects the formulas of one event may ask for.
const mostLookups = 200

// run does all that can be done now: actions left over, what arrived, what is due.
func (t *turn) run(ctx context.Context) error {
	t.by = t.row.Actor
	if t.row.State != nil {
		for _, command := range engine.Outstanding(t.d, t.state) {
			if action, ok := command.(engine.RunAction); ok {
				t.pending = append(t.pending, action)
			}
		}
	}
	if err := t.drain(ctx); err != nil {
		return err
	}
	for _, row := range t.arrivals() {
		if t.full {
			break
		}
		if err := t.arrive(ctx, row); err != nil {
			return err
		}
	}
	if t.full || t.state.Status() == engine.Unborn || !t.due() {
		return nil
	}
	t.by, t.whom = "", ""
	return t.advance(ctx, t.event(engine.Ticked{}))
}

// arrivals are the rows of the inbox that this attempt takes.
func (t *turn) arrivals() []store.InboxRow {
	rows := t.reading.inbox
	if t.remedy.rows > 0 && len(rows) > t.remedy.rows {
		rows = rows[:t.remedy.rows]
	}
	return rows
}

// due tells whether a deadline has passed.
func (t *turn) due() bool {
	for _, command := range engine.Outstanding(t.d, t.state) {
		if wake, ok := command.(engine.WakeAt); ok && !wake.At.After(t.at) {
			return true
		}
	}
	return false
}

func (t *turn) event(body engine.Body) engine.Event {
	return engine.Event{At: t.at, By: t.by, For: t.whom, Settings: t.settings, Uses: t.uses, Body: body}
}

// advance applies an event and runs the actions that follow from it.
func (t *turn) advance(ctx context.Context, e engine.Event) error {
	if err := t.apply(ctx, e); err != nil {
		return t.broken(CodeEngine, err)
	}
	return t.drain(ctx)
}

// apply applies one event; with an error nothing has changed.
func (t *turn) apply(ctx context.Context, e engine.Event) error {
	var next engine.State
	var commands []engine.Command
	err := t.withLookups(ctx, &e, func() (err error) {
		next, commands, err = engine.Step(t.d, t.state, e)
		return err
	})
	if err != nil {
		return err
	}
	t.changed = t.changed || !next.At.Equal(t.state.At)
	t.state = next
	for _, command := range commands {
		if err := t.obey(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

// withLookups calls the engine and fetches the objects that its formulas ask for.
func (t *turn) withLookups(ctx context.Context, e *engine.Event, call func() error) error {
	return t.host.lookingUp(ctx, t, e, call)
}

// lookingUp calls what evaluates formulas until it needs no further object.
func (h *Host) lookingUp(ctx context.Context, tx catalogue.Tx, e *engine.Event, call func() error) error {
	for range mostLookups {
		err := safely(call)
		need, ok := errors.AsType[*formula.NeedLookup](err)
		if !ok {
			return err
		}
		found, err := h.lookup(ctx, tx, need)
		if err != nil {
			return err
		}
		if e.Lookups == nil {
			e.Lookups = map[engine.Ref]any{}
		}
		e.Lookups[engine.Ref{Object: need.Object, ID: need.ID}] = found
	}
	return fmt.Errorf("lookups: more than %d for one event", mostLookups)
}

// safely turns a panic into an error.
func safely(call func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, cause, debug.Stack())
		}
	}()
	return call()
}

// drain runs the actions that wait, one after the other, as long as the turn may go on.
func (t *turn) drain(ctx context.Context) error {
	for len(t.pending) > 0 && !t.full {
		action := t.pending[0]
		t.pending = t.pending[1:]
		if !t.state.Waits(action.Wait) {
			continue // an answer before it withdrew it
		}
		if err := t.act(ctx, action); err != nil {
			return err
		}
		if len(t.ran) >= mostActions || now().Sub(t.begun) > longest {
			t.full = true
		}
	}
	return nil
}

// act runs one action in the turn's transaction and gives its answer to the engine.
func (t *turn) act(ctx context.Context, a engine.RunAction) error {
	if f, ok := t.remedy.failed[a.Wait]; ok && f.name == a.Action {
		// What is known to fail is committed before anything else is tried.
		t.full = true
		return t.answer(ctx, engine.Failed{Wait: a.Wait, Code: string(f.code), Text: f.text})
	}
	t.ran[a.Wait] = a
	t.owner = a.Wait
	var result map[string]any
	err := safely(func() (err error) {
		result, err = t.host.catalogue.Run(ctx, t, t.call(a), a.Action, a.Input)
		return err
	})
	t.owner = 0
	refused, ok := catalogue.Refused(err)
	switch {
	case ok:
		return t.end(ctx, a, engine.Answered{Wait: a.Wait, Error: refused})
	case err == nil && t.failed == nil:
		return t.end(ctx, a, engine.Answered{Wait: a.Wait, Result: result})
	}
	return t.failure(a, err)
}

func (t *turn) call(a engine.RunAction) catalogue.Call {
	return catalogue.Call{
		Tenant: t.tenant, Instance: t.row.ID, Wait: a.Wait, Key: requestKey(t.row.ID, a.Wait, a.Input), At: t.at, By: t.by,
		Currency: t.d.Pack.Currency, Calendar: t.d.Pack.Calendar, Settings: t.settings,
	}
}

// end answers the engine. An action that locked what others want too is the last of its turn.
func (t *turn) end(ctx context.Context, a engine.RunAction, answer engine.Answered) error {
	if signature, ok := t.host.catalogue.Action(a.Action); ok && signature.Contended {
		t.full = true
	}
	return t.answer(ctx, answer)
}

func (t *turn) answer(ctx context.Context, body engine.Body) error {
	if err := t.apply(ctx, t.event(body)); err != nil {
		return t.broken(CodeEngine, err)
	}
	return nil
}

// failure finds whose fault an action's error is: a write that an earlier one left queued may have
// surfaced with it.
func (t *turn) failure(a engine.RunAction, err error) error {
	if t.failed != nil {
		err = t.failed
	}
	switch {
	case t.passes(err):
		return err
	case t.failed != nil && t.blame == 0:
		return &writeFailure{turn: t.row.N, rows: t.reading.inbox[:len(t.read)], cause: err}
	case t.failed != nil:
		a = t.ran[t.blame]
	}
	return t.actionFailure(a, err, t.row.N)
}

func (t *turn) actionFailure(a engine.RunAction, err error, turn int64) error {
	code := CodeAction
	if errors.Is(err, errPanic) {
		code = CodePanic
	}
	return &actionFailure{turn: turn, rows: len(t.read), wait: a.Wait, name: a.Action, code: code, text: err.Error()}
}
