package scenario

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
)

// Coverage is what cases reached.
type Coverage struct {
	Steps    map[string]bool         // by step id
	Branches map[string]bool         // of choose and first_of: step id, a space, the branch's id; of on_error: step id (or ""), caught, the error's code
	Rows     map[string]map[int]bool // of decision tables: rows from 1
}

// caught stands between the step and the code of an error that a handler caught.
const caught = " on_error "

func newCoverage() Coverage {
	return Coverage{Steps: map[string]bool{}, Branches: map[string]bool{}, Rows: map[string]map[int]bool{}}
}

func (c Coverage) reach(step string) { c.Steps[step] = true }

func (c Coverage) record(r engine.Record) {
	switch r.What {
	case engine.FactChose:
		c.Branches[r.Step+" "+r.Data["branch"].(string)] = true
	case engine.FactWon:
		c.Branches[r.Step+" "+r.Data["arm"].(string)] = true
	case engine.FactCaught:
		c.Branches[r.Step+caught+r.Data["code"].(string)] = true
	case engine.FactDecided:
		table := r.Data["table"].(string)
		if c.Rows[table] == nil {
			c.Rows[table] = map[int]bool{}
		}
		for _, row := range r.Data["rows"].([]any) {
			n, _ := row.(value.Decimal).Int64()
			c.Rows[table][int(n)] = true
		}
	}
}

// Add joins what other cases of the same process reached into c.
func (c Coverage) Add(other Coverage) {
	maps.Copy(c.Steps, other.Steps)
	maps.Copy(c.Branches, other.Branches)
	for table, rows := range other.Rows {
		if c.Rows[table] == nil {
			c.Rows[table] = map[int]bool{}
		}
		maps.Copy(c.Rows[table], rows)
	}
}

// NewCoverage returns one that reached nothing.
func NewCoverage() Coverage { return newCoverage() }

// Missed is something that no case reached.
type Missed struct {
	Pos  definitions.Position
	What string
}

// Missing lists the steps and branches of the process that c does not reach, in the order of the file:
// branches of choose and parallel, arms of first_of, events, handlers of errors, and then_each.
func (c Coverage) Missing(d *definitions.Process) []Missed {
	var missed []Missed
	missed = append(missed, c.missingEvents(d.Events, "the process")...)
	missed = append(missed, c.missingHandlers("", d.OnError, "the process")...)
	for id, step := range d.Steps {
		if !c.Steps[id] {
			missed = append(missed, Missed{step.Pos, "step " + id})
			continue
		}
		missed = append(missed, c.missingBranches(step)...)
		missed = append(missed, c.missingHandlers(id, step.OnError, id)...)
	}
	slices.SortFunc(missed, func(a, b Missed) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, strings.Compare(a.What, b.What))
	})
	return missed
}

// missingBranches looks at the branches of a step that was reached.
func (c Coverage) missingBranches(step *definitions.Step) []Missed {
	var missed []Missed
	look := func(id string, pos definitions.Position) {
		if !c.Branches[step.ID+" "+id] {
			missed = append(missed, Missed{pos, "branch " + id + " of " + step.ID})
		}
	}
	switch spec := step.Spec.(type) {
	case *definitions.Choose:
		for i := range spec.Branches {
			look(spec.Branches[i].ID, spec.Branches[i].Pos)
		}
	case *definitions.FirstOf:
		for i := range spec.Arms {
			if arm := &spec.Arms[i]; arm.Step != nil {
				look(arm.Step.ID, arm.Pos)
			} else {
				look(arm.ID, arm.Pos)
			}
		}
	case *definitions.Parallel:
		for _, b := range spec.Branches {
			if c.untouched(b.Steps) {
				missed = append(missed, Missed{b.Pos, "branch " + b.ID + " of " + step.ID})
			}
		}
		missed = append(missed, c.missingThenEach(step, spec.ThenEach)...)
	case *definitions.Each:
		missed = append(missed, c.missingThenEach(step, spec.ThenEach)...)
	case *definitions.Stage:
		missed = append(missed, c.missingEvents(spec.Events, step.ID)...)
	}
	return missed
}

// untouched tells whether a block has steps and none of them was reached.
func (c Coverage) untouched(b definitions.Block) bool {
	return len(b) > 0 && !slices.ContainsFunc(b, func(s *definitions.Step) bool { return c.Steps[s.ID] })
}

func (c Coverage) missingThenEach(step *definitions.Step, t *definitions.ThenEach) []Missed {
	if t == nil || !c.untouched(t.Steps) {
		return nil
	}
	return []Missed{{t.Steps[0].Pos, "then_each of " + step.ID}}
}

func (c Coverage) missingEvents(events []*definitions.Event, of string) []Missed {
	var missed []Missed
	for _, e := range events {
		if c.untouched(e.Steps) {
			missed = append(missed, Missed{e.Pos, "event " + e.ID + " of " + of})
		}
	}
	return missed
}

// missingHandlers lists the handlers of a step, or of the process, that caught nothing.
func (c Coverage) missingHandlers(step string, handlers []definitions.Handler, of string) []Missed {
	var missed []Missed
	for _, h := range handlers {
		reached := c.Branches[step+caught+h.Code]
		if h.Code == anyError {
			reached = slices.ContainsFunc(slices.Collect(maps.Keys(c.Branches)), func(key string) bool {
				code, is := strings.CutPrefix(key, step+caught)
				return is && !slices.ContainsFunc(handlers, func(other definitions.Handler) bool { return other.Code == code })
			})
		}
		if !reached {
			missed = append(missed, Missed{h.Pos, "on_error " + h.Code + " of " + of})
		}
	}
	return missed
}

// anyError is the handler of every error that has none of its own.
const anyError = "any"

// MissingRows lists the rows of the pack's own tables that c does not reach.
func (c Coverage) MissingRows(p *definitions.Pack) []Missed {
	var missed []Missed
	for _, name := range slices.Sorted(maps.Keys(p.Decisions)) {
		d := p.Decisions[name]
		if !p.IsOwn(name) {
			continue
		}
		for row := 1; row <= d.Table.Rows(); row++ {
			if !c.Rows[name][row] {
				missed = append(missed, Missed{d.Pos, fmt.Sprintf("row %d of %s", row, name)})
			}
		}
	}
	return missed
}
