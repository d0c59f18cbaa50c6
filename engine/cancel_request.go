package engine

import (
	"sort"
	"time"
)

// Cancelling says that somebody asked to cancel the instance, and that events which wait for that still run.
type Cancelling struct {
	By     string     `json:"by,omitempty"`
	Reason string     `json:"reason,omitempty"`
	Left   []Farewell `json:"left,omitempty"` // those that have not begun, in the order in which they run
}

// Farewell is an event that runs before a cancelled instance is undone.
type Farewell struct {
	Step  string `json:"step,omitempty"` // the stage that it belongs to; "" is the process
	Index int    `json:"index,omitempty"`
	Data  Data   `json:"data,omitempty"` // what it saw of the rounds around it
}

// outcomeCancelled is the outcome of a cancelled instance whose process lists it; that of others is the
// error of that code.
const outcomeCancelled = "cancelled"

// cancel withdraws all that runs, runs the events that wait for a request to cancel, undoes what finished and
// ends the instance.
func (r *run) cancel(b Cancel) {
	r.recordAct(FactCancelled, 0, "", map[string]any{"reason": b.Reason})
	r.s.PausedAt = time.Time{}
	r.s.Cancelling = &Cancelling{By: r.e.By, Reason: b.Reason, Left: r.farewells()}
	r.stopAll()
	r.giveBack()
	r.nextFarewell()
}

// farewells returns the open events that wait for a request to cancel, those of the innermost stages first.
func (r *run) farewells() []Farewell {
	type deep struct {
		Farewell
		depth int
	}
	var found []deep
	for _, l := range r.nodes {
		if l.gone || l.Role != roleListener || r.event(l).Trigger.Cancel == nil {
			continue
		}
		f := deep{Farewell: Farewell{Step: l.Step, Index: l.Index}}
		for n := r.parent(l); n.Parent != 0; n = r.parent(n) {
			f.Data = f.Data.under(n.Data)
			f.depth++
		}
		found = append(found, f)
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].depth > found[j].depth })
	left := make([]Farewell, len(found))
	for i, f := range found {
		left[i] = f.Farewell
	}
	return left
}

// nextFarewell runs the next event; after the last one the instance is undone and ends.
func (r *run) nextFarewell() {
	c := *r.s.Cancelling
	if len(c.Left) == 0 {
		r.bringAbout(r.cancelled(c), true)
		return
	}
	f := c.Left[0]
	c.Left = c.Left[1:]
	r.s.Cancelling = &c
	strand := r.open(r.root(), roleEvent, f.Step, f.Index)
	strand.Data = f.Data
	r.yield(strand, r.event(strand).Trigger.Cancel.Result, map[string]any{"by": c.By, "reason": c.Reason})
	r.push(strand)
}

// cancelled is the end of an instance that was cancelled.
func (r *run) cancelled(c Cancelling) End {
	for _, o := range r.d.Outcomes {
		if o.ID == outcomeCancelled {
			return End{Outcome: o.ID}
		}
	}
	return End{Error: &BusinessError{Code: outcomeCancelled, Text: c.Reason}}
}

// isFarewell reports whether a strand runs an event that waits for a request to cancel.
func (r *run) isFarewell(strand *Node) bool {
	return strand.Role == roleEvent && r.event(strand).Trigger.Cancel != nil
}
