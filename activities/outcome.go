package activities

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

// TurnInput names an instance. N is a hint: the row's own number counts.
type TurnInput struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	N        int64
}

// Outcome is all that an instance waits for after a turn: ids and numbers, nothing of its data.
type Outcome struct {
	N int64
	// Missing: there is no such instance. It may come (a start that has not been committed), so the
	// workflow waits for a poke.
	Missing bool `json:",omitempty"`
	// Newer: the state was written by a later release; this worker must not go on with it.
	Newer bool `json:",omitempty"`
	// Halted: the engine does not run, so what is outstanding is not known; what runs goes on.
	Halted    bool          `json:",omitempty"`
	Done      bool          `json:",omitempty"`
	Again     bool          `json:",omitempty"` // more can be done at once
	WakeIn    time.Duration `json:",omitempty"` // 0: nothing is timed; otherwise at least a second
	Calls     []Call        `json:",omitempty"`
	Children  []Child       `json:",omitempty"`
	Process   string        `json:",omitempty"`
	Incidents int           `json:",omitempty"`
	Steps     []string      `json:",omitempty"` // the first of the resting steps, by id

	wakeAt time.Time // what WakeIn counts to
}

// Call is an outstanding remote call. Attempt 0: the one that its row says.
type Call struct {
	Wait    int64
	Attempt int
	Step    string
	Timeout time.Duration
	// Cancelled: nobody wants its result any more, but whether it took effect must be known, to undo it.
	Cancelled bool `json:",omitempty"`
}

// Child is an outstanding sub-process.
type Child struct {
	Wait     int64
	Instance uuid.UUID
	Step     string
}

const (
	// mostIDs bounds an outcome; what is beyond follows when something before it has ended.
	mostIDs   = 200
	mostSteps = 20
	// soonest is the shortest wait: Temporal's timers are no place for less.
	soonest = time.Second
)

// outcomeOf collects what s waits for at that time.
func outcomeOf(d *definitions.Process, row *store.Instance, s engine.State, at time.Time) Outcome {
	out := Outcome{N: row.N, Process: d.ID, Incidents: row.Incidents}
	for _, command := range engine.Outstanding(d, s) {
		switch c := command.(type) {
		case engine.CallRemote:
			out.Calls = append(out.Calls, Call{Wait: int64(c.Wait), Attempt: c.Attempt, Step: c.Step, Timeout: c.Timeout})
		case engine.CancelCall:
			out.Calls = append(out.Calls, Call{Wait: int64(c.Wait), Cancelled: true})
		case engine.StartChild:
			out.child(row.ID, c.Wait, c.Step)
		case engine.CancelChild:
			out.child(row.ID, c.Wait, "")
		case engine.UndoChild:
			out.child(row.ID, c.Wait, "")
		case engine.WakeAt:
			out.WakeIn, out.wakeAt = max(soonest, c.At.Sub(at)), c.At
		case engine.RunAction:
			out.Again = true
		}
	}
	for _, open := range s.Open() {
		if len(out.Steps) < mostSteps && !slices.Contains(out.Steps, open.Step) {
			out.Steps = append(out.Steps, open.Step)
		}
	}
	out.cut()
	out.Done = row.Status == store.Ended && !out.Again && len(out.Calls) == 0 && len(out.Children) == 0
	return out
}

// child adds a sub-process whose report is awaited, so its workflow has to run.
func (o *Outcome) child(parent uuid.UUID, wait engine.NodeID, step string) {
	o.Children = append(o.Children, Child{int64(wait), store.ChildID(parent, int64(wait)), step})
}

// cut keeps the oldest waits. Ids grow, so one that is in stays in until it is answered.
func (o *Outcome) cut() {
	slices.SortFunc(o.Calls, func(a, b Call) int { return cmp.Compare(a.Wait, b.Wait) })
	slices.SortFunc(o.Children, func(a, b Child) int { return cmp.Compare(a.Wait, b.Wait) })
	for len(o.Calls)+len(o.Children) > mostIDs {
		calls, children := len(o.Calls), len(o.Children)
		if children == 0 || calls > 0 && o.Calls[calls-1].Wait > o.Children[children-1].Wait {
			o.Calls = o.Calls[:calls-1]
		} else {
			o.Children = o.Children[:children-1]
		}
	}
}
