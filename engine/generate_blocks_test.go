package engine_test

import (
	"slices"

	"pgregory.net/rapid"
)

func (g *processes) until(step object) object {
	until := oneOf(g.t, "until", "all", "any", "1", "none", "flag or finished > 1", "10 / n < finished")
	if until != "all" {
		step["until"] = until
		step["rest"] = oneOf(g.t, "rest", "cancel", "ignore")
		if step["rest"] == "cancel" {
			step["undo"] = g.yesOrNo("undo the rest")
		}
	}
	return step
}

func (g *processes) parallel(depth int) object {
	var branches []any
	first, beside := len(g.all), []string(nil)
	for n := 2 + g.pick("branches", 2); n > 0; n-- {
		branch := object{"steps": g.beside(depth + 1)}
		if len(beside) > 0 && !g.locked && g.chance("wait for steps") {
			wait := object{"wait": object{"steps": []string{oneOf(g.t, "for", beside...)}}}
			branch["steps"] = append([]any{wait}, branch["steps"].([]any)...)
		}
		beside = slices.Clone(g.all[first:])
		if g.chance("inclusive") {
			branch["when"] = g.condition()
		}
		branches = append(branches, branch)
	}
	step := g.until(g.thenEach(object{"parallel": branches}, depth))
	if g.chance("at once") {
		step["at_once"] = oneOf(g.t, "at once", "1", "2")
	}
	return step
}

func (g *processes) each(depth int) object {
	item := g.id("i")
	step := object{"each": item + " in list", "steps": g.beside(depth + 1), "collect": object{"into": g.id("all"), "value": "= " + item}}
	step["at_once"] = oneOf(g.t, "at once", "1", "2", "all")
	if g.chance("open until") {
		step["open_until"] = g.condition()
		g.feeds = true
	}
	return g.until(g.thenEach(step, depth))
}

// thenEach draws what follows every branch or round.
func (g *processes) thenEach(step object, depth int) object {
	switch g.pick("then each", 6) {
	case 0:
		step["then_each"] = g.beside(depth + 1)
	case 1:
		step["then_each"] = object{"every": "2", "steps": g.beside(depth + 1)}
	}
	return step
}

func (g *processes) send(int) object {
	return object{"send": "order.changed", "key": oneOf(g.t, "key", "A", "= chief")}
}

func (g *processes) lock(depth int) object {
	if g.locked {
		return g.action(depth)
	}
	g.locked = true
	defer func() { g.locked = false }()
	names := oneOf[any](g.t, "locks", "oven", []any{"oven", "= chief"}, []any{"= chief", "crane"})
	return object{"lock": names, "steps": g.block(depth + 1)}
}

func (g *processes) backTo(int) object {
	return object{
		"back_to": oneOf(g.t, "target", g.names...), "at_most": oneOf(g.t, "at most", "1", "3"),
		"undo": g.yesOrNo("undo what comes after"), "when": g.condition(),
	}
}

func (g *processes) cancel(int) object {
	step := object{"cancel": rapid.SliceOfNDistinct(rapid.SampledFrom(g.all), 1, min(2, len(g.all)), rapid.ID[string]).Draw(g.t, "cancel")}
	step["undo"], step["when"] = g.yesOrNo("undo what is cancelled"), g.condition()
	return step
}

func (g *processes) repeat(depth int) object {
	return object{"repeat": g.name(g.id("l")), "until": g.condition(), "at_most": "3", "steps": g.block(depth + 1)}
}

func (g *processes) firstOf(depth int) object {
	task := g.task(depth)
	task["wins"] = oneOf(g.t, "wins", "claimed", "completed")
	task["steps"] = g.block(depth + 1)
	return object{"first_of": []any{
		task,
		object{"message": "order.changed", "key": "A", "steps": g.block(depth + 1)},
		object{"run": "child", "id": g.id("r"), "when": g.condition()},
		object{"after": "2h", "steps": g.block(depth + 1)},
		object{"becomes": g.condition(), "when": g.condition(), "steps": g.block(depth + 1)},
	}}
}

// leave leaves the block, but only where a condition holds: what follows can always be reached.
func (g *processes) leave(int) object {
	if g.chance("raise") {
		return object{"raise": "trouble", "when": g.condition()}
	}
	return object{"end": "stopped", "when": g.condition()}
}
