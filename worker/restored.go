package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"waybill/activities"
	"waybill/store"
	"waybill/workflows"
)

// PerhapsMade is a remote call that may have been made after the point to which the database was
// restored, so that it does not know what came of it.
const PerhapsMade store.Symptom = "call perhaps made after the restore point"

// Restored lists the remote calls that may have been made after the time to which the database was
// restored: those that had no answer then, and those that Temporal remembers and the database does not.
// What Temporal does not remember either, as where it was restored too, nobody knows.
func (d *Doctor) Restored(ctx context.Context, at time.Time) ([]Diagnosis, error) {
	tenants, err := d.Store.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var found []Diagnosis
	for _, tenant := range tenants {
		err := d.Store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
			open, err := store.CallsOpenAt(ctx, tx, at)
			for _, c := range open {
				found = append(found, Diagnosis{Tenant: tenant, Instance: c.Instance, Symptom: PerhapsMade, Since: c.Requested, Detail: detailOf(c)})
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("tenant %s: %w", tenant, err)
		}
	}
	lost, err := d.remembered(ctx, at, tenants)
	if err != nil {
		return nil, fmt.Errorf("workflows: %w", err)
	}
	return append(found, lost...), nil
}

func detailOf(c store.OpenCall) string {
	answered := "not answered yet"
	if c.Answered != nil {
		answered = "made again and answered since"
	}
	return fmt.Sprintf("step %s, %s with key %s: %s", c.Step, c.Action, c.Key, answered)
}

// remembered lists the calls that workflows asked for after the time and that the database does not know.
func (d *Doctor) remembered(ctx context.Context, at time.Time, tenants []uuid.UUID) ([]Diagnosis, error) {
	var found []Diagnosis
	var next []byte
	for {
		page, err := d.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			PageSize: doctorPageSize, NextPageToken: next,
			Query: fmt.Sprintf("WorkflowType = '%s' AND (ExecutionStatus = 'Running' OR CloseTime >= '%s')",
				workflows.ProcessType, at.UTC().Format(time.RFC3339Nano)),
		})
		if err != nil {
			return nil, err
		}
		for _, e := range page.GetExecutions() {
			lost, err := d.forgotten(ctx, e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId(), at, tenants)
			if err != nil {
				return nil, err
			}
			found = append(found, lost...)
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			return found, nil
		}
	}
}

// forgotten lists the calls of one run of a workflow.
func (d *Doctor) forgotten(ctx context.Context, id, run string, at time.Time, tenants []uuid.UUID) ([]Diagnosis, error) {
	var found []Diagnosis
	events := d.Client.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return nil, err
		}
		in, asked := askedFor(event)
		if !asked || !event.GetEventTime().AsTime().After(at) || !slices.Contains(tenants, in.Tenant) {
			continue
		}
		known, err := d.knows(ctx, in, event.GetEventTime().AsTime())
		if err != nil {
			return nil, err
		}
		if !known {
			found = append(found, Diagnosis{
				Tenant: in.Tenant, Instance: in.Instance, Symptom: PerhapsMade, Since: event.GetEventTime().AsTime(),
				Detail: fmt.Sprintf("wait %d, which the database does not know any more", in.Wait),
			})
		}
	}
	return found, nil
}

// askedFor reads the call that an event of a workflow's history asks for.
func askedFor(event *historypb.HistoryEvent) (activities.CallInput, bool) {
	scheduled := event.GetActivityTaskScheduledEventAttributes()
	var in activities.CallInput
	if scheduled.GetActivityType().GetName() != callActivity {
		return in, false
	}
	err := converter.GetDefaultDataConverter().FromPayloads(scheduled.GetInput(), &in)
	return in, err == nil
}

// knows tells whether the database has the call. One that it has at the same wait, but requested later
// than that, is another one: the instance has gone another way since.
func (d *Doctor) knows(ctx context.Context, in activities.CallInput, asked time.Time) (bool, error) {
	known := false
	err := d.Store.ReadTenant(ctx, in.Tenant, func(tx pgx.Tx) error {
		c, err := store.ReadCall(ctx, tx, in.Instance, in.Wait)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		known = err == nil && (c.Attempt > in.Attempt || !c.Requested.After(asked))
		return err
	})
	return known, err
}
