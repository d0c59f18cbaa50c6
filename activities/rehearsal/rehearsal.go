// Package rehearsal plays scenario tests with the catalogue's actions on a real database. Each case has a
// transaction of its own, which is rolled back: nothing of it stays.
package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"waybill/activities/catalogue"
	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/engine/scenario"
	"waybill/store"
)

// Stage is where cases are played: the data of a tenant.
type Stage struct {
	Store     *store.Store
	Tenant    uuid.UUID
	Catalogue *catalogue.Registry
}

// errOver rolls a case back.
var errOver = errors.New("the case is over")

// Play plays a case. Local actions that the case does not stub run on the stage's data, and objects that
// it does not stub are looked up there.
func (s Stage) Play(ctx context.Context, d *definitions.Process, c *definitions.Case) (scenario.Result, error) {
	var result scenario.Result
	var broken error
	err := s.Store.InTenant(ctx, s.Tenant, func(tx pgx.Tx) error {
		w := &world{ctx: ctx, stage: s, tx: &queued{tx: tx}, instance: store.NewID()}
		result = scenario.RunIn(d, c, w)
		broken = w.broken
		return errOver
	})
	if !errors.Is(err, errOver) {
		broken = errors.Join(broken, err)
	}
	if broken != nil {
		return result, fmt.Errorf("%s: %w", c.Name, broken)
	}
	return result, nil
}

// world runs a case's actions in its transaction.
type world struct {
	ctx      context.Context //nolint:containedctx // the engine's hosts have none to hand on
	stage    Stage
	tx       *queued
	instance uuid.UUID
	broken   error // the transaction cannot go on
}

// Run implements scenario.World. An action that fails has changed nothing: it runs in a savepoint.
func (w *world) Run(r scenario.Request) (map[string]any, error) {
	call := catalogue.Call{
		Tenant: w.stage.Tenant, Instance: w.instance, Wait: r.Wait, Key: fmt.Sprintf("%s/%d", w.instance, r.Wait),
		At: r.At, By: r.By, Currency: r.Pack.Currency, Calendar: r.Pack.Calendar, Settings: r.Settings,
	}
	if r.Wait == 0 {
		call.Key = store.NewID().String() // what is given is called once each
	}
	var result map[string]any
	err := w.saved(func() (err error) {
		result, err = w.stage.Catalogue.Run(w.ctx, w.tx, call, r.Action, r.Input)
		return err
	})
	if refused, ok := catalogue.Refused(err); ok {
		return nil, refused
	}
	return result, err
}

// Look implements scenario.World.
func (w *world) Look(need *formula.NeedLookup) (found any, err error) {
	err = w.saved(func() (err error) {
		found, err = w.look(need)
		return err
	})
	return found, err
}

func (w *world) look(need *formula.NeedLookup) (any, error) {
	switch need.Object {
	case formula.ObjectPeople:
		role, skill, _ := strings.Cut(need.ID, "/")
		people, err := store.PeopleOf(w.ctx, w.tx, role, skill)
		list := make([]any, len(people))
		for i := range people {
			list[i] = people[i]
		}
		return list, err
	case formula.ObjectSuperior:
		superior, err := store.SuperiorOf(w.ctx, w.tx, need.ID)
		if err != nil || superior == "" {
			return nil, err
		}
		return superior, nil
	}
	return w.stage.Catalogue.Lookup(w.ctx, w.tx, need.Object, need.ID)
}

// saved does something in a savepoint, to which it goes back after an error.
func (w *world) saved(act func() error) error {
	if w.broken != nil {
		return w.broken
	}
	if _, err := w.tx.Exec(w.ctx, "savepoint act"); err != nil {
		w.broken = err
		return err
	}
	err := act()
	if err == nil {
		err = w.tx.flush(w.ctx)
	}
	end := "release savepoint act"
	if err != nil {
		w.tx.waiting = nil
		end = "rollback to savepoint act"
	}
	if _, failed := w.tx.tx.Exec(w.ctx, end); failed != nil {
		w.broken = failed
		return errors.Join(err, failed)
	}
	return err
}

// queued is a transaction as actions see it: what is queued is sent before anything else.
type queued struct {
	tx      pgx.Tx
	waiting []statement
}

type statement struct {
	sql  string
	args []any
}

// Queue implements catalogue.Tx.
func (q *queued) Queue(sql string, args ...any) {
	q.waiting = append(q.waiting, statement{sql, args})
}

func (q *queued) flush(ctx context.Context) error {
	for len(q.waiting) > 0 {
		s := q.waiting[0]
		q.waiting = q.waiting[1:]
		if _, err := q.tx.Exec(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// Query implements catalogue.Tx.
func (q *queued) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := q.flush(ctx); err != nil {
		return nil, err
	}
	return q.tx.Query(ctx, sql, args...)
}

// QueryRow implements catalogue.Tx.
func (q *queued) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := q.flush(ctx); err != nil {
		return failedRow{err}
	}
	return q.tx.QueryRow(ctx, sql, args...)
}

// Exec implements catalogue.Tx.
func (q *queued) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := q.flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return q.tx.Exec(ctx, sql, args...)
}

// failedRow is a row that could not be asked for.
type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }
