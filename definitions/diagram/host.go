package diagram

// row is what happens at the edge of an activity: an event, and what follows from it.
type row struct {
	event *Shape
	// piece follows; nil: nothing does, an empty one: the process goes on behind the activity.
	piece *piece
	// undoes says that the piece is bound to a compensation, not flowed to.
	undoes bool
}

// host puts events on the edge of an activity, and what follows from each in a row of its own below. The
// first event stands first and its row lies lowest, so that no row is in the way of another. after is
// what follows where the activity itself is done.
func (d *drawing) host(p *piece, activity *Shape, after *piece, rows []row) *piece {
	if len(rows) == 0 {
		return d.chain(p, after)
	}
	edge := activity.Box.Bottom()
	base := d.attach(p, activity, rows)
	out := d.chain(p, after)
	base = max(base, out.down)
	ways, mids := []*Flow{out.out}, []float64{0}
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		if r.piece == nil {
			continue
		}
		at := r.event.Box.X + r.event.Box.W/2
		mid := base + rowGap + max(r.piece.up, lineRoom)
		base = mid + max(r.piece.down, lineRoom)
		f := &Flow{From: r.event, Association: r.undoes}
		f.through(Point{at, edge + eventSize/2}, Point{at, mid})
		out.flows = append(out.flows, f)
		way := f
		if !r.piece.empty() {
			r.piece.move(at+d.gap, mid)
			f.To = r.piece.in
			f.through(Point{r.piece.inAt, mid})
			way = r.piece.out
			out.take(r.piece)
			out.length = max(out.length, at+d.gap+r.piece.length)
		}
		if !r.undoes {
			ways, mids = append(ways, way), append(mids, mid)
		}
	}
	out.down = base
	d.meet(out, ways, mids, joint{of: activity, element: ExclusiveGateway})
	return out
}

// attach places the events, makes room for them, and returns the Y below them and their labels.
func (d *drawing) attach(p *piece, activity *Shape, rows []row) float64 {
	const r = eventSize / 2
	edge := activity.Box.Bottom()
	at, base, end := activity.Box.X+r+8, edge+r, 0.0
	for _, row := range rows {
		e := row.event
		e.Host = activity
		e.Box = Rect{at - r, edge - r, eventSize, eventSize}
		next := at + eventSize + 8
		if e.Label = d.label(e.Name, besideLabelWidth); e.Label != nil {
			e.Label.move(at+5, edge+r+2)
			base = max(base, e.Label.Box.Bottom())
			next = max(next, e.Label.Box.Right()+8)
		}
		end = at + r + 8
		p.shapes = append(p.shapes, e)
		p.length = max(p.length, next-4)
		at = next
	}
	if grown := end - activity.Box.Right(); grown > 0 {
		activity.Box.W += grown
		p.length = max(p.length, activity.Box.Right())
		if p.out != nil {
			p.out.Points[0].X = activity.Box.Right()
		}
	}
	p.down = max(p.down, base)
	return base
}
