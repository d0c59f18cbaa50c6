package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// subscribe opens a wait as a turn does, and tells whether it took a kept message.
func (b *bench) subscribe(ctx context.Context, tx pgx.Tx, instance uuid.UUID, key string) (bool, error) {
	s := store.Subscription{Instance: instance, Wait: 7, Name: "goods.arrived", Key: key, Opened: time.Now()}
	var w store.Writes
	store.TakeLocks(&w, store.MessageLocks(b.tenant.String(), s.Name, s.Key))
	store.Subscribe(&w, s)
	if err := w.Send(ctx, tx); err != nil {
		return false, err
	}
	claim := &store.Reads{}
	var claimed bool
	store.ClaimKept(claim, s, store.NewID(), &claimed)
	err := tx.SendBatch(ctx, claim).Close()
	return claimed, err
}

func TestAKeptMessageGoesToOneOfTwoWaitsThatOpenAtOnce(t *testing.T) {
	b := newBench(t)
	keyed, open := b.instance(t, ""), b.instance(t, "")
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := store.InsertMessage(ctx, tx, store.Message{ID: "m-1", Name: "goods.arrived", Key: "1"})
		return err
	}))
	second := make(chan bool, 1)
	failed := make(chan error, 1)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		claimed, err := b.subscribe(ctx, tx, keyed, "1")
		require.True(t, claimed)
		go func() {
			failed <- b.InTenant(ctx, b.tenant, func(tx pgx.Tx) error {
				claimed, err := b.subscribe(ctx, tx, open, "")
				second <- claimed
				return err
			})
		}()
		b.waitForLock(t)
		return err
	}))
	require.False(t, <-second, "it was taken")
	require.NoError(t, <-failed)
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		var arrived int
		err := tx.QueryRow(ctx, `select count(*) from inbox where kind = 'message'`).Scan(&arrived)
		require.Equal(t, 1, arrived)
		return err
	}))
}

// waitForLock returns once another transaction of the test's database waits for a lock.
func (b *bench) waitForLock(t *testing.T) {
	t.Helper()
	watch, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer watch.Close(t.Context())
	require.Eventually(t, func() bool {
		var waits bool
		err := watch.QueryRow(t.Context(), `select exists (select from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waits)
		return err == nil && waits
	}, 10*time.Second, 5*time.Millisecond)
}
