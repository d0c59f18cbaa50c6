package bpmn

import (
	"maps"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/yamltext"
)

const (
	// standIn is the role of tasks of which the diagram does not say whose they are.
	standIn = "staff"
	// someTime stands in for a time that is no duration, someRounds for a bound that BPMN does not have.
	someTime   = "1d"
	someRounds = "100"
)

// foreign writes a process of another tool's diagram.
func (c *converter) foreign(e *element, s *scope) File {
	name := oneLine(e.attribute("name"))
	id := c.processID(e)
	whole := yamltext.Map("process", id)
	if name != "" {
		yamltext.Set(whole, "title", yamltext.Text(name))
	}
	starts := c.starts(s)
	c.byHand = !slices.ContainsFunc(starts, func(w *definitions.Written) bool { return yamltext.Get(w, "manual") == nil })
	items, b := c.blocksOf(s)
	c.blocks = b
	steps := c.steps(items)
	events := c.events(s)
	if n := len(steps); n > 1 && len(steps[n-1].Entries) == 1 && yamltext.Get(steps[n-1], "end") != nil {
		// Running off the last step reaches the first outcome.
		usual := yamltext.Get(steps[n-1], "end").Text
		steps = steps[:n-1]
		c.outcomes = slices.DeleteFunc(c.outcomes, func(o string) bool { return o == usual })
		c.outcomes = append([]string{usual}, c.outcomes...)
	}
	if len(starts) > 0 {
		yamltext.Set(whole, "start", yamltext.List(starts...))
	}
	if len(c.inputs)+len(c.given) > 0 {
		input := yamltext.Map()
		for _, v := range c.given {
			yamltext.Set(input, v.path, yamltext.Text(v.kind))
		}
		for _, list := range c.inputs {
			yamltext.Set(input, list, yamltext.Map("type", "list of text", "default", yamltext.List()))
		}
		yamltext.Set(whole, "input", input)
	}
	c.unowned(e)
	if len(c.outcomes) > 0 && !slices.Equal(c.outcomes, []string{"done"}) {
		outcomes := yamltext.Map()
		for _, o := range c.outcomes {
			yamltext.Set(outcomes, o, yamltext.Text("keep"))
		}
		yamltext.Set(whole, "outcomes", outcomes)
	}
	if len(events) > 0 {
		yamltext.Set(whole, "events", yamltext.List(events...))
	}
	yamltext.Set(whole, "steps", yamltext.List(steps...))
	return File{Name: id + ".process.yaml", Text: yamltext.Block(whole)}
}

// processID returns the name of a process: that of its id, which calls name it by.
func (im *importer) processID(e *element) string {
	return slug(e.attribute("id"))
}

func (c *converter) starts(s *scope) []*definitions.Written {
	var out []*definitions.Written
	for _, n := range s.starts() {
		if n.kind != diagram.StartEvent {
			continue
		}
		switch n.event {
		case diagram.NoKind:
			out = append(out, yamltext.Map("manual", yamltext.Map()))
		case diagram.Message, diagram.Signal:
			out = append(out, yamltext.Map("message", c.message(n)))
		case diagram.Timer:
			if fields := strings.Fields(n.about); len(fields) == 5 {
				out = append(out, yamltext.Map("every", n.about))
				continue
			}
			c.lost(n.el, "its time %q is no cron text of five fields: write under start when the process begins, such as every: work day at 16:00", n.about)
		default:
			c.lost(n.el, "a process does not begin with this kind of event")
		}
	}
	return out
}

// message notes and returns the name of the message that an event is about.
func (c *converter) message(n *node) string {
	name := n.about
	if name == "" {
		name = n.title()
		c.changed(n.el, "it names no message: %s stands in", slug(name))
	}
	parts := strings.Split(name, ".")
	for i := range parts {
		parts[i] = slug(parts[i])
	}
	name = strings.Join(parts, ".")
	c.messages[name] = true
	return name
}

// role notes and returns the role that a task is offered to.
func (c *converter) role(n *node) string {
	role := standIn
	if n.owner != "" {
		role = slug(n.owner)
	} else {
		c.ownerless = append(c.ownerless, n)
	}
	c.roles[role] = true
	return role
}

// unowned tells of which tasks the diagram does not say whose they are.
func (c *converter) unowned(e *element) {
	const few = 3
	if len(c.ownerless) <= few {
		for _, n := range c.ownerless {
			c.changed(n.el, "neither a lane nor an owner says whose work it is: the role %s stands in", standIn)
		}
		return
	}
	var ids []string
	for _, n := range c.ownerless {
		if !slices.Contains(ids, n.id) {
			ids = append(ids, n.id)
		}
	}
	c.changed(e, "neither lanes nor owners say whose work %d of its elements are: the role %s stands in (%s)", len(ids), standIn, strings.Join(ids, ", "))
}

// foreignStep adds the steps of an item of another tool's diagram.
func (c *converter) foreignStep(out []*definitions.Written, it *item) []*definitions.Written {
	n := it.node
	switch {
	case n.gateway():
		return c.fork(out, it)
	case n.kind.Event():
		return append(out, c.foreignEventStep(it)...)
	}
	return append(out, c.activity(it)...)
}

// titled gives a step the name of its shape, and an id where something leads back to it.
func (c *converter) titled(it *item, step *definitions.Written) *definitions.Written {
	if it.target {
		yamltext.Set(step, "id", yamltext.Text(c.name(it)))
	}
	if it.node.name != "" {
		yamltext.Set(step, "title", yamltext.Text(it.node.name))
	}
	return step
}

