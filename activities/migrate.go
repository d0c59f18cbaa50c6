package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// The codes with which a migration is refused, beside those of the engine.
const (
	refusedNotMovable    = "not_movable"
	refusedOtherRevision = "other_revision"
	refusedProcessGone   = "process_gone"
	refusedUnknownStep   = "unknown_step"
)

// MigrateRequest asks that running instances of a pack move from one revision to another.
type MigrateRequest struct {
	Pack     string
	From, To int
	Process  string            // "": every process
	Steps    map[string]string // renamed steps: old ids to new ones
	IDs      []uuid.UUID       // none: all that run
	Reason   string
	After    uuid.UUID // the last instance of the page before
	Limit    int
}

// Movement is what a migration would do to one instance. There says that it is on the new revision already.
type Movement struct {
	Row     store.Instance
	There   bool
	Verdict engine.Verdict
}

// Movements looks, for a page of the instances that the request picks, whether they can move, and how.
// total counts all of them, at most mostCounted. Errors: *Refusal for a request that cannot be.
func (h *Host) Movements(ctx context.Context, tenant uuid.UUID, r MigrateRequest) (page []Movement, total int, err error) {
	err = h.store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		from, to, err := h.bothRevisions(ctx, tx, tenant, r)
		if err != nil {
			return err
		}
		picked := store.Selection{Pack: r.Pack, Process: r.Process, Revision: r.From, IDs: r.IDs, After: r.After, Limit: r.Limit}
		if len(r.IDs) > 0 {
			picked.Revision = 0
		}
		if total, err = store.CountSelected(ctx, tx, picked, mostCounted); err != nil {
			return err
		}
		rows, err := store.SelectInstances(ctx, tx, picked)
		if err != nil {
			return err
		}
		for i := range rows {
			page = append(page, h.movement(&rows[i], from, to, r))
		}
		return nil
	})
	return page, total, err
}

// mostCounted bounds what is counted of a selection.
const mostCounted = 1_000_000

// bothRevisions compiles the two revisions and checks the request against them.
func (h *Host) bothRevisions(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, r MigrateRequest) (from, to *definitions.Pack, err error) {
	if r.From == r.To {
		return nil, nil, &Refusal{Code: "invalid", Text: "from and to are the same revision", Field: "to"}
	}
	if from, err = h.revision(ctx, tx, tenant, r.Pack, r.From, "from"); err != nil {
		return nil, nil, err
	}
	if to, err = h.revision(ctx, tx, tenant, r.Pack, r.To, "to"); err != nil {
		return nil, nil, err
	}
	if _, known := from.Processes[r.Process]; r.Process != "" && !known {
		return nil, nil, &Refusal{Code: "unknown_process", Text: fmt.Sprintf("pack %s has no process %q in revision %d", r.Pack, r.Process, r.From), Field: "process"}
	}
	for _, old := range slices.Sorted(maps.Keys(r.Steps)) {
		known := false
		for id, d := range from.Processes {
			known = known || d.Steps[old] != nil && (r.Process == "" || r.Process == id)
		}
		if !known {
			return nil, nil, &Refusal{Code: refusedUnknownStep, Text: fmt.Sprintf("the mapping names step %s, which revision %d has not", old, r.From), Field: "map"}
		}
	}
	return from, to, nil
}

// revision compiles a revision of a pack; where names the part of the request that asks for it.
func (h *Host) revision(ctx context.Context, tx pgx.Tx, tenant uuid.UUID, pack string, number int, where string) (*definitions.Pack, error) {
	p, err := h.packs.get(ctx, tx, tenant, pack, number)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &Refusal{Code: "unknown_pack", Text: fmt.Sprintf("no revision %d of pack %q is deployed", number, pack), Field: where}
	}
	return p, err
}

func (h *Host) movement(row *store.Instance, from, to *definitions.Pack, r MigrateRequest) Movement {
	m := Movement{Row: *row}
	before, known := from.Processes[row.Process]
	after, stays := to.Processes[row.Process]
	switch {
	case row.Revision == r.To:
		m.There = true
		return m
	case row.Revision != r.From:
		return m.because(refusedOtherRevision, fmt.Sprintf("it is on revision %d", row.Revision))
	case !known || !stays:
		return m.because(refusedProcessGone, "the process is not in the new revision")
	case row.State == nil:
		return m.because(string(engine.ReasonNotBegun), "the instance has not begun; it can move once it has")
	}
	text, err := store.Unpack(row.State)
	if err != nil {
		return m.because(refusedBroken, err.Error())
	}
	state, err := engine.DecodeState(text)
	if err != nil {
		return m.because(refusedBroken, err.Error())
	}
	m.Verdict = engine.Movable(before, after, state, planFor(before, r.Steps))
	return m
}

// because says why an instance cannot move, where that does not lie in its process.
func (m Movement) because(code, text string) Movement {
	m.Verdict.Reasons = append(m.Verdict.Reasons, engine.Reason{Code: engine.ReasonCode(code), Text: text})
	return m
}

