package bpmn

import (
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/yamltext"
)

// activity makes the steps of an activity with all that hangs on it.
func (c *converter) activity(it *item) []*definitions.Written {
	n := it.node
	var step *definitions.Written
	switch {
	case n.inner != nil:
		step = c.subProcess(it)
	case n.kind == diagram.CallActivity:
		step = c.call(it)
	case n.el.name == "receiveTask":
		step = c.titled(it, yamltext.Map("wait", yamltext.Map("message", c.message(n))))
	case n.el.name == "sendTask":
		step = c.titled(it, yamltext.Map("send", c.message(n)))
	case n.kind == diagram.ServiceTask:
		step = c.person(it, n, "an action of the catalogue must be named for it (do: area.action): a person does it until then")
	case n.kind == diagram.ScriptTask:
		step = c.person(it, n, "its script must become formulas (set): a person does it until then")
	case n.kind == diagram.BusinessRuleTask:
		step = c.person(it, n, "its rules must become a decision table (decide): a person decides until then")
	default:
		step = c.task(it, n)
	}
	noted(step, n)
	if n.inner == nil {
		step = c.rounds(it, step)
	}
	c.undone(n, step)
	return c.foreignEdge(it, step)
}

func (c *converter) call(it *item) *definitions.Written {
	n := it.node
	id := n.el.attribute("calledElement")
	if i := strings.LastIndexByte(id, ':'); i >= 0 {
		id = id[i+1:]
	}
	if id == "" {
		id = n.title()
		c.changed(n.el, "it does not say which process it calls: %s stands in", slug(id))
	}
	c.called[slug(id)] = n.title()
	c.changed(n.el, "what goes into the process and comes out of it must be written: with")
	step := yamltext.Map("run", slug(id), "id", c.name(it))
	if n.name != "" {
		yamltext.Set(step, "title", yamltext.Text(n.name))
	}
	return step
}

// subProcess makes a stage, or a loop, of a sub-process.
func (c *converter) subProcess(it *item) *definitions.Written {
	n := it.node
	id := c.name(it)
	c.depth++
	steps := c.inside(n)
	events := c.events(n.inner)
	c.depth--
	if n.el.name == "transaction" {
		c.changed(n.el, "a transaction is a stage: what undoes its steps is their compensation")
	}
	if n.el.name == "adHocSubProcess" {
		c.changed(n.el, "its steps run side by side, each once")
	}
	step := yamltext.Map("stage", id)
	if n.name != "" {
		yamltext.Set(step, "title", yamltext.Text(n.name))
	}
	if len(events) > 0 {
		yamltext.Set(step, "events", yamltext.List(events...))
	}
	yamltext.Set(step, "steps", yamltext.List(steps...))
	return c.rounds(it, step)
}

// rounds puts a step that runs several times into its loop.
func (c *converter) rounds(it *item, step *definitions.Written) *definitions.Written {
	n := it.node
	if m := n.el.child("multiInstanceLoopCharacteristics"); m != nil {
		list := c.id("items of " + n.title())
		c.inputs = append(c.inputs, list)
		c.changed(m, "what it runs over must be said: the input %s, a list of text, stands in", list)
		each := yamltext.Map("each", c.id("item")+" in "+list)
		if m.attribute("isSequential") != "true" {
			yamltext.Set(each, "at_once", yamltext.Text("all"))
		}
		if m.child("completionCondition") != nil {
			c.lost(m, "its completion condition must become a formula under until")
		}
		yamltext.Set(each, "steps", yamltext.List(step))
		return each
	}
	if l := n.el.child("standardLoopCharacteristics"); l != nil {
		again := c.id("end of " + n.title())
		c.changed(l, "its condition must become a formula: a person says after each round whether it was the last")
		ask := yamltext.Map("task", again, "title", "Is "+n.title()+" done?", "role", c.role(n), "outcomes", yamltext.Map("done", "Done", "again", "Again"))
		loop := yamltext.Map("repeat", c.id("rounds of "+n.title()), "until", again+`.outcome == "done"`)
		if most := l.attribute("loopMaximum"); most != "" {
			yamltext.Set(loop, "at_most", yamltext.Text(most))
		}
		yamltext.Set(loop, "steps", yamltext.List(step, ask))
		return loop
	}
	return step
}

