package diagram

import (
	"slices"
	"strconv"
	"strings"

	"waybill/definitions"
)

// block draws the steps of a block behind each other.
func (d *drawing) block(b definitions.Block) *piece {
	pieces := make([]*piece, len(b))
	for i, s := range b {
		pieces[i] = d.step(s)
	}
	return d.chain(pieces...)
}

// step draws a step with all that hangs on it.
func (d *drawing) step(s *definitions.Step) *piece { return d.stepWith(s, nil, nil, d.source(s)) }

// stepWith draws a step with further rows below it, and with what follows only where it ends by itself.
func (d *drawing) stepWith(s *definitions.Step, more []row, after *piece, from []Property) *piece {
	rows := append(d.rows(s), more...)
	var p *piece
	if activity, inner := d.activityOf(s); activity != nil {
		activity.Note, activity.Source, activity.edged = s.Note, from, len(rows) > 0
		if inner == nil {
			inner = d.activity(activity)
		}
		p = d.host(inner, activity, d.chain(d.rejection(s), after), rows)
	} else {
		p = d.flowOf(s, from)
		if len(rows) > 0 {
			group, inner := d.boxed(s, p, nil)
			group.Source = source("group")
			p = d.host(inner, group, after, rows)
		} else {
			p = d.chain(p, after)
		}
	}
	if s.When != nil {
		p = d.skippable(s, p)
	}
	if d.targets[s.ID] {
		meeting, arrival := d.shape(s.ID, "again", ExclusiveGateway), d.shape(s.ID, "link", CatchEvent)
		meeting.meets = true
		arrival.Event, arrival.Key, arrival.Name = Link, s.ID, d.stepName(s)
		p = d.chain(d.before(meeting, arrival), p)
	}
	return p
}

// skippable lets the process go around a step whose condition does not hold.
func (d *drawing) skippable(s *definitions.Step, p *piece) *piece {
	split := d.shape(s.ID, "when", ExclusiveGateway)
	split.Source = source("when")
	return d.fork([]arm{
		{name: s.When.Source(), condition: s.When.Source(), piece: p},
		{otherwise: true, piece: &piece{}},
	}, joint{of: split, element: ExclusiveGateway})
}

// activityOf returns the shape of a step that is one activity, and, of a sub-process, its layout.
func (d *drawing) activityOf(s *definitions.Step) (*Shape, *piece) {
	switch spec := s.Spec.(type) {
	case *definitions.Task:
		out := d.shape(s.ID, "", UserTask)
		out.Name, out.Detail = d.stepName(s), d.who(spec)
		return out, nil
	case *definitions.Approve:
		return d.approval(s, spec), nil
	case *definitions.Do:
		out := d.shape(s.ID, "", ServiceTask)
		out.Name, out.Key = d.stepName(s), spec.Action.Name
		return out, nil
	case *definitions.Decide:
		out := d.shape(s.ID, "", BusinessRuleTask)
		out.Name = d.stepName(s)
		return out, nil
	case *definitions.Set:
		out := d.shape(s.ID, "", ScriptTask)
		out.Name = d.stepName(s)
		return out, nil
	case *definitions.Run:
		out := d.shape(s.ID, "", CallActivity)
		out.Name, out.Key = d.stepName(s), spec.Process
		if spec.Detached {
			out.Detail = wrap(d.words.detached, labelSize, taskWidth-2*taskPad, 2)
		}
		return out, nil
	case *definitions.Stage:
		return d.stage(s, spec)
	case *definitions.Each:
		return d.eachOf(s, spec)
	case *definitions.Repeat:
		return d.repeat(s, spec)
	case *definitions.Lock:
		return d.subProcess(s, spec.Steps, Once, nil, nil)
	}
	return nil, nil
}

