package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// slack is how far a deadline may move before its timer is set anew: it is a duration measured twice,
// and a timer found early only means another look.
const slack = 500 * time.Millisecond

// alarm is the one timer of an instance.
type alarm struct {
	at     time.Time // zero: not set
	rang   bool
	cancel workflow.CancelFunc
}

// set lets the alarm ring at that time, and at no other.
func (a *alarm) set(ctx workflow.Context, at time.Time, summary string) {
	if !a.at.IsZero() && at.Sub(a.at).Abs() < slack {
		return
	}
	a.clear()
	ctx, cancel := workflow.WithCancel(ctx)
	a.at, a.cancel = at, cancel
	timer := workflow.NewTimerWithOptions(ctx, at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: summary})
	workflow.Go(ctx, func(ctx workflow.Context) {
		if timer.Get(ctx, nil) == nil {
			a.at, a.rang, a.cancel = time.Time{}, true, nil
		}
	})
}

func (a *alarm) clear() {
	if a.cancel != nil {
		a.cancel()
	}
	a.at, a.rang, a.cancel = time.Time{}, false, nil
}
