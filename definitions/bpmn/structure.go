package bpmn

import (
	"maps"
	"slices"

	"waybill/definitions/diagram"
)

// item is a node in its block, with the blocks that part behind it.
type item struct {
	node *node
	arms []arm   // of a gateway or an event on the edge of the node
	then []*item // follows only where an activity with such events ends by itself
	back *node   // the item is only a way back to this node

	target bool // a way leads back to it
}

// arm is one way of several.
type arm struct {
	flow   *flow
	event  *node // on the edge of the node; nil for a way of a gateway
	items  []*item
	goesOn bool // it leads on to what follows the block
}

// blocks finds the blocks of a scope: every part with one way in and one way out.
type blocks struct {
	im    *importer
	path  map[*node]bool  // what came before, in this block or one around it
	at    map[*node]*item // the item that a node begins
	taken map[*node]int   // how often a node was reached
	joins map[*node]*node // where the ways out of a node meet
	backs []*node         // where ways lead back to
	due   []*node         // gateways passed since the last item
	outer *blocks         // those around them, while steps are made of these
}

// blocksOf returns the items of a scope, and the starts that they begin with.
func (im *importer) blocksOf(s *scope) ([]*item, *blocks) {
	for _, n := range slices.Clone(s.nodes) {
		im.part(s, n)
	}
	s.sort()
	b := &blocks{im: im, path: map[*node]bool{}, at: map[*node]*item{}, joins: map[*node]*node{}, taken: map[*node]int{}}
	first := b.entry(s)
	var items []*item
	if first != nil {
		items, _ = b.sequence(first, map[*node]bool{}, map[string]bool{})
	}
	for _, n := range b.backs {
		if it := b.at[n]; it != nil {
			it.target = true
		}
	}
	for _, n := range s.nodes {
		switch {
		case b.taken[n] > 0, n.kind == diagram.StartEvent, n.kind == diagram.BoundaryEvent, n.triggered(), n.el.attribute("isForCompensation") == "true":
		case n.kind == diagram.CatchEvent && n.event == diagram.Link:
		default:
			im.lost(n.el, "no way from a start leads to it")
		}
	}
	return items, b
}

// part gives an activity or event with several ways out the gateway that it stands for.
func (im *importer) part(s *scope, n *node) {
	if len(n.out) < 2 || n.gateway() {
		return
	}
	bare := &element{name: n.el.name, line: n.el.line, attributes: n.el.attributes}
	g := &node{el: bare, id: n.id + "_ways", kind: diagram.ParallelGateway, out: n.out}
	for _, f := range g.out {
		f.from = g
		if f.condition != "" {
			g.kind = diagram.InclusiveGateway
		}
	}
	f := &flow{el: n.el, from: n, to: g}
	g.in, n.out = []*flow{f}, []*flow{f}
	s.nodes = append(s.nodes, g)
	s.byID[g.id] = g
}

// entry returns the flow that a scope begins with. Several starts must lead to one place; several
// beginnings without a start event run side by side.
func (b *blocks) entry(s *scope) *flow {
	starts := s.starts()
	if len(starts) == 0 {
		return nil
	}
	if starts[0].kind != diagram.StartEvent {
		if len(starts) == 1 {
			return &flow{el: starts[0].el, to: starts[0]}
		}
		g := &node{el: starts[0].el, id: "beginning", kind: diagram.ParallelGateway}
		for _, n := range starts {
			g.out = append(g.out, &flow{el: n.el, from: g, to: n})
		}
		s.sort()
		return &flow{el: g.el, to: g}
	}
	var first *flow
	for _, n := range starts {
		b.taken[n]++
		switch {
		case n.kind != diagram.StartEvent:
			b.taken[n]--
		case len(n.out) == 0:
			b.im.lost(n.el, "the start leads nowhere")
		case first == nil:
			first = n.out[0]
		case n.out[0].to != first.to && meeting(n.out[0].to) != meeting(first.to):
			b.im.lost(n.el, "this start leads into the middle; a process of the language has one beginning, so it begins like the others")
		}
	}
	return first
}

// meeting passes a gateway in which flows only meet.
func meeting(n *node) *node {
	for n.gateway() && len(n.out) == 1 && len(n.in) > 1 {
		n = n.out[0].to
	}
	return n
}

// sequence follows a flow up to a node where it must stop, or up to a flow with which a block that is open
// is over, and returns that flow; nil where the way ends.
func (b *blocks) sequence(f *flow, stop map[*node]bool, open map[string]bool) (items []*item, rest *flow) {
	var here []*node
	defer func() {
		for _, n := range here {
			delete(b.path, n)
		}
	}()
	for f != nil {
		n := f.to
		if stop[n] || slices.ContainsFunc(f.leaves, func(of string) bool { return open[of] }) {
			return items, f
		}
		if f.back {
			if !b.path[n] {
				b.im.lost(f.el, "it leads back to %q, which stands neither in the same block nor in one around it", n.title())
				return items, nil
			}
			b.backs = append(b.backs, n)
			return append(items, &item{back: n}), nil
		}
		if b.im.steps++; b.im.steps > maxSteps {
			if b.im.steps == maxSteps+1 {
				b.im.lost(f.el, "more than %d steps come of the diagram, whose ways meet crosswise too often: from here on it is left out", maxSteps)
			}
			return items, nil
		}
		b.path[n] = true
		here = append(here, n)
		if b.taken[n]++; b.taken[n] == 2 && !n.gateway() && !ends(n) {
			b.im.changed(n.el, "its ways meet crosswise: it stands in each of them")
		}
		var it *item
		it, f = b.item(n, stop, open)
		if it == nil {
			b.due = append(b.due, n)
			continue
		}
		for _, m := range append(b.due, n) {
			b.at[m] = it
		}
		b.due = nil
		items = append(items, it)
		if f == nil {
			items = append(items, hoisted(it)...)
		}
	}
	return items, nil
}

