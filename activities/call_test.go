package activities_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/engine"
)

// makeCall makes the only call outstanding.
func (b *bench) makeCall(instance uuid.UUID, out activities.Outcome) {
	b.Helper()
	require.Len(b, out.Calls, 1)
	require.NoError(b, b.Call(b.Context(), activities.CallInput{
		Tenant: b.tenant, Instance: instance, Wait: out.Calls[0].Wait, Attempt: out.Calls[0].Attempt,
	}))
}

func (b *bench) callCount() (n int) {
	b.calls.Range(func(any, any) bool { n++; return true })
	return n
}

func TestARemoteCallIsAnsweredThroughTheInbox(t *testing.T) {
	for _, c := range []struct {
		how       string
		done      bool
		incidents int
		notes     []string
	}{
		{"fine", true, 0, nil},
		{"declined", true, 0, []string{"declined"}},
		{"broken", false, 1, nil},
		{"broken, unstorably", false, 1, nil},
		{"unstorable", false, 1, nil},
	} {
		t.Run(c.how, func(t *testing.T) {
			b := newBench(t)
			id := b.start("outside", map[string]any{"how": c.how})
			b.makeCall(id, b.turn(id))
			out := b.settle(id)
			require.Equal(t, c.done, out.Done)
			require.Equal(t, c.incidents, out.Incidents)
			require.ElementsMatch(t, c.notes, b.notes())
		})
	}
}

func TestACallThatIsAnsweredIsNotMadeAgain(t *testing.T) {
	b := newBench(t)
	id := b.start("outside", map[string]any{"how": "fine"})
	out := b.turn(id)
	b.makeCall(id, out)
	b.calls.Clear()
	b.makeCall(id, out)
	require.Zero(t, b.callCount())
	require.Equal(t, 1, query[int](b, `select count(*) from inbox where kind = 'answer'`))
}

func TestACallOfAProcessThatWasKilledIsMadeAgainUnderTheSameKey(t *testing.T) {
	b := newBench(t)
	id := b.start("outside", map[string]any{"how": "fine"})
	out := b.turn(id)
	b.points = func(p activities.Point) {
		if p == activities.DuringCall {
			panic("killed")
		}
	}
	require.Panics(t, func() { b.makeCall(id, out) })
	b.points = func(activities.Point) {}
	in := activities.CallInput{Tenant: b.tenant, Instance: id, Wait: out.Calls[0].Wait, Attempt: 1}
	require.Error(t, b.Call(t.Context(), in), "the lease of the killed one still runs")
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update calls set lease = clock_timestamp()`)
		return err
	})
	b.makeCall(id, out)
	require.Equal(t, 1, b.callCount(), "both had the same key")
	require.True(t, b.settle(id).Done)
}

func TestAWithdrawnCallThatNobodyMadeIsNeverMade(t *testing.T) {
	b := newBench(t)
	id := b.start("undoable", map[string]any{"how": "fine"})
	b.turn(id)
	b.operate(id, engine.Cancel{Reason: "no longer wanted"})
	out := b.settle(id)
	require.False(t, out.Done)
	require.True(t, out.Calls[0].Cancelled)
	b.makeCall(id, out)
	require.Zero(t, b.callCount())
	require.True(t, b.settle(id).Done)
}

func TestACallIsToldToStop(t *testing.T) {
	b := newBench(t)
	id := b.start("undoable", map[string]any{"how": "hangs"})
	out := b.turn(id)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- b.Call(ctx, activities.CallInput{Tenant: b.tenant, Instance: id, Wait: out.Calls[0].Wait, Attempt: 1})
	}()
	require.Eventually(t, func() bool { return b.callCount() == 1 }, wait, tick)
	b.operate(id, engine.Cancel{Reason: "no longer wanted"})
	b.settle(id)
	cancel()
	require.NoError(t, <-done)
	require.True(t, b.settle(id).Done)
	require.Equal(t, "cancelled", query[string](b, `select answer ->> 'code' from calls`))
}

func TestAWithdrawnCallThatSucceedsAllTheSameIsUndone(t *testing.T) {
	b := newBench(t)
	id := b.start("undoable", map[string]any{"how": "fine"})
	out := b.turn(id)
	b.points = func(p activities.Point) {
		if p == activities.DuringCall {
			b.operate(id, engine.Cancel{Reason: "no longer wanted"})
			b.settle(id)
		}
	}
	b.makeCall(id, out)
	b.points = func(activities.Point) {}
	require.True(t, b.settle(id).Done)
	require.Equal(t, []string{"uncalled yes"}, b.notes())
}
