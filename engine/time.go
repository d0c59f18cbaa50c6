package engine

import (
	"slices"
	"time"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// Timer is a deadline of a node, as an absolute time.
type Timer struct {
	What timerKind `json:"what"`
	Due  time.Time `json:"due"`
	N    int       `json:"n,omitempty"` // which of several: reminder, escalation, after
	// Working says that it counts working time, which stands still during a pause.
	Working bool `json:"working,omitempty"`
	// Fixed says that it is a date or moment that was given, which a hold does not move.
	Fixed bool `json:"fixed,omitempty"`
}

type timerKind string

const (
	timerAfter    timerKind = "after" // of a wait, an arm or an event
	timerDue      timerKind = "due"
	timerRemind   timerKind = "remind"
	timerEscalate timerKind = "escalate"
	timerRetry    timerKind = "retry"
)

// fireDue fires all timers due by then, the earliest first; what a timer sets in motion comes to rest
// before the next one fires. Timers stand still during a pause.
func (r *run) fireDue(by time.Time) {
	for r.err == nil && r.s.PausedAt.IsZero() && r.s.Phase != Over {
		n, t := earliest(r.nodes)
		if n == nil || t.Due.After(by) {
			return
		}
		r.moved = true
		n.Timers = without(n.Timers, t)
		if r.spend(n.Step); r.err != nil {
			return
		}
		r.fire(n, t)
		r.settle()
	}
}

// earliest returns the timer due next and its node; of two due at once, the one of the older node.
// What a hold stops is left out, and the escalations after one that failed, until an operator has it tried again.
func earliest(nodes []*Node) (at *Node, first Timer) {
	still := frozen(nodes)
	for _, n := range nodes {
		if n.gone || still[n.ID] && !n.waitsForTime() {
			continue
		}
		for _, t := range n.Timers {
			if t.What == timerEscalate && n.Incident != nil && n.Incident.Again != nil {
				continue
			}
			if at == nil || t.Due.Before(first.Due) {
				at, first = n, t
			}
		}
	}
	return at, first
}

// without returns a copy of timers that leaves t out.
func without(timers []Timer, t Timer) []Timer {
	return slices.DeleteFunc(slices.Clone(timers), func(u Timer) bool { return u == t })
}

func (r *run) fire(n *Node, t Timer) {
	switch t.What {
	case timerAfter:
		r.afterDue(n, t)
	case timerDue:
		r.late(n)
	case timerRemind:
		r.record(FactReminded, n.ID, n.Step, nil)
		r.do(Notify{Wait: n.ID, Roles: n.Task.Roles, People: n.Task.told(), Why: NoticeReminder})
	case timerEscalate:
		r.escalate(n, t.N)
	case timerRetry:
		r.askAgain(n)
	}
}

func (r *run) afterDue(n *Node, t Timer) {
	r.record(FactTimer, n.ID, n.Step, map[string]any{"due": value.FormatMoment(t.Due)})
	switch n.Role {
	case roleArm:
		r.win(n)
	case roleListener:
		r.happen(n, Occurrence{N: t.N})
	default:
		r.complete(n, nil)
	}
}

// late marks a stage or a task whose due time has passed; nothing else follows from it.
func (r *run) late(n *Node) {
	n.Late = true
	r.record(FactLate, n.ID, n.Step, nil)
	if n.Task != nil {
		r.changeTask(n)
	}
}

// at returns the timer of a span counted from a time on; a negative one counts from due. The formula
// of a span gives a duration, a date, or a moment. Without a value there is no time.
func (r *run) at(span *definitions.Span, from, due time.Time, strand *Node) (Timer, bool, error) {
	d := span.Duration
	if span.Formula != nil {
		v, err := r.eval(span.Formula, strand)
		text, ok := v.(string)
		if err != nil || !ok {
			return Timer{}, false, err
		}
		if span.Formula.Type().Kind != value.Duration {
			moment, err := r.moment(text)
			return Timer{Due: moment, Fixed: true}, err == nil, err
		}
		if d, err = calendar.ParseDuration(text); err != nil {
			return Timer{}, false, &standstill{Code: "bad_duration", Text: err.Error()}
		}
	}
	if d.Negative() {
		from = due
	}
	working := d.Unit == calendar.WorkDay || d.Unit == calendar.WorkHour
	return Timer{Due: r.calendar().Add(from, d).UTC(), Working: working}, !from.IsZero(), nil
}

// moment reads a moment, or a date, which begins at midnight in the calendar's zone.
func (r *run) moment(text string) (time.Time, error) {
	zone := r.calendar().Zone()
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return day.UTC(), nil
	}
	t, err := value.ParseMoment(text, zone)
	if err != nil {
		return t, &standstill{Code: "bad_moment", Text: err.Error()}
	}
	return t.UTC(), nil
}

// dueTimer returns the timer of a due, counted from now; none where there is no due.
func (r *run) dueTimer(due *definitions.Span, strand *Node) ([]Timer, error) {
	if due == nil {
		return nil, nil
	}
	t, ok, err := r.at(due, r.e.At, time.Time{}, strand)
	if err != nil || !ok {
		return nil, err
	}
	t.What = timerDue
	return []Timer{t}, nil
}

// postpone moves the working-time timers of a node by a pause: what was left of them when it began is
// left when it ends. Calendar deadlines that passed fall due at once.
func (r *run) postpone(n *Node, paused time.Time) {
	timers := slices.Clone(n.Timers)
	for i, t := range timers {
		if t.Working && t.Due.After(paused) {
			timers[i].Due = r.workLeft(t, paused, r.e.At)
		}
	}
	r.setClock(n, timers)
}

// setClock gives a node other timers, of which a task's lists hear.
func (r *run) setClock(n *Node, timers []Timer) {
	n.Timers = timers
	if n.Task != nil && len(timers) > 0 && timers[0].What == timerDue && !timers[0].Due.Equal(n.Task.Due) {
		r.updateTask(n, func(t *Task) { t.Due = timers[0].Due })
	}
}

// workLeft returns when a deadline falls due that stood still from one time to another: as much working time
// is left as was. It never falls due earlier for that, as it would where it waits for an opening.
func (r *run) workLeft(t Timer, from, to time.Time) time.Time {
	c := r.calendar()
	return later(t.Due, c.AddWork(to, c.Work(from, t.Due)).UTC())
}
