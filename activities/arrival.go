package activities

import (
	"fmt"

	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// What arrives stands in the inbox as JSON: a record with the members below. These functions are the
// only ones that write it, eventOf the only one that reads it.

type fields = map[string]any

func waitOf(w engine.NodeID) value.Decimal { return value.Int(int64(w)) }

func startBody(input fields) fields { return fields{"input": input} }

func waitBody(w engine.NodeID) fields { return fields{"wait": waitOf(w)} }

func completeBody(c engine.Completed) fields {
	return fields{"wait": waitOf(c.Wait), "outcome": c.Outcome, "form": orNone(c.Form)}
}

func messageBody(a engine.Arrived) fields {
	return fields{"id": a.ID, "message": a.Message, "key": a.Key, "with": orNone(a.With)}
}

func answerBody(a engine.Answered) fields {
	body := fields{"wait": waitOf(a.Wait), "error": errorBody(a.Error)}
	if a.Result != nil {
		body["result"] = a.Result
	}
	return body
}

func failureBody(f engine.Failed) fields {
	return fields{"wait": waitOf(f.Wait), "code": f.Code, "text": f.Text}
}

func childEndedBody(c engine.ChildEnded) fields {
	return fields{
		"wait": waitOf(c.Wait), "outcome": c.Outcome, "data": orNone(c.Data),
		"error": errorBody(c.Error), "undone": c.Undone,
	}
}

func errorBody(e *engine.BusinessError) any {
	if e == nil {
		return nil
	}
	return fields{"code": e.Code, "text": e.Text, "with": orNone(e.With)}
}

func orNone(m map[string]any) map[string]any {
	if m == nil {
		return fields{}
	}
	return m
}

// arrivalOf makes the inbox row for body.
func arrivalOf(row store.InboxRow, body fields) (store.InboxRow, error) {
	text, err := value.Encode(body)
	if err != nil {
		return row, fmt.Errorf("inbox: %w", err)
	}
	row.Body = text
	return row, nil
}

// body reads the members of a row; a member that is missing or of another kind is an error.
type body struct {
	fields fields
	err    error
}

func (b *body) wait() engine.NodeID {
	d, ok := b.fields["wait"].(value.Decimal)
	n, whole := d.Int64()
	if !ok || !whole {
		b.wrong("wait")
	}
	return engine.NodeID(n)
}

func (b *body) text(name string) string {
	s, ok := b.fields[name].(string)
	if !ok {
		b.wrong(name)
	}
	return s
}

// record reads an optional record.
func (b *body) record(name string) map[string]any {
	v, there := b.fields[name]
	if !there || v == nil {
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		b.wrong(name)
	}
	return m
}

func (b *body) flag(name string) bool {
	v, ok := b.fields[name].(bool)
	if !ok {
		b.wrong(name)
	}
	return v
}

func (b *body) businessError() *engine.BusinessError {
	m := b.record("error")
	if m == nil {
		return nil
	}
	inner := &body{fields: m}
	e := &engine.BusinessError{Code: inner.text("code"), Text: inner.text("text"), With: inner.record("with")}
	if inner.err != nil {
		b.err = fmt.Errorf("error: %w", inner.err)
	}
	return e
}

func (b *body) wrong(name string) {
	if b.err == nil {
		b.err = fmt.Errorf("%s: missing or of the wrong kind", name)
	}
}

// eventOf reads what a row says. A start is not among them: it needs the instance.
func eventOf(row store.InboxRow) (engine.Body, error) {
	v, err := value.Decode(row.Body)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("body: no record")
	}
	b := &body{fields: m}
	event := b.event(row.Kind)
	if b.err != nil {
		return nil, b.err
	}
	return event, nil
}

func (b *body) event(kind store.Arrival) engine.Body {
	switch kind {
	case store.ArrivalStart:
		return engine.Started{Input: b.record("input")}
	case store.ArrivalClaim:
		return engine.Claimed{Wait: b.wait()}
	case store.ArrivalRelease:
		return engine.Released{Wait: b.wait()}
	case store.ArrivalComplete:
		return engine.Completed{Wait: b.wait(), Outcome: b.text("outcome"), Form: b.record("form")}
	case store.ArrivalMessage:
		return engine.Arrived{ID: b.text("id"), Message: b.text("message"), Key: b.text("key"), With: b.record("with")}
	case store.ArrivalAnswer:
		return engine.Answered{Wait: b.wait(), Result: b.record("result"), Error: b.businessError()}
	case store.ArrivalFailure:
		return engine.Failed{Wait: b.wait(), Code: b.text("code"), Text: b.text("text")}
	case store.ArrivalAcquired:
		return engine.Acquired{Wait: b.wait()}
	case store.ArrivalChildEnded:
		return engine.ChildEnded{
			Wait: b.wait(), Outcome: b.text("outcome"), Data: b.record("data"),
			Error: b.businessError(), Undone: b.flag("undone"),
		}
	}
	return b.act(kind)
}

// act reads what an operator, or a parent, wants.
func (b *body) act(kind store.Arrival) engine.Body {
	switch kind {
	case store.ArrivalRetry:
		return engine.Retry{Wait: b.wait()}
	case store.ArrivalSkip:
		return engine.Skip{Wait: b.wait(), Result: b.record("result")}
	case store.ArrivalChange:
		return engine.Change{Data: b.record("data"), Reason: b.reason()}
	case store.ArrivalPause:
		return engine.Pause{}
	case store.ArrivalResume:
		return engine.Resume{}
	case store.ArrivalCancel:
		return engine.Cancel{Reason: b.text("reason")}
	case store.ArrivalUndo:
		return engine.Undo{}
	}
	return b.modify(kind)
}

// refusable tells whether a row may be refused when it breaks a turn. Answers may not: a wait that
// never hears its answer would stand for ever without anybody knowing, and a lock with it.
func refusable(kind store.Arrival) bool {
	switch kind {
	case store.ArrivalStart, store.ArrivalAnswer, store.ArrivalFailure, store.ArrivalChildEnded, store.ArrivalAcquired:
		return false
	}
	return true
}
