package engine_test

import (
	"encoding/json"
	"fmt"
	"math/bits"

	"pgregory.net/rapid"
)

// processes draws random processes: well-formed, with every kind of step of this release, made to be
// small and tangled rather than useful.
type processes struct {
	t     *rapid.T
	steps int // how many may still be drawn
	ids   int
	flags int
	// alone says that nothing runs beside the block, so that its steps may set process data.
	alone bool
	// names are the written ids that a step may go back to, all those that it may cancel.
	names, all []string
	locked     bool // inside a lock
	feeds      bool // some each stays open for more items
}

type object = map[string]any

// drawProcess returns the text of a process; JSON is YAML.
func drawProcess(t *rapid.T) string {
	g := &processes{t: t, steps: 6 + pick(t, "size", 24), alone: true}
	process := object{
		"process":  "main",
		"input":    object{"list": "list of text", "chief": "text"},
		"outcomes": object{"done": g.keepOrUndo(), "stopped": g.keepOrUndo()},
	}
	process["steps"] = append(append(g.block(0), g.block(0)...), g.block(0)...)
	g.steps += 4
	if g.chance("process events") {
		process["events"] = g.events(2)
	}
	if g.chance("process on_error") {
		process["on_error"] = object{"any": g.block(2)}
	}
	if g.feeds {
		events, _ := process["events"].([]any)
		process["events"] = append(events, object{"message": "goods.arrived", "steps": []any{object{"set": object{"list": "= append(list, \"more\")"}}}})
	}
	data := object{"flag": object{"type": "boolean", "default": g.yesOrNo("flag")}, "n": object{"type": "number", "default": "2"}}
	for i := range g.flags {
		data[fmt.Sprintf("f%d", i)] = object{"type": "boolean", "default": "false"}
	}
	process["data"] = data
	text, err := json.MarshalIndent(process, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (g *processes) chance(label string) bool { return pick(g.t, label, 4) == 0 }

func (g *processes) rarely(label string) bool { return pick(g.t, label, 8) == 0 }

func (g *processes) pick(label string, n int) int { return pick(g.t, label, n) }

// pick draws a number below n, all alike often: rapid's own ranges prefer the small ones, with which
// processes stay small and events the same.
func pick(t *rapid.T, label string, n int) int {
	v := 0
	for range bits.Len(uint(n)) + 3 {
		v *= 2
		if rapid.Bool().Draw(t, label) {
			v++
		}
	}
	return v % n
}

// oneOf draws one of some values, all alike often.
func oneOf[V any](t *rapid.T, label string, values ...V) V {
	return values[pick(t, label, len(values))]
}

func (g *processes) keepOrUndo() string {
	return oneOf(g.t, "at the end", "keep", "undo")
}

func (g *processes) id(prefix string) string {
	g.ids++
	return fmt.Sprintf("%s%d", prefix, g.ids)
}

// condition is one that events and operators may make true and false.
func (g *processes) condition() string {
	name := "flag"
	if g.flags > 0 && g.chance("which flag") {
		name = fmt.Sprintf("f%d", g.pick("flag", g.flags))
	}
	return oneOf(g.t, "condition", name, "not "+name, "1 < 2", "10 / n > 3")
}

func (g *processes) block(depth int) []any {
	block := []any{}
	names := len(g.names)
	defer func() { g.names = g.names[:names] }()
	for n := 1 + g.pick("steps", 3); n > 0 && (g.steps > 0 || len(block) == 0); n-- {
		g.steps--
		step := g.step(depth)
		g.conditions(step)
		block = append(block, step)
	}
	return block
}

// name notes an id that later steps may name.
func (g *processes) name(id string) string {
	g.names = append(g.names, id)
	g.all = append(g.all, id)
	return id
}

// called draws a step of a kind that does not name it, at times with an id.
func (g *processes) called(draw func(int) object) func(int) object {
	return func(depth int) object {
		if !g.chance("named") {
			return draw(depth)
		}
		id := g.name(g.id("x"))
		step := draw(depth)
		step["id"] = id
		return step
	}
}

// conditions draws under which conditions a step is there, and stays.
func (g *processes) conditions(step object) {
	if _, there := step["when"]; !there && g.rarely("when") {
		step["when"] = g.condition()
	}
	if g.rarely("while") {
		step["while"] = g.condition()
		if _, said := step["undo"]; !said {
			step["undo"] = g.yesOrNo("undo what while withdraws")
		}
	}
	for _, key := range []string{"task", "approve", "stage"} {
		if _, holds := step[key]; holds && g.chance("hold") {
			step["hold"] = oneOf(g.t, "hold", "flag", "10 / n > 3") // conditions that are false at the same time, or it never ends
		}
	}
}

// beside draws a block that runs beside others, or in rounds side by side.
func (g *processes) beside(depth int) []any {
	alone := g.alone
	g.alone = false
	defer func() { g.alone = alone }()
	return g.block(depth)
}

func (g *processes) step(depth int) object {
	kinds := []func(int) object{
		g.called(g.action), g.called(g.remote), g.called(g.action), g.task, g.called(g.wait), g.run, g.called(g.set), g.called(g.send),
	}
	if len(g.names) > 0 {
		kinds = append(kinds, g.backTo, g.backTo)
	}
	if len(g.all) > 0 {
		kinds = append(kinds, g.cancel, g.cancel)
	}
	if depth < 4 && g.steps > 0 && (depth < 2 || g.chance("deeper")) {
		kinds = append(kinds,
			g.stage, g.counted, g.called(g.choose), g.called(g.parallel), g.called(g.each), g.repeat, g.called(g.firstOf), g.approve, g.leave,
			g.called(g.lock))
	}
	step := kinds[g.pick("kind", len(kinds))](depth)
	if _, leaves := step["end"]; !leaves && g.rarely("on_error") && depth < 4 {
		step["on_error"] = object{"any": g.block(depth + 2)}
	}
	return step
}

func (g *processes) action(depth int) object {
	name := oneOf(g.t, "action", "stock.reserve", "billing.invoice", "mail.send")
	step := object{"do": name, "with": object{"order": "SO-1"}}
	if name == "mail.send" {
		step["with"] = object{"to": "sales"}
	}
	if g.chance("retry") {
		step["retry"] = object{"times": "1", "first": "1m"}
	}
	return g.compensated(step, depth)
}

func (g *processes) remote(depth int) object {
	step := object{"do": "shipping.book", "with": object{"order": "SO-1"}, "result": g.id("b")}
	if g.chance("retry") {
		step["retry"] = object{"times": "1", "first": "1m"}
	}
	return g.compensated(step, depth)
}

func (g *processes) compensated(step object, depth int) object {
	if g.chance("compensation") && depth < 4 {
		step["compensation"] = append(g.beside(depth+2), object{"do": "mail.send", "with": object{"to": "{{ flag }}"}})
	}
	return step
}

func (g *processes) task(int) object {
	step := object{"task": g.name(g.id("t"))}
	switch g.pick("who", 6) {
	case 0:
		step["assign"] = "chief"
	case 1:
		step["candidates"], step["not_by"] = "[chief, \"bob\"]", "first(list)"
	case 2:
		step["role"], step["not_by"] = "clerk", "chief"
	default:
		step["role"] = "clerk"
	}
	if g.chance("due") {
		step["due"], step["remind"] = "2 work hours", []any{"1h"}
		step["escalate"] = g.escalations()
	}
	return step
}

// escalations draws what happens when a task stays open, at times twice.
func (g *processes) escalations() []any {
	var all []any
	for _, after := range []string{"2h", "3h"}[g.pick("escalations", 2):] {
		all = append(all, object{
			"after": after, "to": oneOf(g.t, "to", "manager", "superior"), "action": oneOf(g.t, "escalation", "notify", "reassign", "add"),
		})
	}
	return all
}

// counted is a stage in which a step reads, some time later, what the one before it has yielded: its own, whatever
// runs beside it.
func (g *processes) counted(int) object {
	name := g.id("c")
	return object{"stage": g.id("s"), "steps": []any{
		object{"do": "stock.count", "with": object{"order": "SO-1"}, "result": name},
		object{"wait": "1h"},
		object{"do": "mail.send", "with": object{"to": mailOfCount, "about": "{{ " + name + ".left }}"}},
	}}
}

// mailOfCount is whom a mail is for that tells what was counted in the same stage.
const mailOfCount = "who counts"

func (g *processes) approve(depth int) object {
	return object{
		"approve": g.name(g.id("a")), "mode": oneOf(g.t, "mode", "in_turn", "all", "any", "1"),
		"by": []any{
			object{"role": "clerk", "seats": "2", "when": g.condition()},
			object{"superior_of": "chief", "when": g.condition(), "escalate": g.escalations()},
			object{"role": "manager", "when": g.condition()},
		},
		"on_reject": append(g.beside(depth+1), object{"raise": "rejected"}),
	}
}

func (g *processes) wait(int) object {
	switch g.pick("wait", 3) {
	case 0:
		return object{"wait": oneOf(g.t, "for", "1h", "1 work day", "30m")}
	case 1:
		return object{"wait": "= flag"}
	}
	return object{"wait": object{"message": "order.changed", "key": oneOf(g.t, "key", "A", "B")}}
}

func (g *processes) run(int) object {
	step := object{"run": "child", "id": g.name(g.id("r"))}
	if g.chance("detached") {
		step["detached"] = "true"
	}
	return step
}

func (g *processes) set(int) object {
	if !g.alone {
		return object{"do": "mail.send", "with": object{"to": "sales"}}
	}
	g.flags++
	return object{"set": object{fmt.Sprintf("f%d", g.flags-1): oneOf(g.t, "to", "true", "false")}}
}

func (g *processes) stage(depth int) object {
	step := object{"stage": g.name(g.id("s")), "due": "1h"}
	if g.chance("events") {
		step["events"] = g.events(depth + 1)
	}
	step["steps"] = g.block(depth + 1)
	return step
}

func (g *processes) events(depth int) []any {
	event := object{"message": "order.cancelled", "result": g.id("e")}
	switch g.pick("trigger", 6) {
	case 0:
		event = object{"after": []any{"1h", "2h"}}
	case 1:
		event = object{"becomes": g.condition()}
	case 2:
		return append(g.events(depth), object{"cancel": "requested", "steps": g.beside(depth + 1)})
	}
	if g.chance("interrupts") {
		event["interrupts"], event["undo"] = "true", g.yesOrNo("undo the block")
	}
	steps := g.beside(depth + 1)
	if result, taken := event["result"]; taken {
		steps = append(steps, object{"do": "mail.send", "with": object{"to": "{{ " + result.(string) + ".reason }}"}})
	}
	event["steps"] = steps
	return []any{event}
}

func (g *processes) yesOrNo(label string) string {
	return rapid.SampledFrom([]string{"true", "false"}).Draw(g.t, label)
}

func (g *processes) choose(depth int) object {
	return object{"choose": []any{
		object{"when": g.condition(), "steps": g.block(depth + 1)},
		object{"else": g.block(depth + 1)},
	}}
}

// childFile is the sub-process of the random processes.
const childFile = `process: child
outcomes: {shipped: keep, returned: undo}
steps:
  - do: stock.reserve
    with: {order: SO-1}
`
