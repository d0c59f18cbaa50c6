package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"waybill/api"
	"waybill/store"
	"waybill/worker"
)

// How long a test waits for what another process does on a busy machine, and how often it looks.
const (
	patience = 90 * time.Second
	glance   = 10 * time.Millisecond
)

// clerk is the person who does all tasks of the pack rules.
const clerk = "li.wei"

// site is a server with the pack rules, and all that a test may look into it with.
type site struct {
	*server
	env      []string
	tenant   uuid.UUID
	admin    *pgxpool.Pool // PostgreSQL's superuser: row-level security does not hold for it
	store    *store.Store  // what the application sees
	temporal client.Client
	address  string // of Temporal
}

// newSite starts a server with the actions of trial.go; env are further variables of its environment.
func newSite(t *testing.T, env ...string) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{env: append(env, "WAYBILL_TRIAL="+dir)}
	s.server = up(t, filepath.Join(dir, "data"), s.env)
	s.connect(t)
	_, err := s.admin.Exec(t.Context(), `
		create table trial_notes (tenant uuid not null default current_setting('waybill.tenant')::uuid,
			position bigint generated always as identity primary key, instance uuid not null, text text not null);
		create table trial_rows (tenant uuid not null default current_setting('waybill.tenant')::uuid, id text, n integer not null,
			primary key (tenant, id));
		create table trial_mended (tenant uuid not null default current_setting('waybill.tenant')::uuid, text text not null);
		select waybill_protect('trial_notes'), waybill_protect('trial_rows'), waybill_protect('trial_mended')`)
	require.NoError(t, err)
	d := s.at(t)
	d.ask(http.MethodPut, "/api/v1/people/"+clerk, api.Person{Name: "李伟", Roles: []string{"clerk"}}, nil, http.StatusOK)
	d.deploy(os.DirFS("testdata/packs/rules"))
	return s
}

// connect opens what tests look into the server with.
func (s *site) connect(t *testing.T) {
	t.Helper()
	var err error
	s.tenant, err = store.TokenTenant(s.token)
	require.NoError(t, err)
	s.admin, err = pgxpool.New(context.Background(), s.adminURL(t, "waybill"))
	require.NoError(t, err)
	t.Cleanup(s.admin.Close)
	s.store, err = store.Open(context.Background(), s.database(), store.MaxConns(8))
	require.NoError(t, err)
	t.Cleanup(s.store.Close)
	var told struct{ Temporal string }
	text, err := os.ReadFile(filepath.Join(s.data, "server.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &told))
	s.address = told.Temporal
	s.temporal, err = worker.Connect(context.Background(), worker.Connection{Address: s.address, Namespace: "waybill"})
	require.NoError(t, err)
	t.Cleanup(s.temporal.Close)
}

// adminURL is the address of a database of the private PostgreSQL for its superuser.
func (s *site) adminURL(t *testing.T, database string) string {
	t.Helper()
	address, err := url.Parse(s.database())
	require.NoError(t, err)
	password, _ := address.User.Password()
	address.User, address.Path = url.UserPassword("postgres", password), "/"+database
	return address.String()
}

// again kills the server, should it still run, and starts it once more; env are variables for this time
// only.
func (s *site) again(t *testing.T, env ...string) *desk {
	t.Helper()
	s.kill()
	s.server = up(t, s.data, append(env, s.env...))
	s.connect(t)
	return s.at(t)
}

// beside starts a part beside the server. It is killed with the test.
func (d *desk) beside(env []string, args ...string) *part {
	d.Helper()
	p := d.launch(append(slices.Clone(d.env), env...), args...)
	d.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait() // it was killed
		if d.Failed() {
			d.Logf("waybill %v said:\n%s", args, p.said)
		}
	})
	return p
}

// await waits for a condition.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	look := time.NewTicker(glance)
	defer look.Stop()
	for !holds() {
		select {
		case <-late.C:
			require.FailNow(t, "waited in vain until "+what)
		case <-look.C:
		}
	}
}

// get returns the only value of a query, seen by the superuser.
func get[V any](d *desk, sql string, args ...any) V {
	d.Helper()
	var v V
	require.NoError(d, d.admin.QueryRow(d.Context(), sql, args...).Scan(&v), sql)
	return v
}

// list returns the only column of a query, seen by the superuser.
func list[V any](d *desk, sql string, args ...any) []V {
	d.Helper()
	rows, err := d.admin.Query(d.Context(), sql, args...)
	require.NoError(d, err, sql)
	values, err := pgx.CollectRows(rows, pgx.RowTo[V])
	require.NoError(d, err, sql)
	return values
}

// change runs a statement as the superuser.
func (d *desk) change(sql string, args ...any) {
	d.Helper()
	_, err := d.admin.Exec(d.Context(), sql, args...)
	require.NoError(d, err, sql)
}

// alter is change for a table's definition. It gives way to whoever holds rows of the table: where it
// waited, everybody else would wait behind it.
func (d *desk) alter(sql string) {
	d.Helper()
	await(d.T, "the table is free to be altered", func() bool {
		err := pgx.BeginFunc(d.Context(), d.admin, func(tx pgx.Tx) error {
			if _, err := tx.Exec(d.Context(), `set local lock_timeout = '100ms'`); err != nil {
				return err
			}
			_, err := tx.Exec(d.Context(), sql)
			return err
		})
		if err != nil {
			require.ErrorContains(d, err, "lock timeout", sql)
		}
		return err == nil
	})
}
