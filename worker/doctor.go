package worker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"waybill/activities"
	"waybill/store"
	"waybill/workflows"
)

// The symptoms that only a comparison with Temporal shows.
const (
	NoWorkflow     store.Symptom = "open row without a workflow"
	NoRow          store.Symptom = "workflow without a row"
	OverdueEnd     store.Symptom = "workflow of an ended row"
	ScheduleDrift  store.Symptom = "schedule drift"
	doctorPageSize               = 1000
)

// Diagnosis is something that stands still without a reason. Instance is uuid.Nil for a schedule,
// Tenant for a workflow that no tenant knows.
type Diagnosis struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	Symptom  store.Symptom
	Since    time.Time // zero: not known
	Detail   string
}

// Doctor compares what PostgreSQL says with what Temporal runs.
type Doctor struct {
	Store  *store.Store
	Client client.Client
}

// Examine lists all that stands still. It reads every open instance's id.
func (d *Doctor) Examine(ctx context.Context) ([]Diagnosis, error) {
	running, err := d.running(ctx)
	if err != nil {
		return nil, fmt.Errorf("workflows: %w", err)
	}
	tenants, err := d.Store.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var found []Diagnosis
	for _, tenant := range tenants {
		more, err := d.examine(ctx, tenant, running)
		if err != nil {
			return nil, fmt.Errorf("tenant %s: %w", tenant, err)
		}
		found = append(found, more...)
	}
	for id := range running {
		stray, err := d.runs(ctx, id)
		if err != nil {
			return nil, err
		}
		if stray {
			found = append(found, Diagnosis{Instance: id, Symptom: NoRow})
		}
	}
	return found, nil
}

// Repair pokes the instance, which takes a turn and goes on from what its row says; what the row says wrong
// it mends before: locks of the ended, ends that were not reported. For a schedule it tells the relay to
// apply the tenant's schedules anew. A workflow without a row has nobody to poke: it
// waits for its row.
func (d *Doctor) Repair(ctx context.Context, what Diagnosis) error {
	switch {
	case what.Symptom == ScheduleDrift:
		return d.Store.InTenant(ctx, what.Tenant, func(tx pgx.Tx) error {
			var w store.Writes
			store.InsertEvent(&w, store.Event{Topic: store.TopicSchedules, Body: []byte(`{}`)})
			return w.Send(ctx, tx)
		})
	case what.Tenant == uuid.Nil || what.Instance == uuid.Nil:
		return nil
	case what.Symptom == store.LockOfEnded, what.Symptom == store.LockUntold:
		return d.mendLocks(ctx, what.Tenant)
	case what.Symptom == store.ChildUnhandled:
		err := d.Store.InTenant(ctx, what.Tenant, func(tx pgx.Tx) error { return activities.ReportAgain(ctx, tx, what.Instance) })
		if err != nil {
			return err
		}
	}
	return workflows.Nudge(ctx, d.Client, what.Tenant, what.Instance, store.NewID())
}

// mendLocks frees what ended instances hold, and pokes whoever is told that it holds its locks.
func (d *Doctor) mendLocks(ctx context.Context, tenant uuid.UUID) error {
	var told []store.Waiter
	err := d.Store.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		told, err = store.MendLocks(ctx, tx, tenant)
		return err
	})
	for _, w := range told {
		err = errors.Join(err, workflows.Nudge(ctx, d.Client, tenant, w.Instance, w.Inbox))
	}
	return err
}

// running lists the ids of running workflows of processes, as Temporal's visibility knows them.
func (d *Doctor) running(ctx context.Context) (map[uuid.UUID]bool, error) {
	running := map[uuid.UUID]bool{}
	var next []byte
	for {
		page, err := d.Client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			PageSize: doctorPageSize, NextPageToken: next,
			Query: fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus = 'Running'", workflows.ProcessType),
		})
		if err != nil {
			return nil, err
		}
		for _, e := range page.GetExecutions() {
			if id, err := uuid.Parse(e.GetExecution().GetWorkflowId()); err == nil {
				running[id] = true
			}
		}
		if next = page.GetNextPageToken(); len(next) == 0 {
			return running, nil
		}
	}
}

// examine looks at one tenant and takes its workflows out of running.
func (d *Doctor) examine(ctx context.Context, tenant uuid.UUID, running map[uuid.UUID]bool) ([]Diagnosis, error) {
	var found []Diagnosis
	var open, ended []uuid.UUID
	var schedules []store.Schedule
	seen := maps.Clone(running)
	err := d.Store.ReadTenant(ctx, tenant, func(tx pgx.Tx) error {
		ailing, err := store.Ailments(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range ailing {
			found = append(found, Diagnosis{Tenant: tenant, Instance: a.Instance, Symptom: a.Symptom, Since: a.Since})
		}
		if open, err = allOpen(ctx, tx); err != nil {
			return err
		}
		if ended, err = store.EndedInstances(ctx, tx, slices.Collect(maps.Keys(running))); err != nil {
			return err
		}
		if err := forget(ctx, tx, running); err != nil {
			return err
		}
		schedules, err = store.Schedules(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(id uuid.UUID) bool { return seen[id] })
	for _, id := range slices.Concat(open, ended) {
		// Visibility lags behind, so the workflow itself is asked.
		runs, err := d.runs(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case !runs && !seen[id]:
			found = append(found, Diagnosis{Tenant: tenant, Instance: id, Symptom: NoWorkflow, Since: store.TimeOf(id)})
		case runs && seen[id]:
			found = append(found, Diagnosis{Tenant: tenant, Instance: id, Symptom: OverdueEnd})
		}
	}
	drift, err := d.drift(ctx, tenant, schedules)
	return append(found, drift...), err
}

func allOpen(ctx context.Context, tx pgx.Tx) ([]uuid.UUID, error) {
	var all []uuid.UUID
	var after uuid.UUID
	for {
		page, err := store.OpenInstances(ctx, tx, after, doctorPageSize)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		after = page[len(page)-1]
	}
}

// forget takes the workflows out of running that have a row, open or not: one that has ended
// since visibility was asked is none without a row.
func forget(ctx context.Context, tx pgx.Tx, running map[uuid.UUID]bool) error {
	ids := make([]uuid.UUID, 0, len(running))
	for id := range running {
		ids = append(ids, id)
	}
	known, err := store.KnownInstances(ctx, tx, ids)
	for _, id := range known {
		delete(running, id)
	}
	return err
}

func (d *Doctor) runs(ctx context.Context, instance uuid.UUID) (bool, error) {
	found, err := d.Client.DescribeWorkflowExecution(ctx, instance.String(), "")
	if _, none := errors.AsType[*serviceerror.NotFound](err); none {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return found.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// drift compares the tenant's schedules with Temporal's.
func (d *Doctor) drift(ctx context.Context, tenant uuid.UUID, schedules []store.Schedule) ([]Diagnosis, error) {
	var found []Diagnosis
	for _, s := range schedules {
		_, err := d.Client.ScheduleClient().GetHandle(ctx, scheduleID(tenant, s)).Describe(ctx)
		_, missing := errors.AsType[*serviceerror.NotFound](err)
		if err != nil && !missing {
			return nil, err
		}
		if missing != s.Removed {
			found = append(found, Diagnosis{Tenant: tenant, Symptom: ScheduleDrift, Detail: s.ID})
		}
	}
	return found, nil
}