// stepName returns what a step is called in the picture.
func (d *drawing) stepName(s *definitions.Step) string {
	switch spec := s.Spec.(type) {
	case *definitions.Do:
		return d.named(s, spec.Action.Name)
	case *definitions.Decide:
		return d.named(s, spoken(spec.Decision.ID))
	case *definitions.Set:
		names := make([]string, len(spec.Values))
		for i, v := range spec.Values {
			names[i] = v.Name
		}
		return d.named(s, fill(d.words.set, strings.Join(names, ", ")))
	case *definitions.Run:
		return d.named(s, d.processName(spec.Process))
	case *definitions.Each:
		return d.named(s, fill(d.words.eachOf, spec.Item, spec.List.Source()))
	case *definitions.Lock:
		names := make([]string, len(spec.Names))
		for i, n := range spec.Names {
			names[i] = n.Source()
		}
		return d.named(s, fill(d.words.lock, strings.Join(names, ", ")))
	}
	return d.named(s, "")
}

func (d *drawing) processName(id string) string {
	pack, name, found := strings.Cut(id, ".")
	from := d.process.Pack
	if !found {
		name = pack
	} else {
		from = from.Uses[pack]
	}
	if from != nil && from.Processes[name] != nil {
		if text := from.Processes[name].Title.In(d.options.Lang); text != "" {
			return text
		}
	}
	return spoken(name)
}

// who says whom a task is offered to.
func (d *drawing) who(t *definitions.Task) []string {
	var out []string
	if t.Role != "" {
		out = append(out, d.role(t.Role))
	}
	if t.Candidates != nil {
		out = append(out, t.Candidates.Source())
	}
	if t.Assign != nil {
		out = append(out, t.Assign.Source())
	}
	return wrap(strings.Join(out, ", "), labelSize, taskWidth-2*taskPad, 2)
}

func (d *drawing) approval(s *definitions.Step, a *definitions.Approve) *Shape {
	out := d.shape(s.ID, "", UserTask)
	out.Name = d.stepName(s)
	var levels []string
	for _, l := range a.Levels {
		who := d.role(l.Role)
		if l.SuperiorOf != nil {
			who = d.words.superior
		}
		if l.Role == "" && l.SuperiorOf == nil {
			who = strings.Join(d.who(&a.Task), " ")
		}
		if l.Seats > 1 {
			who = strconv.Itoa(l.Seats) + " × " + who
		}
		levels = append(levels, who)
	}
	between := ", "
	if a.Mode == definitions.ModeInTurn {
		between = d.words.then
	}
	out.Detail = wrap(strings.Join(levels, between), labelSize, taskWidth-2*taskPad, 3)
	if len(a.Levels) > 1 || a.Levels[0].Seats > 1 {
		out.Marker = SideBySide
		if a.Mode == definitions.ModeInTurn {
			out.Marker = InTurn
		}
	}
	return out
}

// rejection draws what an approval's no leads to; nil where nothing is written.
func (d *drawing) rejection(s *definitions.Step) *piece {
	a, ok := s.Spec.(*definitions.Approve)
	if !ok || len(a.OnReject) == 0 {
		return nil
	}
	split := d.shape(s.ID, "on_reject", ExclusiveGateway)
	split.Source = source("on_reject")
	var steps *piece
	d.inside(s, func() { steps = d.block(a.OnReject) })
	return d.fork([]arm{
		{name: d.words.approved, otherwise: true, piece: &piece{}},
		{name: d.words.rejected, condition: s.ID + `.outcome == "rejected"`, piece: steps},
	}, joint{of: split, element: ExclusiveGateway})
}

// leaves tells whether one of the steps is a box around the one being drawn.
func (d *drawing) leaves(steps []string) bool {
	return slices.ContainsFunc(d.around, func(s *definitions.Step) bool {
		switch s.Spec.(type) {
		case *definitions.Stage, *definitions.Each, *definitions.Repeat, *definitions.Lock:
			return slices.Contains(steps, s.ID)
		}
		return false
	})
}
