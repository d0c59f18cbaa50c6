package activities

import (
	"context"
	"encoding/json"
	"fmt"

	"waybill/engine"
	"waybill/store"
)

// startChild writes the sub-process and its start. The parent's workflow starts one that is waited
// for; a detached one is poked.
func (t *turn) startChild(ctx context.Context, c engine.StartChild) error {
	number := t.row.Revision
	if c.Latest {
		_, latest, err := t.host.packs.latest(ctx, t, t.tenant, t.row.Pack)
		if err != nil {
			return err
		}
		number = latest
	}
	id, wait := store.ChildID(t.row.ID, int64(c.Wait)), int64(c.Wait)
	child := store.Instance{
		ID: id, Pack: t.row.Pack, Process: c.Process, Revision: number, Parent: &t.row.ID, ParentWait: &wait,
		Depth: c.Depth, Started: t.at,
	}
	mode := store.Attached
	if c.Detached {
		mode, child.ParentWait = store.Detached, nil
	}
	arrival, err := arrivalOf(store.InboxRow{
		ID: store.DerivedID(store.TimeOf(id), id.String()+" start"), Instance: id, Kind: store.ArrivalStart, By: t.by,
	}, startBody(orNone(c.Input)))
	if err != nil {
		return err
	}
	store.InsertInstance(t, child)
	store.InsertInbox(t, arrival)
	again := arrival
	again.ID = store.NewID()
	store.BeginAgain(t, again)
	store.InsertChild(t, t.row.ID, wait, id, c.Step, mode)
	if c.Detached {
		t.poke = append(t.poke, Receipt{Instance: id, Inbox: arrival.ID, New: true})
	}
	return nil
}

// tellChild writes into the inbox of the sub-process at wait.
func (t *turn) tellChild(wait engine.NodeID, kind store.Arrival, body fields) error {
	id := store.ChildID(t.row.ID, int64(wait))
	arrival, err := arrivalOf(store.InboxRow{ID: store.NewID(), Instance: id, Kind: kind, By: t.by}, body)
	if err != nil {
		return err
	}
	store.InsertInbox(t, arrival)
	t.poke = append(t.poke, Receipt{Instance: id, Inbox: arrival.ID})
	return nil
}

// finish ends the instance and reports to whoever waits for it.
func (t *turn) finish(e engine.Ended) error {
	outcome := e.Outcome
	if outcome == "" {
		outcome = failedOutcome
	}
	t.row.Outcome = &outcome
	if t.row.Ended == nil {
		t.row.Ended = &t.at
	}
	if t.row.Incidents > 0 {
		t.row.Incidents = 0
		store.ClearIncidents(t, t.row.ID, t.at)
	}
	if t.row.BusinessKey != nil {
		t.locks = append(t.locks, store.KeyLock(t.tenant.String(), t.row.Pack, t.row.Process, *t.row.BusinessKey))
	}
	body, err := json.Marshal(map[string]string{"process": t.row.Process, "outcome": outcome})
	if err != nil {
		return err
	}
	store.InsertEvent(t, store.Event{Topic: store.TopicEnded, Instance: &t.row.ID, Body: body})
	if e.Undone && t.row.Parent != nil {
		// The workflow of an undoing begins with a poke, so that the parent's does not hear of its end.
		t.poke = append(t.poke, Receipt{Instance: *t.row.Parent, Inbox: store.NewID()})
	}
	return t.report(childEndedBody(engine.ChildEnded{
		Wait: t.parentWait(), Outcome: e.Outcome, Data: e.Data, Error: e.Error, Undone: e.Undone,
	}), store.ArrivalChildEnded)
}

// failedOutcome is the outcome of an instance that ended by a business error, not by one of its ends.
const failedOutcome = "failed"

func (t *turn) parentWait() engine.NodeID {
	if t.row.ParentWait == nil {
		return 0
	}
	return engine.NodeID(*t.row.ParentWait)
}

// report writes the end of the instance into its parent's inbox, if the parent waits for it. The end
// of the child's workflow wakes the parent's; the relay does where that has lost sight of it.
func (t *turn) report(body fields, kind store.Arrival) error {
	if t.row.Parent == nil || t.row.ParentWait == nil {
		return nil
	}
	arrival, err := arrivalOf(store.InboxRow{ID: store.NewID(), Instance: *t.row.Parent, Kind: kind}, body)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	store.InsertInbox(t, arrival)
	store.ReportChild(t, *t.row.Parent, *t.row.ParentWait, t.at)
	return nil
}
