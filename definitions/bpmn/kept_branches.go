package bpmn

import (
	"slices"
	"strconv"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/yamltext"
)

// branches makes the branches of a choose or parallel.
func (c *converter) branches(it *item) []*definitions.Written {
	var out []*definitions.Written
	for i, a := range it.arms {
		branch := yamltext.Map()
		if len(a.flow.said) > 0 {
			branch = c.written(a.flow.el, a.flow.said[0])
			c.renamed(branch, a.flow.el, a.flow.said[0])
		}
		otherwise := it.node.kind == diagram.ExclusiveGateway && a.flow.condition == ""
		if a.flow.condition != "" {
			yamltext.Set(branch, "when", yamltext.Text(a.flow.condition))
			if !a.flow.ours {
				c.changed(a.flow.el, "its condition is no formula of the language yet: %s", a.flow.condition)
			}
		}
		name := "steps"
		if otherwise && i == len(it.arms)-1 {
			name = "else"
		}
		yamltext.Set(branch, name, yamltext.List(c.steps(a.items)...))
		out = append(out, branch)
	}
	return out
}

// contenders makes the entries of a first_of behind a gateway.
func (c *converter) contenders(it *item) []*definitions.Written {
	var out []*definitions.Written
	for _, a := range it.arms {
		if len(a.items) == 0 {
			c.lost(a.flow.el, "nothing is waited for on it")
			continue
		}
		head, rest := a.items[0], a.items[1:]
		if head.node != nil && head.node.says() == "arm" {
			out = append(out, c.contender(head.node, rest))
			continue
		}
		steps := c.steps(a.items)
		if len(steps) > 1 {
			yamltext.Set(steps[0], "steps", yamltext.List(steps[1:]...))
		}
		out = append(out, steps[0])
	}
	return out
}

func (c *converter) contender(event *node, items []*item) *definitions.Written {
	arm := c.written(event.el, event.said[0])
	c.renamed(arm, event.el, event.said[0])
	if steps := c.steps(items); len(steps) > 0 {
		yamltext.Set(arm, "steps", yamltext.List(steps...))
	}
	return arm
}

// skippable makes the step that a pair of gateways lets the process go around.
func (c *converter) skippable(it *item) []*definitions.Written {
	for _, a := range it.arms {
		if len(a.items) == 0 {
			continue
		}
		steps := c.steps(a.items)
		if len(steps) == 1 {
			if when := yamltext.Get(steps[0], "when"); when == nil || when.Text != a.flow.condition {
				yamltext.Set(steps[0], "when", yamltext.Text(a.flow.condition))
			}
			return steps
		}
		return []*definitions.Written{yamltext.Map("choose", yamltext.List(
			yamltext.Map("when", a.flow.condition, "steps", yamltext.List(steps...)), yamltext.Map("else", yamltext.List())))}
	}
	return nil
}

// rejected gives the approval before it what its no leads to.
func (c *converter) rejected(out []*definitions.Written, it *item) []*definitions.Written {
	for _, a := range it.arms {
		steps := c.steps(a.items)
		switch {
		case a.flow.condition == "":
			out = append(out, steps...)
		case len(out) > 0 && yamltext.Get(out[len(out)-1], "approve") != nil:
			yamltext.Set(out[len(out)-1], "on_reject", yamltext.List(steps...))
		default:
			c.lost(it.node.el, "no approval stands before it")
		}
	}
	return out
}

// edged adds what the events on the edge of an activity lead to, and what follows it alone.
func (c *converter) edged(it *item, step *definitions.Written) []*definitions.Written {
	n := it.node
	out := []*definitions.Written{step}
	rest := it.then
	if len(rest) > 0 && rest[0].node != nil && rest[0].node.says() == "on_reject" {
		out = c.rejected(out, rest[0])
		rest = rest[1:]
	}
	after := append(out[1:], c.steps(rest)...)
	handlers := yamltext.Map()
	arms := map[int]*definitions.Written{}
	for _, a := range it.arms {
		if a.event == nil || len(a.event.said) == 0 {
			continue
		}
		switch s := a.event.said[0]; s.kind {
		case "on_error":
			yamltext.Set(handlers, s.key("code"), yamltext.List(c.steps(a.items)...))
		case "arm":
			at, _ := strconv.Atoi(s.key("at"))
			arm := c.contender(a.event, a.items)
			arm.Entries = slices.DeleteFunc(arm.Entries, func(e definitions.WrittenEntry) bool { return e.Key.Text == "at" })
			arms[at] = arm
		}
	}
	if len(handlers.Entries) > 0 {
		yamltext.Set(step, "on_error", handlers)
	}
	c.undone(n, step)
	if len(n.said) < 2 || n.said[1].kind != "first_of" {
		return append([]*definitions.Written{step}, after...)
	}
	if len(after) > 0 {
		yamltext.Set(step, "steps", yamltext.List(after...))
	}
	whole := c.written(n.el, n.said[1])
	yamltext.Set(whole, "first_of", yamltext.List(placed(arms, step)...))
	return []*definitions.Written{first(whole, "first_of")}
}

// placed puts a step among the arms, each of which knows its place.
func placed(arms map[int]*definitions.Written, step *definitions.Written) []*definitions.Written {
	var out []*definitions.Written
	set := false
	for i := 0; len(arms) > 0 || !set; i++ {
		switch {
		case arms[i] != nil:
			out = append(out, arms[i])
			delete(arms, i)
		case !set:
			out, set = append(out, step), true
		case i > maxNodes:
			return out
		}
	}
	return out
}
