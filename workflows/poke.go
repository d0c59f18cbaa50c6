package workflows

import (
	"context"
	"time"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// pokeName is the update that asks for a turn.
const pokeName = "poke"

// taskTimeout is how long a worker may take for a workflow task before another one gets it.
const taskTimeout = 5 * time.Second

// listen answers pokes. A poke carries nothing: what arrived stands in the inbox. It is answered by a
// turn that started after it was accepted; those that come meanwhile share the next one.
func (p *process) listen(ctx workflow.Context) error {
	return workflow.SetUpdateHandlerWithOptions(ctx, pokeName, func(ctx workflow.Context) error {
		p.asked++
		mine := p.asked
		return workflow.Await(ctx, func() bool { return p.served >= mine })
	}, workflow.UpdateHandlerOptions{
		Description:      "takes a turn",
		UnfinishedPolicy: workflow.HandlerUnfinishedPolicyAbandon,
	})
}

// Begin starts the workflow of a new instance. Where a worker of this client has room for it, the answer
// brings the workflow's first task along (Temporal's eager start): that saves a write and the way
// through the task queue, a third of what a short instance costs. A workflow that runs goes on running.
func Begin(ctx context.Context, c client.Client, tenant, instance uuid.UUID) error {
	options := startOptions(instance)
	options.EnableEagerStart = true
	_, err := c.ExecuteWorkflow(ctx, options, ProcessType, Input{Tenant: tenant, Instance: instance})
	return err
}

func startOptions(instance uuid.UUID) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       instance.String(),
		TaskQueue:                Queue,
		WorkflowTaskTimeout:      taskTimeout,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}
}

// Poke asks for a turn of the instance and waits for it, starting the workflow where none runs. update
// is the id of the inbox row, so that a repeated poke counts once. Its error says nothing about the
// row, which may have been consumed: only the row does.
func Poke(ctx context.Context, c client.Client, tenant, instance, update uuid.UUID) error {
	handle, err := send(ctx, c, tenant, instance, update.String(), client.WorkflowUpdateStageCompleted)
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}

// Nudge is Poke without waiting for the turn.
func Nudge(ctx context.Context, c client.Client, tenant, instance, update uuid.UUID) error {
	_, err := send(ctx, c, tenant, instance, update.String(), client.WorkflowUpdateStageAccepted)
	return err
}

func send(ctx context.Context, c client.Client, tenant, instance uuid.UUID, update string, stage client.WorkflowUpdateStage) (client.WorkflowUpdateHandle, error) {
	options := startOptions(instance)
	start := c.NewWithStartWorkflowOperation(options, ProcessType, Input{Tenant: tenant, Instance: instance})
	return c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			WorkflowID: options.ID, UpdateID: update, UpdateName: pokeName, WaitForStage: stage,
		},
	})
}
