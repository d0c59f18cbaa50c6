package diagram

import "slices"

// While pieces are put together, X runs along the process and Y across it, whatever the direction; turn
// makes pixels of that at the end. A piece has its axis at Y 0: what leads into it arrives there.

// piece is a part of the picture that is laid out by itself.
type piece struct {
	shapes   []*Shape
	flows    []*Flow
	length   float64 // it lies between X 0 and length,
	up, down float64 // and between Y -up and down
	in       *Shape  // what a flow into it leads to; nil where there is nothing in it
	inAt     float64 // the X at which that flow ends
	over     bool    // its last step is reached, and with it the end of the box that it fills
	out      *Flow   // has begun and leads on from Y 0; nil where nothing goes on
}

func (p *piece) empty() bool { return len(p.shapes) == 0 }

// move shifts all of it.
func (p *piece) move(x, y float64) {
	for _, s := range p.shapes {
		s.Box.X, s.Box.Y = s.Box.X+x, s.Box.Y+y
		s.Label.move(x, y)
	}
	for _, f := range p.flows {
		for i := range f.Points {
			f.Points[i].X, f.Points[i].Y = f.Points[i].X+x, f.Points[i].Y+y
		}
		f.Label.move(x, y)
	}
	p.inAt += x
}

func (l *Label) move(x, y float64) {
	if l != nil {
		l.Box.X, l.Box.Y = l.Box.X+x, l.Box.Y+y
	}
}

// take adds the shapes and flows of another piece.
func (p *piece) take(other *piece) {
	p.shapes = append(p.shapes, other.shapes...)
	p.flows = append(p.flows, other.flows...)
}

// begin lets a flow begin, at the shape's end on the axis.
func (p *piece) begin(from *Shape) {
	p.out = &Flow{From: from, Points: []Point{{from.Box.Right(), 0}}}
	p.flows = append(p.flows, p.out)
}

// through lets a flow that has begun go on to a place.
func (f *Flow) through(points ...Point) {
	for _, next := range points {
		n := len(f.Points)
		if n > 0 && f.Points[n-1] == next {
			continue
		}
		if n > 1 && straight(f.Points[n-2], f.Points[n-1], next) {
			f.Points[n-1] = next
			continue
		}
		f.Points = append(f.Points, next)
	}
}

func straight(a, b, c Point) bool { return a.X == b.X && b.X == c.X || a.Y == b.Y && b.Y == c.Y }

// chain puts pieces behind each other.
func (d *drawing) chain(pieces ...*piece) *piece {
	pieces = slices.DeleteFunc(slices.Clone(pieces), func(p *piece) bool { return p == nil || p.empty() })
	out := &piece{}
	for i, p := range pieces {
		if i > 0 {
			p.move(out.length+d.gap, 0)
			out.length += d.gap
		} else {
			out.in, out.inAt = p.in, p.inAt
		}
		if out.out != nil && p.in != nil {
			out.out.To = p.in
			out.out.through(Point{p.inAt, 0})
		}
		out.take(p)
		out.out, out.length = p.out, out.length+p.length
		out.up, out.down = max(out.up, p.up), max(out.down, p.down)
	}
	return out
}

// arm is one way out of a fork.
type arm struct {
	name      string
	condition string
	otherwise bool // taken where no condition holds
	source    []Property
	piece     *piece
}

func (a arm) goesOn() bool { return a.piece.empty() || a.piece.out != nil }

// joint is what the ways of a step meet in.
type joint struct {
	of      *Shape // what they part at
	element Element
	name    string
}

