package temporal_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdktemporal "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"waybill/internal/temporal"
)

const taskQueue = "orders"

// order is a workflow that sums up what its updates bring, until one brings nothing.
func order(ctx workflow.Context) (int, error) {
	sum, complete := 0, false
	err := workflow.SetUpdateHandler(ctx, "add", func(_ workflow.Context, pieces int) (int, error) {
		sum += pieces
		complete = pieces == 0
		return sum, nil
	})
	if err != nil {
		return 0, err
	}
	err = workflow.Await(ctx, func() bool { return complete })
	return sum, err
}

func orderOptions(id string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       id,
		TaskQueue:                taskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes: sdktemporal.NewSearchAttributes(
			sdktemporal.NewSearchAttributeKeyKeyword(temporal.AttributeProcess).ValueSet("order"),
			sdktemporal.NewSearchAttributeKeyBool(temporal.AttributeIncident).ValueSet(true),
		),
	}
}

// add starts the order if it does not run, adds the pieces and returns its sum.
func add(ctx context.Context, c client.Client, id string, pieces int) (int, error) {
	handle, err := c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: c.NewWithStartWorkflowOperation(orderOptions(id), order),
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName:   "add",
			Args:         []any{pieces},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err != nil {
		return 0, err
	}
	var sum int
	err = handle.Get(ctx, &sum)
	return sum, err
}

func dial(t *testing.T, address string) client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{
		HostPort:  address,
		Namespace: temporal.Namespace,
		Logger:    slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func work(t *testing.T, c client.Client, options worker.Options) {
	t.Helper()
	w := worker.New(c, taskQueue, options)
	w.RegisterWorkflow(order)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}
