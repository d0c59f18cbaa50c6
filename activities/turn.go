package activities

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

const (
	inboxBatch = 100 // rows of the inbox that a turn takes
	// A turn is short, so that its locks are: what is left follows in the next.
	mostActions = 50
	longest     = time.Second
	// mostAttempts bounds how often one call of Turn runs again after a failure that it works around.
	mostAttempts = 8
)

// Turn takes an instance from one resting point to the next in one transaction, and returns all that
// it waits for then. It may be called at any time, by anybody, any number of times: without anything
// new it changes nothing. Its error is a *Fault; nothing was written then, and calling again is right.
func (h *Host) Turn(ctx context.Context, in TurnInput) (Outcome, error) {
	var r remedy
	var err error
	for range mostAttempts {
		var out Outcome
		if out, err = h.attempt(ctx, in, &r); err == nil {
			return out, nil
		}
		if !r.learn(err) {
			break
		}
	}
	return Outcome{}, h.fault(ctx, in, err)
}

// fault gives the failure an id, and its text to the log only.
func (h *Host) fault(ctx context.Context, in TurnInput, err error) error {
	f := &Fault{Code: codeOf(err), ID: store.NewID(), cause: err}
	h.options.Log.WarnContext(ctx, "turn", "fault", f.ID, "code", f.Code, "instance", in.Instance, "cause", err)
	return f
}

// turn is one attempt at work: the transaction, and what is known and planned in it.
type turn struct {
	*session
	host    *Host
	tenant  uuid.UUID
	patient bool // a statement that takes too long is tried again
	begun   time.Time
	remedy  *remedy
	reading reading
	row     *store.Instance
	d       *definitions.Process

	state    engine.State
	at       time.Time
	settings map[string]any
	uses     map[string]map[string]any // the settings of the packs that the pack uses
	by, whom string                    // the person behind what runs, and whom that person stands in for

	pending  []engine.RunAction
	ran      map[engine.NodeID]engine.RunAction
	resumed  bool // an operator lets a halted engine run again
	full     bool // the turn ends before anything more begins
	changed  bool
	entries  []store.Entry
	opened   []store.Subscription
	locks    []store.Lock
	read     []uuid.UUID // inbox rows with their verdicts
	verdicts []store.Verdict
	freed    []string  // messages that were not taken here after all
	sent     []string  // messages that the process sent
	poke     []Receipt // of the inboxes of others
	bound    []*bool   // whether each opened subscription found a kept message
	queues   queues
}

// reading is what the first round trip of a turn brings.
type reading struct {
	row      *store.Instance
	clock    time.Time
	inbox    []store.InboxRow
	settings []store.Setting
}

// queue queues the reads. The lock is a statement of its own, before the reads: one that locks and
// reads would see the inbox as it was before it waited.
func (r *reading) queue(b *store.Reads, instance uuid.UUID) {
	store.LockInstance(b, instance, &r.row)
	b.Queue(`select clock_timestamp()`).QueryRow(func(row pgx.Row) error { return row.Scan(&r.clock) })
	store.ReadInbox(b, instance, inboxBatch, &r.inbox)
	store.ReadSettings(b, instance, &r.settings)
}

func (h *Host) attempt(ctx context.Context, in TurnInput, r *remedy) (Outcome, error) {
	t := &turn{host: h, tenant: in.Tenant, patient: patient(ctx), remedy: r, begun: now(), ran: map[engine.NodeID]engine.RunAction{}}
	var err error
	t.session, err = open(ctx, h.store, in.Tenant, turnPatience, func(b *store.Reads) { t.reading.queue(b, in.Instance) })
	if err != nil {
		return Outcome{}, err
	}
	defer t.rollback(ctx)
	var out Outcome
	var write bool
	err = safely(func() (err error) {
		out, write, err = t.take(ctx)
		return err
	})
	if errors.Is(err, errPanic) && t.row != nil {
		err = t.broken(CodePanic, err) // it would panic the next time too
	}
	if err != nil || !write {
		return out, err
	}
	h.options.At(BeforeCommit)
	if err := t.commit(ctx); err != nil {
		return Outcome{}, t.commitFailure(err)
	}
	h.options.At(AfterCommit)
	out.Again = t.toldItself() || out.Again
	for _, bound := range t.bound {
		out.Again = out.Again || *bound
	}
	t.afterwards(ctx)
	out.Done = out.Done && !out.Again
	return out, nil
}

