package activities_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions/value"
	"waybill/store"
)

func TestWhatAProcessSendsIsDeliveredOnceItsTurnIsCommitted(t *testing.T) {
	b := newBench(t)
	waiting := b.start("listen", map[string]any{"number": "SO-1"})
	b.turn(waiting)
	sender := b.start("tell", map[string]any{"number": "SO-1"})
	require.True(t, b.settle(sender).Done)

	require.True(t, b.settle(waiting).Done, "it heard both, in their order")
	view, err := b.Look(t.Context(), b.tenant, waiting)
	require.NoError(t, err)
	require.NotNil(t, view.Row.Ended)
	started := query[uuid.UUID](b, `select id from instances where process = 'order'`)
	require.Equal(t, []uuid.UUID{waiting, started}, b.poked[len(b.poked)-2:], "the one that waited, and the one that a message started")
	require.Equal(t, []string{"goods.arrived", "goods.arrived", "order.placed", "gossip"}, b.texts(
		`select body->>'message' from outbox where topic = 'message' order by position`), "for subscribers outside")
	require.Equal(t, []string{"gossip"}, b.texts(`select name from messages where instance is null and not pending`))
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		unclaimed, err := store.ReportUnclaimed(ctx, tx, 10)
		require.Len(t, unclaimed, 1, "nobody waits, and it is not kept")
		return err
	})
	b.whole(sender)
}

func TestASentMessageIsDeliveredOnceHoweverItsProcessEnds(t *testing.T) {
	for name, point := range map[string]activities.Point{"before the commit": activities.BeforeCommit, "after it": activities.AfterCommit} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			waiting := b.start("listen", map[string]any{"number": "SO-1"})
			b.turn(waiting)
			sender := b.start("tell", map[string]any{"number": "SO-1"})
			b.points = func(p activities.Point) {
				if p == point {
					panic("killed")
				}
			}
			require.Panics(t, func() { b.turn(sender) })
			b.points = func(activities.Point) {}
			b.settle(sender)
			b.in(func(ctx context.Context, tx pgx.Tx) error {
				unclaimed, err := store.ReportUnclaimed(ctx, tx, 10)
				for _, m := range unclaimed {
					require.Equal(t, "gossip", m.Name)
					require.False(t, m.Pending, "nobody has tried to deliver it")
				}
				return err
			})
			for range 2 { // as the relay does
				for _, id := range b.texts(`select id from messages where pending order by position`) {
					require.NoError(t, b.Redeliver(t.Context(), b.tenant, id))
				}
			}
			require.True(t, b.settle(waiting).Done)
			require.Equal(t, 4, query[int](b, `select count(*) from messages`))
			require.Equal(t, 2, query[int](b, `select count(*) from inbox where kind = 'message'`))
			require.Equal(t, 4, query[int](b, `select count(*) from outbox where topic = 'message'`))
		})
	}
}

func TestNobodyTakesTheIdOfWhatAProcessWillSend(t *testing.T) {
	b := newBench(t)
	waiting := b.start("listen", map[string]any{"number": "SO-1"})
	b.turn(waiting)
	sender := b.start("tell", map[string]any{"number": "SO-1"})
	echo := func(wait string) (activities.Receipt, error) {
		m := activities.Message{ID: sender.String() + "/" + wait, Name: "goods.arrived", Key: "SO-1", With: map[string]any{"quantity": value.Int(3)}}
		return b.Send(t.Context(), b.tenant, m, activities.Act{})
	}
	for wait := range 9 {
		_, err := echo(strconv.Itoa(wait))
		require.ErrorContains(t, err, "take another")
	}
	require.Zero(t, query[int](b, `select count(*) from messages`))
	require.True(t, b.settle(sender).Done)
	require.True(t, b.settle(waiting).Done, "it heard both")

	_, wait, _ := strings.Cut(b.texts(`select id from messages where name = 'goods.arrived' order by position`)[0], "/")
	again, err := echo(wait)
	require.NoError(t, err)
	require.True(t, again.Repeated, "what comes back from a subscriber is known")
	elsewhere, err := b.Send(t.Context(), b.tenant, activities.Message{
		ID: store.NewID().String() + "/2", Name: "goods.arrived", Key: "SO-2",
		With: map[string]any{"quantity": value.Int(3)},
	}, activities.Act{})
	require.NoError(t, err)
	require.False(t, elsewhere.Repeated, "an instance of another system sent it")
}

func TestAnInstanceHearsWhatItSends(t *testing.T) {
	b := newBench(t)
	id := b.start("echo", map[string]any{"number": "SO-1"})
	b.turn(id)
	require.Equal(t, []uuid.UUID{id}, b.poked)
	require.True(t, b.settle(id).Done)
	require.Equal(t, []string{"heard 5"}, b.notes())
}

// texts returns the only column of a query.
func (b *bench) texts(sql string, args ...any) []string {
	b.Helper()
	var texts []string
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		texts, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return texts
}
