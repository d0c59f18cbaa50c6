package store_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/internal/postgrestest"
	"waybill/store"
)

// bench is one test's database with a tenant in it.
type bench struct {
	*store.Store
	url    string
	tenant uuid.UUID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	url := postgrestest.New(t, store.Migrate)
	s, err := store.Open(t.Context(), url, store.MaxConns(8))
	require.NoError(t, err)
	t.Cleanup(s.Close)
	b := &bench{Store: s, url: url}
	b.tenant = b.addTenant(t, "acme")
	return b
}

func (b *bench) addTenant(t *testing.T, name string) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	require.NoError(t, b.Across(t.Context(), func(tx pgx.Tx) (err error) {
		id, err = store.AddTenant(t.Context(), tx, name)
		return err
	}))
	return id
}

func (b *bench) in(t *testing.T, act func(ctx context.Context, tx pgx.Tx) error) error {
	t.Helper()
	return b.InTenant(t.Context(), b.tenant, func(tx pgx.Tx) error { return act(t.Context(), tx) })
}

// write sends what queue queues, in one transaction.
func (b *bench) write(t *testing.T, queue func(store.Queue)) error {
	t.Helper()
	return b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		queue(&w)
		return w.Send(ctx, tx)
	})
}

// instance adds a revision, once, and an instance of it.
func (b *bench) instance(t *testing.T, key string) uuid.UUID {
	t.Helper()
	id := store.NewID()
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, _, err := store.AddRevision(ctx, tx, store.Revision{Pack: "bikes", Hash: "sha256:1"}, store.Author{By: "li.wei"}, []byte("archive"))
		return err
	}))
	require.NoError(t, b.write(t, func(q store.Queue) {
		i := store.Instance{ID: id, Pack: "bikes", Process: "order", Revision: 1, Started: store.TimeOf(id)}
		if key != "" {
			i.BusinessKey = &key
		}
		store.InsertInstance(q, i)
	}))
	return id
}

