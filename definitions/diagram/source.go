package diagram

import "waybill/definitions"

// source returns what the language says of a step, beside the steps in it.
func (d *drawing) source(s *definitions.Step) []Property {
	out := source(string(s.Kind()))
	if s.Named {
		out = append(out, Property{"id", s.ID})
	}
	return out
}

func (d *drawing) eventSource(e *definitions.Event) []Property { return source("event") }

func (d *drawing) armSource(a *definitions.Arm) []Property { return source("arm") }

// header returns what the language says of the process, beside its steps.
func (d *drawing) header() []Property { return source("process", Property{"id", d.process.ID}) }
