package e2e_test

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"waybill/workflows"
)

// update keeps the runs of workflows as the histories that the tests of the package workflows replay, now
// and with every later release.
var update = flag.Bool("update", false, "record anew the histories that workflows replay")

// recorded is where the histories are kept of workflows that continue as new runs after turnsPerRun turns.
const recorded = "../workflows/testdata/histories/short_runs"

// replays takes all runs of a workflow through its code once more, as a worker does that knows nothing of
// them yet, and keeps the first and the last one under the name of the shape, if that is wanted.
func (d *desk) replays(shape, workflowID string) {
	d.Helper()
	runs := d.histories(workflowID)
	for _, run := range runs {
		replayer := worker.NewWorkflowReplayer()
		driver := workflows.Driver{TurnsPerRun: turnsPerRun}
		replayer.RegisterWorkflowWithOptions(driver.Process, workflow.RegisterOptions{Name: workflows.ProcessType})
		replayer.RegisterWorkflowWithOptions(driver.Scheduled, workflow.RegisterOptions{Name: workflows.ScheduledType})
		require.NoError(d, replayer.ReplayWorkflowHistory(nil, run))
	}
	if !*update {
		return
	}
	d.keep(shape, runs[len(runs)-1])
	if len(runs) > 1 {
		d.keep(shape+"_continued", runs[0])
	}
}

// histories are those of the runs that led to the newest one, the first one first.
func (d *desk) histories(workflowID string) []*historypb.History {
	d.Helper()
	var runs []*historypb.History
	for run := ""; ; {
		history := &historypb.History{}
		events := d.temporal.GetWorkflowHistory(d.Context(), workflowID, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			event, err := events.Next()
			require.NoError(d, err)
			history.Events = append(history.Events, event)
		}
		runs = append([]*historypb.History{history}, runs...)
		run = history.Events[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId()
		if run == "" {
			return runs
		}
	}
}

// keep writes a history without the name of this machine, which is part of a worker's own queue.
func (d *desk) keep(name string, run *historypb.History) {
	d.Helper()
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(run)
	require.NoError(d, err)
	host, err := os.Hostname()
	require.NoError(d, err)
	clean := strings.ReplaceAll(string(text), strconv.Quote(host + ":")[:len(host)+2], `"worker:`)
	require.NoError(d, os.MkdirAll(recorded, 0o755))
	require.NoError(d, os.WriteFile(filepath.Join(recorded, name+".json"), []byte(clean+"\n"), 0o644))
}

// replaysInstance is replays for an instance's workflow, once it is over.
func (d *desk) replaysInstance(shape string, instance uuid.UUID) {
	d.Helper()
	d.run(instance, "Completed")
	d.replays(shape, instance.String())
}
