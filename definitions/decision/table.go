// Package decision reads, checks and evaluates decision tables.
package decision

import "waybill/definitions/value"

// Hit says which rows win.
type Hit string

// The hit policies.
const (
	Unique Hit = "unique"
	First  Hit = "first"
)

// Source is a decision table as written.
type Source struct {
	Inputs   []value.Field
	Outputs  []value.Field
	Hit      string // "" is unique
	Rules    string // the text block, or the CSV
	Settings *value.Type
	Defaults value.Defaults
}

// Problem is a finding in a table. Row counts from 1, 0 is the header; Column counts from 1, 0 is the
// whole row; Offset counts characters from the start of the text.
type Problem struct {
	Row, Column, Offset int
	Code                string
	Message             string
	Mend                string
	Warning             bool
}

// Table is a compiled decision table. It is safe for concurrent use.
type Table struct{}

// ParseText reads a table from a text block.
func ParseText(s Source) (*Table, []Problem) { return &Table{}, nil }

// ParseCSV reads a table from a CSV.
func ParseCSV(s Source) (*Table, []Problem) { return &Table{}, nil }

// Evaluate returns the outputs and the rows that won, counted from 1.
func (t *Table) Evaluate(inputs, settings map[string]any) (map[string]any, []int, error) {
	return nil, nil, nil
}

// Reads returns the settings that the table reads, sorted.
func (t *Table) Reads() []string { return nil }
