package activities

import (
	"context"
	"errors"
	"fmt"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// The codes with which a turn refuses rows of the inbox.
const (
	refusedBroken    = "broken"
	refusedDuplicate = "duplicate_key"
	refusedHalted    = "halted"
)

// arrive takes one row of the inbox and writes its verdict.
func (t *turn) arrive(ctx context.Context, row store.InboxRow) error {
	t.by, t.whom = row.By, row.For
	if row.ID == t.remedy.refuse {
		return t.refuse(row, refusedBroken, "it cannot be stored")
	}
	body, err := eventOf(row)
	if err != nil {
		return t.bad(row, err)
	}
	if retry, ok := body.(engine.Retry); ok && retry.Wait == 0 && t.resumed {
		t.judge(row, store.Verdict{Verdict: store.Accepted}) // that the engine runs is what was asked for
		return nil
	}
	if m, ok := body.(engine.Migration); ok {
		return t.migrate(ctx, row, m)
	}
	e := t.event(body)
	e.Recorded = row.Recorded
	if started, ok := body.(engine.Started); ok {
		if e.Body, err = t.start(ctx, started); err != nil {
			return t.bad(row, err)
		}
		if t.remedy.duplicate {
			return t.refuseStart(row)
		}
	}
	err = t.withLookups(ctx, &e, func() error { return engine.Accepts(t.d, t.state, e) })
	switch {
	case t.failed != nil || err != nil && t.passes(err):
		return t.broken(CodeEngine, err)
	case err != nil:
		return t.decline(row, body, err)
	}
	if err := t.apply(ctx, e); err != nil {
		return t.bad(row, err)
	}
	t.judge(row, store.Verdict{Verdict: store.Accepted})
	return t.drain(ctx)
}

func (t *turn) judge(row store.InboxRow, v store.Verdict) {
	t.read = append(t.read, row.ID)
	t.verdicts = append(t.verdicts, v)
	t.changed = true
}

func (t *turn) refuse(row store.InboxRow, code, text string) error {
	t.judge(row, store.Verdict{Verdict: store.Refused, Code: code, Text: text})
	return nil
}

// bad refuses a row that cannot be applied; one that must be heard stops the instance instead.
func (t *turn) bad(row store.InboxRow, err error) error {
	if t.failed != nil || t.passes(err) || !refusable(row.Kind) {
		return t.broken(CodeEngine, fmt.Errorf("inbox row %s: %w", row.ID, err))
	}
	t.host.options.Log.Warn("inbox row refused", "row", row.ID, "instance", t.row.ID, "cause", err)
	return t.refuse(row, refusedBroken, "it does not fit this instance")
}

// decline refuses what the engine does not accept now. A message is for others then.
func (t *turn) decline(row store.InboxRow, body engine.Body, err error) error {
	code, text, _ := refusalOf(err)
	if message, ok := body.(engine.Arrived); ok && code != string(engine.RefusedRepeated) {
		t.free(message.ID)
	}
	return t.refuse(row, code, text)
}

// refusalOf reads why the engine did not accept an event, and the path of the field concerned.
func refusalOf(err error) (code, text, field string) {
	refusal, ok := errors.AsType[*engine.Refusal](err)
	if !ok {
		return refusedBroken, err.Error(), ""
	}
	if len(refusal.Faults) > 0 {
		field = refusal.Faults[0].Path
	} else {
		field = fieldOf(refusal.Code)
	}
	return string(refusal.Code), refusal.Text, field
}

// fieldOf is the field of a request that a refusal is about, "" where it is about none.
func fieldOf(code engine.RefusalCode) string {
	switch code {
	case engine.RefusedWrongOutcome:
		return "outcome"
	case engine.RefusedUnknownStep:
		return "step"
	case engine.RefusedUnknownData:
		return "data"
	}
	return ""
}

// start completes the first event of an instance with its business key.
func (t *turn) start(ctx context.Context, s engine.Started) (engine.Started, error) {
	s.Depth = t.row.Depth
	s.Instance = instanceOf(t.row)
	if t.row.BusinessKey == nil && t.d.Key != nil {
		e := engine.Event{}
		err := t.withLookups(ctx, &e, func() error {
			key, err := keyOf(t.d, keyScope(t.d.Pack, t.row, s.Input, t.settings, e.Lookups))
			t.row.BusinessKey = key
			return err
		})
		if err != nil {
			return s, err
		}
		s.Instance = instanceOf(t.row)
		return s, t.lookForKey(ctx)
	}
	return s, nil
}

// lookForKey finds out whether the business key runs already. The unique index would not tell of an
// instance that begins and ends in one turn.
func (t *turn) lookForKey(ctx context.Context) error {
	if t.row.BusinessKey == nil {
		return nil
	}
	_, err := store.RunningWithKey(ctx, t, t.row.Pack, t.row.Process, *t.row.BusinessKey)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	t.remedy.duplicate = t.remedy.duplicate || err == nil
	return err
}

// instanceOf is what formulas read as instance.
func instanceOf(row *store.Instance) map[string]any {
	key := ""
	if row.BusinessKey != nil {
		key = *row.BusinessKey
	}
	return map[string]any{
		"id": row.ID.String(), "process": row.Process, "key": key, "started": value.FormatMoment(row.Started),
	}
}

func keyScope(p *definitions.Pack, row *store.Instance, input, settings map[string]any, lookups map[engine.Ref]any) *formula.Scope {
	return &formula.Scope{
		Get: func(name string) any { return input[name] }, Settings: settings, Instance: instanceOf(row),
		Now: row.Started, Calendar: p.Calendar,
		Asks: func(string, string) bool { return false },
		Lookup: func(object, id string) (any, bool) {
			found, ok := lookups[engine.Ref{Object: object, ID: id}]
			return found, ok
		},
	}
}

// keyOf evaluates the business key; nil where the process has none or it is empty.
func keyOf(d *definitions.Process, scope *formula.Scope) (*string, error) {
	if d.Key == nil {
		return nil, nil
	}
	v, err := d.Key.Eval(scope)
	if err != nil {
		return nil, err
	}
	var key string
	switch v := v.(type) {
	case string:
		key = v
	case value.Decimal:
		key = v.String()
	case nil:
	default:
		return nil, fmt.Errorf("key: %T is neither text nor number", v)
	}
	if key == "" {
		return nil, nil
	}
	return &key, nil
}

// refuseStart ends an instance that never began because its business key runs already.
func (t *turn) refuseStart(row store.InboxRow) error {
	key := *t.row.BusinessKey
	t.row.BusinessKey = nil
	outcome := refusedDuplicate
	t.row.Status, t.row.Outcome, t.row.Ended = store.Ended, &outcome, &t.at
	t.tell(store.Entry{What: string(engine.FactEnded), Data: fmt.Sprintf(`{"outcome":%q}`, outcome)})
	if err := t.report(failureBody(engine.Failed{
		Wait: t.parentWait(), Code: refusedDuplicate, Text: fmt.Sprintf("%s %s is running already", t.row.Process, key),
	}), store.ArrivalFailure); err != nil {
		return err
	}
	return t.refuse(row, refusedDuplicate, fmt.Sprintf("%s %s is running already", t.row.Process, key))
}
