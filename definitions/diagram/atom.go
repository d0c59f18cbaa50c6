package diagram

// The sizes of the picture, in pixels.
const (
	nameSize         = 12.0 // fonts
	labelSize        = 11.0
	nameLine         = 15.0 // lines
	labelLine        = 14.0
	taskWidth        = 132.0
	taskHeight       = 58.0
	taskPad          = 10.0 // beside the text
	iconRoom         = 20.0 // above it
	edgeRoom         = 14.0 // where events stand on its edge
	markerRoom       = 18.0 // below it
	gatewaySize      = 42.0
	eventSize        = 32.0
	eventLabelWidth  = 104.0
	besideLabelWidth = 92.0 // of boundary events
	flowLabelWidth   = 150.0
	flowLabelRoom    = 38.0
	slashRoom        = 12.0 // for the sign of the flow that is taken otherwise
	mostLines        = 4
	rowGap           = 22.0
	lineRoom         = 8.0 // on either side of a flow without anything on it
	boxPad           = 22.0
	headerWidth      = 150.0
)

// label measures a text that stands beside something; nil for none. Its box lies at 0, 0.
func (d *drawing) label(text string, most float64) *Label {
	lines := wrap(text, labelSize, most, mostLines)
	if len(lines) == 0 {
		return nil
	}
	w, h := d.turned(widest(lines, labelSize), float64(len(lines))*labelLine)
	return &Label{Box: Rect{W: w, H: h}, Lines: lines}
}

// turned returns a width and a height as what they are along and across the process, or back.
func (d *drawing) turned(w, h float64) (float64, float64) {
	if d.options.Direction == Down {
		return h, w
	}
	return w, h
}

// activity lays out a task, a call, or what else is a box with a text.
func (d *drawing) activity(s *Shape) *piece {
	s.Lines = wrap(s.Name, nameSize, taskWidth-2*taskPad, mostLines+1)
	h := iconRoom + float64(len(s.Lines))*nameLine + float64(len(s.Detail))*labelLine + 8
	if s.Marker != Once || s.Undone || s.Element == CallActivity || s.Element == SubProcess {
		h += markerRoom
	}
	width := taskWidth
	if s.edged && d.options.Direction == Down {
		width += 2 * edgeRoom
	} else if s.edged {
		h += edgeRoom
	}
	w, h := d.turned(width, max(h, taskHeight))
	s.Box = Rect{0, -h / 2, w, h}
	p := &piece{shapes: []*Shape{s}, length: w, up: h / 2, down: h / 2, in: s}
	p.begin(s)
	return p
}

// event lays out an event, its text beneath it, or beside it where the process runs down.
func (d *drawing) event(s *Shape) *piece {
	const r = eventSize / 2
	s.Label = d.label(s.Name, eventLabelWidth)
	p := &piece{shapes: []*Shape{s}, length: eventSize, up: r, down: r, in: s}
	if l := s.Label; l != nil {
		p.length = max(eventSize, l.Box.W)
		l.move(p.length/2-l.Box.W/2, r+3)
		p.down = r + 3 + l.Box.H
	}
	s.Box = Rect{p.length/2 - r, -r, eventSize, eventSize}
	p.inAt = s.Box.X
	if s.Element == StartEvent {
		p.in = nil
	}
	if s.Element != EndEvent && (s.Element != ThrowEvent || s.Event != Link) {
		p.begin(s)
	}
	return p
}

// gateway lays out a gateway, its text above and before it, or, where flows meet, behind it.
func (d *drawing) gateway(s *Shape) *piece {
	const half = gatewaySize / 2
	p := &piece{shapes: []*Shape{s}, length: gatewaySize, up: half, down: half, in: s}
	s.Label = d.label(s.Name, eventLabelWidth)
	if l := s.Label; l != nil {
		p.up = half + l.Box.H
		if s.meets {
			l.move(half+8, -p.up)
			p.length = max(gatewaySize, half+8+l.Box.W)
		} else {
			p.inAt = max(0, l.Box.W+8-half)
			l.move(p.inAt+half-8-l.Box.W, -p.up)
			p.length += p.inAt
		}
	}
	s.Box = Rect{p.inAt, -half, gatewaySize, gatewaySize}
	p.begin(s)
	return p
}

// before puts the arrival of a link over a point where flows meet.
func (d *drawing) before(meeting, arrival *Shape) *piece {
	const r = eventSize / 2
	p := d.gateway(meeting)
	half := meeting.Box.H / 2
	middle := -(half + d.gap/2 + r)
	arrival.Box = Rect{meeting.Box.X + half - r, middle - r, eventSize, eventSize}
	p.up = r - middle
	if arrival.Label = d.label(arrival.Name, besideLabelWidth); arrival.Label != nil {
		l := arrival.Label
		l.move(arrival.Box.X, middle-r-3-l.Box.H)
		p.up = -l.Box.Y
		p.length = max(p.length, l.Box.Right())
	}
	p.shapes = append(p.shapes, arrival)
	at := meeting.Box.X + half
	p.flows = append(p.flows, &Flow{From: arrival, To: meeting, Points: []Point{{at, middle + r}, {at, -half}}})
	return p
}

// gather lets several starts flow together.
func (d *drawing) gather(starts []*piece) *piece {
	out, ways, mids := &piece{}, []*Flow{}, []float64{}
	for i, p := range starts {
		mid := 0.0
		if i > 0 {
			mid = out.down + rowGap + p.up
		}
		p.move(0, mid)
		out.take(p)
		out.length = max(out.length, p.length)
		out.up, out.down = max(out.up, p.up-mid), mid+p.down
		ways, mids = append(ways, p.out), append(mids, mid)
	}
	d.meet(out, ways, mids, joint{element: ExclusiveGateway})
	return out
}
