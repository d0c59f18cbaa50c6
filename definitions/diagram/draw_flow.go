package diagram

import (
	"slices"
	"strconv"
	"strings"

	"waybill/definitions"
)

// flowOf draws a step that is no activity: gateways and what lies between them, or an event.
func (d *drawing) flowOf(s *definitions.Step, from []Property) *piece {
	switch spec := s.Spec.(type) {
	case *definitions.Choose:
		return d.choose(s, spec, from)
	case *definitions.Parallel:
		if spec.ThenEach == nil {
			return d.parallel(s, spec, from)
		}
		box, p := d.boxed(s, d.parallel(s, spec, source("branches")), d.thenEach(s, spec.ThenEach))
		box.Source = from
		return p
	case *definitions.FirstOf:
		return d.firstOf(s, spec, from)
	}
	e := d.eventOf(s)
	e.Source, e.Note = from, s.Note
	return d.event(e)
}

// eventOf returns the shape of a step that is an event.
func (d *drawing) eventOf(s *definitions.Step) *Shape {
	out := d.shape(s.ID, "", ThrowEvent)
	switch spec := s.Spec.(type) {
	case *definitions.Wait:
		out.Element = CatchEvent
		d.waited(out, spec)
	case *definitions.Send:
		out.Event, out.Key, out.Name = Message, spec.Message.ID, spec.Message.ID
	case *definitions.BackTo:
		out.Element, out.Event, out.Key = EndEvent, Link, spec.Step
		out.Element, out.Name = ThrowEvent, spoken(spec.Step)
		if target := d.process.Steps[spec.Step]; target != nil {
			out.Name = d.stepName(target)
		}
	case *definitions.Cancel:
		out.Event, out.Key, out.Name = Signal, strings.Join(spec.Steps, ", "), d.withdrawn(spec.Steps)
		if d.leaves(spec.Steps) {
			out.Element = EndEvent
		}
	case *definitions.Raise:
		out.Element, out.Event, out.Key, out.Name = EndEvent, Error, spec.Code, spec.Code
	case *definitions.End:
		out.Element, out.Event, out.Key, out.Name = EndEvent, Terminate, spec.Outcome, d.outcome(spec.Outcome)
		for _, o := range d.process.Outcomes {
			if o.ID == spec.Outcome && o.Undo {
				out.Event = Compensate
			}
		}
	}
	if text := s.Title.In(d.options.Lang); text != "" {
		out.Name = text
	}
	return out
}

func (d *drawing) waited(out *Shape, w *definitions.Wait) {
	switch {
	case w.Message != nil:
		out.Event, out.Key, out.Name = Message, w.Message.Message.ID, w.Message.Message.ID
	case w.For != nil:
		out.Event, out.Key, out.Name = Timer, span(w.For), d.time(w.For)
	case w.Until != nil:
		out.Event, out.Key, out.Name = Conditional, w.Until.Source(), w.Until.Source()
	default:
		names := strings.Join(w.Steps, ", ")
		out.Event, out.Key, out.Name = Conditional, names, spoken(names)
	}
}

func (d *drawing) withdrawn(steps []string) string {
	names := make([]string, len(steps))
	for i, id := range steps {
		names[i] = spoken(id)
		if s := d.process.Steps[id]; s != nil {
			names[i] = d.stepName(s)
		}
	}
	return fill(d.words.withdraw, strings.Join(names, ", "))
}

func (d *drawing) choose(s *definitions.Step, spec *definitions.Choose, from []Property) *piece {
	split := d.shape(s.ID, "", ExclusiveGateway)
	split.Name, split.Source, split.Note = s.Title.In(d.options.Lang), from, s.Note
	return d.fork(d.branches(s, spec.Branches, true), joint{of: split, element: ExclusiveGateway})
}

