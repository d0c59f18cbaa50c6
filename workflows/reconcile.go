package workflows

import (
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"waybill/activities"
)

// running is a remote call under way.
type running struct {
	attempt   int
	cancel    workflow.CancelFunc
	cancelled bool // told to stop, or begun only to find out that there is nothing to stop
}

// relative is a sub-process's workflow.
type relative struct {
	starts int
	runs   bool
}

// mostStarts bounds how often a sub-process is started again that ended while the instance still waits
// for it: its report is lost then, and no further start brings it.
const mostStarts = 5

// reconcile starts what is outstanding and does not run, and cancels calls that run and are not
// outstanding any more. Sub-processes are told by their inbox, not by Temporal.
func (p *process) reconcile(ctx workflow.Context, out activities.Outcome) {
	wanted := make(map[int64]bool, len(out.Calls))
	for _, c := range out.Calls {
		r, runs := p.calls[c.Wait]
		wanted[c.Wait] = runs && (c.Cancelled || c.Attempt == r.attempt)
		switch {
		case !runs:
			wanted[c.Wait] = true
			p.call(ctx, c)
		case c.Cancelled:
			r.stop()
		}
	}
	for _, wait := range workflow.DeterministicKeys(p.calls) {
		if !wanted[wait] {
			p.calls[wait].stop()
		}
	}
	kept := make(map[int64]*relative, len(out.Children))
	for _, c := range out.Children {
		r := p.kin[c.Wait]
		if r == nil {
			r = &relative{}
		}
		kept[c.Wait] = r
		if !r.runs && r.starts < mostStarts {
			p.child(ctx, c, r)
		}
	}
	p.kin = kept
}

// stop tells the call to stop, once. Its end is heard of all the same.
func (r *running) stop() {
	if !r.cancelled {
		r.cancelled = true
		r.cancel()
	}
}

// callMargin is what a remote call is given beyond its own limit to write its answer.
const callMargin = 30 * time.Second

// call runs a remote call. Its answer stands in the inbox, so its end is only news.
func (p *process) call(ctx workflow.Context, c activities.Call) {
	limit := c.Timeout
	if limit <= 0 {
		limit = activities.CallTimeout
	}
	ctx, cancel := workflow.WithCancel(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: limit + callMargin,
		HeartbeatTimeout:    20 * time.Second,
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
		Summary: c.Step,
	}))
	r := &running{attempt: c.Attempt, cancel: cancel, cancelled: c.Cancelled}
	p.calls[c.Wait] = r
	var host *activities.Host
	called := workflow.ExecuteActivity(ctx, host.Call, activities.CallInput{
		Tenant: p.in.Tenant, Instance: p.in.Instance, Wait: c.Wait, Attempt: c.Attempt,
	})
	workflow.Go(ctx, func(ctx workflow.Context) {
		_ = called.Get(ctx, nil) // what came of it stands in its row
		if p.calls[c.Wait] == r {
			delete(p.calls, c.Wait)
		}
		p.news = true
	})
}

// child starts the workflow of a sub-process, which outlives this one.
func (p *process) child(ctx workflow.Context, c activities.Child, r *relative) {
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            c.Instance.String(),
		WorkflowTaskTimeout:   taskTimeout,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
		StaticSummary:         c.Step,
	})
	r.runs = true
	r.starts++
	started := workflow.ExecuteChildWorkflow(ctx, ProcessType, Input{Tenant: p.in.Tenant, Instance: c.Instance})
	workflow.Go(ctx, func(ctx workflow.Context) {
		err := started.GetChildWorkflowExecution().Get(ctx, nil)
		if temporal.IsWorkflowExecutionAlreadyStartedError(err) {
			return // it runs under an earlier run of this workflow, and its report comes with a poke
		}
		_ = started.Get(ctx, nil) // its outcome stands in the inbox
		r.runs = false
		p.news = true
	})
}