// take does the turn up to the commit and tells whether there is anything to commit.
func (t *turn) take(ctx context.Context) (Outcome, bool, error) {
	if t.reading.row == nil {
		return Outcome{Missing: true}, false, nil
	}
	t.row = t.reading.row
	if t.remedy.turn != t.row.N {
		t.remedy.forget(t.row.N)
	}
	t.at = clockOf(t.reading.clock, t.row.At)
	if t.row.Format != nil && *t.row.Format > engine.Format {
		return Outcome{N: t.row.N, Newer: true}, false, nil
	}
	if t.remedy.halt != nil {
		return t.halt(*t.remedy.halt), true, nil
	}
	if t.row.Halted != nil && !t.resumes() {
		return Outcome{N: t.row.N, Halted: true, Process: t.row.Process, Incidents: t.row.Incidents}, false, nil
	}
	if err := t.load(ctx); err != nil {
		return Outcome{}, false, err
	}
	if err := t.run(ctx); err != nil {
		return Outcome{}, false, err
	}
	if t.state.Status() != engine.Unborn {
		t.row.Status = store.Status(t.state.Status())
	}
	out := outcomeOf(t.d, t.row, t.state, t.at)
	if t.changed {
		if err := t.write(&out); err != nil {
			return Outcome{}, false, err
		}
	}
	out.Again = out.Again || len(t.read) < len(t.reading.inbox) || len(t.reading.inbox) == inboxBatch
	out.Done = out.Done && !out.Again
	return out, t.changed, nil
}

// clockOf is the turn's clock: PostgreSQL's, read after the lock, and always later than the last one.
func clockOf(clock time.Time, last *time.Time) time.Time {
	clock = clock.UTC().Truncate(time.Microsecond)
	if last != nil && !clock.After(*last) {
		return last.UTC().Add(time.Microsecond)
	}
	return clock
}

// load finds the definition and unpacks the state.
func (t *turn) load(ctx context.Context) error {
	var err error
	if t.d, err = t.host.Definition(ctx, t, t.tenant, t.row); err != nil {
		return t.broken(CodePack, err)
	}
	if t.settings, err = settingsOf(t.d.Pack, t.reading.settings); err != nil {
		return t.broken(CodePack, err)
	}
	if t.uses, err = usedSettings(ctx, t, t.d.Pack); err != nil {
		return err
	}
	if t.row.State == nil {
		return nil
	}
	text, err := store.Unpack(t.row.State)
	if err != nil {
		return t.broken(CodeEngine, err)
	}
	if t.state, err = engine.DecodeState(text); err != nil {
		return t.broken(CodeEngine, err)
	}
	return nil
}

// passes tells whether an error goes away by itself, as far as this attempt can tell.
func (t *turn) passes(err error) bool { return passes(err) || t.patient && tooLong(err) }

// broken makes an error of what keeps the whole instance from going on, unless it passes by itself.
func (t *turn) broken(code Code, err error) error {
	if t.failed != nil {
		err = t.failed // whatever it led to, this is what happened
	}
	if t.passes(err) {
		return err
	}
	return &engineFailure{turn: t.row.N, halt: halt{code, err.Error()}}
}

func (t *turn) commitFailure(err error) error {
	switch {
	case t.passes(err):
		return err
	case store.Duplicate(err):
		return &duplicateKey{turn: t.row.N - 1}
	case t.blame != 0:
		return t.actionFailure(t.ran[t.blame], err, t.row.N-1)
	}
	return &writeFailure{turn: t.row.N - 1, rows: t.reading.inbox[:len(t.read)], cause: err}
}

// afterwards does what the transaction made due outside of it. Whatever is lost here, the relay does.
func (t *turn) afterwards(ctx context.Context) {
	for _, id := range t.read {
		t.host.options.Taken(id)
	}
	for _, id := range t.freed {
		if err := t.host.redeliver(ctx, t.tenant, id, t.row.ID); err != nil && !errors.Is(err, context.Canceled) {
			t.host.options.Log.WarnContext(ctx, "redeliver", "message", id, "cause", err)
		}
	}
	for _, id := range t.sent {
		if err := t.host.Redeliver(ctx, t.tenant, id); err != nil && !errors.Is(err, context.Canceled) {
			t.host.options.Log.WarnContext(ctx, "send", "message", id, "cause", err)
		}
	}
	for _, r := range t.poke {
		t.host.options.Poke(t.tenant, r)
	}
}
