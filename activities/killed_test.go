package activities_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/store"
)

// superuser is a connection that may end those of the bench.
func (b *bench) superuser() *pgx.Conn {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), b.store.Pool.Config().ConnString())
	require.NoError(b, err)
	b.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// killing ends one connection of the bench that is in the middle of something, if there is one.
const killing = `select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity
	where datname = current_database() and pid <> pg_backend_pid() and (state = 'active' or state like 'idle in transaction%')
	order by random() limit 1) busy`

func TestATurnWhoseConnectionIsKilledBeforeItsCommitIsTakenAgain(t *testing.T) {
	b := newBench(t)
	killer := b.superuser()
	id := b.start("eight", map[string]any{"name": "once"})
	killed := 0
	b.points = func(p activities.Point) {
		if p == activities.BeforeCommit && killed == 0 {
			require.NoError(t, killer.QueryRow(t.Context(), killing).Scan(&killed))
		}
	}
	in := activities.TurnInput{Tenant: b.tenant, Instance: id}
	out, err := b.Turn(t.Context(), in)
	require.Equal(t, 1, killed)
	if err != nil {
		out = b.turn(id)
	}
	require.True(t, out.Done)
	require.Len(t, b.notes(), 8)
	require.Zero(t, b.row(id).Incidents)
	b.whole(id)
}

func TestConnectionsKilledAtAnyMomentLoseNothingThatWasAcknowledged(t *testing.T) {
	const workers, each, kills, tries = 3, 6, 60, 200
	b := newBench(t)
	killer := b.superuser()
	started := make(chan []uuid.UUID, workers)
	for w := range workers {
		go func() {
			var ids []uuid.UUID
			for n := range each {
				ids = append(ids, b.stubborn(fmt.Sprintf("%d/%d", w, n), tries))
			}
			started <- ids
		}()
	}
	killed := 0
	var all []uuid.UUID
	for running := workers; running > 0; {
		select {
		case ids := <-started:
			running--
			all = append(all, ids...)
		default:
			var n int
			if killed >= kills {
				all = append(all, <-started...)
				running--
				continue
			}
			require.NoError(t, killer.QueryRow(t.Context(), killing).Scan(&n))
			killed += n
		}
	}
	require.Positive(t, killed)
	b.store.Pool.Reset()
	require.Len(t, all, workers*each)
	require.Equal(t, workers*each, query[int](b, `select count(*) from instances`), "no start was done twice")
	require.Len(t, b.notes(), workers*each*8, "every action was done once")
	for _, id := range all {
		require.Equal(t, store.Ended, b.row(id).Status)
		require.Zero(t, b.row(id).Incidents)
		b.whole(id)
	}
}

// stubborn starts an instance under one idempotency key and turns it until it is over, asking again
// whenever it heard no answer. It returns uuid.Nil where it gave up.
func (b *bench) stubborn(key string, tries int) uuid.UUID {
	request := activities.StartRequest{Pack: "bench", Process: "eight", Input: map[string]any{"name": key}}
	var id uuid.UUID
	for range tries {
		if id == uuid.Nil {
			receipt, err := b.Start(context.Background(), b.tenant, request, activities.Act{By: "li.wei", Key: key})
			if err != nil {
				continue
			}
			id = receipt.Instance
		}
		out, err := b.Turn(context.Background(), activities.TurnInput{Tenant: b.tenant, Instance: id})
		if err == nil && out.Done {
			return id
		}
	}
	return uuid.Nil
}

func TestAHistoryStaysInOrderWhenTheClockIsPutBack(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		// A turn that was taken while the clock was an hour ahead.
		_, err := tx.Exec(ctx, `update instances set at = at + interval '1 hour' where id = $1`, id)
		return err
	})
	ahead := *b.row(id).At
	for range 2 {
		b.put(store.InboxRow{Instance: id, Kind: store.ArrivalRelease, Body: []byte(`{"wait": 3}`), By: "li.wei"})
		b.put(store.InboxRow{Instance: id, Kind: store.ArrivalPause, By: "li.wei"}, store.InboxRow{Instance: id, Kind: store.ArrivalResume, By: "li.wei"})
		b.settle(id)
	}
	require.True(t, b.row(id).At.After(ahead))
	require.True(t, query[bool](b, `select max(at) > $2 from history where instance = $1`, id, ahead))
	b.whole(id)
}
