package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// tell appends entries as a turn does.
func (b *bench) tell(t *testing.T, id uuid.UUID, whats ...string) {
	t.Helper()
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		row, err := store.ReadInstance(ctx, tx, id)
		if err != nil {
			return err
		}
		var entries []store.Entry
		for _, what := range whats {
			entries = append(entries, store.Entry{
				Instance: id, Turn: row.N + 1, At: time.Date(2026, 3, 2, 1, 0, 0, 123456000, time.UTC), By: "li.wei",
				Step: "check", Wait: 4, What: what, Data: `{"amount":1.50,"who":"张伟"}`,
			})
		}
		var w store.Writes
		row.HeadSeq, row.HeadHash = store.Append(&w, row.HeadSeq, row.HeadHash, entries)
		row.N++
		store.UpdateInstance(&w, row)
		return w.Send(ctx, tx)
	}))
}

// verify returns the first break of an instance's history as text, "" where there is none.
func (b *bench) verify(t *testing.T, id uuid.UUID) string {
	t.Helper()
	var found string
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		broken, _, err := store.Verify(ctx, tx, id)
		if broken != nil {
			found = fmt.Sprintf("%d %s", broken.Seq, broken.What)
		}
		return err
	}))
	return found
}

func TestAHistoryThatWasTamperedWithDoesNotVerify(t *testing.T) {
	for _, c := range []struct{ situation, statement, found string }{
		{"nothing was done to it", `select $1::uuid`, ""},
		{"a datum was changed", `update history set data = '{"amount":1.51,"who":"张伟"}' where instance = $1 and seq = 2`, "2 edited"},
		{"a datum was only written otherwise", `update history set data = '{"amount": 1.50, "who": "张伟"}' where instance = $1 and seq = 2`, "2 edited"},
		{"a time was moved by a microsecond", `update history set at = at + interval '1 microsecond' where instance = $1 and seq = 3`, "3 edited"},
		{"somebody else is said to have done it", `update history set by = 'zhao.min' where instance = $1 and seq = 1`, "1 edited"},
		{"an entry is gone", `delete from history where instance = $1 and seq = 2`, "2 removed"},
		{"the last one is gone", `delete from history where instance = $1 and seq = 5`, "5 removed"},
		{"all are gone", `delete from history where instance = $1`, "1 removed"},
		{"two changed places", `update history set seq = case seq when 2 then -3 when 3 then -2 else seq end where instance = $1`, "2 edited"},
		{"one was added", `insert into history select tenant, instance, 6, turn, at, by, on_behalf, step, wait, what, data, xid, hash
			from history where instance = $1 and seq = 5`, "6 added"},
	} {
		t.Run(c.situation, func(t *testing.T) {
			b := newBench(t)
			id := b.instance(t, "")
			b.tell(t, id, "instance.started", "step.began")
			b.tell(t, id, "step.finished", "task.opened", "task.completed")
			owner, err := pgx.Connect(t.Context(), b.url)
			require.NoError(t, err)
			defer owner.Close(t.Context())
			_, err = owner.Exec(t.Context(), `alter table history no force row level security`)
			require.NoError(t, err)
			_, err = owner.Exec(t.Context(), `alter table history drop constraint history_seq_check`)
			require.NoError(t, err)
			_, err = owner.Exec(t.Context(), c.statement, id)
			require.NoError(t, err)
			_, err = owner.Exec(t.Context(), `update history set seq = -seq where seq < 0`)
			require.NoError(t, err)
			require.Equal(t, c.found, b.verify(t, id))
		})
	}
}

func TestALongHistoryVerifiesPageByPage(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	whats := make([]string, 2500)
	for i := range whats {
		whats[i] = "step.began"
	}
	b.tell(t, id, whats...)
	require.Empty(t, b.verify(t, id))
}

func TestAChainLiesInThePartitionOfItsInstancesMonth(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	b.tell(t, id, "instance.started")
	old := store.DerivedID(time.Date(2019, 5, 1, 0, 0, 0, 0, time.UTC), "long ago")
	require.NoError(t, b.write(t, func(q store.Queue) {
		store.InsertInstance(q, store.Instance{ID: old, Pack: "bikes", Process: "order", Revision: 1})
	}))
	b.tell(t, old, "instance.started")
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), `alter table history no force row level security`)
	require.NoError(t, err)
	var part string
	require.NoError(t, owner.QueryRow(t.Context(), `select tableoid::regclass::text from history where instance = $1`, id).Scan(&part))
	require.Equal(t, store.TimeOf(id).Format("history_2006_01"), part)
	require.NoError(t, owner.QueryRow(t.Context(), `select tableoid::regclass::text from history where instance = $1`, old).Scan(&part))
	require.Equal(t, "history_default", part)
}

func TestAHistoryWhoseInstanceWasRemovedIsFound(t *testing.T) {
	b := newBench(t)
	gone, there := b.instance(t, ""), b.instance(t, "")
	b.tell(t, gone, "instance.started", "step.began")
	b.tell(t, there, "instance.started")
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), `select set_config('waybill.tenant', $1, false)`, b.tenant.String())
	require.NoError(t, err)
	_, err = owner.Exec(t.Context(), `delete from instances where id = $1`, gone)
	require.NoError(t, err)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		found, err := store.Orphans(ctx, tx, uuid.Nil, 10)
		require.Equal(t, []store.Break{{Instance: gone, Seq: 1, What: "without its instance"}}, found)
		return err
	}))
}
