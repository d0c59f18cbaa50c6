package engine

import (
	"slices"
	"strings"

	"waybill/definitions/value"
)

// task returns the open task or seat of a wait, and whether the person behind the event may touch it.
func (r *run) task(wait NodeID) (*Node, *Refusal) {
	n := r.node(wait)
	switch {
	case wait <= 0 || wait >= r.s.Next:
		return nil, refuse(RefusedUnknownTask, "there is no task %d", wait)
	case n == nil || n.Task == nil:
		return nil, refuse(RefusedStale, "task %d is not open any more", wait)
	case !r.s.PausedAt.IsZero():
		return nil, refuse(RefusedPaused, "the instance is paused")
	case r.heldBy(n) != nil:
		return nil, refuse(RefusedHeld, "it stands still")
	case r.barred(n.Task):
		return nil, refuse(RefusedNotBy, "%s may not do it: somebody else has to", r.person())
	case !n.Task.mayBe(r.e.By) && !n.Task.mayBe(r.e.For):
		return nil, refuse(RefusedNotYours, "the task is not offered to %s", r.person())
	}
	return n, nil
}

func (r *run) person() string {
	if r.e.For != "" {
		return r.e.By + " for " + r.e.For
	}
	return r.e.By
}

// barred reports whether the person, or whom the person stands in for, is kept from the task.
func (r *run) barred(t *Task) bool {
	return slices.Contains(t.NotBy, r.e.By) || r.e.For != "" && slices.Contains(t.NotBy, r.e.For)
}

// mayBe reports whether the task is offered to a person, as far as the state knows: the host checks
// the roles.
func (t *Task) mayBe(person string) bool {
	if person == "" {
		return len(t.People) == 0 && t.Assignee == ""
	}
	return len(t.People) == 0 || slices.Contains(t.People, person) || slices.Contains(t.Also, person) || t.Assignee == person
}

// othersTask reports whether somebody else has the task.
func (r *run) othersTask(t *Task) bool {
	return t.Assignee != "" && t.Assignee != r.e.By && t.Assignee != r.e.For
}

func (r *run) refusesClaim(b Claimed) *Refusal {
	n, refusal := r.task(b.Wait)
	if refusal == nil && r.othersTask(n.Task) {
		return refuse(RefusedNotYours, "%s has the task", n.Task.Assignee)
	}
	return refusal
}

func (r *run) refusesRelease(b Released) *Refusal {
	n, refusal := r.task(b.Wait)
	switch {
	case refusal != nil:
		return refusal
	case n.Task.Assignee == "":
		return refuse(RefusedNotClaimed, "nobody has the task")
	case r.othersTask(n.Task):
		return refuse(RefusedNotYours, "%s has the task", n.Task.Assignee)
	}
	return nil
}

func (r *run) refusesCompletion(b Completed) *Refusal {
	n, refusal := r.task(b.Wait)
	if refusal != nil {
		return refusal
	}
	if r.othersTask(n.Task) {
		return refuse(RefusedNotYours, "%s has the task", n.Task.Assignee)
	}
	form, outcomes := r.asks(n)
	switch known := slices.Contains(outcomes, b.Outcome); {
	case !known && b.Outcome != "":
		return refuse(RefusedWrongOutcome, "outcome %q: expected %s", b.Outcome, strings.Join(outcomes, ", "))
	case !known && len(outcomes) > 1:
		return refuse(RefusedWrongOutcome, "the task has several outcomes: say which one, %s", strings.Join(outcomes, ", "))
	}
	if _, err := value.AcceptFields(form, b.Form, r.defaults()); err != nil {
		return refuseFaults(RefusedBadForm, err)
	}
	return nil
}
