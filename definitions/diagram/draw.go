package diagram

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"waybill/definitions"
)

// drawing is a diagram while it is made.
type drawing struct {
	options Options
	process *definitions.Process
	words   words
	gap     float64             // between what follows each other
	ids     map[string]bool     // those given
	targets map[string]bool     // steps that a back_to leads to
	left    map[string]bool     // steps that a cancel withdraws
	around  []*definitions.Step // those that the one being drawn lies in
	written map[place]*definitions.Written
}

// margin is the room around the whole, titleRoom that for its title above.
const (
	margin    = 24.0
	titleRoom = 34.0
)

// Of draws a process.
func Of(process *definitions.Process, options Options) *Diagram {
	if options.Direction == "" {
		options.Direction = Right
	}
	d := &drawing{
		options: options, process: process, words: wordsOf(options.Lang), gap: 36,
		ids: map[string]bool{}, targets: map[string]bool{}, left: map[string]bool{}, written: index(options.Written),
	}
	if options.Direction == Down {
		d.gap = 28
	}
	for _, s := range process.Steps {
		switch spec := s.Spec.(type) {
		case *definitions.BackTo:
			d.targets[spec.Step] = true
		case *definitions.Cancel:
			for _, id := range spec.Steps {
				d.left[id] = true
			}
		}
	}
	title := process.Title.In(options.Lang)
	if title == "" {
		title = spoken(process.ID)
	}
	whole := d.whole()
	return d.finish(whole, &Diagram{Process: process.ID, Title: title, Lang: options.Lang, Direction: options.Direction, Source: d.header()})
}

// whole lays out the process: its starts, its steps, its end, its events, and its handlers of errors.
func (d *drawing) whole() *piece {
	var starts []*piece
	for i := range d.process.Starts {
		starts = append(starts, d.event(d.start(&d.process.Starts[i])))
	}
	if len(starts) == 0 {
		starts = append(starts, d.event(d.shape("", "start", StartEvent)))
	}
	begin := d.gather(starts)
	body := d.chain(begin, d.block(d.process.Body))
	if body.out != nil {
		end := d.over("")
		if len(d.process.Outcomes) > 0 {
			end.Name = d.outcome(d.process.Outcomes[0].ID)
		}
		body = d.chain(body, d.event(end))
	}
	d.beside(body, append(d.events(d.process.Events), d.handlers(d.process.OnError)...))
	return body
}

func (d *drawing) start(s *definitions.Start) *Shape {
	out := d.shape("", "start", StartEvent)
	switch {
	case s.Message != "":
		out.Event, out.Key, out.Name = Message, s.Message, s.Message
		out.Source = source("start")
	case s.Every != nil:
		out.Event, out.Key, out.Name = Timer, s.Every.Text, s.Every.Text
		out.Source = source("start")
	default:
		if len(s.Manual) > 0 {
			out.Name = fill(d.words.byHand, d.roles(s.Manual))
		}
		out.Source = source("start")
	}
	return out
}

// kindKey names the property that comes first.
const kindKey = "kind"

func source(kind string, more ...Property) []Property {
	return append([]Property{{kindKey, kind}}, more...)
}

// shape makes a shape with an id of its own, made of the step's and of what it is for.
func (d *drawing) shape(step, part string, element Element) *Shape {
	id := step
	if part != "" {
		id = strings.TrimPrefix(step+"."+part, ".")
	}
	return &Shape{ID: d.id(id), Step: step, Element: element}
}

// id makes a name of XML that no other shape has.
func (d *drawing) id(text string) string {
	name := xmlName(text)
	id := name
	for n := 2; d.ids[id]; n++ {
		id = fmt.Sprintf("%s.%d", name, n)
	}
	d.ids[id] = true
	return id
}

// xmlName makes a name of XML of a text.
func xmlName(text string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_.-", r) {
			return r
		}
		return '_'
	}, text)
	if first := []rune(name + " ")[0]; !unicode.IsLetter(first) && first != '_' {
		name = "_" + name
	}
	return name
}

// meeting makes the gateway in which ways meet.
func (d *drawing) meeting(in joint) *Shape {
	step := ""
	if in.of != nil {
		step = in.of.Step
	}
	s := d.shape(step, "after", in.element)
	s.Name, s.meets = in.name, true
	return s
}

// inside draws what lies in a step.
func (d *drawing) inside(s *definitions.Step, draw func()) {
	d.around = append(d.around, s)
	draw()
	d.around = d.around[:len(d.around)-1]
}

// over makes the end that is reached by running off the last step.
func (d *drawing) over(step string) *Shape {
	s := d.shape(step, "end", EndEvent)
	s.Source = source("over")
	return s
}

// scope draws a block as the whole of a sub-process, from a start to an end.
func (d *drawing) scope(step string, start *Shape, inner *piece) *piece {
	p := d.chain(d.event(start), inner)
	if p.out != nil {
		p = d.chain(p, d.event(d.over(step)))
		p.over = true
	}
	return p
}

// finish makes pixels of the picture and gives the flows their ids.
func (d *drawing) finish(p *piece, out *Diagram) *Diagram {
	p.move(0, p.up)
	out.Shapes, out.Flows = p.shapes, p.flows
	out.Width, out.Height = d.turned(p.length, p.up+p.down)
	out.Width, out.Height = out.Width+2*margin, out.Height+2*margin+titleRoom
	out.Width = max(out.Width, measure(out.Title, titleSize)+2*margin)
	place := func(r Rect) Rect {
		if d.options.Direction == Down {
			r = Rect{r.Y, r.X, r.H, r.W}
		}
		return Rect{r.X + margin, r.Y + margin + titleRoom, r.W, r.H}
	}
	label := func(l *Label) {
		if l != nil {
			l.Box = place(l.Box)
		}
	}
	for _, s := range out.Shapes {
		s.Box = place(s.Box)
		label(s.Label)
	}
	out.Flows = slices.DeleteFunc(out.Flows, func(f *Flow) bool { return f.To == nil })
	for _, f := range out.Flows {
		f.ID = d.id(f.From.ID + "-" + f.To.ID)
		label(f.Label)
		for i, at := range f.Points {
			r := place(Rect{X: at.X, Y: at.Y})
			f.Points[i] = Point{r.X, r.Y}
		}
	}
	return out
}
