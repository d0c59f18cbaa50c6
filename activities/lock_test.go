package activities_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/engine"
	"waybill/store"
)

func (b *bench) oven(name string) uuid.UUID {
	b.Helper()
	id := b.start("oven", map[string]any{"oven": name})
	b.settle(id)
	return id
}

// looks tells whether the instance holds its oven: its task is open then.
func (b *bench) looks(instance uuid.UUID) bool {
	return query[int](b, `select count(*) from tasks where instance = $1 and closed is null`, instance) == 1
}

func (b *bench) look(instance uuid.UUID) {
	b.Helper()
	_, err := b.Complete(b.Context(), b.tenant, b.task(instance).ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(b, err)
}

func TestALockIsHeldByOneInstanceAtATimeInTheOrderOfAsking(t *testing.T) {
	b := newBench(t)
	one, two, other := b.oven("A"), b.oven("A"), b.oven("B")
	require.True(t, b.looks(one))
	require.False(t, b.looks(two))
	require.True(t, b.looks(other), "it is another oven")

	b.look(one)
	require.True(t, b.settle(one).Done)
	require.Equal(t, []uuid.UUID{two}, b.poked, "it is told")
	b.settle(two)
	require.True(t, b.looks(two))
	require.Equal(t, 2, query[int](b, `select count(*) from lock_places`))
}

func TestACancelledInstanceFreesWhatItHoldsAndGivesUpItsPlace(t *testing.T) {
	b := newBench(t)
	holder, second, third := b.oven("A"), b.oven("A"), b.oven("A")
	b.operate(second, engine.Cancel{Reason: "no longer wanted"})
	require.True(t, b.settle(second).Done)
	require.Empty(t, b.poked, "the oven is not free")

	b.operate(holder, engine.Cancel{Reason: "no longer wanted"})
	require.True(t, b.settle(holder).Done)
	require.Equal(t, []uuid.UUID{third}, b.poked)
	b.settle(third)
	require.True(t, b.looks(third))
	b.whole(holder)
}

func TestALockSurvivesItsHoldersProcess(t *testing.T) {
	for name, point := range map[string]activities.Point{"before the commit": activities.BeforeCommit, "after it": activities.AfterCommit} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			holder, next := b.oven("A"), b.oven("A")
			b.look(holder)
			b.points = func(p activities.Point) {
				if p == point {
					panic("killed")
				}
			}
			require.Panics(t, func() { b.turn(holder) })
			b.points = func(activities.Point) {}
			require.Empty(t, b.poked)

			require.True(t, b.settle(holder).Done, "by another process")
			b.settle(next)
			require.True(t, b.looks(next))
			require.Equal(t, 1, query[int](b, `select count(*) from inbox where kind = 'acquired' and instance = $1`, next), "told once")
		})
	}
}

// fleet takes the turns of many instances at once, each when it is poked.
type fleet struct {
	*bench
	host *activities.Host
	mu   sync.Mutex
	due  chan uuid.UUID
	open map[uuid.UUID]bool
}

func newFleet(b *bench) *fleet {
	f := &fleet{bench: b, due: make(chan uuid.UUID, 10_000), open: map[uuid.UUID]bool{}}
	f.host = activities.New(b.store, b.catalogue(b.T), activities.Options{
		Poke: func(_ uuid.UUID, r activities.Receipt) { f.due <- r.Instance },
	})
	return f
}

// run takes turns until all instances have ended.
func (f *fleet) run(instances []uuid.UUID) {
	f.Helper()
	for _, id := range instances {
		f.open[id] = true
		f.due <- id
	}
	ctx, stop := context.WithTimeout(f.Context(), wait*3)
	defer stop()
	group, ctx := errgroup.WithContext(ctx)
	for range 6 {
		group.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case id, more := <-f.due:
					if !more {
						return nil
					}
					if err := f.take(ctx, id); err != nil {
						return err
					}
				}
			}
		})
	}
	require.NoError(f, group.Wait())
}

func (f *fleet) take(ctx context.Context, id uuid.UUID) error {
	out, err := f.host.Turn(ctx, activities.TurnInput{Tenant: f.tenant, Instance: id})
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case !f.open[id]:
	case err != nil || out.Again:
		f.due <- id // a lock that was waited for too long is waited for again
	case out.Done:
		delete(f.open, id)
		if len(f.open) == 0 {
			close(f.due)
		}
	}
	return nil
}

func TestFiftyInstancesPassOneLockStrictlyOneAtATime(t *testing.T) {
	b := newBench(t)
	ids := make([]uuid.UUID, 50)
	for i := range ids {
		ids[i] = b.start("kiln", map[string]any{"number": fmt.Sprint(i), "one": "kiln", "other": "kiln"})
	}
	newFleet(b).run(ids)
	notes := b.notes()
	require.Len(t, notes, 100)
	for i := 0; i < len(notes); i += 2 {
		require.Equal(t, notes[i], notes[i+1], "nobody else came between: %s", strings.Join(notes, " "))
	}
	require.Zero(t, query[int](b, `select count(*) from lock_places`))
	require.Equal(t, 50, query[int](b, `select count(*) from inbox where kind = 'acquired'`))
}

func TestLocksTakenInOppositeOrderNeverWaitForEachOther(t *testing.T) {
	b := newBench(t)
	pairs := [][2]string{{"a", "b"}, {"b", "a"}, {"b", "c"}, {"c", "a"}, {"c", "b"}, {"a", "c"}}
	ids := make([]uuid.UUID, 30)
	for i := range ids {
		pair := pairs[i%len(pairs)]
		ids[i] = b.start("kiln", map[string]any{"number": fmt.Sprint(i), "one": pair[0], "other": pair[1]})
	}
	newFleet(b).run(ids)
	require.Len(t, b.notes(), 60)
	require.Zero(t, query[int](b, `select count(*) from lock_places`))
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		ailing, err := store.Ailments(ctx, tx)
		require.Empty(t, ailing)
		return err
	})
}
