package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// manyOver fills the tables with what is over: ended instances with their sub-processes, read rows of their
// inboxes, and messages that are kept for ever.
const manyOver = `
	insert into instances (id, pack, process, revision, business_key, status, outcome, ended)
	select (lpad(to_hex(1700000000000 + g), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid, 'bikes', 'order', 1, 'OLD-' || g,
	       'ended', 'done', now() from generate_series(1, 20000) g;
	insert into children (instance, wait, child, step, detached, reported) select id, 1, id, 'run', false, now() from instances where status = 'ended';
	insert into inbox (id, instance, kind, consumed_turn, verdict) select id, id, 'start', 1, 'accepted' from instances where status = 'ended';
	insert into messages (id, name, key, body, keep_till) select 'm-' || g, 'goods.arrived', g::text, '{}', 'infinity' from generate_series(1, 20000) g`

// rowsRead counts the rows that a connection has read of the tables that grow, and the entries of their
// indexes.
func rowsRead(t *testing.T, tx pgx.Tx) (read int64) {
	t.Helper()
	require.NoError(t, tx.QueryRow(t.Context(), `
		select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid) + case c.relkind when 'r' then pg_stat_get_xact_tuples_fetched(c.oid) else 0 end), 0)::bigint
		from pg_class c left join pg_index x on x.indexrelid = c.oid left join pg_class t on t.oid = x.indrelid
		where c.relkind in ('r', 'i') and coalesce(t.relname, c.relname) in ('instances', 'children', 'inbox', 'messages')`).Scan(&read))
	return read
}

func TestTheInstancesOfOthersCostATenantNothing(t *testing.T) {
	b := newBench(t)
	b.instance(t, "SO-1")
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, manyOver)
		return err
	}))
	b.tenant = b.addTenant(t, "small")
	id := b.instance(t, "SO-1")
	_, err = owner.Exec(t.Context(), `analyze`)
	require.NoError(t, err)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		before := rowsRead(t, tx)
		found, err := store.Instances(ctx, tx, store.InstanceFilter{Limit: 50})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, id, found[0].ID)
		require.Less(t, rowsRead(t, tx)-before, int64(100), "rows that were read")
		return nil
	}))
}

func TestWhatIsOverCostsNothingToWhoeverLooksForWhatIsOpen(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "SO-1")
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, manyOver)
		return err
	}))
	_, err = owner.Exec(t.Context(), `analyze`)
	require.NoError(t, err)
	for _, look := range []struct {
		situation string
		run       func(context.Context, pgx.Tx) error
	}{
		{"the doctor", func(ctx context.Context, tx pgx.Tx) error {
			_, err := store.Ailments(ctx, tx)
			return err
		}},
		{"the relay at its start", func(ctx context.Context, tx pgx.Tx) error {
			_, err := store.Interrupted(ctx, tx, 100)
			return err
		}},
		{"a comparison with the workflows", func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `update instances set started = now() - interval '1 hour' where id = $1`, id)
			require.NoError(t, err)
			open, err := store.OpenInstances(ctx, tx, [16]byte{}, 100)
			require.Len(t, open, 1)
			return err
		}},
		{"the relay's sweep", func(ctx context.Context, tx pgx.Tx) error {
			if _, err := store.Unread(ctx, tx, time.Second, 100); err != nil {
				return err
			}
			_, err := store.ReportUnclaimed(ctx, tx, 100)
			return err
		}},
		{"an instance by its key", func(ctx context.Context, tx pgx.Tx) error {
			found, err := store.Instances(ctx, tx, store.InstanceFilter{Key: "OLD-7", Limit: 10})
			require.Len(t, found, 1)
			return err
		}},
	} {
		t.Run(look.situation, func(t *testing.T) {
			require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
				before := rowsRead(t, tx)
				require.NoError(t, look.run(ctx, tx))
				require.Less(t, rowsRead(t, tx)-before, int64(100), "rows that were read")
				return nil
			}))
		})
	}
}

func TestCountingWhatRunsOnEachRevisionReadsEachInstanceOnce(t *testing.T) {
	b := newBench(t)
	b.instance(t, "")
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		for _, hash := range []string{"sha256:2", "sha256:3", "sha256:4", "sha256:5"} {
			_, _, err := store.AddRevision(ctx, tx, store.Revision{Pack: "bikes", Hash: hash}, store.Author{By: "li.wei"}, []byte("archive"))
			require.NoError(t, err)
		}
		_, err := tx.Exec(ctx, `insert into instances (id, pack, process, revision) select gen_random_uuid(), 'bikes', 'order', g % 4 + 1 from generate_series(1, 1000) g`)
		return err
	}))
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		before := rowsRead(t, tx)
		all, err := store.Revisions(ctx, tx, "bikes", 10)
		require.Less(t, rowsRead(t, tx)-before, int64(2500), "rows that were read")
		var running []int
		for _, r := range all {
			running = append(running, r.Running)
		}
		require.Equal(t, []int{0, 250, 250, 250, 251}, running)
		return err
	}))
}
