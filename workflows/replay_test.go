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
// replay any more would stop every instance that is in the middle of such a run.
func TestRecordedHistoriesReplay(t *testing.T) {
	recorded, err := filepath.Glob("testdata/histories/*.json")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(recorded), 8)
	for _, file := range recorded {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer := worker.NewWorkflowReplayer()
			var d workflows.Driver
			replayer.RegisterWorkflowWithOptions(d.Process, workflow.RegisterOptions{Name: workflows.ProcessType})
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
		})
	}
}
