package activities_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/engine"
	"waybill/store"
)

func TestAParentGoesOnWhenItsChildEnds(t *testing.T) {
	b := newBench(t)
	parent := b.start("parent", map[string]any{"number": "1"})
	out := b.turn(parent)
	require.Len(t, out.Children, 1)
	child := out.Children[0].Instance
	require.Equal(t, store.ChildID(parent, out.Children[0].Wait), child)
	require.Equal(t, parent, *b.row(child).Parent)

	b.turn(child)
	_, err := b.Complete(t.Context(), b.tenant, b.task(child).ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(t, err)
	require.True(t, b.turn(child).Done)
	require.True(t, b.settle(parent).Done)
	require.Equal(t, []string{"child good"}, b.notes())
	b.whole(parent)
	b.whole(child)
}

func TestCancellingAParentCancelsItsChild(t *testing.T) {
	b := newBench(t)
	parent := b.start("parent", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	b.turn(child)
	b.operate(parent, engine.Cancel{Reason: "no longer wanted"})
	out := b.turn(parent)
	require.False(t, out.Done, "it waits until its child has undone itself")
	require.Contains(t, b.poked, child)
	require.True(t, b.turn(child).Done)
	require.True(t, b.settle(parent).Done)
	require.Equal(t, store.Ended, b.row(child).Status)
	require.Zero(t, query[int](b, `select count(*) from tasks where closed is null`))
}

func TestUndoingAParentUndoesWhatItsEndedChildDid(t *testing.T) {
	b := newBench(t)
	parent := b.start("regret", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	require.True(t, b.settle(child).Done)
	require.False(t, b.settle(parent).Done)
	require.Equal(t, []string{"done 1"}, b.notes())

	b.operate(parent, engine.Cancel{Reason: "changed mind"})
	out := b.settle(parent)
	require.False(t, out.Done)
	require.Equal(t, child, out.Children[0].Instance, "the workflow starts its child's anew")
	require.Equal(t, []uuid.UUID{child}, b.poked)
	require.True(t, b.settle(child).Done)
	require.Equal(t, []uuid.UUID{child, parent}, b.poked, "or the parent would hear of it only when the relay looks")
	require.True(t, b.settle(parent).Done)
	require.Equal(t, []string{"done 1", "undone 1"}, b.notes())
	require.Equal(t, store.Ended, b.row(child).Status)
	b.whole(child)
}

func TestADetachedChildGoesItsOwnWay(t *testing.T) {
	b := newBench(t)
	parent := b.start("aside", map[string]any{"number": "1"})
	require.True(t, b.settle(parent).Done)
	require.Len(t, b.poked, 1, "whoever pokes starts its workflow")
	require.True(t, b.settle(b.poked[0]).Done)
	require.Equal(t, 1, query[int](b, `select count(*) from inbox where instance = $1`, parent), "it reports to nobody")
}

func TestAChildWhoseBusinessKeyRunsNeverStarts(t *testing.T) {
	b := newBench(t)
	b.start("deed", map[string]any{"number": "1"}) // its first turn has not come yet
	parent := b.start("regret", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	require.True(t, b.settle(child).Done)
	require.Equal(t, "duplicate_key", *b.row(child).Outcome)
	require.Equal(t, 1, b.settle(parent).Incidents)
	require.Empty(t, b.notes())
	require.Equal(t, []string{"instance.ended"}, b.facts(child))
	b.whole(child)
}

func TestAChildWhoseBusinessKeyIsFreeAgainStartsWhenItIsTriedAgain(t *testing.T) {
	b := newBench(t)
	first := b.start("deed", map[string]any{"number": "1"})
	parent := b.start("regret", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	require.True(t, b.settle(child).Done)
	require.Equal(t, 1, b.settle(parent).Incidents)
	retry := func() { b.operate(parent, engine.Retry{Wait: engine.NodeID(b.incidents(parent)[0].Wait)}) }

	retry()
	require.Equal(t, child, b.turn(parent).Children[0].Instance)
	require.True(t, b.settle(child).Done, "the other one runs still")
	require.Equal(t, 1, b.settle(parent).Incidents)

	require.True(t, b.settle(first).Done)
	retry()
	require.Equal(t, child, b.turn(parent).Children[0].Instance)
	b.settle(child)
	require.Equal(t, []string{"done 1", "done 1"}, b.notes())
	require.Equal(t, "good", *b.row(child).Outcome)
	require.Zero(t, b.settle(parent).Incidents)
	b.whole(child)
}

func TestAParentHearsOfAnEndWhoseReportWasLost(t *testing.T) {
	b := newBench(t)
	parent := b.start("parent", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	b.turn(child)
	_, err := b.Complete(t.Context(), b.tenant, b.task(child).ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(t, err)
	require.True(t, b.turn(child).Done)
	// As where the parent was restored from a backup, and the child was not.
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from inbox where kind = 'child_ended'`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update children set reported = null`)
		return err
	})
	require.False(t, b.settle(parent).Done)

	for range 2 {
		b.in(func(ctx context.Context, tx pgx.Tx) error { return activities.ReportAgain(ctx, tx, parent) })
	}
	require.Equal(t, 1, query[int](b, `select count(*) from inbox where kind = 'child_ended'`), "once")
	require.True(t, b.settle(parent).Done)
	require.Equal(t, []string{"child good"}, b.notes())
}

func TestAParentWhoseChildNeverBeganCanBeCancelled(t *testing.T) {
	b := newBench(t)
	b.start("deed", map[string]any{"number": "1"})
	parent := b.start("regret", map[string]any{"number": "1"})
	child := b.turn(parent).Children[0].Instance
	b.settle(child)
	require.Equal(t, 1, b.settle(parent).Incidents)
	b.operate(parent, engine.Cancel{Reason: "no longer wanted"})
	for range 3 {
		b.settle(parent)
		b.settle(child)
	}
	require.Equal(t, store.Ended, b.row(parent).Status)
	require.Empty(t, b.notes())
}
