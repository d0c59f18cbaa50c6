package diagram

import "slices"

// box lays out a sub-process: what runs in it, and below that, or behind it where the process runs down,
// what its events start.
func (d *drawing) box(s *Shape, inner *piece, events []*piece) *piece {
	d.beside(inner, events)
	room := max(inner.length, headerWidth)
	if d.options.Direction == Down {
		room = max(inner.up+inner.down, headerWidth)
	}
	s.Lines = wrap(s.Name, nameSize*1.08, room, mostLines) // bold
	details := s.Detail
	s.Detail = nil
	for _, text := range details {
		s.Detail = append(s.Detail, wrap(text, labelSize, room, 2)...)
	}
	head := float64(len(s.Lines))*nameLine + float64(len(s.Detail))*labelLine + 8
	foot := 0.0
	if s.Marker != Once || s.Undone {
		foot = markerRoom
	}
	p := &piece{shapes: []*Shape{s}, in: s}
	if d.options.Direction == Down {
		inner.move(head+boxPad/2, 0)
		spare := max(0, headerWidth-inner.up-inner.down) / 2
		p.up, p.down = inner.up+boxPad+spare, inner.down+boxPad+spare
		p.length = head + inner.length + boxPad*1.5 + foot
	} else {
		inner.move(boxPad, 0)
		p.up, p.down = inner.up+boxPad/2+head, inner.down+boxPad+foot
		p.length = max(inner.length, headerWidth) + 2*boxPad
	}
	s.Box = Rect{0, -p.up, p.length, p.up + p.down}
	for _, shape := range inner.shapes {
		if shape.Parent == nil {
			shape.Parent = s
		}
	}
	p.take(inner)
	if inner.over || s.Marker != Once || d.left[s.Step] || slices.ContainsFunc(events, interrupts) {
		p.begin(s)
	}
	return p
}

// interrupts tells whether an event sub-process runs instead of what it stands beside.
func interrupts(event *piece) bool {
	return slices.ContainsFunc(event.shapes, func(s *Shape) bool {
		return s.Element == StartEvent && s.Interrupting && s.Parent == event.shapes[0]
	})
}

// beside places what events start, without a flow, beside what they interrupt or accompany.
func (d *drawing) beside(inner *piece, events []*piece) {
	if d.options.Direction == Down {
		for _, e := range events {
			e.move(inner.length+rowGap, e.up-inner.up)
			inner.take(e)
			inner.length += rowGap + e.length
			inner.down = max(inner.down, e.up-inner.up+e.down)
		}
		return
	}
	// As many stand in one line as are not longer together than what stands above them.
	for len(events) > 0 {
		n, length := 1, events[0].length
		for n < len(events) && length+rowGap+events[n].length <= inner.length {
			length += rowGap + events[n].length
			n++
		}
		at, top, bottom := 0.0, inner.down+rowGap, 0.0
		for _, e := range events[:n] {
			e.move(at, top+e.up)
			inner.take(e)
			at += e.length + rowGap
			bottom = max(bottom, top+e.up+e.down)
		}
		inner.down, inner.length = bottom, max(inner.length, length)
		events = events[n:]
	}
}