// planFor is the part of a mapping that concerns a process.
func planFor(d *definitions.Process, steps map[string]string) engine.Plan {
	p := engine.Plan{}
	for old, id := range steps {
		if d.Steps[old] != nil {
			if p.Steps == nil {
				p.Steps = map[string]string{}
			}
			p.Steps[old] = id
		}
	}
	return p
}

// Migrate commits that an instance moves to another revision; the turn that reads it decides. Only From,
// To, Steps and Reason of r are read. Errors: store.ErrNotFound.
func (h *Host) Migrate(ctx context.Context, tenant, instance uuid.UUID, r MigrateRequest, act Act) (Receipt, error) {
	if path, ok := withNUL(r.Reason, "reason"); ok {
		return Receipt{}, &Refusal{Code: "invalid", Text: "text with the character U+0000", Field: path}
	}
	var row *store.Instance
	var receipt Receipt
	err := h.within(ctx, tenant, func(b *store.Reads) { store.QueueInstance(b, instance, &row) }, func(s *session) (err error) {
		if row == nil {
			return store.ErrNotFound
		}
		a := arriving{
			row:  store.InboxRow{ID: store.NewID(), Instance: instance, Kind: store.ArrivalMigrate, By: act.By, For: act.For},
			body: migrateBody(r), request: fields{"instance": instance.String(), "body": migrateBody(r)}, key: act.Key,
		}
		receipt, err = a.commit(ctx, s)
		return err
	})
	return receipt, err
}

func migrateBody(r MigrateRequest) fields {
	steps := fields{}
	for old, id := range r.Steps {
		steps[old] = id
	}
	return withReason(fields{"from": value.Int(int64(r.From)), "to": value.Int(int64(r.To)), "map": steps}, r.Reason)
}

// migration reads what Migrate wrote.
func (b *body) migration() engine.Body {
	m := engine.Migration{From: b.number("from"), To: b.number("to"), Reason: b.reason()}
	for old, id := range b.record("map") {
		text, ok := id.(string)
		if !ok {
			b.wrong("map")
		}
		if m.Plan.Steps == nil {
			m.Plan.Steps = map[string]string{}
		}
		m.Plan.Steps[old] = text
	}
	return m
}

// migrate takes the instance to another revision, as a step of this turn. What was due before it happens
// as the old revision says.
func (t *turn) migrate(ctx context.Context, row store.InboxRow, m engine.Migration) error {
	switch {
	case t.row.Revision == m.To:
		t.judge(row, store.Verdict{Verdict: store.Accepted}) // it was asked for twice
		return nil
	case t.row.Revision != m.From:
		return t.refuse(row, refusedOtherRevision, fmt.Sprintf("the instance is on revision %d, not on %d", t.row.Revision, m.From))
	case t.state.Status() != engine.Unborn && t.due():
		t.by, t.whom = "", ""
		if err := t.advance(ctx, t.event(engine.Ticked{})); err != nil || t.full {
			return err // the next turn takes the row
		}
		t.by, t.whom = row.By, row.For
	}
	there := *t.row
	there.Revision = m.To
	to, err := t.host.Definition(ctx, t, t.tenant, &there)
	switch {
	case t.failed != nil || err != nil && t.passes(err):
		return t.broken(CodePack, err)
	case err != nil:
		return t.refuse(row, refusedProcessGone, "the process is not in the new revision")
	}
	settings, err := settingsOf(to.Pack, t.reading.settings)
	if err != nil {
		return t.bad(row, err)
	}
	m.Plan = planFor(t.d, m.Plan.Steps)
	return t.moveTo(ctx, row, to, settings, m)
}

func (t *turn) moveTo(ctx context.Context, row store.InboxRow, to *definitions.Process, settings map[string]any, m engine.Migration) error {
	uses, err := usedSettings(ctx, t, to.Pack)
	if err != nil {
		return t.bad(row, err)
	}
	e := engine.Event{At: t.at, By: t.by, For: t.whom, Settings: settings, Uses: uses, Body: m}
	var next engine.State
	var commands []engine.Command
	err = t.withLookups(ctx, &e, func() (err error) {
		next, commands, err = engine.Move(t.d, to, t.state, e)
		return err
	})
	refused, cannot := errors.AsType[*engine.NotMovable](err)
	switch {
	case cannot:
		return t.refuse(row, refusedNotMovable, whyNot(refused.Verdict))
	case t.failed != nil || err != nil && t.passes(err):
		return t.broken(CodeEngine, err)
	case err != nil:
		return t.bad(row, err)
	}
	t.state, t.d, t.settings, t.uses, t.row.Revision = next, to, settings, uses, m.To
	store.SetRevision(t, t.row.ID, m.To)
	for _, command := range commands {
		if err := t.obey(ctx, command); err != nil {
			return err
		}
	}
	t.judge(row, store.Verdict{Verdict: store.Accepted})
	return t.drain(ctx)
}

// whyNot puts the reasons of a verdict into one text.
func whyNot(v engine.Verdict) string {
	text := ""
	for i, r := range v.Reasons {
		if i > 0 {
			text += "; "
		}
		text += r.Text
	}
	return text
}
