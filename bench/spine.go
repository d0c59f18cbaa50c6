package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/internal/stack"
	"waybill/store"
)

const (
	// atOnce is how many instances run side by side.
	atOnce = 60
	// perRound is how many instances of one kind run before the next kind has its turn, rounds how often
	// all of them do. The first round warms up and does not count.
	perRound = 240
	rounds   = 4
	// writingKinds of the kinds write rows: all but the empty workflows.
	writingKinds = 4
)

// spine measures the turn against workflows written by hand, the engine by itself, and the memory of
// open instances.
func spine(ctx context.Context, r *results) error {
	speed, err := engineSteps()
	if err != nil {
		return err
	}
	r.add("engine_steps_per_second", speed, ">= 300000 on one core")
	if err := onStack(ctx, func(b *bench) error { return b.measure(ctx, r) }); err != nil {
		return err
	}
	debug.FreeOSMemory()
	return openMemory(ctx, r)
}

// bench is one embedded stack with the benchmark's pack.
type bench struct {
	*stack.Stack
	trips *trips
}

// onStack runs what measures on a new stack in a folder of its own.
func onStack(ctx context.Context, measure func(*bench) error) error {
	return onParts(ctx, []stack.Part{stack.Worker, stack.API}, measure)
}

// onParts is onStack with some of the stack's parts.
func onParts(ctx context.Context, parts []stack.Part, measure func(*bench) error) error {
	folder, err := os.MkdirTemp("", "waybill-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	actions, err := registry()
	if err != nil {
		return err
	}
	counted := &trips{}
	running, err := stack.Start(ctx, stack.Options{
		Data: folder, Parts: parts, Catalogue: actions, Connection: []store.Option{store.Tracer(counted)},
	})
	if err != nil {
		return err
	}
	b := &bench{Stack: running, trips: counted}
	if err = b.prepare(ctx); err == nil {
		err = measure(b)
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if stopped := running.Stop(stopping); err == nil {
		err = stopped
	}
	return err
}

func (b *bench) prepare(ctx context.Context) error {
	if err := createRows(ctx, b.DatabaseURL); err != nil {
		return err
	}
	d, findings, err := b.Host.Deploy(ctx, b.Tenant, pack(), "")
	if err == nil && d.Hash == "" {
		err = fmt.Errorf("pack: %v", findings)
	}
	if err != nil {
		return err
	}
	return b.Store.InTenant(ctx, b.Tenant, func(tx pgx.Tx) error {
		return store.PutPerson(ctx, tx, store.Person{ID: clerk, Name: "Clerk", Roles: []string{"clerk"}})
	})
}

// createRows makes the table that all sides write to.
func createRows(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `create table bench_rows (
			tenant uuid not null default current_setting('waybill.tenant')::uuid,
			id bigint generated always as identity primary key, run text not null, step int not null);
		select waybill_protect('bench_rows')`)
	return err
}

func (b *bench) measure(ctx context.Context, r *results) error {
	if err := b.throughput(ctx, r); err != nil {
		return err
	}
	if err := b.completions(ctx, r); err != nil {
		return err
	}
	return b.roundTrips(ctx, r)
}

// throughput runs all kinds in turn and compares their instances a second.
func (b *bench) throughput(ctx context.Context, r *results) error {
	h := &handwritten{store: b.Store, tenant: b.Tenant}
	stop, err := h.serve(b.Temporal)
	if err != nil {
		return err
	}
	defer stop()
	kinds := []*kind{
		{name: "activities", run: func(ctx context.Context) error { return execute(ctx, b.Temporal, h.Activities) }, target: ">= 7"},
		{name: "local_activities", run: func(ctx context.Context) error { return execute(ctx, b.Temporal, h.LocalActivities) }, target: ">= 1.1"},
		{name: "local_activities_eager", run: func(ctx context.Context) error { return executeEagerly(ctx, b.Temporal, h.LocalActivities) }},
		{name: "empty_workflow", run: func(ctx context.Context) error { return execute(ctx, b.Temporal, h.Empty) }, target: ">= 0.7"},
		{name: "empty_workflow_eager", run: func(ctx context.Context) error { return executeEagerly(ctx, b.Temporal, h.Empty) }},
		{name: "process", run: b.process},
	}
	for round := range rounds {
		for _, k := range kinds {
			runtime.GC()
			took, err := together(ctx, k.run)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			if round > 0 {
				k.took += took
			}
		}
	}
	if err := b.allEnded(ctx); err != nil {
		return err
	}
	process := kinds[len(kinds)-1].perSecond()
	for _, k := range kinds {
		r.add(k.name+"_per_second", k.perSecond(), "")
	}
	for _, k := range kinds[:len(kinds)-1] {
		r.add("process_vs_"+k.name, process/k.perSecond(), k.target)
	}
	return nil
}

// kind is one way of doing the eight steps.
type kind struct {
	name string
	run  func(context.Context) error
	took time.Duration
	// target is what the process is to reach, as a ratio; "" for a kind that is only worth knowing.
	target string
}

func (k *kind) perSecond() float64 { return float64(perRound*(rounds-1)) / k.took.Seconds() }

// together runs perRound instances, atOnce side by side, and returns how long all of them took.
func together(ctx context.Context, run func(context.Context) error) (time.Duration, error) {
	group, ctx := errgroup.WithContext(ctx)
	begun := time.Now()
	var left atomic.Int64
	left.Store(perRound)
	for range atOnce {
		group.Go(func() error {
			for left.Add(-1) >= 0 {
				if err := run(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return time.Since(begun), err
}

// process runs one instance of the eight-step process to its end, and as with those it is compared with,
// until its workflow has ended too.
func (b *bench) process(ctx context.Context) error {
	id, err := b.begin(ctx, "write", map[string]any{"run": uuid.NewString()})
	if err != nil {
		return err
	}
	return b.Temporal.GetWorkflow(ctx, id.String(), "").Get(ctx, nil)
}

// begin starts an instance and waits for its first turn.
func (b *bench) begin(ctx context.Context, process string, input map[string]any) (uuid.UUID, error) {
	receipt, err := b.Host.Start(ctx, b.Tenant, activities.StartRequest{Pack: "bench", Process: process, Input: input}, activities.Act{})
	if err != nil {
		return uuid.Nil, err
	}
	return receipt.Instance, b.Poke(ctx, b.Tenant, receipt)
}

// allEnded checks that the instances that were measured did what they are measured for.
func (b *bench) allEnded(ctx context.Context) error {
	var open, rows int
	err := b.Store.InTenant(ctx, b.Tenant, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select (select count(*) from instances where ended is null), (select count(*) from bench_rows)`).Scan(&open, &rows)
	})
	if want := writingKinds * perRound * rounds * steps; err == nil && (open != 0 || rows != want) {
		err = fmt.Errorf("throughput: %d instances are open, %d rows written of %d", open, rows, want)
	}
	return err
}
