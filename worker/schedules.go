package worker

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"waybill/store"
	"waybill/workflows"
)

// catchUp is how late a schedule still fires for a time that the system was down. Each time is an
// instance of its own, so they may overlap.
const catchUp = 24 * time.Hour

// applySchedules makes Temporal's schedules those of the tenant.
func (r *relay) applySchedules(ctx context.Context, tx pgx.Tx, tenant uuid.UUID) error {
	all, err := store.Schedules(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Removed {
			err = r.removeSchedule(ctx, tenant, s)
		} else {
			err = r.applySchedule(ctx, tenant, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func scheduleID(tenant uuid.UUID, s store.Schedule) string { return tenant.String() + "/" + s.ID }

func (r *relay) applySchedule(ctx context.Context, tenant uuid.UUID, s store.Schedule) error {
	id := scheduleID(tenant, s)
	options := client.ScheduleOptions{
		ID:   id,
		Spec: client.ScheduleSpec{CronExpressions: []string{s.Cron}, TimeZoneName: s.Zone},
		Action: &client.ScheduleWorkflowAction{
			ID: "schedule/" + id, Workflow: workflows.ScheduledType, TaskQueue: workflows.Queue,
			Args: []any{workflows.ScheduledInput{Tenant: tenant, Schedule: s.ID}},
		},
		Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL,
		CatchupWindow: catchUp,
	}
	_, err := r.client.ScheduleClient().Create(ctx, options)
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return err
	}
	return r.client.ScheduleClient().GetHandle(ctx, id).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			changed := in.Description.Schedule
			changed.Spec, changed.Action = &options.Spec, options.Action
			changed.Policy = &client.SchedulePolicies{Overlap: options.Overlap, CatchupWindow: options.CatchupWindow}
			return &client.ScheduleUpdate{Schedule: &changed}, nil
		},
	})
}

func (r *relay) removeSchedule(ctx context.Context, tenant uuid.UUID, s store.Schedule) error {
	err := r.client.ScheduleClient().GetHandle(ctx, scheduleID(tenant, s)).Delete(ctx)
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return nil
	}
	return err
}
