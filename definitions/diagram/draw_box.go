package diagram

import (
	"strconv"

	"waybill/definitions"
)

// subProcess draws a step whose steps stand in a box of their own. Detail stands below its name.
func (d *drawing) subProcess(s *definitions.Step, steps definitions.Block, marker Marker, detail []string, events func() []*piece) (*Shape, *piece) {
	box := d.shape(s.ID, "", SubProcess)
	box.Name, box.Marker, box.Detail = d.stepName(s), marker, detail
	var inner *piece
	var beside []*piece
	d.inside(s, func() {
		inner = d.scope(s.ID, d.shape(s.ID, "start", StartEvent), d.block(steps))
		if events != nil {
			beside = events()
		}
	})
	return box, d.box(box, inner, beside)
}

func (d *drawing) stage(s *definitions.Step, spec *definitions.Stage) (*Shape, *piece) {
	return d.subProcess(s, spec.Steps, Once, nil, func() []*piece { return d.events(spec.Events) })
}

func (d *drawing) repeat(s *definitions.Step, spec *definitions.Repeat) (*Shape, *piece) {
	var detail []string
	if spec.Until != nil {
		detail = append(detail, fill(d.words.until, spec.Until.Source()))
	}
	if spec.AtMost > 0 {
		detail = append(detail, fill(d.words.atMost, strconv.Itoa(spec.AtMost)))
	}
	box, p := d.subProcess(s, spec.Steps, Loop, detail, nil)
	box.Most = spec.AtMost
	if spec.Until != nil {
		box.Key = spec.Until.Source()
	}
	return box, p
}

func (d *drawing) eachOf(s *definitions.Step, spec *definitions.Each) (*Shape, *piece) {
	marker, detail := SideBySide, []string{}
	if spec.AtOnce == 1 {
		marker = InTurn
	}
	if spec.AtOnce > 1 {
		detail = append(detail, fill(d.words.atATime, strconv.Itoa(spec.AtOnce)))
	}
	if text := d.until(&spec.Until); text != "" {
		detail = append(detail, fill(d.words.until, text))
	}
	if spec.OpenUntil != nil {
		detail = append(detail, fill(d.words.untilOpen, spec.OpenUntil.Source()))
	}
	box, p := d.subProcess(s, spec.Steps, marker, detail, nil)
	if spec.ThenEach == nil {
		return box, p
	}
	box.Source = source("rounds")
	return d.boxed(s, p, d.thenEach(s, spec.ThenEach))
}

// boxed puts what is already drawn of a step into a box, so that something can hang on it.
func (d *drawing) boxed(s *definitions.Step, inner *piece, beside []*piece) (*Shape, *piece) {
	box := d.shape(s.ID, "box", SubProcess)
	if s.Title != nil {
		box.Name = d.stepName(s)
	}
	return box, d.box(box, d.scope(s.ID, d.shape(s.ID, "begin", StartEvent), inner), beside)
}

// thenEach draws what runs for every member that finishes.
func (d *drawing) thenEach(s *definitions.Step, then *definitions.ThenEach) []*piece {
	box := d.shape(s.ID, "then_each", SubProcess)
	box.Triggered, box.Source = true, source("then_each", Property{"every", strconv.Itoa(then.Every)})
	start := d.shape(s.ID, "finished", StartEvent)
	start.Event, start.Name = Conditional, d.words.thenEach
	if then.Every > 1 {
		start.Name = fill(d.words.every, strconv.Itoa(then.Every))
	}
	start.Key = start.Name
	var inner *piece
	d.inside(s, func() { inner = d.scope(s.ID, start, d.block(then.Steps)) })
	return []*piece{d.box(box, inner, nil)}
}

// events draws what listens beside a process or stage.
func (d *drawing) events(all []*definitions.Event) []*piece {
	var out []*piece
	for _, e := range all {
		box := d.shape(e.ID, "", SubProcess)
		box.Triggered, box.Name, box.Source = true, e.Title.In(d.options.Lang), d.eventSource(e)
		start := d.shape(e.ID, "start", StartEvent)
		start.Interrupting = e.Interrupts || e.Trigger.Cancel != nil
		d.triggered(start, &e.Trigger)
		out = append(out, d.box(box, d.scope(e.ID, start, d.block(e.Steps)), nil))
	}
	return out
}

// handlers draws what the errors lead to that nothing inside the process catches.
func (d *drawing) handlers(all []definitions.Handler) []*piece {
	var out []*piece
	for _, h := range all {
		box, start := d.shape("on_error."+h.Code, "", SubProcess), d.shape("on_error."+h.Code, "start", StartEvent)
		box.Triggered, box.Source = true, source("on_error", Property{"code", h.Code})
		start.Event, start.Key, start.Name, start.Interrupting = Error, h.Code, d.errorName(h.Code), true
		out = append(out, d.box(box, d.scope("on_error."+h.Code, start, d.block(h.Steps)), nil))
	}
	return out
}

// anyCode is the code that stands for every error.
const anyCode = "any"

func (d *drawing) errorName(code string) string {
	if code == anyCode {
		return d.words.anyError
	}
	return code
}

// triggered says what makes an event happen.
func (d *drawing) triggered(s *Shape, t *definitions.Trigger) {
	switch {
	case t.Message != nil:
		s.Event, s.Key, s.Name = Message, t.Message.Message.ID, t.Message.Message.ID
	case t.Becomes != nil:
		s.Event, s.Key, s.Name = Conditional, t.Becomes.Source(), t.Becomes.Source()
	case t.Cancel != nil:
		s.Event, s.Key, s.Name = Signal, "cancel", d.words.cancelAsked
	default:
		s.Event, s.Key, s.Name = Timer, spans(t.After), d.times(t.After)
	}
}