// fork splits into arms and joins those that go on, in a gateway where there are several.
func (d *drawing) fork(arms []arm, in joint) *piece {
	split := in.of
	out := d.gateway(split)
	at, half := split.Box.X+split.Box.W/2, split.Box.H/2
	out.out, out.flows = nil, nil
	labels := make([]*Label, len(arms))
	gap := d.gap
	for i, a := range arms {
		if labels[i] = d.label(a.name, flowLabelWidth); labels[i] != nil {
			gap = max(gap, labels[i].Box.W+flowLabelRoom)
		}
	}
	ways, end := make([]*Flow, len(arms)), 0.0
	mids := d.spread(arms, labels, half)
	for i, a := range arms {
		f := &Flow{From: split, Name: a.name, Condition: a.condition, Label: labels[i], Source: a.source}
		ways[i] = f
		if a.otherwise {
			split.Default = f
		}
		f.leave(split, at, half, mids[i])
		if l := f.Label; l != nil {
			l.move(at+6, mids[i]-l.Box.H-4)
			if mids[i] == 0 {
				l.move(half+slashRoom, 0)
			}
		}
		out.flows = append(out.flows, f)
		a.piece.move(split.Box.Right()+gap, mids[i])
		end = max(end, split.Box.Right()+gap+a.piece.length)
		if !a.piece.empty() {
			f.To = a.piece.in
			f.through(Point{a.piece.inAt, mids[i]})
			ways[i] = a.piece.out
			out.take(a.piece)
		}
		up, down := a.reach(labels[i])
		out.up, out.down = max(out.up, up-mids[i]), max(out.down, down+mids[i])
	}
	out.length = max(out.length, end)
	d.meet(out, ways, mids, in)
	return out
}

// leave lets a flow leave a gateway whose middle is at X at: straight on, or across from its corner.
func (f *Flow) leave(split *Shape, at, half, mid float64) {
	switch {
	case mid > 0:
		f.through(Point{at, half}, Point{at, mid})
	case mid < 0:
		f.through(Point{at, -half}, Point{at, mid})
	default:
		f.through(Point{split.Box.Right(), 0})
	}
}

// reach returns how far an arm lies above and below its own axis.
func (a arm) reach(label *Label) (up, down float64) {
	up, down = max(a.piece.up, lineRoom), max(a.piece.down, lineRoom)
	if label != nil {
		up = max(up, label.Box.H+6)
	}
	return up, down
}

// spread returns the Y of each arm. The middle one of those that go on stays on the axis, so that the
// usual way is a straight line.
func (d *drawing) spread(arms []arm, labels []*Label, half float64) []float64 {
	var on []int
	for i, a := range arms {
		if a.goesOn() {
			on = append(on, i)
		}
	}
	middle := 0
	if len(on) > 0 {
		middle = on[(len(on)-1)/2]
	}
	mids := make([]float64, len(arms))
	up, down := arms[middle].reach(labels[middle])
	below, above := max(down, half), max(up, half)
	for i := middle + 1; i < len(arms); i++ {
		up, down := arms[i].reach(labels[i])
		mids[i] = below + rowGap + up
		below = mids[i] + down
	}
	for i := middle - 1; i >= 0; i-- {
		up, down := arms[i].reach(labels[i])
		mids[i] = -(above + rowGap + down)
		above = -mids[i] + up
	}
	return mids
}

// meet joins the flows that go on behind a piece. A single one goes on without a gateway.
func (d *drawing) meet(out *piece, ways []*Flow, mids []float64, in joint) {
	var on []int
	for i, f := range ways {
		if f != nil {
			on = append(on, i)
		}
	}
	if len(on) == 0 {
		out.out = nil
		return
	}
	if len(on) == 1 {
		out.out = ways[on[0]]
		if len(ways) > 1 && in.of != nil {
			out.out.Leaves = append(out.out.Leaves, in.of.ID)
		}
		if mid := mids[on[0]]; mid != 0 {
			at := out.length + d.gap/2
			out.out.through(Point{at, mid}, Point{at, 0})
			out.length = at
		}
		return
	}
	gateway := d.meeting(in)
	p := d.gateway(gateway)
	p.move(out.length+d.gap, 0)
	at, half := gateway.Box.X+gateway.Box.W/2, gateway.Box.H/2
	for _, i := range on {
		f := ways[i]
		f.To = gateway
		switch {
		case mids[i] > 0:
			f.through(Point{at, mids[i]}, Point{at, half})
		case mids[i] < 0:
			f.through(Point{at, mids[i]}, Point{at, -half})
		default:
			f.through(Point{gateway.Box.X, 0})
		}
	}
	out.take(p)
	out.out = p.out
	out.length += d.gap + p.length
	out.up, out.down = max(out.up, p.up), max(out.down, p.down)
}
