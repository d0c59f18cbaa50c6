package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/engine"
	"waybill/store"
)

func TestATaskThatStandsStillIsShownAsHeldUntilItGoesOn(t *testing.T) {
	b := newBench(t)
	id := b.start("halt", map[string]any{"number": "1"})
	b.settle(id)
	require.False(t, b.task(id).Held)

	b.operate(id, engine.Change{Data: map[string]any{"missing": true}})
	b.settle(id)
	require.True(t, b.task(id).Held)
	_, err := b.Complete(t.Context(), b.tenant, b.task(id).ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.Error(t, err, "it stands still")
	view, err := b.Look(t.Context(), b.tenant, id)
	require.NoError(t, err)
	require.True(t, engine.Progress(view.D, view.State)[0].Held)

	b.operate(id, engine.Change{Data: map[string]any{"missing": false}})
	b.settle(id)
	require.False(t, b.task(id).Held)
	_, err = b.Complete(t.Context(), b.tenant, b.task(id).ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(t, err)
	require.True(t, b.settle(id).Done)
}

func TestWhoCancelsAndWhyReachesTheProcess(t *testing.T) {
	b := newBench(t)
	id := b.start("halt", map[string]any{"number": "1"})
	b.settle(id)
	_, err := b.Operate(t.Context(), b.tenant, id, engine.Cancel{Reason: "the customer left"}, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.settle(id)
	view, err := b.Look(t.Context(), b.tenant, id)
	require.NoError(t, err)
	require.Equal(t, "li.wei the customer left", view.State.Data()["told"])
	require.Equal(t, store.Ended, b.row(id).Status)
	require.Equal(t, "cancelled", *b.row(id).Outcome)
}
