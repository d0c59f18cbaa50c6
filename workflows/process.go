// Package workflows is the Temporal side of an instance: a small loop that takes turns, starts what
// they wait for, and sleeps. It decides nothing about the business.
package workflows

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"waybill/activities"
)

// Queue is the task queue of workflows, turns and Go actions.
const Queue = "waybill"

// The names under which the workflows are registered.
const (
	ProcessType   = "Process"
	ScheduledType = "Scheduled"
)

// Search attributes of a process's workflow: a keyword and a boolean.
const (
	AttributeProcess  = "WaybillProcess"
	AttributeIncident = "WaybillIncident"
)

// mostEvents is where a run continues as a new one even with calls in flight: Temporal ends an
// execution at 51,200 events.
const mostEvents = 20_000

// Input is all that a process's workflow knows. N is a hint for the first turn.
type Input struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	N        int64
}

// Driver holds the workflows. The zero Driver is that of production.
type Driver struct {
	// TurnsPerRun makes a run continue as a new one after that many turns; 0: when Temporal suggests it.
	TurnsPerRun int
}

// process is one run of the loop. Its coroutines never run at the same time.
type process struct {
	in     Input
	id     string
	turns  int
	perRun int
	asked  int // pokes accepted
	served int // pokes that had been accepted when the last finished turn started
	news   bool
	told   bool // a cancel from Temporal's side is in the inbox
	alarm  alarm
	calls  map[int64]*running // by wait
	kin    map[int64]*relative
}

// Process drives one instance. It returns when the instance is over, and continues as a new run when
// its history has grown long.
func (d Driver) Process(ctx workflow.Context, in Input) error {
	p := &process{
		in: in, id: in.Instance.String(), perRun: d.TurnsPerRun,
		calls: map[int64]*running{}, kin: map[int64]*relative{},
	}
	// Before anything blocks: an update that comes with the start would be refused as unknown.
	if err := p.listen(ctx); err != nil {
		return err
	}
	free, _ := workflow.NewDisconnectedContext(ctx)
	for {
		p.hearCancel(ctx, free)
		out, ok := p.turn(free)
		switch {
		case out.Missing && p.told:
			return nil // nobody knows the instance, and nobody wants it
		case out.Done && p.answered(free):
			return nil
		case out.Done:
			continue
		case ok:
			p.reconcile(free, out)
		}
		if p.full(ctx, free) {
			return workflow.NewContinueAsNewError(ctx, ProcessType, p.in)
		}
		if !out.Again {
			p.wait(ctx, free)
		}
	}
}

// turn takes one turn. Whatever keeps it from succeeding, the workflow goes on: false means that it
// is to be tried again later.
func (p *process) turn(ctx workflow.Context) (activities.Outcome, bool) {
	accepted := p.asked
	p.news = false
	p.turns++
	var host *activities.Host
	var out activities.Outcome
	err := workflow.ExecuteLocalActivity(withTurnOptions(ctx), host.Turn,
		activities.TurnInput{Tenant: p.in.Tenant, Instance: p.in.Instance, N: p.in.N}).Get(ctx, &out)
	if err != nil {
		p.served = accepted // an answer is not the truth, and must not keep the loop from sleeping
		p.alarm.set(ctx, workflow.Now(ctx).Add(afterFailure), "turn failed")
		return out, false
	}
	if out.Newer {
		// The task fails and is tried again, until a worker that knows the state takes it.
		panic("the state was written by a later release")
	}
	p.served, p.in.N = accepted, out.N
	if out.Missing || out.Halted {
		// What runs goes on; only a poke brings anything new.
		p.alarm.clear()
		p.show(ctx, out)
		return out, false
	}
	if out.WakeIn > 0 {
		p.alarm.set(ctx, workflow.Now(ctx).Add(out.WakeIn), strings.Join(out.Steps, " "))
	} else {
		p.alarm.clear()
	}
	p.show(ctx, out)
	return out, true
}

// afterFailure is how long a workflow waits whose turn failed for as long as Temporal retries it.
const afterFailure = time.Minute

func withTurnOptions(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    3 * time.Second,
		ScheduleToCloseTimeout: 24 * time.Hour, // its default is StartToClose, and one wait for a lock would end it
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
		Summary: "turn",
	})
}

// show lets an operator see in Temporal's own pages where the instance rests: ids of steps, no data.
func (p *process) show(ctx workflow.Context, out activities.Outcome) {
	details := strings.Join(out.Steps, "\n")
	if out.Halted {
		details = "halted"
	}
	workflow.SetCurrentDetails(ctx, details)
	var updates []temporal.SearchAttributeUpdate
	known := workflow.GetTypedSearchAttributes(ctx)
	process := temporal.NewSearchAttributeKeyKeyword(AttributeProcess)
	// An instance that ends in its first turn is never looked for among the running ones, and saves the write.
	if now, ok := known.GetKeyword(process); out.Process != "" && !out.Done && (!ok || now != out.Process) {
		updates = append(updates, process.ValueSet(out.Process))
	}
	incident := temporal.NewSearchAttributeKeyBool(AttributeIncident)
	if now, _ := known.GetBool(incident); now != (out.Incidents > 0) {
		updates = append(updates, incident.ValueSet(out.Incidents > 0))
	}
	if len(updates) > 0 {
		if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
			workflow.GetLogger(ctx).Warn("search attributes", "instance", p.id)
		}
	}
}

// hearCancel turns a cancel from Temporal's side into a row of the inbox: the engine undoes and ends.
func (p *process) hearCancel(ctx, free workflow.Context) {
	if ctx.Err() == nil || p.told {
		return
	}
	var host *activities.Host
	err := workflow.ExecuteLocalActivity(withTurnOptions(free), host.CancelFromOutside, activities.CancelInput{
		Tenant: p.in.Tenant, Instance: p.in.Instance, Run: workflow.GetInfo(ctx).WorkflowExecution.RunID,
	}).Get(free, nil)
	p.told = err == nil
}

// answered lets the handlers answer; false: a poke came that no turn has seen yet.
func (p *process) answered(ctx workflow.Context) bool {
	err := workflow.Await(ctx, func() bool { return p.asked > p.served || workflow.AllHandlersFinished(ctx) })
	return err == nil && p.asked == p.served
}

// full tells whether the run is to continue as a new one. The pokes that the last turn served have
// their answer first.
func (p *process) full(ctx, free workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	if info.GetCurrentHistoryLength() > mostEvents {
		return true
	}
	suggested := info.GetContinueAsNewSuggested() || p.perRun > 0 && p.turns >= p.perRun
	return suggested && len(p.calls) == 0 && p.answered(free)
}

// wait sleeps until there is a reason for another turn.
func (p *process) wait(ctx, free workflow.Context) {
	// The disconnected context is never cancelled, so Await gives no error.
	_ = workflow.Await(free, func() bool {
		return p.asked > p.served || p.news || p.alarm.rang || ctx.Err() != nil && !p.told || signalled(ctx)
	})
	p.alarm.rang = false
}

// signalled takes the signals that have come. None means anything, but Temporal throws the end of a run
// away when one came meanwhile, and the poke that led to it; so a signal is a reason for another look.
func signalled(ctx workflow.Context) bool {
	names := workflow.GetUnhandledSignalNames(ctx)
	for _, name := range names {
		for workflow.GetSignalChannel(ctx, name).ReceiveAsync(nil) {
		}
	}
	return len(names) > 0
}
