package scenario

import (
	"fmt"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
	"waybill/engine"
)

// expect compares what happened with what the case expects in the end.
func (h *host) expect() {
	want := h.c.Expect
	h.expectEnd(want)
	h.expectPath(want)
	for _, name := range want.Never {
		if slices.ContainsFunc(h.actions, func(v visit) bool { return v.is(name) }) {
			h.fail(want.Pos, "never "+name, "it was reached; the way was "+h.wayText())
			continue
		}
		h.held(want.Pos, "never "+name)
	}
	h.expectSent(want.Sent)
	h.expectNotices(want.Told)
	for _, name := range want.Detached {
		said := name + " is started and left to itself"
		if slices.Contains(h.detached, name) {
			h.held(want.Pos, said)
		} else {
			h.fail(want.Pos, said, "no such process is started and left to itself")
		}
	}
	for i := range want.Called {
		h.expectCalls(&want.Called[i])
	}
	for i := range want.Data {
		h.expectDatum(&want.Data[i])
	}
	for i := range want.Decided {
		h.expectRows(&want.Decided[i])
	}
}

func (h *host) expectEnd(want definitions.Expectation) {
	if want.Undone != nil {
		h.expectUndone(want.Pos, *want.Undone)
	}
	if want.Outcome == "" && want.Error == "" {
		return
	}
	expected := "outcome " + want.Outcome
	if want.Error != "" {
		expected = "failed with " + want.Error
	}
	switch {
	case h.ended == nil:
		h.fail(want.Pos, expected, h.restsText())
	case want.Error == "" && (h.ended.Error != nil || h.ended.Outcome != want.Outcome),
		want.Error != "" && (h.ended.Error == nil || h.ended.Error.Code != want.Error):
		h.fail(want.Pos, expected, "it ended: "+endText(h.ended))
	default:
		h.held(want.Pos, expected)
	}
}

// expectUndone compares whether the end undid what had finished.
func (h *host) expectUndone(pos definitions.Position, want bool) {
	said := map[bool]string{true: "what finished is undone", false: "nothing is undone"}
	switch {
	case h.ended == nil:
		h.fail(pos, said[want], h.restsText())
	case h.ended.Undone != want:
		h.fail(pos, said[want], said[h.ended.Undone])
	default:
		h.held(pos, said[want])
	}
}

func (v visit) is(name string) bool { return v.step == name || v.action == name }

func (h *host) expectPath(want definitions.Expectation) {
	if len(want.Path) == 0 {
		return
	}
	at := 0
	for _, name := range want.Path {
		found := slices.IndexFunc(h.actions[at:], func(v visit) bool { return v.is(name) })
		if found < 0 {
			h.fail(want.Pos, "path "+strings.Join(want.Path, ", "), "no "+name+" there; the way was "+h.wayText())
			return
		}
		at += found
	}
	h.held(want.Pos, "path "+strings.Join(want.Path, ", "))
}

// wayText lists the steps and actions that were reached, each once in a row.
func (h *host) wayText() string {
	var way []string
	for _, v := range h.actions {
		name := v.action
		if step := h.d.Steps[v.step]; step != nil && step.Named || name == "" {
			name = v.step
		}
		if len(way) == 0 || way[len(way)-1] != name {
			way = append(way, name)
		}
	}
	return strings.Join(way, ", ")
}

func (h *host) expectDatum(want *definitions.ExpectedData) {
	have := h.state.Data()[want.Name]
	if want.Holds == nil {
		said := fmt.Sprintf("%s is %s", want.Name, text(want.Value))
		if value.Equal(have, want.Value) {
			h.held(want.Pos, said)
		} else {
			h.fail(want.Pos, said, "it is "+text(have))
		}
		return
	}
	holds, err := want.Holds.Bool(&formula.Scope{
		Get: func(name string) any {
			if name == "value" {
				return have
			}
			return nil
		},
		Settings: h.settings, Now: h.now, Calendar: h.d.Pack.Calendar,
		Lookup: func(object, id string) (any, bool) {
			v, fetched := h.lookups[engine.Ref{Object: object, ID: id}]
			return v, fetched
		},
	})
	switch {
	case err != nil:
		h.fail(want.Pos, want.Name+": "+want.Holds.Source(), err.Error())
	case !holds:
		h.fail(want.Pos, want.Name+": "+want.Holds.Source(), "value is "+text(have))
	default:
		h.held(want.Pos, want.Name+": "+want.Holds.Source())
	}
}

func text(v any) string {
	encoded, err := value.Encode(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(encoded)
}

func (h *host) expectRows(want *definitions.ExpectedRows) {
	won := h.coverage.Rows[want.Table]
	for _, outputs := range want.Outputs {
		said := want.Table + " gives" + withText(outputs)
		if slices.ContainsFunc(h.decided, func(d decided) bool { return d.table == want.Table && holds(d.outputs, outputs) }) {
			h.held(want.Pos, said)
		} else {
			h.fail(want.Pos, said, h.decidedText(want.Table))
		}
	}
	for _, row := range want.Rows {
		said := fmt.Sprintf("row %d of %s wins", row, want.Table)
		if won[row] {
			h.held(want.Pos, said)
		} else {
			h.fail(want.Pos, said, "these rows won: "+rowsText(won))
		}
	}
}

// decided is what a decision table gave.
type decided struct {
	table   string
	outputs map[string]any
}

func (h *host) decidedText(table string) string {
	gave := ""
	for _, d := range h.decided {
		if d.table == table {
			gave += withText(d.outputs)
		}
	}
	if gave == "" {
		return table + " decides nothing"
	}
	return "it gives" + gave
}

func rowsText(won map[int]bool) string {
	if len(won) == 0 {
		return "none"
	}
	var rows []int
	for row := range won {
		rows = append(rows, row)
	}
	slices.Sort(rows)
	return strings.Trim(fmt.Sprint(rows), "[]")
}
