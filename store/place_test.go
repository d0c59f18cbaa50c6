package store_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// take asks for the names and returns who was told that it holds its locks.
func (b *bench) take(t *testing.T, instance uuid.UUID, names ...string) []uuid.UUID {
	t.Helper()
	return b.changePlaces(t, names, func(q store.Queue) {
		store.Enqueue(q, store.Place{Pack: "bikes", Instance: instance, Wait: 7, Step: "bake"}, names)
	})
}

// give gives up the names and returns who was told.
func (b *bench) give(t *testing.T, instance uuid.UUID, names ...string) []uuid.UUID {
	t.Helper()
	return b.changePlaces(t, names, func(q store.Queue) { store.Dequeue(q, instance, 7) })
}

func (b *bench) changePlaces(t *testing.T, names []string, change func(store.Queue)) []uuid.UUID {
	t.Helper()
	var told []store.Waiter
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		var locks []store.Lock
		for _, name := range names {
			locks = append(locks, store.PlaceLock(b.tenant.String(), "bikes", name))
		}
		var w store.Writes
		store.TakeLocks(&w, locks)
		change(&w)
		store.LockHeads(&w, "bikes", names)
		if err := w.Send(ctx, tx); err != nil {
			return err
		}
		grant := &store.Reads{}
		store.Grant(grant, "bikes", names, &told)
		return tx.SendBatch(ctx, grant).Close()
	}))
	var ids []uuid.UUID
	for _, w := range told {
		ids = append(ids, w.Instance)
	}
	return ids
}

func TestALockIsGivenInTheOrderInWhichItWasAskedFor(t *testing.T) {
	b := newBench(t)
	one, two, three := b.instance(t, ""), b.instance(t, ""), b.instance(t, "")
	require.Equal(t, []uuid.UUID{one}, b.take(t, one, "oven"))
	require.Empty(t, b.take(t, two, "oven"))
	require.Empty(t, b.take(t, three, "oven"))
	require.Empty(t, b.give(t, two, "oven"), "it only gives up its place")
	require.Equal(t, []uuid.UUID{three}, b.give(t, one, "oven"))
	require.Empty(t, b.give(t, three, "oven"))
}

func TestSeveralLocksAreHeldTogetherOrNotAtAll(t *testing.T) {
	b := newBench(t)
	oven, crane, both, last := b.instance(t, ""), b.instance(t, ""), b.instance(t, ""), b.instance(t, "")
	require.Equal(t, []uuid.UUID{oven}, b.take(t, oven, "oven"))
	require.Equal(t, []uuid.UUID{crane}, b.take(t, crane, "crane"))
	require.Empty(t, b.take(t, both, "crane", "oven"))
	require.Empty(t, b.take(t, last, "oven"))
	require.Empty(t, b.give(t, oven, "oven"), "it is first for the oven, and not for the crane; nobody overtakes it")
	require.Equal(t, []uuid.UUID{both}, b.give(t, crane, "crane"))
	require.Equal(t, []uuid.UUID{last}, b.give(t, both, "crane", "oven"))
}

func TestLocksAreFreedWhoseHolderHasEndedAndHeadsToldThatNobodyTold(t *testing.T) {
	b := newBench(t)
	ended, next, untold := b.instance(t, ""), b.instance(t, ""), b.instance(t, "")
	b.take(t, ended, "oven")
	b.take(t, next, "oven")
	require.NoError(t, b.write(t, func(q store.Queue) {
		store.Enqueue(q, store.Place{Pack: "bikes", Instance: untold, Wait: 7, Step: "bake"}, []string{"crane"})
	}))
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update lock_places set asked = asked - interval '1 minute'`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update instances set status = 'ended', outcome = 'done', ended = now() where id = $1`, ended)
		return err
	}))
	found := b.ailments(t)
	require.Equal(t, []uuid.UUID{ended}, found[store.LockOfEnded])
	require.Equal(t, []uuid.UUID{untold}, found[store.LockUntold])

	var told []store.Waiter
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) (err error) {
		told, err = store.MendLocks(ctx, tx, b.tenant)
		return err
	}))
	require.ElementsMatch(t, []uuid.UUID{next, untold}, []uuid.UUID{told[0].Instance, told[1].Instance})
	found = b.ailments(t)
	require.Empty(t, found[store.LockOfEnded])
	require.Empty(t, found[store.LockUntold])
}
