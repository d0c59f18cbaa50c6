package e2e_test

import (
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

func aTimeOfASchedule(d *desk) {
	handle := d.temporal.ScheduleClient().GetHandle(d.Context(), d.tenant.String()+"/rules/nightly/0")
	await(d.T, "the schedule is there", func() bool {
		_, err := handle.Describe(d.Context())
		return err == nil
	})
	begun := func() int { return get[int](d, `select count(*) from instances where process = 'nightly'`) }
	fired := func() []*workflowpb.WorkflowExecutionInfo {
		found, err := d.temporal.ListWorkflow(d.Context(), &workflowservice.ListWorkflowExecutionsRequest{
			Query: "WorkflowType = 'Scheduled' AND ExecutionStatus = 'Completed'",
		})
		require.NoError(d, err)
		return found.GetExecutions()
	}
	day := time.Now().UTC().Truncate(24 * time.Hour)
	const nights = 3
	for range 2 {
		before := len(fired())
		require.NoError(d, handle.Backfill(d.Context(), client.ScheduleBackfillOptions{Backfill: []client.ScheduleBackfill{{
			Start: day.AddDate(0, 0, -nights-1).Add(4 * time.Hour), End: day.AddDate(0, 0, -1).Add(4 * time.Hour),
			Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL,
		}}}))
		await(d.T, "all nights have fired", func() bool { return len(fired()) == before+nights })
		require.Equal(d, nights, begun())
	}
	d.replays("scheduled", fired()[0].GetExecution().GetWorkflowId())
	require.Equal(d, []string{"03:00:00"}, list[string](d,
		`select distinct to_char(started at time zone 'UTC', 'HH24:MI:SS') from instances where process = 'nightly'`))
	require.NoError(d, handle.Trigger(d.Context(), client.ScheduleTriggerOptions{}))
	await(d.T, "tonight has come early", func() bool { return begun() == nights+1 })
	await(d.T, "all nights are over", func() bool {
		return get[int](d, `select count(*) from instances where process = 'nightly' and status = 'ended'`) == nights+1
	})
	require.Equal(d, nights+1, get[int](d, `select count(*) from trial_notes where text = 'nightly'`))
}
