package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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

func (h *Host) onTask(ctx context.Context, tenant, id uuid.UUID, act Act, what func(engine.NodeID) (store.Arrival, engine.Body, fields)) (Receipt, error) {
	var receipt Receipt
	err := h.store.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		task, err := store.ReadTask(ctx, tx, id)
		if err != nil {
			return err
		}
		kind, event, body := what(engine.NodeID(task.Wait))
		a := arriving{
			row:  store.InboxRow{ID: store.NewID(), Instance: task.Instance, Kind: kind, By: act.By, For: act.For},
			body: body, request: fields{"kind": string(kind), "task": id.String(), "body": body}, key: act.Key,
		}
		receipt, err = a.commitIf(ctx, tx, func() error {
			if err := h.may(ctx, tx, task, act.By); err != nil {
				return err
			}
			return h.check(ctx, tx, tenant, task.Instance, act, event)
		})
		return err
	})
	return receipt, err
}

// may tells whether a person is among those that an open task is offered to.
func (h *Host) may(ctx context.Context, tx pgx.Tx, t *store.Task, by string) error {
	if t.Closed != nil {
		return &Refusal{Code: string(engine.RefusedStale), Text: fmt.Sprintf("task %s is %s", t.Step, *t.Why)}
	}
	person, err := store.ReadPerson(ctx, tx, by)
	if errors.Is(err, store.ErrNotFound) {
		return &Refusal{Code: "unknown-person", Text: fmt.Sprintf("nobody is called %q", by), Field: "by"}
	}
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(t.NotBy, by):
		return &Refusal{Code: string(engine.RefusedNotBy), Text: fmt.Sprintf("%s must not do %s: somebody else has to", by, t.Step), Field: "by"}
	case t.Assignee != nil && *t.Assignee != by:
		return &Refusal{Code: string(engine.RefusedNotYours), Text: fmt.Sprintf("task %s is with somebody else", t.Step), Field: "by"}
	case t.Assignee != nil || offered(t, person):
		return nil
	}
	return &Refusal{Code: string(engine.RefusedNotYours), Text: fmt.Sprintf("task %s is not offered to %s", t.Step, by), Field: "by"}
}

func offered(t *store.Task, p store.Person) bool {
	if slices.Contains(t.People, p.ID) {
		return true
	}
	if len(t.People) > 0 && len(t.Roles) == 0 {
		return false
	}
	return slices.ContainsFunc(t.Roles, func(role string) bool { return slices.Contains(p.Roles, role) })
}

// check asks the engine, on the state as it is now, whether it would accept an event.
func (h *Host) check(ctx context.Context, tx pgx.Tx, tenant, instance uuid.UUID, act Act, body engine.Body) error {
	row, err := store.ReadInstance(ctx, tx, instance)
	if err != nil {
		return err
	}
	if row.Halted != nil || row.State == nil {
		return nil // the turn that runs the engine again decides
	}
	d, state, err := h.open(ctx, tx, tenant, row)
	if err != nil {
		return err
	}
	settings, err := h.settings(ctx, tx, d.Pack)
	if err != nil {
		return err
	}
	e := engine.Event{At: now(), By: act.By, For: act.For, Settings: settings, Body: body}
	err = h.lookingUp(ctx, direct{tx}, &e, func() error { return engine.Accepts(d, state, e) })
	if err == nil || passes(err) || errors.Is(err, errPanic) {
		return err
	}
	return refusedBy(err)
}

// open finds an instance's definition and unpacks its state, which is zero before the first turn.
func (h *Host) open(ctx context.Context, tx store.DB, tenant uuid.UUID, row *store.Instance) (*definitions.Process, engine.State, error) {
	pack, err := h.packs.get(ctx, tx, tenant, row.Pack, row.Revision)
	if err != nil {
		return nil, engine.State{}, err
	}
	d, known := pack.Processes[row.Process]
	if !known {
		return nil, engine.State{}, fmt.Errorf("process %s: not in its pack", row.Process)
	}
	if row.State == nil {
		return d, engine.State{}, nil
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
	err := h.store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		if v.Row, err = store.ReadInstance(ctx, tx, instance); err != nil {
			return err
		}
		v.D, v.State, err = h.open(ctx, tx, tenant, v.Row)
		return err
	})
	return v, err
}

// refusedBy makes a refusal of what the engine does not accept.
func refusedBy(err error) error {
	code, text, field := refusalOf(err)
	return &Refusal{Code: code, Text: text, Field: field}
}
