package store_test

import (
	"context"
	"testing"

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

func TestAReaderOfTheOutboxMissesNoneThatCommitsLate(t *testing.T) {
	b := newBench(t)
	event := func(topic string) func(store.Queue) {
		return func(q store.Queue) { store.InsertEvent(q, store.Event{Topic: topic}) }
	}
	require.NoError(t, b.write(t, event("first")))
	require.Equal(t, []string{"first"}, b.follow(t))

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
	require.Equal(t, []string{"late", "early"}, b.follow(t))
	require.Empty(t, b.follow(t))
}

func TestTwoProcessesThatFollowAsOneReaderShareIt(t *testing.T) {
	b := newBench(t)
	require.NoError(t, b.write(t, func(q store.Queue) { store.InsertEvent(q, store.Event{Topic: "once"}) }))
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		events, err := store.Follow(ctx, tx, "other", 10)
		require.Len(t, events, 1)
		return err
	}))
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
