package activities

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// obey turns a command of the engine into writes of the turn. Local actions wait for drain.
func (t *turn) obey(ctx context.Context, command engine.Command) error {
	switch c := command.(type) {
	case engine.RunAction:
		t.pending = append(t.pending, c)
	case engine.Record:
		return t.record(c)
	case engine.OpenTask:
		return t.openTask(c)
	case engine.ChangeTask:
		t.changeTask(c)
	case engine.CloseTask:
		return t.closeTask(c)
	case engine.Notify:
		return t.notify(c)
	case engine.CallRemote:
		return t.callRemote(c)
	case engine.CancelCall:
		store.CancelCall(t, t.row.ID, int64(c.Wait), t.at)
	case engine.Subscribe:
		t.subscribe(c)
	case engine.Unsubscribe:
		t.unsubscribe(int64(c.Wait))
	case engine.RaiseIncident:
		t.raise(store.Incident{Wait: int64(c.Wait), Step: c.Step, Code: c.Code, Text: c.Text})
	case engine.ClearIncident:
		t.row.Incidents = max(0, t.row.Incidents-1)
		store.ClearIncident(t, t.row.ID, int64(c.Wait), t.at)
	default:
		return t.obeyAcross(ctx, command)
	}
	return nil
}

// obeyAcross is obey for what concerns other instances too, and for the end.
func (t *turn) obeyAcross(ctx context.Context, command engine.Command) error {
	switch c := command.(type) {
	case engine.StartChild:
		return t.startChild(ctx, c)
	case engine.CancelChild:
		return t.tellChild(c.Wait, store.ArrivalCancel, fields{"reason": "parent"})
	case engine.UndoChild:
		return t.tellChild(c.Wait, store.ArrivalUndo, fields{})
	case engine.Ended:
		return t.finish(c)
	case engine.SendMessage:
		return t.send(c)
	case engine.AcquireLocks:
		t.acquire(c)
		return nil
	case engine.ReleaseLocks:
		return t.release(ctx, int64(c.Wait))
	case engine.Unclaimed:
		t.free(c.Letter.ID)
		return nil
	case engine.WakeAt:
		return nil // outcomeOf reads it from what is outstanding
	}
	return fmt.Errorf("command %T: not known", command)
}

func (t *turn) record(r engine.Record) error {
	data, err := value.Encode(orNone(r.Data))
	if err != nil {
		return fmt.Errorf("history %s: %w", r.What, err)
	}
	t.tell(store.Entry{By: r.By, For: r.For, Step: r.Step, Wait: int64(r.Wait), What: string(r.What), Data: string(data)})
	return nil
}

func (t *turn) raise(i store.Incident) {
	i.ID, i.Instance, i.Raised = store.NewID(), t.row.ID, t.at
	t.row.Incidents++
	store.InsertIncident(t, i)
}

func (t *turn) notify(n engine.Notify) error {
	body, err := json.Marshal(map[string]any{
		"task": store.TaskID(t.row.ID, int64(n.Wait)), "roles": n.Roles, "superior": n.Superior, "why": n.Why,
	})
	if err != nil {
		return err
	}
	store.InsertEvent(t, store.Event{Topic: store.TopicNotice, Instance: &t.row.ID, Body: body})
	return nil
}

func (t *turn) callRemote(c engine.CallRemote) error {
	request, err := value.Encode(orNone(c.Input))
	if err != nil {
		return fmt.Errorf("call %s: %w", c.Action, err)
	}
	store.InsertCall(t, store.Call{
		Instance: t.row.ID, Wait: int64(c.Wait), Attempt: c.Attempt, Step: c.Step, Action: c.Action, Request: request,
		Timeout: c.Timeout, By: t.by, Key: requestKey(t.row.ID, c.Wait, c.Input), Requested: t.at,
	})
	return nil
}

// requestKey is the idempotency key of a request: the same for each attempt at the same wait with the
// same input, and for no other.
func requestKey(instance uuid.UUID, wait engine.NodeID, input map[string]any) string {
	h := sha256.New()
	h.Write(instance[:])
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(wait))
	h.Write(number[:])
	// Input that cannot be written cannot be called with either; its key does not matter.
	text, _ := value.Encode(orNone(input))
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// free gives a message back that this instance does not take after all: it is delivered anew.
func (t *turn) free(message string) {
	store.FreeMessage(t, message)
	t.freed = append(t.freed, message)
}

func (t *turn) subscribe(c engine.Subscribe) {
	t.opened = append(t.opened, store.Subscription{
		Instance: t.row.ID, Wait: int64(c.Wait), Name: c.Message, Key: c.Key, Opened: t.at,
	})
}

// unsubscribe closes a wait; one that this turn opened was never to be seen.
func (t *turn) unsubscribe(wait int64) {
	for i := range t.opened {
		if t.opened[i].Wait == wait {
			t.opened = append(t.opened[:i:i], t.opened[i+1:]...)
			return
		}
	}
	store.Unsubscribe(t, t.row.ID, wait)
}
