package bpmn

import (
	"maps"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/yamltext"
)

// converter makes steps of the items of one process.
type converter struct {
	*importer
	blocks    *blocks
	ids       map[string]bool // given in the process
	names     map[*item]string
	outcomes  []string            // that foreign ends lead to
	inputs    []string            // lists that foreign multi-instance activities run over
	given     []variable          // inputs that foreign conditions read
	variables map[string]variable // of foreign conditions, that are there at this point
	byHand    bool                // a foreign process that only people start
	worked    bool                // a person has done something in it
	ownerless []*node             // tasks of which the diagram does not say whose they are
	depth     int                 // of foreign sub-processes around what is made
	aside     int                 // of branches and events around it, whose ways end by themselves
}

// kept writes a process whose diagram is ours.
func (c *converter) kept(e *element, head said, s *scope) File {
	whole := c.written(e, head)
	c.renamed(whole, e, head)
	body, b := c.blocksOf(s)
	c.blocks = b
	id := yamltext.Get(whole, "process").Text
	if events := c.events(s); len(events) > 0 {
		yamltext.Set(whole, "events", yamltext.List(events...))
	}
	if handlers := c.handlersIn(s); len(handlers.Entries) > 0 {
		yamltext.Set(whole, "on_error", handlers)
	}
	yamltext.Set(whole, "steps", yamltext.List(c.steps(body)...))
	return File{Name: slug(id) + ".process.yaml", Text: yamltext.Block(whole)}
}

// written makes a map of what the language says, as it was written.
func (c *converter) written(e *element, s said) *definitions.Written {
	out := yamltext.Map()
	for _, k := range s.keys {
		w, _ := definitions.ReadYAML("key", []byte("key: "+k.Value+"\n"))
		value := yamltext.Text(k.Value)
		if w != nil && w.Kind == definitions.WrittenMap && len(w.Entries) == 1 {
			value = w.Entries[0].Value
		} else {
			c.changed(e, "the text of %s is no YAML: it is taken as it stands", k.Name)
		}
		yamltext.Set(out, k.Name, value)
	}
	return out
}

// renamed gives a step the name that somebody has given its shape since it was drawn.
func (c *converter) renamed(step *definitions.Written, e *element, s said) {
	if name := oneLine(e.attribute("name")); s.shown != "" && name != s.shown && name != "" {
		yamltext.Set(step, "title", yamltext.Text(name))
		c.changed(e, "its name was %q when it was drawn: the new one is its title now", s.shown)
	}
}

// steps makes steps of items.
func (c *converter) steps(items []*item) []*definitions.Written {
	out := []*definitions.Written{}
	before := maps.Clone(c.variables)
	defer func() { c.forget(before) }()
	for i := 0; i < len(items); i++ {
		it := items[i]
		switch {
		case it.back != nil:
			out = append(out, c.backTo(it))
		case it.node.says() == "":
			out = c.foreignStep(out, it)
			c.learn(it, out)
		case it.node.says() == "over":
		case it.node.says() == "on_reject":
			out = c.rejected(out, it)
		case it.node.says() == "when":
			out = append(out, c.skippable(it)...)
		default:
			out = append(out, c.step(it)...)
		}
	}
	return out
}

// step makes a step of an item of ours.
func (c *converter) step(it *item) []*definitions.Written {
	n := it.node
	s := n.said[0]
	step := c.written(n.el, s)
	c.renamed(step, n.el, s)
	switch s.kind {
	case "group":
		inner := c.inside(n)
		if len(inner) != 1 {
			c.changed(n.el, "more than one step stands where one stood: a stage holds them")
			step = yamltext.Map("stage", c.name(it), "steps", yamltext.List(inner...))
		} else {
			step = inner[0]
		}
	case "stage", "repeat", "lock", "each":
		c.container(n, step)
	case "parallel":
		if n.inner != nil {
			step = c.withThenEach(n, step)
			break
		}
		yamltext.Set(step, s.kind, yamltext.List(c.branches(it)...))
		step = first(step, s.kind)
	case "choose", "branches":
		kind := strings.Replace(s.kind, "branches", "parallel", 1)
		yamltext.Set(step, kind, yamltext.List(c.branches(it)...))
		step = first(step, kind)
	case "first_of":
		yamltext.Set(step, s.kind, yamltext.List(c.contenders(it)...))
		step = first(step, s.kind)
	}
	return c.edged(it, step)
}

