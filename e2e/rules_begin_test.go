package e2e_test

import (
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
)

// aNewInstance begins where it was asked for: Temporal hands the first task of its workflow over with the
// answer to the start, and no poke follows.
func aNewInstance(d *desk) {
	id := d.begin("walk", fields{"name": "new"})
	require.Equal(d, int64(1), d.turns(id), "the answer came before the first turn")
	eager, pokes := d.beginning(id)
	require.True(d, eager)
	require.Zero(d, pokes)
	d.complete(id, "one", nil)
	d.task(id, "two")
	_, pokes = d.beginning(id)
	require.Equal(d, 1, pokes)
}

// aNewInstanceThatMustWait outlasts the patience of whoever started it.
func aNewInstanceThatMustWait(d *desk) {
	d.ends(d.begin("rows", fields{"one": "wanted", "two": "spare"}), "done")
	letGo := d.holdRow(`select from trial_rows where id = 'wanted' for update`)
	id := d.begin("rows", fields{"one": "wanted", "two": "spare"})
	require.Zero(d, d.turns(id))
	require.Equal(d, 1, d.unread(id))
	letGo()
	d.ends(id, "done")
	require.Zero(d, d.unread(id))
}

// beginning tells whether the start of the instance's workflow brought its first task along, and how many
// pokes it has answered.
func (d *desk) beginning(instance uuid.UUID) (eager bool, pokes int) {
	d.Helper()
	runs := d.histories(instance.String())
	for _, event := range runs[len(runs)-1].Events {
		if event.EventType == enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED {
			pokes++
		}
	}
	return runs[0].Events[0].GetWorkflowExecutionStartedEventAttributes().GetEagerExecutionAccepted(), pokes
}
