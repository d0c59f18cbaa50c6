package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

// Completion is a filled-in task.
type Completion struct {
	Outcome string
	Form    map[string]any
}

// Claim commits that act.By takes the task. Errors: store.ErrNotFound, and *Refusal where the state
// read now refuses it; the turn decides again.
func (h *Host) Claim(ctx context.Context, tenant, task uuid.UUID, act Act) (Receipt, error) {
	return h.onTask(ctx, tenant, task, act, func(wait engine.NodeID) (store.Arrival, engine.Body, fields) {
		return store.ArrivalClaim, engine.Claimed{Wait: wait}, waitBody(wait)
	})
}

// Release commits that act.By gives the task back.
func (h *Host) Release(ctx context.Context, tenant, task uuid.UUID, act Act) (Receipt, error) {
	return h.onTask(ctx, tenant, task, act, func(wait engine.NodeID) (store.Arrival, engine.Body, fields) {
		return store.ArrivalRelease, engine.Released{Wait: wait}, waitBody(wait)
	})
}

// Complete commits that act.By has done the task. The form is checked by the engine.
func (h *Host) Complete(ctx context.Context, tenant, task uuid.UUID, c Completion, act Act) (Receipt, error) {
	if path, ok := withNUL(c.Form, "form"); ok {
		return Receipt{}, &Refusal{Code: "invalid", Text: "text with the character U+0000", Field: path}
	}
	return h.onTask(ctx, tenant, task, act, func(wait engine.NodeID) (store.Arrival, engine.Body, fields) {
		done := engine.Completed{Wait: wait, Outcome: c.Outcome, Form: c.Form}
		return store.ArrivalComplete, done, completeBody(done)
	})
}

// judged is all that an act on a task is judged by, as it stands when the act arrives.
type judged struct {
	task     *store.Task
	person   *store.Person
	instance *store.Instance
	settings []store.Setting
}

func (h *Host) onTask(ctx context.Context, tenant, id uuid.UUID, act Act, what func(engine.NodeID) (store.Arrival, engine.Body, fields)) (Receipt, error) {
	var receipt Receipt
	var j judged
	err := h.within(ctx, tenant, func(b *store.Reads) {
		store.QueueTask(b, id, &j.task)
		store.QueuePerson(b, act.By, &j.person)
		store.QueueTaskInstance(b, id, &j.instance)
		store.QueueTaskSettings(b, id, &j.settings)
	}, func(s *session) (err error) {
		if j.task == nil {
			return store.ErrNotFound
		}
		kind, event, body := what(engine.NodeID(j.task.Wait))
		a := arriving{
			row:  store.InboxRow{ID: store.NewID(), Instance: j.task.Instance, Kind: kind, By: act.By, For: act.For},
			body: body, request: fields{"kind": string(kind), "task": id.String(), "body": body}, key: act.Key,
		}
		receipt, err = a.commitIf(ctx, s, func() error {
			if err := j.may(act.By); err != nil {
				return err
			}
			return h.check(ctx, s, tenant, &j, act, event)
		})
		return err
	})
	return receipt, err
}

// may tells whether a person is among those that an open task is offered to.
func (j *judged) may(by string) error {
	t := j.task
	switch {
	case t.Closed != nil:
		return &Refusal{Code: string(engine.RefusedStale), Text: fmt.Sprintf("task %s is %s", t.Step, *t.Why)}
	case j.person == nil:
		return &Refusal{Code: "unknown_person", Text: fmt.Sprintf("nobody is called %q", by), Field: "by"}
	case slices.Contains(t.NotBy, by):
		return &Refusal{Code: string(engine.RefusedNotBy), Text: fmt.Sprintf("%s must not do %s: somebody else has to", by, t.Step), Field: "by"}
	case t.Assignee != nil && *t.Assignee != by:
		return &Refusal{Code: string(engine.RefusedNotYours), Text: fmt.Sprintf("task %s is with somebody else", t.Step), Field: "by"}
	case t.Assignee != nil || offered(t, j.person):
		return nil
	}
	return &Refusal{Code: string(engine.RefusedNotYours), Text: fmt.Sprintf("task %s is not offered to %s", t.Step, by), Field: "by"}
}

func offered(t *store.Task, p *store.Person) bool {
	if slices.Contains(t.People, p.ID) || slices.Contains(t.Also, p.ID) {
		return true
	}
	if len(t.People) > 0 && len(t.Roles) == 0 {
		return false
	}
	return slices.ContainsFunc(t.Roles, func(role string) bool { return slices.Contains(p.Roles, role) })
}

// check asks the engine, on the state as it is now, whether it would accept an event.
func (h *Host) check(ctx context.Context, s *session, tenant uuid.UUID, j *judged, act Act, body engine.Body) error {
	if j.instance == nil || j.instance.Halted != nil || j.instance.State == nil {
		return nil // the turn that runs the engine again decides
	}
	d, state, err := h.open(ctx, s, tenant, j.instance)
	if err != nil {
		return err
	}
	settings, err := settingsOf(d.Pack, j.settings)
	if err != nil {
		return err
	}
	uses, err := usedSettings(ctx, s, d.Pack)
	if err != nil {
		return err
	}
	e := engine.Event{At: now(), By: act.By, For: act.For, Settings: settings, Uses: uses, Body: body}
	err = h.lookingUp(ctx, s, &e, func() error { return engine.Accepts(d, state, e) })
	if err == nil || s.failed != nil || errors.Is(err, errPanic) {
		return err
	}
	return refusedBy(err)
}

// open finds an instance's definition and unpacks its state, which is zero before the first turn.
func (h *Host) open(ctx context.Context, db store.DB, tenant uuid.UUID, row *store.Instance) (*definitions.Process, engine.State, error) {
	d, err := h.Definition(ctx, db, tenant, row)
	if err != nil || row.State == nil {
		return d, engine.State{}, err
	}
	text, err := store.Unpack(row.State)
	if err != nil {
		return nil, engine.State{}, err
	}
	state, err := engine.DecodeState(text)
	return d, state, err
}

// View is an instance as it stands, for whoever shows it.
type View struct {
	Row   *store.Instance
	D     *definitions.Process
	State engine.State
}

// Look reads an instance; store.ErrNotFound where there is none.
func (h *Host) Look(ctx context.Context, tenant, instance uuid.UUID) (View, error) {
	var v View
	err := h.within(ctx, tenant, func(b *store.Reads) { store.QueueInstance(b, instance, &v.Row) }, func(s *session) (err error) {
		if v.Row == nil {
			return store.ErrNotFound
		}
		v.D, v.State, err = h.open(ctx, s, tenant, v.Row)
		return err
	})
	return v, err
}

// refusedBy makes a refusal of what the engine does not accept.
func refusedBy(err error) error {
	if refusal, ok := errors.AsType[*engine.Refusal](err); ok && len(refusal.Faults) > 0 {
		field := ""
		if refusal.Code == engine.RefusedBadData {
			field = "data"
		}
		return refusedValues(string(refusal.Code), field, refusal.Faults)
	}
	code, text, field := refusalOf(err)
	return &Refusal{Code: code, Text: text, Field: field}
}
