package bpmn

import (
	"strings"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/yamltext"
)

// fork makes the steps of a gateway of another tool's diagram.
func (c *converter) fork(out []*definitions.Written, it *item) []*definitions.Written {
	switch it.node.kind {
	case diagram.ExclusiveGateway:
		if made, plain := c.chosen(out, it); plain {
			return made
		}
		return c.choice(out, it)
	case diagram.EventBasedGateway:
		return append(out, c.race(it))
	case diagram.ComplexGateway:
		c.changed(it.node.el, "a complex gateway: its ways run side by side, those that a person names")
		return append(out, c.inclusive(it)...)
	case diagram.InclusiveGateway:
		if made, plain := c.ticked(out, it); plain {
			return made
		}
		return append(out, c.inclusive(it)...)
	}
	c.aside++
	defer func() { c.aside-- }()
	var branches []*definitions.Written
	for _, a := range it.arms {
		branch := yamltext.Map()
		if a.flow.name != "" {
			yamltext.Set(branch, "title", yamltext.Text(a.flow.name))
		}
		yamltext.Set(branch, "steps", yamltext.List(c.steps(a.items)...))
		branches = append(branches, branch)
	}
	return append(out, c.block(it, "parallel", branches))
}

// block makes a step of branches, with an id where something leads back to it.
func (c *converter) block(it *item, kind string, branches []*definitions.Written) *definitions.Written {
	step := yamltext.Map()
	if it.target {
		yamltext.Set(step, "id", yamltext.Text(c.name(it)))
	}
	if it.node.name != "" {
		yamltext.Set(step, "title", yamltext.Text(it.node.name))
	}
	noted(step, it.node)
	yamltext.Set(step, kind, yamltext.List(branches...))
	return step
}

// label returns what a way of a gateway is called.
func label(a arm) string {
	switch {
	case a.flow.name != "":
		return a.flow.name
	case len(a.items) > 0 && a.items[0].node != nil:
		return a.items[0].node.title()
	case len(a.items) > 0:
		return "Back to " + a.items[0].back.title()
	}
	return "Go on"
}

// choice makes a choose. The task before it, or one of its own, asks a person which way to go until
// somebody writes formulas.
func (c *converter) choice(out []*definitions.Written, it *item) []*definitions.Written {
	outcomes, keys := yamltext.Map(), []string{}
	var conditions []string
	for i, a := range it.arms {
		key := answer(label(a))
		for yamltext.Get(outcomes, key) != nil {
			key += "_too"
		}
		keys = append(keys, key)
		yamltext.Set(outcomes, key, yamltext.Text(label(it.arms[i])))
		if a.flow.condition != "" {
			conditions = append(conditions, a.flow.condition)
		}
	}
	out, asker := c.asker(out, it, outcomes)
	how := ""
	if len(conditions) > 0 {
		how = ": " + strings.Join(conditions, "; ")
	}
	c.changed(it.node.el, "its conditions must become formulas: whoever completes %s says which way to go%s", asker, how)
	var branches []*definitions.Written
	for i, a := range it.arms {
		steps := yamltext.List(c.steps(a.items)...)
		if i == len(it.arms)-1 {
			branches = append(branches, yamltext.Map("else", steps))
			continue
		}
		branches = append(branches, yamltext.Map("when", asker+`.outcome == "`+keys[i]+`"`, "steps", steps))
	}
	return append(out, c.block(it, "choose", branches))
}

// asker returns the task whose outcome chooses: the one just before, or a new one.
func (c *converter) asker(out []*definitions.Written, it *item, outcomes *definitions.Written) ([]*definitions.Written, string) {
	if len(out) > 0 {
		last := out[len(out)-1]
		if id := yamltext.Get(last, "task"); id != nil && yamltext.Get(last, "outcomes") == nil {
			yamltext.Set(last, "outcomes", outcomes)
			return out, id.Text
		}
	}
	return c.asking(out, it, "outcomes", outcomes)
}

func (c *converter) asking(out []*definitions.Written, it *item, name string, what *definitions.Written) ([]*definitions.Written, string) {
	title := it.node.name
	if title == "" {
		title = "Which way?"
	}
	id := c.id(title)
	return append(out, yamltext.Map("task", id, "title", title, "role", c.role(it.node), name, what)), id
}

// inclusive makes a parallel whose branches a person ticks.
func (c *converter) inclusive(it *item) []*definitions.Written {
	form, keys := yamltext.Map(), []string{}
	for _, a := range it.arms {
		key := slug(label(a))
		for yamltext.Get(form, key) != nil {
			key += "_too"
		}
		keys = append(keys, key)
		yamltext.Set(form, key, yamltext.Map("type", "boolean", "title", label(a)))
	}
	out, asker := c.asking(nil, it, "form", form)
	c.changed(it.node.el, "its conditions must become formulas: whoever completes %s says which ways to go", asker)
	c.aside++
	defer func() { c.aside-- }()
	var branches []*definitions.Written
	for i, a := range it.arms {
		branches = append(branches, yamltext.Map("when", asker+"."+keys[i], "title", label(a), "steps", yamltext.List(c.steps(a.items)...)))
	}
	return append(out, c.block(it, "parallel", branches))
}

// race makes a first_of.
func (c *converter) race(it *item) *definitions.Written {
	var arms []*definitions.Written
	for _, a := range it.arms {
		if len(a.items) == 0 || a.items[0].node == nil {
			c.lost(a.flow.el, "nothing is waited for on it")
			continue
		}
		arm := c.trigger(a.items[0].node)
		if arm == nil {
			continue
		}
		if steps := c.steps(a.items[1:]); len(steps) > 0 {
			yamltext.Set(arm, "steps", yamltext.List(steps...))
		}
		arms = append(arms, arm)
	}
	return c.block(it, "first_of", arms)
}