// foreignEdge adds what the events on the edge of an activity lead to.
func (c *converter) foreignEdge(it *item, step *definitions.Written) []*definitions.Written {
	n := it.node
	for _, e := range n.edge {
		if len(e.out) == 0 && e.event != diagram.Compensate {
			c.lost(e.el, "nothing follows from it")
		}
	}
	handlers, arms, events := yamltext.Map(), []*definitions.Written{}, []*definitions.Written{}
	for _, a := range it.arms {
		if a.event == nil {
			continue
		}
		trigger := c.trigger(a.event)
		switch {
		case a.event.event == diagram.Error:
			yamltext.Set(handlers, c.caught(n, a.event), yamltext.List(c.steps(a.items)...))
		case trigger == nil:
		case a.event.interrupting() && n.inner == nil:
			if steps := c.steps(a.items); len(steps) > 0 {
				yamltext.Set(trigger, "steps", yamltext.List(steps...))
			}
			arms = append(arms, trigger)
		default:
			if a.event.interrupting() {
				yamltext.Set(trigger, "interrupts", yamltext.Text("true"))
				yamltext.Set(trigger, "undo", yamltext.Text("false"))
			}
			c.aside++
			yamltext.Set(trigger, "steps", yamltext.List(c.steps(a.items)...))
			c.aside--
			events = append(events, trigger)
		}
	}
	then := c.steps(it.then)
	meets := slices.ContainsFunc(it.arms, func(a arm) bool { return a.event != nil && a.goesOn })
	if len(then) > 0 && meets && (len(handlers.Entries) > 0 || len(events) > 0) {
		c.changed(n.el, "where an event on its edge has happened, the steps behind it run too, before the ways meet")
	}
	if len(handlers.Entries) > 0 {
		yamltext.Set(step, "on_error", handlers)
	}
	if len(arms) > 0 {
		step = c.firstOf(it, step, arms, then)
		then = nil
	}
	if len(events) > 0 {
		step = c.beside(it, step, events)
	}
	return append([]*definitions.Written{step}, then...)
}

// firstOf lets a step compete with what interrupts it. Only tasks, approvals and runs can.
func (c *converter) firstOf(it *item, step *definitions.Written, arms, then []*definitions.Written) *definitions.Written {
	if yamltext.Get(step, "task") == nil && yamltext.Get(step, "run") == nil {
		for _, a := range arms {
			yamltext.Set(a, "interrupts", yamltext.Text("true"))
			yamltext.Set(a, "undo", yamltext.Text("false"))
			if yamltext.Get(a, "steps") == nil {
				yamltext.Set(a, "steps", yamltext.List())
			}
		}
		return yamltext.Map("stage", c.id("stage of "+it.node.title()), "events", yamltext.List(arms...), "steps", yamltext.List(append([]*definitions.Written{step}, then...)...))
	}
	if len(then) > 0 {
		yamltext.Set(step, "steps", yamltext.List(then...))
	}
	return yamltext.Map("first_of", yamltext.List(append([]*definitions.Written{step}, arms...)...))
}

// beside puts events beside a step: a stage has them already, any other gets one around it.
func (c *converter) beside(it *item, step *definitions.Written, events []*definitions.Written) *definitions.Written {
	if yamltext.Get(step, "stage") == nil {
		return yamltext.Map("stage", c.id("stage of "+it.node.title()), "events", yamltext.List(events...), "steps", yamltext.List(step))
	}
	if known := yamltext.Get(step, "events"); known != nil {
		events = append(known.Items, events...)
	}
	yamltext.Set(step, "events", yamltext.List(events...))
	return step
}

// caught returns the code that an error event on an edge catches: any where nothing inside raises its own.
func (c *converter) caught(n, event *node) string {
	if n.inner != nil && event.about != "" {
		raises := slices.ContainsFunc(n.inner.nodes, func(m *node) bool {
			return m.kind == diagram.EndEvent && m.event == diagram.Error && m.about == event.about
		})
		if raises {
			return slug(event.about)
		}
	}
	if event.about != "" {
		c.changed(event.el, "nothing in %q raises %q yet: every error stands in", n.title(), event.about)
	}
	return "any"
}

// trigger makes the trigger of an event on an edge, of an event sub-process, or behind an event-based
// gateway; nil where the language has none.
func (c *converter) trigger(n *node) *definitions.Written {
	switch {
	case n.event == diagram.Message || n.event == diagram.Signal || n.el.name == "receiveTask":
		return yamltext.Map("message", c.message(n))
	case n.event == diagram.Timer:
		return yamltext.Map("after", c.time(n))
	case n.event == diagram.Error || n.event == diagram.Compensate:
	case n.event == diagram.Conditional:
		c.lost(n.el, "its condition must become a formula under becomes: %s", n.about)
	default:
		c.lost(n.el, "nothing in the language waits for this kind of event")
	}
	return nil
}

// foreignEvent makes an event of an event sub-process.
func (c *converter) foreignEvent(n *node) *definitions.Written {
	if n.inner == nil {
		return nil
	}
	starts := n.inner.starts()
	if len(starts) == 0 || starts[0].kind != diagram.StartEvent {
		c.lost(n.el, "no event starts it")
		return nil
	}
	event := c.trigger(starts[0])
	if event == nil {
		if starts[0].event == diagram.Error {
			c.lost(n.el, "errors of a whole process are caught by on_error, which needs an action that raises them")
		}
		return nil
	}
	if n.name != "" {
		yamltext.Set(event, "title", yamltext.Text(n.name))
	}
	if starts[0].interrupting() {
		yamltext.Set(event, "interrupts", yamltext.Text("true"))
		yamltext.Set(event, "undo", yamltext.Text("false"))
	}
	c.aside++
	yamltext.Set(event, "steps", yamltext.List(c.inside(n)...))
	c.aside--
	return event
}
