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
	Branches map[string]bool         // of choose and first_of: step id, a space, the branch's id
	Rows     map[string]map[int]bool // of decision tables: rows from 1
}

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

// Missing lists the steps and branches of the process that c does not reach, in the order of the file.
func (c Coverage) Missing(d *definitions.Process) []Missed {
	var missed []Missed
	for id, step := range d.Steps {
		if !c.Steps[id] {
			missed = append(missed, Missed{step.Pos, "step " + id})
			continue
		}
		missed = append(missed, c.missingBranches(step)...)
	}
	slices.SortFunc(missed, func(a, b Missed) int {
		return cmp.Or(a.Pos.Line-b.Pos.Line, strings.Compare(a.What, b.What))
	})
	return missed
}

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
	}
	return missed
}

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
