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

func (b *bench) ailments(t *testing.T) map[store.Symptom][]uuid.UUID {
	t.Helper()
	found := map[store.Symptom][]uuid.UUID{}
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		all, err := store.Ailments(ctx, tx)
		for _, a := range all {
			found[a.Symptom] = append(found[a.Symptom], a.Instance)
		}
		return err
	}))
	return found
}

func TestTheDoctorFindsWhatStandsStillWithoutAReason(t *testing.T) {
	b := newBench(t)
	unread, asleep, calling, parent, child, well := b.instance(t, ""), b.instance(t, ""), b.instance(t, ""), b.instance(t, ""), b.instance(t, ""), b.instance(t, "")
	long := time.Now().Add(-time.Hour)
	require.NoError(t, b.write(t, func(q store.Queue) {
		for _, id := range []uuid.UUID{unread, well} {
			store.InsertInbox(q, store.InboxRow{ID: store.NewID(), Instance: id, Kind: store.ArrivalPause})
		}
		store.InsertCall(q, store.Call{Instance: calling, Wait: 3, Attempt: 1, Action: "a.b", Request: []byte("{}"), Requested: long})
		store.InsertChild(q, parent, 4, child, "run", store.Attached)
	}))
	require.Empty(t, b.ailments(t)[store.InboxUnread], "a row that has only just come")
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update inbox set recorded = now() - interval '1 minute' where instance = $1`, unread)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `update instances set wake_at = now() - interval '2 minutes' where id = $1`, asleep); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update instances set status = 'ended', outcome = 'done', ended = now() where id = $1`, child)
		return err
	}))
	require.Equal(t, map[store.Symptom][]uuid.UUID{
		store.InboxUnread: {unread}, store.WakePast: {asleep}, store.CallUnclaimed: {calling}, store.ChildUnhandled: {parent},
	}, b.ailments(t))

	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := store.ClaimCall(ctx, tx, calling, 3, 1, time.Minute)
		return err
	}))
	require.Empty(t, b.ailments(t)[store.CallUnclaimed], "its lease runs")
	require.NoError(t, b.write(t, func(q store.Queue) { store.ReportChild(q, parent, 4, time.Now()) }))
	require.Empty(t, b.ailments(t)[store.ChildUnhandled])
}
