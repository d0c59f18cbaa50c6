package difference

import (
	"strings"

	"waybill/definitions"
	"waybill/definitions/formula"
)

// Role says which part of a step, or of the process, a block is.
type Role string

// The roles of blocks. A step has several of some: branches, arms, events, handlers.
const (
	Steps        Role = "steps"
	Branch       Role = "branch"
	Arm          Role = "arm"
	Event        Role = "event"
	Handler      Role = "handler"
	Rejected     Role = "on_reject"
	ThenEach     Role = "then_each"
	Compensation Role = "compensation"
)

// Place is a block of a process: the nth of its role in a step. Step "" is the process itself.
type Place struct {
	Step  string
	Role  Role
	Index int
}

// part is a block with what it is known by.
type part struct {
	Place
	label string // what tells it from others of its role: its id, its trigger, its condition, its code
	named bool   // the label is an id that the analyst wrote
	steps definitions.Block
}

// processParts returns the blocks of the process itself.
func processParts(d *definitions.Process) []part {
	parts := []part{{Place: Place{"", Steps, 0}, steps: d.Body}}
	return append(append(parts, eventParts("", d.Events)...), handlerParts("", d.OnError)...)
}

// partsOf returns the blocks of a step, empty ones too. That of an arm that waits for a step begins with it.
func partsOf(s *definitions.Step) []part {
	one := func(role Role, steps definitions.Block) []part {
		return []part{{Place: Place{s.ID, role, 0}, steps: steps}}
	}
	var parts []part
	switch spec := s.Spec.(type) {
	case *definitions.Stage:
		parts = append(one(Steps, spec.Steps), eventParts(s.ID, spec.Events)...)
	case *definitions.Approve:
		parts = one(Rejected, spec.OnReject)
	case *definitions.Choose:
		parts = branchParts(s.ID, spec.Branches)
	case *definitions.Parallel:
		parts = append(branchParts(s.ID, spec.Branches), thenEachParts(s.ID, spec.ThenEach)...)
	case *definitions.Each:
		parts = append(one(Steps, spec.Steps), thenEachParts(s.ID, spec.ThenEach)...)
	case *definitions.Repeat:
		parts = one(Steps, spec.Steps)
	case *definitions.Lock:
		parts = one(Steps, spec.Steps)
	case *definitions.FirstOf:
		parts = armParts(s.ID, spec.Arms)
	}
	parts = append(parts, handlerParts(s.ID, s.OnError)...)
	if s.Compensation != nil {
		parts = append(parts, one(Compensation, s.Compensation)...)
	}
	return parts
}

func thenEachParts(step string, t *definitions.ThenEach) []part {
	if t == nil {
		return nil
	}
	return []part{{Place: Place{step, ThenEach, 0}, steps: t.Steps}}
}

func branchParts(step string, branches []definitions.Branch) []part {
	parts := make([]part, len(branches))
	for i, b := range branches {
		parts[i] = part{Place: Place{step, Branch, i}, label: labelOf(b.ID, sourceOf(b.When)), named: written(b.ID), steps: b.Steps}
	}
	return parts
}

func armParts(step string, arms []definitions.Arm) []part {
	parts := make([]part, len(arms))
	for i, a := range arms {
		p := part{Place: Place{step, Arm, i}, steps: a.Steps}
		if a.Step != nil {
			p.label, p.steps = labelOf(a.Step.ID, Describe(a.Step)), append(definitions.Block{a.Step}, a.Steps...)
		} else {
			p.label = labelOf(a.ID, triggerLabel(a.Trigger))
		}
		parts[i] = p
	}
	return parts
}

func eventParts(step string, events []*definitions.Event) []part {
	parts := make([]part, len(events))
	for i, e := range events {
		parts[i] = part{Place: Place{step, Event, i}, label: labelOf(e.ID, triggerLabel(&e.Trigger)), steps: e.Steps}
	}
	return parts
}

func handlerParts(step string, handlers []definitions.Handler) []part {
	parts := make([]part, len(handlers))
	for i, h := range handlers {
		parts[i] = part{Place: Place{step, Handler, i}, label: h.Code, steps: h.Steps}
	}
	return parts
}

// labelOf is the id where the analyst wrote one, for an id that is a place says nothing.
func labelOf(id, otherwise string) string {
	if written(id) {
		return id
	}
	return otherwise
}

// written reports whether an id was written: a place has a slash in it or is a number.
func written(id string) bool {
	return id != "" && !strings.Contains(id, "/") && (id[0] < '0' || id[0] > '9')
}

func sourceOf(f *formula.Formula) string {
	if f == nil {
		return ""
	}
	return f.Source()
}

// triggerLabel is what a trigger waits for, without when or by which key.
func triggerLabel(t *definitions.Trigger) string {
	switch {
	case t == nil:
		return ""
	case t.Message != nil:
		return "message " + t.Message.Message.ID
	case t.Becomes != nil:
		return "becomes"
	case t.Cancel != nil:
		return "cancel"
	}
	return "after"
}