// container fills a stage, loop or lock.
func (c *converter) container(n *node, step *definitions.Written) {
	if n.inner == nil {
		c.changed(n.el, "its steps are not in the diagram")
		return
	}
	body := n.inner
	if at := slices.IndexFunc(n.inner.nodes, func(m *node) bool { return m.says() == "rounds" }); at >= 0 && n.inner.nodes[at].inner != nil {
		body = n.inner.nodes[at].inner
		c.thenEach(n.inner, step)
	}
	items, b := c.blocksOf(body)
	yamltext.Set(step, "steps", yamltext.List(c.in(b, items)...))
	if events := c.events(body); len(events) > 0 {
		yamltext.Set(step, "events", yamltext.List(events...))
	}
}

// withThenEach makes a parallel of the box that holds its branches and what runs after each.
func (c *converter) withThenEach(n *node, step *definitions.Written) *definitions.Written {
	inner := c.inside(n)
	if len(inner) == 1 {
		for _, e := range inner[0].Entries {
			yamltext.Set(step, e.Key.Text, e.Value)
		}
	}
	c.thenEach(n.inner, step)
	return first(step, "parallel")
}

// thenEach adds what runs for each member that finishes.
func (c *converter) thenEach(s *scope, step *definitions.Written) {
	for _, n := range s.nodes {
		if n.says() != "then_each" {
			continue
		}
		steps := yamltext.List(c.inside(n)...)
		if every := n.said[0].key("every"); every != "" && every != "1" {
			yamltext.Set(step, "then_each", yamltext.Map("every", every, "steps", steps))
			continue
		}
		yamltext.Set(step, "then_each", steps)
	}
}

// inside makes steps of what lies in a sub-process.
func (c *converter) inside(n *node) []*definitions.Written {
	if n.inner == nil {
		return []*definitions.Written{}
	}
	items, b := c.blocksOf(n.inner)
	return c.in(b, items)
}

// in makes steps of the items of other blocks than those at hand.
func (c *converter) in(b *blocks, items []*item) []*definitions.Written {
	outer := c.blocks
	b.outer = outer
	c.blocks = b
	out := c.steps(items)
	c.blocks = outer
	return out
}

// undone adds what undoes a step.
func (c *converter) undone(n *node, step *definitions.Written) {
	for _, e := range n.edge {
		if e.event != diagram.Compensate {
			continue
		}
		u := n.undoing
		switch {
		case u == nil:
			yamltext.Set(step, "compensation", yamltext.List())
		case u.says() == "undoing" || u.says() == "" && u.inner != nil:
			yamltext.Set(step, "compensation", yamltext.List(c.inside(u)...))
		default:
			yamltext.Set(step, "compensation", yamltext.List(c.steps([]*item{{node: u}})...))
		}
	}
}

// events makes the events of a process or stage.
func (c *converter) events(s *scope) []*definitions.Written {
	var out []*definitions.Written
	for _, n := range s.nodes {
		if !n.triggered() || n.says() == "on_error" || n.says() == "then_each" {
			continue
		}
		if n.says() != "event" {
			if e := c.foreignEvent(n); e != nil {
				out = append(out, e)
			}
			continue
		}
		event := c.written(n.el, n.said[0])
		c.renamed(event, n.el, n.said[0])
		yamltext.Set(event, "steps", yamltext.List(c.inside(n)...))
		out = append(out, event)
	}
	return out
}

// handlersIn makes the handlers of errors of a process.
func (c *converter) handlersIn(s *scope) *definitions.Written {
	out := yamltext.Map()
	for _, n := range s.nodes {
		if n.triggered() && n.says() == "on_error" {
			yamltext.Set(out, n.said[0].key("code"), yamltext.List(c.inside(n)...))
		}
	}
	return out
}

// first puts a key of a map before the others.
func first(m *definitions.Written, name string) *definitions.Written {
	out := yamltext.Map(name, yamltext.Get(m, name))
	for _, e := range m.Entries {
		yamltext.Set(out, e.Key.Text, e.Value)
	}
	return out
}
