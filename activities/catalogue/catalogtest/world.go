// Package catalogtest runs the actions of a catalogue in tests, on a real database, as a turn would:
// one action in one transaction of one tenant.
package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/internal/postgrestest"
	"waybill/store"
)

// ErrRollback makes Turn roll back what was done, without failing the test.
var ErrRollback = errors.New("rolled back on purpose")

// World is a database of its own with one tenant, and a clock that stands still.
type World struct {
	Registry *catalogue.Registry
	Store    *store.Store
	Tenant   uuid.UUID
	At       time.Time // the clock of the turns; a test moves it
	By       string    // who is behind the turns

	t    testing.TB
	keys atomic.Int64
}

// New makes a world with the given catalogue. Its clock stands at Monday, 2 March 2026, 09:00 UTC; its
// currency is CNY.
func New(t testing.TB, defs ...catalogue.Definition) *World {
	t.Helper()
	registry, err := catalogue.New(defs...)
	require.NoError(t, err)
	db, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate), store.MaxConns(24))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	w := &World{
		Registry: registry, Store: db, Tenant: uuid.New(),
		At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), By: "ann", t: t,
	}
	require.NoError(t, db.Across(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into tenants (id, name) values ($1, $1::uuid::text)`, w.Tenant)
		return err
	}))
	return w
}

// Context lasts as long as the test.
func (w *World) Context() context.Context { return w.t.Context() }

// Turn runs act in a transaction and commits, unless act returns an error.
func (w *World) Turn(act func(tx catalogue.Tx) error) error {
	return w.Store.InTenant(w.t.Context(), w.Tenant, func(pg pgx.Tx) error {
		tx := &Tx{Tx: pg}
		if err := act(tx); err != nil {
			return err
		}
		return tx.Flush(w.t.Context())
	})
}

// UntilOneWaits returns once a transaction waits for a lock that another one holds.
func (w *World) UntilOneWaits() {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		waits := false
		err := w.Store.Across(w.t.Context(), func(tx pgx.Tx) error {
			// What others wait for is shown to whoever logged in, not to the role of the application.
			if _, err := tx.Exec(w.t.Context(), `set local role none`); err != nil {
				return err
			}
			return tx.QueryRow(w.t.Context(), `select exists (select from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waits)
		})
		return err == nil && waits
	}, 10*time.Second, 5*time.Millisecond)
}

// RowsRead runs an action that must succeed, and tells how many rows of the tables, and entries of their
// indexes, it read, after PostgreSQL has looked at what is in them.
func (w *World) RowsRead(action, input string, tables ...string) int64 {
	w.t.Helper()
	ctx := w.t.Context()
	require.NoError(w.t, w.Turn(func(tx catalogue.Tx) error {
		// The application's role is not the tables' owner.
		_, err := tx.Exec(ctx, `set local role none`)
		if err == nil {
			_, err = tx.Exec(ctx, `analyze`)
		}
		return err
	}))
	const counted = `
		select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid) + case c.relkind when 'r' then pg_stat_get_xact_tuples_fetched(c.oid) else 0 end), 0)::bigint
		from pg_class c left join pg_index x on x.indexrelid = c.oid left join pg_class t on t.oid = x.indrelid
		where c.relkind in ('r', 'i') and coalesce(t.relname, c.relname) = any ($1)`
	var before, after int64
	require.NoError(w.t, w.Turn(func(tx catalogue.Tx) error {
		decoded, err := value.Decode([]byte(input))
		require.NoError(w.t, err)
		if err := tx.QueryRow(ctx, counted, tables).Scan(&before); err != nil {
			return err
		}
		if _, err := w.Registry.Run(ctx, tx, w.Call(), action, decoded.(map[string]any)); err != nil {
			return err
		}
		return tx.QueryRow(ctx, counted, tables).Scan(&after)
	}))
	return after - before
}

// Call is the call of one more step.
func (w *World) Call() catalogue.Call {
	n := w.keys.Add(1)
	return catalogue.Call{
		Tenant: w.Tenant, Instance: uuid.NewSHA1(w.Tenant, []byte("instance")), Wait: engine.NodeID(n),
		Key: fmt.Sprint("step ", n), At: w.At, By: w.By, Currency: "CNY", Calendar: calendar.UTC(),
	}
}

// Try runs an action in a turn of its own. The input and the output are JSON.
func (w *World) Try(action, input string) (string, error) {
	return w.TryCall(w.Call(), action, input)
}

// TryCall is Try as the step that call tells of.
func (w *World) TryCall(call catalogue.Call, action, input string) (string, error) {
	var output []byte
	err := w.Turn(func(tx catalogue.Tx) error {
		decoded, err := value.Decode([]byte(input))
		if err != nil {
			return fmt.Errorf("%s: %w", input, err)
		}
		result, err := w.Registry.Run(w.t.Context(), tx, call, action, decoded.(map[string]any))
		if err != nil {
			return err
		}
		output, err = value.Encode(result)
		return err
	})
	return string(output), err
}

// Do is Try for what must succeed.
func (w *World) Do(action, input string, args ...any) string {
	w.t.Helper()
	output, err := w.Try(action, fmt.Sprintf(input, args...))
	require.NoError(w.t, err, action)
	return output
}

// Refused runs an action that must be refused with the code.
func (w *World) Refused(code, action, input string, args ...any) *engine.BusinessError {
	w.t.Helper()
	_, err := w.Try(action, fmt.Sprintf(input, args...))
	require.Error(w.t, err, action)
	refusal, ok := catalogue.Refused(err)
	require.True(w.t, ok, "%s: %v", action, err)
	require.Equal(w.t, code, refusal.Code)
	return refusal
}

// Lookup reads an object as a formula would, as JSON.
func (w *World) Lookup(object, id string) string {
	w.t.Helper()
	var text []byte
	require.NoError(w.t, w.Turn(func(tx catalogue.Tx) error {
		found, err := w.Registry.Lookup(w.t.Context(), tx, object, id)
		if err != nil {
			return err
		}
		text, err = value.Encode(found)
		return err
	}))
	return string(text)
}

// Exec changes the database behind the actions' backs.
func (w *World) Exec(sql string, args ...any) {
	w.t.Helper()
	require.NoError(w.t, w.Turn(func(tx catalogue.Tx) error {
		_, err := tx.Exec(w.t.Context(), sql, args...)
		return err
	}))
}

// Ask returns the rows of a query as PostgreSQL writes them: columns joined by " | ", rows by line
// breaks, null as "-".
func (w *World) Ask(sql string, args ...any) string {
	w.t.Helper()
	var lines []string
	require.NoError(w.t, w.Turn(func(tx catalogue.Tx) error {
		rows, err := tx.Query(w.t.Context(), sql, append([]any{pgx.QueryExecModeSimpleProtocol}, args...)...)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
			cells := make([]string, len(row.RawValues()))
			for i, raw := range row.RawValues() {
				cells[i] = "-"
				if raw != nil {
					cells[i] = string(raw)
				}
			}
			return strings.Join(cells, " | "), nil
		})
		return err
	}))
	return strings.Join(lines, "\n")
}

// Reference is an object that stands in for one of an area that a test leaves out: signatures may refer
// to it, nobody looks it up.
func Reference(name string) catalogue.Definition {
	type number struct {
		Number string `json:"number"`
	}
	return catalogue.Object(name, "Stands in for another area's.",
		func(context.Context, catalogue.Tx, string) (number, bool, error) { return number{}, false, nil })
}
