// Package diagramtest finds faults in the geometry of diagrams.
package diagramtest

import (
	"fmt"
	"math"

	"waybill/definitions/diagram"
)

// Faults returns what is wrong with the geometry of a diagram: flows that cross, run askew or through
// something; shapes and labels that overlap, leave the shape they lie in, or leave the picture. Flows that
// share a beginning or an end may run together.
func Faults(d *diagram.Diagram) []string {
	c := &checker{diagram: d}
	c.shapes()
	c.flows()
	c.labels()
	return c.faults
}

type checker struct {
	diagram *diagram.Diagram
	faults  []string
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) shapes() {
	ids := map[string]bool{}
	for i, s := range c.diagram.Shapes {
		if ids[s.ID] {
			c.fault("the id %s is there twice", s.ID)
		}
		ids[s.ID] = true
		c.inside(s.ID, s.Box, s.Parent)
		for _, other := range c.diagram.Shapes[:i] {
			if overlap(s.Box, other.Box) && !within(s, other) && !within(other, s) && s.Host != other && other.Host != s {
				c.fault("%s overlaps %s", s.ID, other.ID)
			}
		}
	}
}

// inside checks that a box lies in the shape around it, or in the picture.
func (c *checker) inside(what string, box diagram.Rect, parent *diagram.Shape) {
	around := diagram.Rect{W: c.diagram.Width, H: c.diagram.Height}
	name := "the picture"
	if parent != nil {
		around, name = parent.Box, parent.ID
	}
	const slack = 0.01
	if box.X < around.X-slack || box.Y < around.Y-slack || box.Right() > around.Right()+slack || box.Bottom() > around.Bottom()+slack {
		c.fault("%s leaves %s", what, name)
	}
}

// within tells whether a shape lies, at whatever depth, in another one.
func within(s, other *diagram.Shape) bool {
	for p := s.Parent; p != nil; p = p.Parent {
		if p == other {
			return true
		}
	}
	return false
}

func (c *checker) flows() {
	for i, f := range c.diagram.Flows {
		if len(f.Points) < 2 {
			c.fault("%s has no line", f.ID)
			continue
		}
		for j := 1; j < len(f.Points); j++ {
			a, b := f.Points[j-1], f.Points[j]
			if a.X != b.X && a.Y != b.Y {
				c.fault("%s runs askew", f.ID)
			}
		}
		if !touches(f.Points[0], f.From) || !touches(f.Points[len(f.Points)-1], f.To) {
			c.fault("%s does not lead from %s to %s", f.ID, f.From.ID, f.To.ID)
		}
		c.pierced(f)
		for _, other := range c.diagram.Flows[:i] {
			if f.From != other.From && f.To != other.To {
				c.crossing(f, other)
			}
		}
	}
}

// touches tells whether a point lies on the edge of a shape.
func touches(p diagram.Point, s *diagram.Shape) bool {
	const slack = 0.05
	in := p.X >= s.Box.X-slack && p.X <= s.Box.Right()+slack && p.Y >= s.Box.Y-slack && p.Y <= s.Box.Bottom()+slack
	edge := min(math.Abs(p.X-s.Box.X), math.Abs(p.X-s.Box.Right()), math.Abs(p.Y-s.Box.Y), math.Abs(p.Y-s.Box.Bottom()))
	return in && edge <= slack
}

// pierced reports shapes and labels that a flow runs through.
func (c *checker) pierced(f *diagram.Flow) {
	for _, s := range c.diagram.Shapes {
		if s != f.From && s != f.To && !within(f.From, s) && runsThrough(f, s.Box) && s != f.From.Host {
			c.fault("%s runs through %s", f.ID, s.ID)
		}
		if s.Label != nil && runsThrough(f, s.Label.Box) {
			c.fault("%s runs through the label of %s", f.ID, s.ID)
		}
	}
	for _, other := range c.diagram.Flows {
		if other.Label != nil && runsThrough(f, other.Label.Box) {
			c.fault("%s runs through the label of %s", f.ID, other.ID)
		}
	}
}

func runsThrough(f *diagram.Flow, r diagram.Rect) bool {
	for i := 1; i < len(f.Points); i++ {
		if overlap(segment(f.Points[i-1], f.Points[i]), r) {
			return true
		}
	}
	return false
}

func segment(a, b diagram.Point) diagram.Rect {
	return diagram.Rect{X: min(a.X, b.X), Y: min(a.Y, b.Y), W: math.Abs(a.X - b.X), H: math.Abs(a.Y - b.Y)}
}

// crossing reports flows that meet.
func (c *checker) crossing(f, other *diagram.Flow) {
	for i := 1; i < len(f.Points); i++ {
		for j := 1; j < len(other.Points); j++ {
			a, b := segment(f.Points[i-1], f.Points[i]), segment(other.Points[j-1], other.Points[j])
			if a.X <= b.Right() && b.X <= a.Right() && a.Y <= b.Bottom() && b.Y <= a.Bottom() {
				c.fault("%s crosses %s", f.ID, other.ID)
				return
			}
		}
	}
}

// label is a label with its place in the tree of shapes.
type label struct {
	of     string
	box    diagram.Rect
	parent *diagram.Shape
}

func (c *checker) labels() {
	var all []label
	for _, s := range c.diagram.Shapes {
		if s.Label != nil {
			all = append(all, label{s.ID, s.Label.Box, s.Parent})
		}
	}
	for _, f := range c.diagram.Flows {
		if f.Label != nil {
			all = append(all, label{f.ID, f.Label.Box, f.From.Parent})
		}
	}
	for i, l := range all {
		c.inside("the label of "+l.of, l.box, l.parent)
		for _, other := range all[:i] {
			if overlap(l.box, other.box) {
				c.fault("the labels of %s and %s overlap", l.of, other.of)
			}
		}
		for _, s := range c.diagram.Shapes {
			if overlap(l.box, s.Box) && l.parent != s && (l.parent == nil || !within(l.parent, s)) {
				c.fault("the label of %s overlaps %s", l.of, s.ID)
			}
		}
	}
}

// overlap tells whether two boxes share more than an edge.
func overlap(a, b diagram.Rect) bool {
	const slack = 0.05
	return a.X < b.Right()-slack && b.X < a.Right()-slack && a.Y < b.Bottom()-slack && b.Y < a.Bottom()-slack
}
