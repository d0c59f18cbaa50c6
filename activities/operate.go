package activities

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/engine"
	"waybill/store"
)

// Operate commits an operator's act on an instance: engine.Retry, Skip, Change, Pause, Resume,
// Cancel, GoTo, Again or LeaveOut. A Retry at wait 0 lets the engine of a halted instance run again. Errors: store.ErrNotFound,
// and *Refusal where the state read now refuses it.
func (h *Host) Operate(ctx context.Context, tenant, instance uuid.UUID, what engine.Body, act Act) (Receipt, error) {
	kind, body, err := actBody(what)
	if err != nil {
		return Receipt{}, err
	}
	if path, ok := withNUL(body, "body"); ok {
		return Receipt{}, &Refusal{Code: "invalid", Text: "text with the character U+0000", Field: path}
	}
	var receipt Receipt
	var j judged
	err = h.within(ctx, tenant, func(b *store.Reads) {
		store.QueueInstance(b, instance, &j.instance)
		store.ReadSettings(b, instance, &j.settings)
	}, func(s *session) (err error) {
		if j.instance == nil {
			return store.ErrNotFound
		}
		a := arriving{
			row:  store.InboxRow{ID: store.NewID(), Instance: instance, Kind: kind, By: act.By, For: act.For},
			body: body, request: fields{"kind": string(kind), "instance": instance.String(), "body": body}, key: act.Key,
		}
		receipt, err = a.commitIf(ctx, s, func() error { return h.check(ctx, s, tenant, &j, act, what) })
		return err
	})
	return receipt, err
}

func actBody(what engine.Body) (store.Arrival, fields, error) {
	switch a := what.(type) {
	case engine.Retry:
		return store.ArrivalRetry, waitBody(a.Wait), nil
	case engine.Skip:
		body := waitBody(a.Wait)
		if a.Result != nil {
			body["result"] = a.Result
		}
		return store.ArrivalSkip, body, nil
	case engine.Change:
		return store.ArrivalChange, withReason(fields{"data": orNone(a.Data)}, a.Reason), nil
	case engine.Pause:
		return store.ArrivalPause, fields{}, nil
	case engine.Resume:
		return store.ArrivalResume, fields{}, nil
	case engine.Cancel:
		return store.ArrivalCancel, fields{"reason": a.Reason}, nil
	}
	return modifyBody(what)
}

// CancelFromOutside commits a cancel that came from Temporal's side, once for each workflow run: the
// instance undoes and ends.
func (h *Host) CancelFromOutside(ctx context.Context, in CancelInput) error {
	err := h.store.InTenant(ctx, in.Tenant, func(tx pgx.Tx) error {
		if _, err := store.ReadInstance(ctx, tx, in.Instance); err != nil {
			return err
		}
		arrival, err := arrivalOf(store.InboxRow{
			ID: store.DerivedID(store.TimeOf(in.Instance), in.Run), Instance: in.Instance, Kind: store.ArrivalCancel,
		}, fields{"reason": "temporal"})
		if err != nil {
			return err
		}
		var w store.Writes
		store.InsertInbox(&w, arrival)
		return w.Send(ctx, tx)
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return h.fault(ctx, TurnInput{Tenant: in.Tenant, Instance: in.Instance}, err)
	}
	return nil
}

// CancelInput names the workflow run that Temporal was told to cancel.
type CancelInput struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	Run      string
}
