// Package worker hosts workflows and activities: the Temporal client and worker with their options,
// the relay that brings pokes to instances, and the doctor.
package worker

import (
	"context"
	"fmt"
	"log/slog"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/activities/catalogue"
	"waybill/store"
	"waybill/workflows"
)

// stickyWorkflows is how many workflows a process keeps in memory between their tasks.
const stickyWorkflows = 2000

// deployment is the name that versions of workers belong to.
const deployment = "waybill"

// callActivity is the name of remote calls.
const callActivity = "Call"

// Options are what a worker is made of.
type Options struct {
	Client    client.Client // from Connect, so that no text leaks into Temporal
	Store     *store.Store
	Catalogue *catalogue.Registry
	Log       *slog.Logger // nil: slog's default
	// BuildID turns Worker Deployment Versioning on, with running workflows upgraded by themselves.
	// Empty: no versioning, as for the embedded server.
	BuildID string
	// At is called at the points of a turn where a test may end the process.
	At func(activities.Point)
	// Keep is how long what nobody needs any more is kept.
	Keep store.Retention
	// TurnsPerRun makes workflows continue as new runs after that many turns; 0: when Temporal suggests it.
	TurnsPerRun int
}

// Worker runs workflows, turns, remote calls and the relay.
type Worker struct {
	host      *activities.Host
	relay     *relay
	client    client.Client
	worker    worker.Worker
	versioned bool
	waiting   waiting
}

// New makes a worker; Run starts it.
func New(o Options) *Worker {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	w := &Worker{relay: newRelay(o), client: o.Client, versioned: o.BuildID != ""}
	w.host = activities.New(o.Store, o.Catalogue, activities.Options{Poke: w.relay.poke, Taken: w.waiting.taken, At: o.At, Log: o.Log})
	w.relay.host = w.host
	worker.SetStickyWorkflowCacheSize(stickyWorkflows)
	options := worker.Options{
		// A turn holds a connection from its first statement to its last.
		MaxConcurrentLocalActivityExecutionSize: int(o.Store.Pool.Config().MaxConns),
		Interceptors:                            []interceptor.WorkerInterceptor{&codes{log: o.Log}},
	}
	if o.BuildID != "" {
		options.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning:             true,
			Version:                   worker.WorkerDeploymentVersion{DeploymentName: deployment, BuildID: o.BuildID},
			DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
		}
	}
	w.worker = worker.New(o.Client, workflows.Queue, options)
	register(w.worker, w.host, workflows.Driver{TurnsPerRun: o.TurnsPerRun})
	return w
}

// register puts everything under the names that workflows call it by.
func register(r worker.Registry, h *activities.Host, d workflows.Driver) {
	r.RegisterWorkflowWithOptions(d.Process, workflow.RegisterOptions{Name: workflows.ProcessType})
	r.RegisterWorkflowWithOptions(d.Scheduled, workflow.RegisterOptions{Name: workflows.ScheduledType})
	r.RegisterActivityWithOptions(h.Turn, activity.RegisterOptions{Name: "Turn"})
	r.RegisterActivityWithOptions(h.Call, activity.RegisterOptions{Name: callActivity})
	r.RegisterActivityWithOptions(h.Scheduled, activity.RegisterOptions{Name: "Scheduled"})
	r.RegisterActivityWithOptions(h.CancelFromOutside, activity.RegisterOptions{Name: "CancelFromOutside"})
}

// Host returns the host of the worker's turns, which also takes what arrives.
func (w *Worker) Host() *activities.Host { return w.host }

// Run works until ctx ends, and returns once all that was under way has stopped.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.worker.Start(); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return w.relay.run(ctx) })
	err := group.Wait()
	w.worker.Stop()
	return err
}
