package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

func withReason(body fields, reason string) fields {
	if reason != "" {
		body["reason"] = reason
	}
	return body
}

// modifyBody is actBody for the acts on the course of an instance.
func modifyBody(what engine.Body) (store.Arrival, fields, error) {
	switch a := what.(type) {
	case engine.GoTo:
		return store.ArrivalMove, withReason(fields{"wait": waitOf(a.Wait), "step": a.Step, "undo": string(a.Undo)}, a.Reason), nil
	case engine.Again:
		return store.ArrivalRepeat, withReason(fields{"wait": waitOf(a.Wait), "step": a.Step, "undo": string(a.Undo)}, a.Reason), nil
	case engine.LeaveOut:
		body := withReason(fields{"wait": waitOf(a.Wait), "undo": string(a.Undo)}, a.Reason)
		if a.Result != nil {
			body["result"] = a.Result
		}
		return store.ArrivalLeaveOut, body, nil
	}
	return "", nil, &Refusal{Code: "invalid", Text: "no act of an operator", Field: "act"}
}

// modify reads an act on the course of an instance.
func (b *body) modify(kind store.Arrival) engine.Body {
	switch kind {
	case store.ArrivalMigrate:
		return b.migration()
	case store.ArrivalMove:
		return engine.GoTo{Wait: b.wait(), Step: b.text("step"), Undo: engine.UndoChoice(b.text("undo")), Reason: b.reason()}
	case store.ArrivalRepeat:
		return engine.Again{Wait: b.wait(), Step: b.text("step"), Undo: engine.UndoChoice(b.text("undo")), Reason: b.reason()}
	case store.ArrivalLeaveOut:
		return engine.LeaveOut{Wait: b.wait(), Result: b.record("result"), Undo: engine.UndoChoice(b.text("undo")), Reason: b.reason()}
	}
	b.err = fmt.Errorf("kind %q: not known", kind)
	return nil
}

// reason reads an optional reason.
func (b *body) reason() string {
	if _, there := b.fields["reason"]; !there {
		return ""
	}
	return b.text("reason")
}

func (b *body) number(name string) int {
	d, ok := b.fields[name].(value.Decimal)
	n, whole := d.Int64()
	if !ok || !whole {
		b.wrong(name)
	}
	return int(n)
}

// Foresee says what an operator's act would do to an instance, and does nothing. Errors: store.ErrNotFound,
// and *Refusal where the act would be refused.
func (h *Host) Foresee(ctx context.Context, tenant, instance uuid.UUID, what engine.Body, act Act) (engine.Foresight, error) {
	var row *store.Instance
	var changed []store.Setting
	var f engine.Foresight
	err := h.within(ctx, tenant, func(b *store.Reads) {
		store.QueueInstance(b, instance, &row)
		store.ReadSettings(b, instance, &changed)
	}, func(s *session) error {
		if row == nil {
			return store.ErrNotFound
		}
		if row.State == nil || row.Halted != nil {
			return &Refusal{Code: refusedHalted, Text: "the engine does not run in this instance now, so nothing can be foreseen"}
		}
		d, state, err := h.open(ctx, s, tenant, row)
		if err != nil {
			return err
		}
		settings, err := settingsOf(d.Pack, changed)
		if err != nil {
			return err
		}
		uses, err := usedSettings(ctx, s, d.Pack)
		if err != nil {
			return err
		}
		e := engine.Event{At: clockOf(now(), row.At), By: act.By, For: act.For, Settings: settings, Uses: uses, Body: what}
		err = h.lookingUp(ctx, s, &e, func() (err error) {
			f, err = engine.Foresee(d, state, e)
			return err
		})
		if _, refused := errors.AsType[*engine.Refusal](err); refused {
			return refusedBy(err)
		}
		return err
	})
	return f, err
}

// Picked is a running instance that an act on many is for, with the waits that it concerns.
type Picked struct {
	Row   store.Instance
	Waits []engine.NodeID // where it stands at the step, or has an incident of the code, that was asked for
}

// Pick returns a page of running instances and how many there are in all, at most mostCounted.
func (h *Host) Pick(ctx context.Context, tenant uuid.UUID, s store.Selection) (page []Picked, total int, err error) {
	err = h.store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		if total, err = store.CountSelected(ctx, tx, s, mostCounted); err != nil {
			return err
		}
		rows, err := store.SelectInstances(ctx, tx, s)
		if err != nil {
			return err
		}
		for i := range rows {
			p := Picked{Row: rows[i]}
			if p.Waits, err = waitsAt(&rows[i], s); err != nil {
				return fmt.Errorf("instance %s: %w", rows[i].ID, err)
			}
			page = append(page, p)
		}
		return nil
	})
	return page, total, err
}

// waitsAt returns the waits of an instance at the step and with the incident that a selection names; all
// incidents where it names neither.
func waitsAt(row *store.Instance, s store.Selection) ([]engine.NodeID, error) {
	if row.State == nil {
		return nil, nil
	}
	text, err := store.Unpack(row.State)
	if err != nil {
		return nil, err
	}
	state, err := engine.DecodeState(text)
	if err != nil {
		return nil, err
	}
	var waits []engine.NodeID
	for _, o := range state.Open() {
		wrong := s.Step != "" && o.Step != s.Step || s.Incident != "" && (o.Incident == nil || o.Incident.Code != s.Incident) ||
			s.Step == "" && o.Incident == nil
		if !wrong {
			waits = append(waits, o.Wait)
		}
	}
	return slices.Clip(waits), nil
}
