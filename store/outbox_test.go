package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

func (b *bench) follow(t *testing.T) (topics []string) {
	t.Helper()
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		events, err := store.Follow(ctx, tx, "feed", 10)
		if err != nil || len(events) == 0 {
			return err
		}
		for _, e := range events {
			topics = append(topics, e.Topic)
		}
		return store.Followed(ctx, tx, "feed", events[len(events)-1])
	}))
	return topics
}

// followed waits for what the reader is to get: a transaction in any database of the server holds it
// back, such as one of another test.
func (b *bench) followed(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	require.Eventually(t, func() bool {
		got = append(got, b.follow(t)...)
		return len(got) >= len(want)
	}, time.Minute, 10*time.Millisecond)
	require.Equal(t, want, got)
}

func TestAReaderOfTheOutboxMissesNoneThatCommitsLate(t *testing.T) {
	b := newBench(t)
	event := func(topic string) func(store.Queue) {
		return func(q store.Queue) { store.InsertEvent(q, store.Event{Topic: topic}) }
	}
	require.NoError(t, b.write(t, event("first")))
	b.followed(t, "first")

	// One transaction takes its position early and commits late.
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		event("late")(&w)
		if err := w.Send(ctx, tx); err != nil {
			return err
		}
		require.NoError(t, b.write(t, event("early")))
		require.Empty(t, b.follow(t), "nothing beyond what is still open")
		return nil
	}))
	b.followed(t, "late", "early")
	require.Empty(t, b.follow(t))
}

func TestTwoProcessesThatFollowAsOneReaderShareIt(t *testing.T) {
	b := newBench(t)
	require.NoError(t, b.write(t, func(q store.Queue) { store.InsertEvent(q, store.Event{Topic: "once"}) }))
	require.Eventually(t, func() bool {
		seen := 0
		require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
			events, err := store.Follow(ctx, tx, "other", 10)
			seen = len(events)
			return err
		}))
		return seen == 1
	}, time.Minute, 10*time.Millisecond, "its place has not moved yet")
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := store.Follow(ctx, tx, "other", 10); err != nil {
			return err
		}
		return b.InTenant(ctx, b.tenant, func(second pgx.Tx) error {
			events, err := store.Follow(ctx, second, "other", 10)
			require.Empty(t, events)
			return err
		})
	}))
}

func TestAReaderGoesOnInAServerThatCountsItsTransactionsAnew(t *testing.T) {
	b := newBench(t)
	event := func(topic string) {
		require.NoError(t, b.write(t, func(q store.Queue) { store.InsertEvent(q, store.Event{Topic: topic}) }))
	}
	event("read")
	b.followed(t, "read")
	event("first left")
	event("second left")
	// As in a dump of a server that has seen many more transactions than this one.
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), `select set_config('waybill.tenant', $1, false)`, b.tenant.String())
	require.NoError(t, err)
	for table, rows := range map[string]int64{"outbox": 3, "outbox_readers": 1} {
		done, err := owner.Exec(t.Context(), `update `+table+` set xid = (xid::text::bigint + 1000000000)::text::xid8`)
		require.NoError(t, err)
		require.Equal(t, rows, done.RowsAffected())
	}
	event("new")
	b.followed(t, "first left", "second left", "new")
	require.Empty(t, b.follow(t))
}
