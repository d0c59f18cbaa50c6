package engine

import (
	"errors"
	"fmt"
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Refusal is why an event cannot be applied. It is the error of Accepts.
type Refusal struct {
	Code RefusalCode
	Text string
	// Faults name the fields that are wrong, with their paths, where the code is bad_form, bad_input,
	// bad_message or bad_data.
	Faults value.Faults
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Text }

// RefusalCode is the reason of a refusal.
type RefusalCode string

// The reasons.
const (
	RefusedNotStarted   RefusalCode = "not_started"
	RefusedStarted      RefusalCode = "already_started"
	RefusedEnded        RefusalCode = "ended"
	RefusedRunning      RefusalCode = "running" // undone only once it has ended
	RefusedUndoing      RefusalCode = "undoing"
	RefusedPaused       RefusalCode = "paused"
	RefusedNotPaused    RefusalCode = "not_paused"
	RefusedStale        RefusalCode = "stale" // nothing waits for it: late, repeated or foreign
	RefusedUnknownTask  RefusalCode = "unknown_task"
	RefusedNotYours     RefusalCode = "not_yours"
	RefusedNotBy        RefusalCode = "not_by"
	RefusedNotClaimed   RefusalCode = "not_claimed"
	RefusedWrongOutcome RefusalCode = "wrong_outcome"
	RefusedBadForm      RefusalCode = "bad_form"
	RefusedBadInput     RefusalCode = "bad_input"
	RefusedBadMessage   RefusalCode = "bad_message"
	RefusedBadData      RefusalCode = "bad_data"
	RefusedUnknownData  RefusalCode = "unknown_data"
	RefusedRepeated     RefusalCode = "repeated" // a message that was taken before
	RefusedUnclaimed    RefusalCode = "unclaimed"
	RefusedNoIncident   RefusalCode = "no_incident"
	RefusedHeld         RefusalCode = "held"       // a task that stands still because of its hold
	RefusedCancelling   RefusalCode = "cancelling" // it is being cancelled
)

// Accepts reports why e cannot be applied to s, or nil. The error is a *Refusal, or what Step returns
// where timers that are due before e need a lookup.
func Accepts(d *definitions.Process, s State, e Event) error {
	r := newRun(d, s, e)
	if _, tick := e.Body.(Ticked); !tick { // a tick is welcome even if what it fires ends the instance
		r.fireBefore(e)
	}
	if r.err != nil {
		return r.err
	}
	if refusal := r.refuses(e); refusal != nil {
		return refusal
	}
	return nil
}

func refuse(code RefusalCode, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}

func refuseFaults(code RefusalCode, err error) *Refusal {
	faults, _ := errors.AsType[value.Faults](err)
	return &Refusal{Code: code, Text: err.Error(), Faults: faults}
}

// refuses returns why the event is refused by the instance as it stands, or nil.
func (r *run) refuses(e Event) *Refusal {
	if b, ok := e.Body.(Started); ok {
		return r.refusesStart(b)
	}
	switch r.s.Phase {
	case Unborn:
		return refuse(RefusedNotStarted, "the instance has not started")
	case Over:
		return r.refusesEnded(e.Body)
	}
	switch b := e.Body.(type) {
	case Claimed:
		return r.refusesClaim(b)
	case Released:
		return r.refusesRelease(b)
	case Completed:
		return r.refusesCompletion(b)
	case Arrived:
		return r.refusesMessage(b)
	case Answered:
		return r.refusesAnswer(b.Wait)
	case Failed:
		return r.refusesFailure(b.Wait)
	case ChildEnded:
		return r.refusesChild(b)
	case Acquired:
		return r.refusesLock(b.Wait)
	}
	return r.refusesAct(e.Body)
}

func (r *run) refusesStart(b Started) *Refusal {
	if r.s.Phase != Unborn {
		return refuse(RefusedStarted, "the instance has started")
	}
	if _, err := value.AcceptFields(r.d.Input, b.Input, r.defaults()); err != nil {
		return refuseFaults(RefusedBadInput, err)
	}
	return nil
}

func (r *run) refusesEnded(b Body) *Refusal {
	if _, undo := b.(Undo); !undo {
		return refuse(RefusedEnded, "the instance has ended")
	}
	if r.s.End.Undone {
		return refuse(RefusedUndoing, "the instance is undone")
	}
	return nil
}

// refusesAct is refuses for the acts of an operator and of the clock.
func (r *run) refusesAct(b Body) *Refusal {
	paused := !r.s.PausedAt.IsZero()
	switch b := b.(type) {
	case Retry:
		return r.refusesIncident(b.Wait)
	case Skip:
		return r.refusesSkip(b)
	case Change:
		return r.refusesChange(b)
	case Pause:
		if paused {
			return refuse(RefusedPaused, "the instance is paused")
		}
	case Resume:
		if !paused {
			return refuse(RefusedNotPaused, "the instance is not paused")
		}
	case Cancel:
		if r.s.Phase == Undoing {
			return refuse(RefusedUndoing, "undoing cannot be cancelled")
		}
		if r.s.Cancelling != nil {
			return refuse(RefusedCancelling, "the instance is being cancelled")
		}
	case GoTo, Again, LeaveOut:
		return r.refusesModify(b)
	case Undo:
		return refuse(RefusedRunning, "the instance has not ended")
	case Ticked:
		if paused {
			return refuse(RefusedPaused, "the instance is paused")
		}
	}
	return nil
}

func (r *run) refusesMessage(b Arrived) *Refusal {
	if b.ID != "" && (slices.Contains(r.s.Taken, b.ID) || slices.ContainsFunc(r.s.Kept, func(k Letter) bool { return k.ID == b.ID })) {
		return refuse(RefusedRepeated, "message %s was taken", b.ID)
	}
	if listener(r.nodes, b.Message, b.Key) == nil {
		return refuse(RefusedUnclaimed, "nothing waits for message %s", b.Message)
	}
	if _, err := value.AcceptFields(r.fieldsOf(b.Message), b.With, r.defaults()); err != nil {
		return refuseFaults(RefusedBadMessage, err)
	}
	return nil
}

func (r *run) refusesAnswer(wait NodeID) *Refusal {
	if n := r.node(wait); n == nil || n.Call == nil || n.Incident != nil {
		return refuse(RefusedStale, "no call %d is awaited", wait)
	}
	return nil
}

func (r *run) refusesFailure(wait NodeID) *Refusal {
	n := r.node(wait)
	if n == nil || n.Call == nil && n.Child == nil || n.Incident != nil || n.retrying() {
		return refuse(RefusedStale, "no call %d is awaited", wait)
	}
	return nil
}

func (r *run) refusesChild(b ChildEnded) *Refusal {
	n := r.child(b.Wait)
	if n == nil || n.Incident != nil || n.Undoes != 0 && !b.Undone {
		return refuse(RefusedStale, "no sub-process %d is awaited", b.Wait)
	}
	return nil
}

func (r *run) refusesLock(wait NodeID) *Refusal {
	if n := r.node(wait); n == nil || !n.queues() {
		return refuse(RefusedStale, "no lock %d is awaited", wait)
	}
	return nil
}

func (r *run) refusesIncident(wait NodeID) *Refusal {
	if n := r.node(wait); n == nil || n.Incident == nil {
		return refuse(RefusedNoIncident, "step %d does not stand still", wait)
	}
	if !r.s.PausedAt.IsZero() {
		return refuse(RefusedPaused, "the instance is paused")
	}
	return nil
}

func (r *run) refusesSkip(b Skip) *Refusal {
	if refusal := r.refusesIncident(b.Wait); refusal != nil || b.Result == nil {
		return refusal
	}
	if _, err := r.standIn(r.node(b.Wait), b.Result); err != nil {
		return refuseFaults(RefusedBadData, err)
	}
	return nil
}

func (r *run) refusesChange(b Change) *Refusal {
	for _, name := range sortedNames(b.Data) {
		if _, there := r.root().Data.Get(name); !there && !r.declared(name) {
			return refuse(RefusedUnknownData, "the process has no data called %s", name)
		}
		if _, err := acceptDatum(r.d, name, b.Data[name]); err != nil {
			faults, _ := errors.AsType[value.Faults](err)
			return refuseFaults(RefusedBadData, faults.Under(name))
		}
	}
	return nil
}
