package activities_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

func arrived(id, key string) activities.Message {
	return activities.Message{ID: id, Name: "goods.arrived", Key: key, With: map[string]any{"quantity": value.Int(1)}}
}

func (b *bench) send(m activities.Message) activities.Receipt {
	b.Helper()
	d, err := b.Send(b.Context(), b.tenant, m, activities.Act{})
	require.NoError(b, err)
	return d
}

func TestAMessageGoesToTheWaitWithItsKey(t *testing.T) {
	b := newBench(t)
	one, two := b.start("listen", map[string]any{"number": "1"}), b.start("listen", map[string]any{"number": "2"})
	b.turn(one)
	b.turn(two)
	d := b.send(arrived("m-1", "2"))
	require.Equal(t, two, d.Instance)
	again := b.send(arrived("m-1", "2"))
	require.True(t, again.Repeated, "the same id counts once")
	require.Equal(t, d.Inbox, again.Inbox)
	for _, other := range []activities.Message{arrived("m-1", "1"), {ID: "m-1", Name: "gossip", Key: "2"}} {
		_, err := b.Send(t.Context(), b.tenant, other, activities.Act{})
		require.ErrorIs(t, err, store.ErrKeyReused, "another message is not lost under an id that was used")
	}
	b.settle(two)
	require.Equal(t, store.Accepted, b.verdict(d.Inbox).Verdict)
	require.False(t, b.settle(two).Done)
	b.send(arrived("m-2", "2"))
	require.True(t, b.settle(two).Done)
}

func TestAMessageThatNobodyWaitsForIsKeptForALaterWait(t *testing.T) {
	b := newBench(t)
	require.Equal(t, uuid.Nil, b.send(arrived("m-1", "1")).Instance)
	require.Equal(t, uuid.Nil, b.send(arrived("m-2", "1")).Instance)
	require.Equal(t, uuid.Nil, b.send(arrived("m-3", "1")).Instance)
	id := b.start("listen", map[string]any{"number": "1"})
	require.True(t, b.settle(id).Done, "it takes two of them")
	require.Equal(t, 1, query[int](b, `select count(*) from messages where instance is null`))
}

func TestAMessageThatNobodyTookInTimeIsReportedOnce(t *testing.T) {
	b := newBench(t)
	b.send(activities.Message{ID: "g-1", Name: "gossip"})
	b.send(arrived("m-1", "1"))
	report := func() (ids []string) {
		b.in(func(ctx context.Context, tx pgx.Tx) error {
			unclaimed, err := store.ReportUnclaimed(ctx, tx, 10)
			for _, m := range unclaimed {
				ids = append(ids, m.ID)
			}
			return err
		})
		return ids
	}
	require.Equal(t, []string{"g-1"}, report())
	require.Empty(t, report())
}

func TestAStartMessageWhoseKeyRunsGoesToThatInstance(t *testing.T) {
	b := newBench(t)
	placed := func(id string) activities.Message {
		return activities.Message{ID: id, Name: "order.placed", With: map[string]any{"number": "SO-1"}}
	}
	first := b.send(placed("m-1"))
	require.NotEqual(t, uuid.Nil, first.Instance)
	b.turn(first.Instance)
	second := b.send(placed("m-2"))
	require.Equal(t, first.Instance, second.Instance)
	b.settle(first.Instance)
	require.Equal(t, store.Refused, b.verdict(second.Inbox).Verdict, "it waits for none")
	require.Equal(t, 1, query[int](b, `select count(*) from messages where instance is null and not pending`), "so it is kept")
	require.Equal(t, 1, query[int](b, `select count(*) from instances`))
}

func TestAStartMessageThatReachesAnInstanceAtItsEndStartsTheNext(t *testing.T) {
	b := newBench(t)
	placed := func(id string) activities.Message {
		return activities.Message{ID: id, Name: "order.placed", With: map[string]any{"number": "SO-1"}}
	}
	first := b.send(placed("m-1")).Instance
	b.turn(first)
	b.operate(first, engine.Cancel{Reason: "changed mind"})
	require.Equal(t, first, b.send(placed("m-2")).Instance, "it runs still")
	b.settle(first)
	require.Equal(t, store.Ended, b.row(first).Status)
	require.Equal(t, 2, query[int](b, `select count(*) from instances`))
	require.Len(t, b.poked, 1)
	require.NotEqual(t, first, b.poked[0])
}

func TestAMessageAndItsWaitNeverMissEachOther(t *testing.T) {
	b := newBench(t)
	var group errgroup.Group
	ids := make([]uuid.UUID, 20)
	for i := range ids {
		ids[i] = b.start("listen", map[string]any{"number": fmt.Sprint(i)})
		group.Go(func() error {
			for _, n := range []string{"a", "b"} {
				if _, err := b.Send(context.Background(), b.tenant, arrived(fmt.Sprint(i, n), fmt.Sprint(i)), activities.Act{}); err != nil {
					return err
				}
			}
			return nil
		})
		group.Go(func() error {
			_, err := b.Turn(context.Background(), activities.TurnInput{Tenant: b.tenant, Instance: ids[i]})
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, id := range ids {
		require.True(t, b.settle(id).Done)
	}
}

func TestAnInstanceThatGivesAMessageBackForEverDoesNotKeepItMoving(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	// A subscription that its instance knows nothing of, as only damage could leave it.
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		store.Subscribe(&w, store.Subscription{Instance: id, Wait: 99, Name: "goods.arrived", Key: "1"})
		return w.Send(ctx, tx)
	})
	b.send(arrived("m-1", "1"))
	for range 30 {
		b.turn(id)
	}
	require.Zero(t, query[int](b, `select count(*) from messages where pending`))
	require.Zero(t, query[int](b, `select count(*) from inbox where consumed_turn is null`))
}

func TestAMessageGivenBackByAProcessThatIsThenKilledIsDeliveredLater(t *testing.T) {
	b := newBench(t)
	first := b.start("listen", map[string]any{"number": "1"})
	b.turn(first)
	b.operate(first, engine.Cancel{Reason: "no longer wanted"})
	require.Equal(t, first, b.send(arrived("m-1", "1")).Instance, "it listens still, but the cancel comes first")
	second := b.start("listen", map[string]any{"number": "1"})
	b.turn(second)
	b.points = func(p activities.Point) {
		if p == activities.AfterCommit {
			panic("killed")
		}
	}
	require.Panics(t, func() { b.turn(first) })
	b.points = func(activities.Point) {}

	var pending []string
	b.in(func(ctx context.Context, tx pgx.Tx) (err error) {
		pending, err = store.PendingMessages(ctx, tx, 10)
		return err
	})
	require.Equal(t, []string{"m-1"}, pending)
	require.NoError(t, b.Redeliver(t.Context(), b.tenant, "m-1"))
	require.Equal(t, []uuid.UUID{second}, b.poked)
	b.settle(second)
	require.Equal(t, 1, query[int](b, `select count(*) from messages where instance = $1`, second))
}