// noted adds what annotations say.
func noted(step *definitions.Written, n *node) *definitions.Written {
	text := n.notes
	if doc := n.el.child("documentation"); doc != nil && oneLine(doc.text) != "" {
		text = append([]string{oneLine(doc.text)}, text...)
	}
	if len(text) > 0 {
		yamltext.Set(step, "note", yamltext.Text(strings.Join(text, " ")))
	}
	return step
}

// foreignEventStep makes the steps of an event in the flow.
func (c *converter) foreignEventStep(it *item) []*definitions.Written {
	n := it.node
	one := func(step *definitions.Written) []*definitions.Written {
		return []*definitions.Written{noted(step, n)}
	}
	switch n.kind {
	case diagram.CatchEvent:
		switch n.event {
		case diagram.Message, diagram.Signal:
			return one(c.titled(it, yamltext.Map("wait", yamltext.Map("message", c.message(n)))))
		case diagram.Timer:
			return one(c.titled(it, yamltext.Map("wait", c.time(n))))
		}
		return one(c.person(it, n, "it waits for a condition, which must be a formula: a person says when it holds (%s)", n.about))
	case diagram.ThrowEvent:
		switch n.event {
		case diagram.Message, diagram.Signal:
			return one(c.titled(it, yamltext.Map("send", c.message(n))))
		case diagram.NoKind:
			c.lost(n.el, "a milestone where nothing happens; a stage shows progress")
			return nil
		}
		c.lost(n.el, "nothing in the language throws this kind of event")
		return nil
	}
	return c.end(n)
}

// end makes the steps of an end.
func (c *converter) end(n *node) []*definitions.Written {
	var out []*definitions.Written
	switch n.event {
	case diagram.Error:
		code := n.about
		if code == "" {
			code = n.title()
		}
		return []*definitions.Written{yamltext.Map("raise", slug(code))}
	case diagram.Message, diagram.Signal:
		out = append(out, yamltext.Map("send", c.message(n)))
	case diagram.NoKind, diagram.Terminate:
	default:
		c.lost(n.el, "an end of this kind has no counterpart: it is a plain end")
	}
	if n.event != diagram.Terminate && (c.depth > 0 || c.aside > 0) {
		return out // only the way ends
	}
	name := n.name
	if name == "" {
		name = "done"
	}
	outcome := answer(name)
	if !slices.Contains(c.outcomes, outcome) {
		c.outcomes = append(c.outcomes, outcome)
	}
	return append(out, yamltext.Map("end", outcome))
}

// time returns the time that an event waits.
func (c *converter) time(n *node) string {
	if text, ok := timeOf(n.about); ok {
		return text
	}
	c.changed(n.el, "its time %q is neither a duration nor a moment: %s stands in", n.about, someTime)
	return someTime
}

// person makes a task of what only a person can do until somebody writes more.
func (c *converter) person(it *item, n *node, why string, args ...any) *definitions.Written {
	c.changed(n.el, why, args...)
	return c.task(it, n)
}

func (c *converter) task(it *item, n *node) *definitions.Written {
	step := yamltext.Map("task", c.name(it))
	if n.name != "" {
		yamltext.Set(step, "title", yamltext.Text(n.name))
	}
	yamltext.Set(step, "role", yamltext.Text(c.role(n)))
	c.form(n, step)
	c.worked = true
	return step
}

// backTo makes the step that goes back.
func (c *converter) backTo(it *item) *definitions.Written {
	target := c.blocks.find(it.back)
	if target == nil {
		c.lost(it.back.el, "a way leads back to it, but nothing in it can be gone back to")
		return yamltext.Map("set", yamltext.Map())
	}
	c.changed(it.back.el, "BPMN does not bound how often a way leads back to it: at most %s rounds", someRounds)
	return yamltext.Map("back_to", c.stepID(target), "at_most", someRounds)
}

// stepID returns the id that the step of an item has.
func (c *converter) stepID(it *item) string {
	if it.node.says() != "" {
		for _, name := range []string{"id", it.node.said[0].kind} {
			if id := it.node.said[0].key(name); id != "" {
				return id
			}
		}
	}
	return c.name(it)
}

// find returns the item that a node begins, in these blocks or those around them.
func (b *blocks) find(n *node) *item {
	for ; b != nil; b = b.outer {
		if it := b.at[n]; it != nil {
			return it
		}
	}
	return nil
}

// needs lists what a pack must have for the processes.
func (im *importer) needs(r *Result) {
	r.Roles = slices.Sorted(maps.Keys(im.roles))
	if r.Roles == nil {
		r.Roles = []string{}
	}
	if len(im.messages) > 0 {
		all := yamltext.Map()
		for _, name := range slices.Sorted(maps.Keys(im.messages)) {
			yamltext.Set(all, name, yamltext.Map("from", "outside", "to", "outside"))
		}
		r.Needs = append(r.Needs, File{Name: "messages.types.yaml", Text: yamltext.Block(yamltext.Map("messages", all))})
	}
	for _, id := range slices.Sorted(maps.Keys(im.called)) {
		if slices.ContainsFunc(r.Processes, func(f File) bool { return f.Name == id+".process.yaml" }) {
			continue
		}
		step := yamltext.Map("task", "do_"+id, "title", im.called[id], "role", standIn)
		if !slices.Contains(r.Roles, standIn) {
			r.Roles = append(r.Roles, standIn)
		}
		r.Needs = append(r.Needs, File{Name: id + ".process.yaml", Text: yamltext.Block(yamltext.Map(
			"process", id, "title", im.called[id], "steps", yamltext.List(step)))})
	}
}
