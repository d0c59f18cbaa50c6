package engine_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"pgregory.net/rapid"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/engine"
)

// The scenarios in testdata/migrate play a process, move its instance to the revision that "becomes"
// holds, and play on.
func TestMigrationScenarios(t *testing.T) {
	datadriven.Walk(t, filepath.Join("testdata", "migrate"), func(t *testing.T, path string) {
		p := newPlayer()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "becomes" {
				return p.becomes(t, d)
			}
			return p.play(t, d)
		})
	})
}

// becomes moves the instance to another revision and tells the verdict and what was done.
func (p *player) becomes(t *testing.T, d *datadriven.TestData) string {
	pack := loadPack(t, d.Input)
	var to *definitions.Process
	for _, process := range pack.Processes {
		if to == nil || process.ID == "main" {
			to = process
		}
	}
	plan, by := engine.Plan{}, ""
	for _, arg := range d.CmdArgs {
		switch arg.Key {
		case "as":
			by = arg.Vals[0]
		case "map":
			plan.Steps = map[string]string{}
			for _, pair := range strings.Split(arg.Vals[0], ";") {
				old, id, _ := strings.Cut(pair, ">")
				plan.Steps[old] = id
			}
		}
	}
	told := verdict(engine.Movable(p.process, to, p.state, plan))
	e := engine.Event{
		At: p.at, By: by, Settings: p.settings, Lookups: p.lookups,
		Body: engine.Migration{Plan: plan, From: 1, To: 2, Reason: "a better way"},
	}
	before := encode(p.state)
	next, commands, err := p.moved(to, e)
	if encode(p.state) != before {
		t.Fatal("the state that was given has changed")
	}
	if _, refused := errors.AsType[*engine.NotMovable](err); refused {
		return told
	}
	must(t, err)
	p.process, p.pack, p.state = to, pack, next
	return told + p.observed(commands)
}

func (p *player) moved(to *definitions.Process, e engine.Event) (engine.State, []engine.Command, error) {
	for {
		next, commands, err := engine.Move(p.process, to, p.state, e)
		need, ok := errors.AsType[*formula.NeedLookup](err)
		if !ok {
			return next, commands, err
		}
		ref := engine.Ref{Object: need.Object, ID: need.ID}
		e.Lookups = map[engine.Ref]any{ref: p.objects[ref]}
	}
}

func verdict(v engine.Verdict) string {
	var b strings.Builder
	if v.Can() {
		b.WriteString("it can move\n")
	} else {
		b.WriteString("it cannot move\n")
	}
	for _, r := range v.Reasons {
		fmt.Fprintf(&b, "  because [%s] %s\n", r.Code, r.Text)
	}
	for _, s := range v.Steps {
		fmt.Fprintf(&b, "  #%d %s -> %s, %s\n", s.Wait, s.From, s.To, s.Fate)
	}
	for _, k := range v.Timers {
		fmt.Fprintf(&b, "  %s of %s stays %s\n", k.What, k.Step, clock(k.Due))
	}
	for _, n := range v.Notes {
		fmt.Fprintf(&b, "  note [%s] %s\n", n.Code, n.Text)
	}
	return b.String()
}

// Whatever an instance is at, moving it to the revision that it is on changes nothing, and the history
// has one row of it.
func TestMovingToTheSameRevisionChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawProcess(t)
		t.Log(text)
		h := newHost(t, loadRandom(t, text))
		again := loadRandom(t, text)
		h.apply(threeItems())
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			h.anything()
			h.staysTheSame(again)
		}
	})
}

func threeItems() engine.Started {
	return engine.Started{Instance: map[string]any{"id": "1"}, Input: map[string]any{"list": []any{"x", "y", "z"}, "chief": "ann"}}
}

