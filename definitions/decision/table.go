// Package decision reads, checks and evaluates decision tables.
package decision

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// Source is a decision table as written.
type Source struct {
	Inputs   []value.Field
	Outputs  []value.Field
	Hit      string   // "" is unique
	Order    []string // with priority: the values of the first output, the most important first
	Collect  string   // with collect: how
	Rules    string   // the text block, or the CSV
	Settings *value.Type
	Defaults value.Defaults
	// Named hears where the rows name an input or an output, at a place that counts characters from their
	// start; nil: nobody wants to know.
	Named func(offset int, name string, output bool)
}

// Problem is a finding in a table. Row counts from 1, 0 is the header or the whole table; Column counts
// from 1, 0 is the whole row; Offset counts characters from the start of the text.
type Problem struct {
	Row, Column, Offset int
	Key                 string // where it is no part of the rows: hit, order or collect
	Code                string
	Message             string
	Mend                string // the mended cell, where it is plain
	Warning             bool
}

// Table is a compiled decision table. It is safe for concurrent use.
type Table struct {
	inputs   []value.Field
	outputs  []value.Field
	hit      Hit
	gather   Gather
	currency string
	rows     []row
	settings []string
	gaps     bool   // collect: there are inputs that no row matches
	index    *index // nil where the table is small
}

// row is a row of the table: a cell for each input and an output for each output field.
type row struct {
	cells   []cell
	outputs []output
	rank    int // with priority: a smaller one is more important
	offset  int // of the row in the text
}

// output is a value, or the setting that holds it.
type output struct {
	value   any
	setting string
	typ     *value.Type
}

// Reads returns the settings that the table reads, sorted.
func (t *Table) Reads() []string { return t.settings }

// Rows returns how many rows the table has.
func (t *Table) Rows() int { return len(t.rows) }

// Evaluate returns the outputs of the row that wins, or what collect gathers, and the numbers of the rows
// that decided, counted from 1. inputs holds a canonical value for each input field, nil or none where an
// optional one is missing; settings are the values in force.
func (t *Table) Evaluate(inputs, settings map[string]any) (map[string]any, []int, error) {
	p := point{table: t, values: make([]any, len(t.inputs)), settings: settings}
	for i, field := range t.inputs {
		p.values[i] = inputs[field.Name]
		if p.values[i] == nil && !field.Type.Optional {
			return nil, nil, fmt.Errorf("input %s: nothing there", field.Name)
		}
	}
	matching, err := t.matching(&p)
	if err != nil {
		return nil, nil, err
	}
	rows, err := t.winners(matching, settings)
	switch {
	case errors.Is(err, ErrSeveralRows):
		return nil, rows, fmt.Errorf("%w: rows %d and %d for %s", err, rows[0], rows[1], p.text())
	case err != nil:
		return nil, nil, fmt.Errorf("%w: %s", err, p.text())
	}
	if t.hit == Collect {
		outputs, err := t.gathered(rows, settings)
		return outputs, rows, err
	}
	outputs, err := t.output(rows[0], settings)
	return outputs, rows, err
}

// matching returns the rows that match, under First only the one that wins.
func (t *Table) matching(p *point) ([]int, error) {
	if t.index != nil {
		return t.index.matching(p)
	}
	var rows []int
	for n := range t.rows {
		holds, err := p.matches(&t.rows[n])
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", n+1, err)
		}
		if !holds {
			continue
		}
		rows = append(rows, n+1)
		if t.stopsAtFirst() {
			break
		}
	}
	return rows, nil
}

func (t *Table) output(n int, settings map[string]any) (map[string]any, error) {
	made := make(map[string]any, len(t.outputs))
	for i, out := range t.rows[n-1].outputs {
		v := out.value
		if out.setting != "" {
			set, ok := settings[out.setting]
			if !ok {
				return nil, fmt.Errorf("settings.%s: nothing there", out.setting)
			}
			accepted, err := out.typ.Accept(set, value.Defaults{Currency: t.currency})
			if err != nil {
				return nil, fmt.Errorf("settings.%s: %w", out.setting, err)
			}
			v = accepted
		}
		if v != nil {
			made[t.outputs[i].Name] = v
		}
	}
	return made, nil
}

// point is one input of the table.
type point struct {
	table    *Table
	values   []any
	settings map[string]any
	fixed    func(setting string) (value.Decimal, bool) // where the check stands in for the settings
}

func (p *point) matches(r *row) (bool, error) {
	for i := range r.cells {
		holds, err := r.cells[i].holds(p, i)
		if err != nil || !holds {
			return false, err
		}
	}
	return true, nil
}

// text writes the input for a message: grade = D, exposure = 95.
func (p *point) text() string {
	parts := make([]string, len(p.values))
	for i, field := range p.table.inputs {
		parts[i] = field.Name + " = " + written(p.values[i])
	}
	return strings.Join(parts, ", ")
}

func written(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return v
	case value.Decimal:
		return v.String()
	case value.Money:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return fmt.Sprint(v)
}

// readSettings collects the names of settings that bounds and outputs read.
func (t *Table) readSettings() {
	names := map[string]bool{}
	for _, r := range t.rows {
		for _, c := range r.cells {
			for _, name := range c.settings() {
				names[name] = true
			}
		}
		for _, out := range r.outputs {
			if out.setting != "" {
				names[out.setting] = true
			}
		}
	}
	for name := range names {
		t.settings = append(t.settings, name)
	}
	slices.Sort(t.settings)
}
