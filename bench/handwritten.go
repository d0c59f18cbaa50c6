package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"waybill/store"
)

// handwrittenQueue is the task queue of the workflows that a process is compared with.
const handwrittenQueue = "handwritten"

// steps is how many rows a process, and each workflow it is compared with, writes.
const steps = 8

// handwritten are the workflows that somebody would write without Waybill: eight steps that each
// write a row, as one activity a step, or as local activities; and a workflow that does nothing.
type handwritten struct {
	store  *store.Store
	tenant uuid.UUID
}

// WriteRow writes one row in a transaction of its own.
func (h *handwritten) WriteRow(ctx context.Context, run string, step int) error {
	return h.store.InTenant(ctx, h.tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, insertRow, run, step)
		return err
	})
}

const insertRow = `insert into bench_rows (run, step) values ($1, $2)`

func (h *handwritten) Activities(ctx workflow.Context, run string) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second})
	for step := range steps {
		if err := workflow.ExecuteActivity(ctx, h.WriteRow, run, step).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func (h *handwritten) LocalActivities(ctx workflow.Context, run string) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second})
	for step := range steps {
		if err := workflow.ExecuteLocalActivity(ctx, h.WriteRow, run, step).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func (*handwritten) Empty(workflow.Context, string) error { return nil }

// serve runs a worker for the hand-written workflows until the returned function is called.
func (h *handwritten) serve(c client.Client) (stop func(), err error) {
	w := sdkworker.New(c, handwrittenQueue, sdkworker.Options{})
	w.RegisterWorkflow(h.Activities)
	w.RegisterWorkflow(h.LocalActivities)
	w.RegisterWorkflow(h.Empty)
	w.RegisterActivity(h.WriteRow)
	if err := w.Start(); err != nil {
		return nil, fmt.Errorf("hand-written workflows: %w", err)
	}
	return w.Stop, nil
}

// execute runs one hand-written workflow to its end, started as the SDK does it by itself.
func execute(ctx context.Context, c client.Client, run any) error {
	return start(ctx, c, client.StartWorkflowOptions{}, run)
}

// executeEagerly is execute with an eager start, as instances have it.
func executeEagerly(ctx context.Context, c client.Client, run any) error {
	return start(ctx, c, client.StartWorkflowOptions{EnableEagerStart: true}, run)
}

func start(ctx context.Context, c client.Client, options client.StartWorkflowOptions, run any) error {
	options.ID, options.TaskQueue = uuid.NewString(), handwrittenQueue
	started, err := c.ExecuteWorkflow(ctx, options, run, options.ID)
	if err != nil {
		return err
	}
	return started.Get(ctx, nil)
}