// branches draws branches as the arms of a fork. In a choice, one without a condition is what is left.
func (d *drawing) branches(s *definitions.Step, all []definitions.Branch, choice bool) []arm {
	arms := make([]arm, len(all))
	for i, b := range all {
		a := &arms[i]
		a.source = source("branch", d.keys(b.Pos)...)
		a.name = b.Title.In(d.options.Lang)
		switch {
		case b.When != nil:
			a.condition = b.When.Source()
			if a.name == "" {
				a.name = a.condition
			}
		case choice:
			a.otherwise = true
			if a.name == "" {
				a.name = d.words.otherwise
			}
		}
		d.inside(s, func() { a.piece = d.block(b.Steps) })
	}
	return arms
}

func (d *drawing) parallel(s *definitions.Step, spec *definitions.Parallel, from []Property) *piece {
	split := d.shape(s.ID, "", ParallelGateway)
	for _, b := range spec.Branches {
		if b.When != nil {
			split.Element = InclusiveGateway
		}
	}
	split.Name, split.Source, split.Note = s.Title.In(d.options.Lang), from, s.Note
	if split.Name == "" && spec.AtOnce == 1 {
		split.Name = d.words.oneAtATime
	} else if split.Name == "" && spec.AtOnce > 1 {
		split.Name = fill(d.words.atATime, strconv.Itoa(spec.AtOnce))
	}
	join := split.Element
	if spec.Until.Mode != definitions.UntilAll && spec.Until.Mode != "" {
		join = ComplexGateway
	}
	return d.fork(d.branches(s, spec.Branches, false), joint{of: split, element: join, name: d.until(&spec.Until)})
}

// firstOf draws what may happen first: triggers behind an event-based gateway; a single step with the
// triggers on its edge; or, where several steps compete, all of them between complex gateways.
func (d *drawing) firstOf(s *definitions.Step, spec *definitions.FirstOf, from []Property) *piece {
	steps, at := 0, 0
	for i, a := range spec.Arms {
		if a.Step != nil {
			steps, at = steps+1, i
		}
	}
	if only := spec.Arms[at]; steps == 1 && only.When == nil && only.Step.When == nil {
		return d.firstOfOne(s, spec, at, from)
	}
	split := d.shape(s.ID, "", EventBasedGateway)
	join := ExclusiveGateway
	if steps > 0 {
		split.Element, join = ComplexGateway, ComplexGateway
		split.Name = d.words.firstOf
	}
	if text := s.Title.In(d.options.Lang); text != "" {
		split.Name = text
	}
	split.Source, split.Note = from, s.Note
	arms := make([]arm, len(spec.Arms))
	d.inside(s, func() {
		for i := range spec.Arms {
			arms[i] = d.contender(&spec.Arms[i])
		}
	})
	return d.fork(arms, joint{of: split, element: join})
}

func (d *drawing) contender(a *definitions.Arm) arm {
	out := arm{}
	if a.When != nil {
		out.name, out.condition = a.When.Source(), a.When.Source()
	}
	if a.Step != nil {
		out.piece = d.chain(d.step(a.Step), d.block(a.Steps))
		return out
	}
	e := d.shape(a.ID, "", CatchEvent)
	d.triggered(e, a.Trigger)
	e.Source = d.armSource(a)
	out.piece = d.chain(d.event(e), d.block(a.Steps))
	return out
}

// firstOfOne draws a first_of with one step, at the index given: what else may happen interrupts it.
func (d *drawing) firstOfOne(s *definitions.Step, spec *definitions.FirstOf, at int, from []Property) *piece {
	var rows []row
	var p *piece
	d.inside(s, func() {
		for i := range spec.Arms {
			a := &spec.Arms[i]
			if a.Step != nil {
				continue
			}
			e := d.shape(a.ID, "", BoundaryEvent)
			d.triggered(e, a.Trigger)
			e.Interrupting, e.Source = true, append(d.armSource(a), Property{"at", strconv.Itoa(i)})
			rows = append(rows, row{event: e, piece: d.block(a.Steps)})
		}
		only := spec.Arms[at]
		p = d.stepWith(only.Step, rows, d.block(only.Steps), slices.Concat(d.source(only.Step), from))
	})
	return p
}