func TestEveryTableShowsATenantOnlyItsOwnRows(t *testing.T) {
	b := newBench(t)
	conn, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'goose_db_version'
		  and not (c.relrowsecurity and c.relforcerowsecurity)`)
	require.NoError(t, err)
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Empty(t, open, "tables without forced row-level security")

	rows, err = conn.Query(t.Context(), `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
		  and c.relname not in ('goose_db_version', 'tenants')
		  and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and a.attnotnull)`)
	require.NoError(t, err)
	open, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Empty(t, open, "tables without a tenant")

	id := b.instance(t, "SO-1")
	other := b.addTenant(t, "other")
	err = b.InTenant(t.Context(), other, func(tx pgx.Tx) error {
		_, err := store.ReadInstance(t.Context(), tx, id)
		return err
	})
	require.ErrorIs(t, err, store.ErrNotFound)
	err = b.Across(t.Context(), func(tx pgx.Tx) error {
		_, err := store.ReadInstance(t.Context(), tx, id)
		return err
	})
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorContains(t, b.InTenant(t.Context(), other, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `insert into people (tenant, id, name) values ($1, 'eve', 'Eve')`, b.tenant)
		return err
	}), "row-level security")
}

func TestNoStatementIsCompiledForLongerThanItRuns(t *testing.T) {
	b := newBench(t)
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	var name string
	require.NoError(t, owner.QueryRow(t.Context(), `select current_database()`).Scan(&name))
	_, err = owner.Exec(t.Context(), `alter database `+pgx.Identifier{name}.Sanitize()+` set jit = on`) // as a server has it by itself
	require.NoError(t, err)
	for _, opts := range [][]store.Option{nil, {store.Limits()}} {
		s, err := store.Open(t.Context(), b.url, opts...)
		require.NoError(t, err)
		t.Cleanup(s.Close)
		var jit string
		require.NoError(t, s.Pool.QueryRow(t.Context(), `show jit`).Scan(&jit))
		require.Equal(t, "off", jit)
	}
}

func TestTheApplicationCannotChangeThePast(t *testing.T) {
	b := newBench(t)
	for _, statement := range []string{
		`update history set data = '{}'`, `delete from history`, `update revisions set hash = 'sha256:2'`,
		`delete from setting_changes`, `truncate instances cascade`,
		`delete from instances`, `delete from tasks`, `delete from incidents`, `delete from children`, `delete from settings`,
	} {
		err := b.in(t, func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		})
		require.ErrorContains(t, err, "permission denied", statement)
	}
}

func TestStatesThatMustNotExistAreRefused(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "SO-1")
	for _, c := range []struct{ situation, statement string }{
		{"an ended instance without an outcome", `update instances set status = 'ended', ended = now() where id = $1`},
		{"a state without its format", `update instances set status = 'running', state = '\x00' where id = $1`},
		{"an ended instance that still wakes", `update instances set status = 'ended', outcome = 'x', ended = now(), wake_at = now() where id = $1`},
		{"an unknown status", `update instances set status = 'lost' where id = $1`},
		{"a verdict without a turn", `insert into inbox (id, instance, kind, verdict) values (gen_random_uuid(), $1, 'cancel', 'accepted')`},
		{"a refusal without a code", `insert into inbox (id, instance, kind, verdict, consumed_turn) values (gen_random_uuid(), $1, 'cancel', 'refused', 1)`},
		{"an unknown arrival", `insert into inbox (id, instance, kind) values (gen_random_uuid(), $1, 'gossip')`},
		{"a body with U+0000", `insert into inbox (id, instance, kind, body) values (gen_random_uuid(), $1, 'cancel', '{"a": "\u0000"}')`},
	} {
		err := b.in(t, func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, c.statement, id)
			return err
		})
		require.Error(t, err, c.situation)
	}
}

func TestABusinessKeyRunsOnce(t *testing.T) {
	b := newBench(t)
	first := b.instance(t, "SO-1")
	insert := func(q store.Queue) {
		key := "SO-1"
		store.InsertInstance(q, store.Instance{ID: store.NewID(), Pack: "bikes", Process: "order", Revision: 1, BusinessKey: &key})
	}
	err := b.write(t, insert)
	require.True(t, store.Duplicate(err), "%v", err)

	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		running, err := store.RunningWithKey(ctx, tx, "bikes", "order", "SO-1")
		require.Equal(t, first, running)
		return err
	}))
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update instances set status = 'ended', outcome = 'delivered', ended = now() where id = $1`, first)
		return err
	}))
	require.NoError(t, b.write(t, insert), "the key is free once its instance ended")
}

func TestATokenOpensItsTenantOnly(t *testing.T) {
	b := newBench(t)
	text := store.NewTokenText(b.tenant)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		return store.PutToken(ctx, tx, "first start", text)
	}))
	tenant, name, err := b.Authenticate(t.Context(), text)
	require.NoError(t, err)
	require.Equal(t, b.tenant, tenant)
	require.Equal(t, "first start", name)

	for _, wrong := range []string{"", "waybill_", text[:len(text)-2], text + "A", "Bearer " + text, store.NewTokenText(b.tenant)} {
		_, _, err := b.Authenticate(t.Context(), wrong)
		require.ErrorIs(t, err, store.ErrToken, wrong)
	}
}

func TestMigratingTwiceAtOnceLeavesOneSchema(t *testing.T) {
	url := postgrestest.New(t, nil)
	done := make(chan error, 2)
	for range 2 {
		go func() { done <- store.Migrate(context.Background(), url) }()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
}

func TestAReleaseThatIsOlderThanTheDatabaseLeavesItAlone(t *testing.T) {
	pool := postgrestest.Pool(t, store.Migrate)
	_, err := pool.Exec(t.Context(), `insert into goose_db_version (version_id, is_applied) values (99998, true), (99999, false)`)
	require.NoError(t, err)
	err = store.Migrate(t.Context(), pool.Config().ConnString())
	require.ErrorIs(t, err, store.ErrNewer)
	require.EqualError(t, err, "migrate: the database belongs to a newer release of waybill: it has migration 99998; start that release, "+
		"or restore the backup from before it")

	_, err = pool.Exec(t.Context(), `delete from goose_db_version where version_id > 99997`)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context(), pool.Config().ConnString()))
}
