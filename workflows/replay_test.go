package workflows_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"waybill/workflows"
)

// The histories were recorded on a real server by runs of the released workflow. One that does not
// replay any more would stop every instance that is in the middle of such a run. Those of short_runs come
// from a worker whose workflows continue as new runs after five turns; the end-to-end tests record them
// with -update.
func TestRecordedHistoriesReplay(t *testing.T) {
	for _, c := range []struct {
		folder string
		driver workflows.Driver
		least  int
	}{
		{"testdata/histories", workflows.Driver{}, 8},
		{"testdata/histories/short_runs", workflows.Driver{TurnsPerRun: 5}, 10},
	} {
		recorded, err := filepath.Glob(c.folder + "/*.json")
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(recorded), c.least)
		for _, file := range recorded {
			t.Run(file, func(t *testing.T) {
				replayer := worker.NewWorkflowReplayer()
				replayer.RegisterWorkflowWithOptions(c.driver.Process, workflow.RegisterOptions{Name: workflows.ProcessType})
				replayer.RegisterWorkflowWithOptions(c.driver.Scheduled, workflow.RegisterOptions{Name: workflows.ScheduledType})
				require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
			})
		}
	}
}