func (h *host) staysTheSame(again *definitions.Process) {
	migrated, err := engine.Migrate(h.process, again, h.state, engine.Plan{})
	if h.state.Status() == engine.Over {
		if err == nil {
			h.t.Fatal("an instance that has ended was moved")
		}
		return
	}
	if err != nil {
		h.t.Fatalf("it cannot move to itself: %v\n%s", err, encode(h.state))
	}
	if encode(migrated) != encode(h.state) {
		h.t.Fatalf("it changes:\n%s\n%s", encode(h.state), encode(migrated))
	}
	e := h.event(engine.Migration{})
	e.At = h.state.At
	moved, commands, err := engine.Move(h.process, again, h.state, e)
	if err != nil {
		h.t.Fatal(err)
	}
	if len(commands) != 1 || encode(moved) != encode(h.state) {
		h.t.Fatalf("moving does something: %s\n%s\n%s", text(commands), encode(h.state), encode(moved))
	}
}

// An instance that moves to a revision with further steps anywhere, at any time, goes on without a panic,
// keeps its books in order, and can be brought to its end.
func TestAnInstanceMovesToARevisionWithFurtherStepsAndEnds(t *testing.T) {
	moved := 0
	rapid.Check(t, func(t *rapid.T) {
		text := drawProcess(t)
		t.Log(text)
		h := newHost(t, loadRandom(t, text))
		later := loadRandom(t, withFurtherSteps(t, text))
		h.apply(threeItems())
		for range rapid.IntRange(0, 30).Draw(t, "events before") {
			h.anything()
		}
		if h.moveTo(later) {
			moved++
		}
		for range rapid.IntRange(0, 20).Draw(t, "events after") {
			h.anything()
		}
		h.bringToEnd()
	})
	if moved == 0 {
		t.Fatal("no instance could be moved")
	}
}

// moveTo moves the instance where it can move, and keeps the books.
func (h *host) moveTo(to *definitions.Process) bool {
	if !engine.Movable(h.process, to, h.state, engine.Plan{}).Can() {
		return false
	}
	next, commands, err := engine.Move(h.process, to, h.state, h.event(engine.Migration{From: 1, To: 2}))
	if err != nil {
		h.t.Fatal(err)
	}
	h.process, h.state = to, next
	for _, c := range commands {
		h.keep(c)
	}
	h.audit()
	return true
}

// withFurtherSteps adds steps without an id and tasks in front of some steps of a process.
func withFurtherSteps(t *rapid.T, text string) string {
	var b strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		b.WriteString(line)
		if strings.HasSuffix(strings.TrimSpace(line), `"steps": [`) && rapid.Bool().Draw(t, "add") {
			n++
			fmt.Fprintf(&b, "{\"task\": \"further%d\", \"role\": \"clerk\"}, {\"do\": \"mail.send\", \"with\": {\"to\": \"sales\"}},\n", n)
		}
	}
	return b.String()
}

// A process of 200 open steps moves in well under a turn's time.
func TestAWideInstanceMovesQuickly(t *testing.T) {
	var steps strings.Builder
	for i := range 200 {
		fmt.Fprintf(&steps, "      - steps: [{task: t%d, role: clerk, due: 2h}]\n", i)
	}
	text := "process: main\nsteps:\n  - parallel:\n" + steps.String()
	p := newPlayer()
	p.process = loadPack(t, text).Processes["main"]
	p.apply(t, engine.Event{Body: engine.Started{Instance: map[string]any{"id": "1"}}})
	to := loadPack(t, strings.ReplaceAll(text, "clerk", "manager")).Processes["main"]
	begun := time.Now()
	_, commands, err := engine.Move(p.process, to, p.state, engine.Event{At: p.at, Body: engine.Migration{From: 1, To: 2}})
	must(t, err)
	if took := time.Since(begun); took > time.Second || len(commands) != 201 {
		t.Fatalf("%d commands in %s", len(commands), took)
	}
}

// Whatever the other revision looks like: an instance that is said to be able to move does so, goes on
// without a panic and can be brought to its end; another one stays.
func TestAnInstanceMovesToWhateverRevisionOrStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, other := drawProcess(t), drawProcess(t)
		t.Log(text, other)
		h := newHost(t, loadRandom(t, text))
		to := loadRandom(t, other)
		h.apply(threeItems())
		for range rapid.IntRange(0, 30).Draw(t, "events before") {
			h.anything()
		}
		h.moveTo(to)
		for range rapid.IntRange(0, 10).Draw(t, "events after") {
			h.anything()
		}
		h.bringToEnd()
	})
}