func ends(n *node) bool { return n.kind == diagram.EndEvent }

// item makes an item of a node and returns the flow that goes on behind it.
func (b *blocks) item(n *node, stop map[*node]bool, open map[string]bool) (*item, *flow) {
	edge := slices.ContainsFunc(n.edge, func(e *node) bool { return len(e.out) > 0 })
	it := &item{node: n}
	switch {
	case edge:
		return it, b.arms(it, stop, open)
	case len(n.out) == 0:
		if n.gateway() {
			return nil, nil
		}
		return it, nil
	case len(n.out) == 1:
		if n.gateway() || n.event == diagram.Link && n.says() == "" {
			return nil, n.out[0]
		}
		if n.says() == "back_to" {
			return it, nil
		}
		return it, n.out[0]
	}
	return it, b.arms(it, stop, open)
}

// arms follows the ways that part at a node up to where they meet.
func (b *blocks) arms(it *item, stop map[*node]bool, open map[string]bool) *flow {
	n := it.node
	due := b.due
	b.due = nil
	for _, m := range append(due, n) {
		b.at[m] = it
	}
	inner, within := maps.Clone(stop), maps.Clone(open)
	within[n.id] = true
	if join := b.joinOf(n); join != nil {
		inner[join] = true
	}
	var on *flow
	follow := func(f *flow, event *node) arm {
		items, rest := b.sequence(f, inner, within)
		b.due = nil
		if rest != nil && (on == nil || on.to != rest.to || len(rest.leaves) > 0) {
			if on != nil && on.to != rest.to && len(rest.leaves) == 0 && len(on.leaves) == 0 && rest.to.order > on.to.order {
				return arm{flow: f, event: event, items: items, goesOn: true}
			}
			on = rest
		}
		return arm{flow: f, event: event, items: items, goesOn: rest != nil}
	}
	for _, f := range n.out {
		a := follow(f, nil)
		if n.gateway() {
			it.arms = append(it.arms, a)
		} else {
			it.then = a.items
		}
	}
	for _, e := range n.edge {
		b.taken[e]++
		for _, f := range e.out {
			it.arms = append(it.arms, follow(f, e))
		}
	}
	return on
}

// joinOf returns the node in which the ways out of a node meet, found once.
func (b *blocks) joinOf(n *node) *node {
	join, known := b.joins[n]
	if !known {
		join = joinOf(n.ways())
		b.joins[n] = join
	}
	return join
}

// joinOf returns the first node in which ways meet that do not all end before; nil where none do. Nothing
// behind it may be reached around it.
func joinOf(ways []*flow) *node {
	var meeting []*node
	for i, f := range ways {
		if f.back {
			continue
		}
		for j, other := range ways {
			if i != j && !other.back && shared(f.to, other.to) {
				meeting = append(meeting, f.to)
				break
			}
		}
	}
	if len(meeting) < 2 {
		return nil
	}
	seen := map[*node]bool{}
	var candidates []*node
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if !slices.ContainsFunc(meeting, func(m *node) bool { return !m.reaches(n) }) {
			candidates = append(candidates, n)
		}
		for _, f := range n.ways() {
			if !f.back {
				visit(f.to)
			}
		}
	}
	visit(meeting[0])
	slices.SortFunc(candidates, func(a, c *node) int { return a.order - c.order })
	for _, c := range candidates {
		if !slices.ContainsFunc(meeting, func(m *node) bool { return around(m, c) }) {
			return c
		}
	}
	if len(candidates) > 0 {
		return candidates[0]
	}
	return nil
}

// shared tells whether two nodes lead to one.
func shared(a, b *node) bool {
	for i := range a.reach {
		if i < len(b.reach) && a.reach[i]&b.reach[i] != 0 {
			return true
		}
	}
	return false
}

// around tells whether a way from a node comes, without passing a candidate, to something behind it.
func around(from, candidate *node) bool {
	seen := map[*node]bool{candidate: true}
	var visit func(n *node) bool
	visit = func(n *node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		if candidate.reaches(n) {
			return true
		}
		return slices.ContainsFunc(n.ways(), func(f *flow) bool { return !f.back && visit(f.to) })
	}
	return visit(from)
}

// soon is how many steps a way may have that soon ends.
const soon = 3

// size counts the steps of a way.
func size(items []*item) int {
	n := len(items)
	for _, it := range items {
		n += size(it.then)
		for _, a := range it.arms {
			n += size(a.items)
		}
	}
	return n
}

// hoisted lets what is left of a choice follow it, where all its other ways soon end: that reads as people
// tell it. Only diagrams of other tools need it.
func hoisted(it *item) []*item {
	if it.node == nil || it.node.kind != diagram.ExclusiveGateway || it.node.says() != "" {
		return nil
	}
	long := -1
	for i, a := range it.arms {
		if size(a.items) <= soon {
			continue
		}
		if long >= 0 {
			return nil
		}
		long = i
	}
	if long < 0 {
		return nil
	}
	rest := it.arms[long].items
	it.arms[long].items, it.arms[long].goesOn = nil, true
	return rest
}
