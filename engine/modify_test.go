package engine_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"pgregory.net/rapid"

	"waybill/engine"
)

// The scenarios in testdata/modify change the course of running instances. "would" in front of an act
// tells what it would do, and does nothing.
func TestModifyScenarios(t *testing.T) {
	datadriven.Walk(t, filepath.Join("testdata", "modify"), func(t *testing.T, path string) {
		p := newPlayer()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if body := p.modifies(t, d); body != nil {
				e := engine.Event{By: arguments(d)["as"], Body: body}
				if d.CmdArgs[0].Key == "would" {
					return p.foreseen(e)
				}
				return p.apply(t, e)
			}
			return p.play(t, d)
		})
	})
}

func (p *player) modifies(t *testing.T, d *datadriven.TestData) engine.Body {
	args := arguments(d)
	wait := p.wait(t, args["at"], args)
	undo, reason := engine.UndoChoice(args["undo"]), args["reason"]
	switch d.Cmd {
	case "goto":
		return engine.GoTo{Wait: wait, Step: args["step"], Undo: undo, Reason: reason}
	case "again":
		return engine.Again{Wait: wait, Step: args["step"], Undo: undo, Reason: reason}
	case "leaveout":
		return engine.LeaveOut{Wait: wait, Undo: undo, Reason: reason, Result: record(t, d.Input)}
	}
	return nil
}

func (p *player) foreseen(e engine.Event) string {
	e.At, e.Settings, e.Lookups = p.at, p.settings, p.lookups
	f, err := engine.Foresee(p.process, p.state, e)
	if refusal, ok := errors.AsType[*engine.Refusal](err); ok {
		return fmt.Sprintf("would be refused: %s\n", refusal)
	}
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	for _, o := range f.Withdrawn {
		fmt.Fprintf(&b, "withdraws %s\n", openLine(o))
	}
	fmt.Fprintf(&b, "undoes %v\nleaves %v\n", f.Undone, f.Left)
	for _, o := range f.Opened {
		fmt.Fprintf(&b, "opens %s\n", openLine(o))
	}
	return b.String()
}

// Whatever an operator does to the course of whatever instance, whenever: it keeps its books in order, and
// can be brought to its end.
func TestAnyCourseCanBeChangedAtAnyTime(t *testing.T) {
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		text := drawProcess(t)
		h := newHost(t, loadRandom(t, text))
		h.apply(threeItems())
		for range rapid.IntRange(1, 30).Draw(t, "events") {
			h.anything()
			if h.state.Status() != engine.Over && rapid.IntRange(0, 2).Draw(t, "modify") == 0 && h.modify() {
				done++
			}
		}
		h.bringToEnd()
	})
	if done == 0 {
		t.Fatal("no course was changed")
	}
}

// modify changes the course of the instance, or is refused.
func (h *host) modify() bool {
	var steps []string
	for id := range h.process.Steps {
		steps = append(steps, id)
	}
	slices.Sort(steps)
	step := rapid.SampledFrom(steps).Draw(h.t, "to")
	var wait engine.NodeID
	if open := h.state.Open(); len(open) > 0 && rapid.Bool().Draw(h.t, "with a wait") {
		wait = rapid.SampledFrom(open).Draw(h.t, "at").Wait
	}
	undo := rapid.SampledFrom([]engine.UndoChoice{engine.UndoUnsaid, engine.UndoIt, engine.UndoNot}).Draw(h.t, "undo")
	bodies := []engine.Body{
		engine.GoTo{Wait: wait, Step: step, Undo: undo},
		engine.Again{Wait: wait, Step: step, Undo: undo},
		engine.LeaveOut{Wait: wait, Undo: undo},
	}
	body := rapid.SampledFrom(bodies).Draw(h.t, "act")
	if _, err := engine.Foresee(h.process, h.state, h.event(body)); err != nil {
		if _, refused := errors.AsType[*engine.Refusal](err); !refused {
			h.t.Fatal(err)
		}
	}
	return h.apply(body)
}
