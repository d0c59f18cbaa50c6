package diagram

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/yamltext"
)

// place is where something stands in the file of the process.
type place struct{ line, column int }

// index finds the maps of a file by their places.
func index(w *definitions.Written) map[place]*definitions.Written {
	out := map[place]*definitions.Written{}
	var visit func(w *definitions.Written)
	visit = func(w *definitions.Written) {
		if w == nil {
			return
		}
		if w.Kind == definitions.WrittenMap {
			out[place{w.Pos.Line, w.Pos.Column}] = w
		}
		for _, e := range w.Entries {
			visit(e.Value)
		}
		for _, item := range w.Items {
			visit(item)
		}
	}
	visit(w)
	return out
}

// drawnKeys are those whose values are steps, which the picture has itself.
func drawnKeys() []string {
	return []string{"steps", "events", "on_error", "compensation", "then_each", "on_reject", "else", "choose", "parallel", "first_of"}
}

// keys returns what is written at a place beside steps, each value on one line.
func (d *drawing) keys(at definitions.Position) []Property {
	w := d.written[place{at.Line, at.Column}]
	if w == nil {
		return nil
	}
	var out []Property
	for _, e := range w.Entries {
		if !slices.Contains(drawnKeys(), e.Key.Text) {
			out = append(out, Property{e.Key.Text, yamltext.Flow(e.Value)})
		}
	}
	return out
}

// source returns what the language says of a step.
func (d *drawing) source(s *definitions.Step) []Property {
	return source(string(s.Kind()), d.keys(s.Pos)...)
}

func (d *drawing) eventSource(e *definitions.Event) []Property {
	return source("event", d.keys(e.Pos)...)
}

func (d *drawing) armSource(a *definitions.Arm) []Property { return source("arm", d.keys(a.Pos)...) }

// header returns what the language says of the process.
func (d *drawing) header() []Property {
	out := source("process")
	if d.options.Written != nil {
		out = append(out, d.keys(d.options.Written.Pos)...)
	}
	return out
}
