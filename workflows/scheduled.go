package workflows

import (
	"time"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"waybill/activities"
)

// ScheduledInput names the schedule that fired.
type ScheduledInput struct {
	Tenant   uuid.UUID
	Schedule string
}

// scheduledAt is the search attribute where Temporal says for which time a schedule fired, however late
// it did.
const scheduledAt = "TemporalScheduledStartTime"

// Scheduled starts the instance that a schedule is for. Its id derives from the schedule and the
// time, so that a time that is caught up or fired twice is one instance.
func (d Driver) Scheduled(ctx workflow.Context, in ScheduledInput) error {
	at, ok := workflow.GetTypedSearchAttributes(ctx).GetTime(temporal.NewSearchAttributeKeyTime(scheduledAt))
	if !ok {
		at = workflow.GetInfo(ctx).WorkflowStartTime
	}
	var host *activities.Host
	var instance uuid.UUID
	err := workflow.ExecuteLocalActivity(withTurnOptions(ctx), host.Scheduled,
		activities.ScheduledInput{Tenant: in.Tenant, Schedule: in.Schedule, At: at.UTC().Truncate(time.Second)}).Get(ctx, &instance)
	if err != nil || instance == uuid.Nil {
		return err
	}
	child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            instance.String(),
		WorkflowTaskTimeout:   taskTimeout,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
	})
	err = workflow.ExecuteChildWorkflow(child, ProcessType, Input{Tenant: in.Tenant, Instance: instance}).
		GetChildWorkflowExecution().Get(ctx, nil)
	if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
		return nil
	}
	return err
}
