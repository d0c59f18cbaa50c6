package engine

import (
	"strings"

	"waybill/definitions"
	"waybill/definitions/value"
)

// decide evaluates a decision table. Its outputs become a record under the step's id; the history
// keeps the inputs and the rows that won.
func (r *run) decide(strand *Node, step *definitions.Step, spec *definitions.Decide) error {
	inputs, err := r.values(spec.With, strand)
	if err != nil {
		return err
	}
	outputs, rows, err := spec.Decision.Table.Evaluate(inputs, r.settingsOf(spec.Decision))
	if err != nil {
		return &standstill{Code: "decision", Text: spec.Decision.ID + ": " + err.Error()}
	}
	r.yield(strand, step.ID, outputs)
	n := r.instant(strand, step)
	r.record(FactDecided, n.ID, step.ID, map[string]any{
		"table": spec.Decision.ID, "inputs": inputs, "rows": rowNumbers(rows), "outputs": outputs,
	})
	r.finished(&n, strand, step)
	return nil
}

func rowNumbers(rows []int) []any {
	numbers := make([]any, len(rows))
	for i, row := range rows {
		numbers[i] = value.Int(int64(row))
	}
	return numbers
}

// settingsOf returns the settings in force of the pack that a table belongs to: it is known as pack.table where
// that is not the process's own.
func (r *run) settingsOf(d *definitions.Decision) map[string]any {
	pack, _, dotted := strings.Cut(d.ID, ".")
	if !dotted || r.d.Pack != nil && pack == r.d.Pack.Name {
		return r.e.Settings
	}
	return r.e.Uses[pack]
}
