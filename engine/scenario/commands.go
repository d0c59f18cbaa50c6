package scenario

import (
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/engine"
)

// carryOut does what the engine asks for, and returns the event that answers it; nil for none.
func (h *host) carryOut(command engine.Command) engine.Body {
	switch c := command.(type) {
	case engine.RunAction:
		if !h.requested(c.Wait, c.Step, c.Action, c.Input) {
			return nil
		}
		if h.world != nil && h.stubs[stubName(definitions.StubAction, c.Action)] == nil {
			return h.runInWorld(c)
		}
		return h.runAction(c.Wait, c.Action)
	case engine.CallRemote:
		if !h.requested(c.Wait, c.Step, c.Action, c.Input) {
			return nil
		}
		return h.runAction(c.Wait, c.Action)
	case engine.StartChild:
		return h.runChild(c)
	case engine.UndoChild:
		h.note("undo the sub-process of wait %d", c.Wait)
		return engine.ChildEnded{Wait: c.Wait, Undone: true}
	case engine.CancelChild:
		return engine.ChildEnded{Wait: c.Wait, Undone: true}
	case engine.OpenTask:
		h.tasks = append(h.tasks, &c)
		h.note("task %s opens", c.Step)
	case engine.ChangeTask:
		h.changeTask(c)
	case engine.CloseTask:
		h.closeTask(c)
	case engine.Notify:
		h.tell(c)
	case engine.SendMessage:
		h.actions = append(h.actions, visit{step: c.Step, action: c.Message})
		h.send(c)
	case engine.Unclaimed:
		if h.keepsNothing(c.Letter.Message) {
			return nil
		}
		h.keep(engine.Arrived{ID: c.Letter.ID, Message: c.Letter.Message, Key: c.Letter.Key, With: c.Letter.With})
	case engine.AcquireLocks:
		h.locks.ask(c)
	case engine.ReleaseLocks:
		h.locks.release(c.Wait)
	case engine.Record:
		h.remember(c)
	case engine.RaiseIncident:
		h.note("incident at %s: %s %s", c.Step, c.Code, c.Text)
	case engine.Ended:
		h.ended = &c
		h.note("ends: %s", endText(&c))
	}
	return nil
}

// requested notes that an action is asked for, and tells whether the process still waits for it.
func (h *host) requested(wait engine.NodeID, step, action string, input map[string]any) bool {
	h.actions = append(h.actions, visit{step: step, action: action})
	h.coverage.reach(step)
	if !h.state.Waits(wait) {
		return false
	}
	h.calls = append(h.calls, call{name: action, input: input})
	return true
}

func (h *host) closeTask(c engine.CloseTask) {
	at := h.taskOf(c.Wait)
	if at < 0 {
		return
	}
	text := "task " + h.tasks[at].Step + " is " + string(c.Why)
	if c.Outcome != "" {
		text += ": " + c.Outcome
	}
	h.note("%s", text)
	h.tasks = slices.Delete(h.tasks, at, at+1)
}

func (h *host) changeTask(c engine.ChangeTask) {
	for _, t := range h.tasks {
		if t.Wait == c.Wait {
			if people := slices.Concat(c.Roles, c.People, c.Also); !slices.Equal(people, slices.Concat(t.Roles, t.People)) {
				h.note("task %s is for %s", t.Step, strings.Join(people, ", "))
			}
			t.Roles, t.People, t.Assignee, t.Due = c.Roles, c.People, c.Assignee, c.Due
		}
	}
}

// remember keeps a row of the history and what it says about the way the case went.
func (h *host) remember(r engine.Record) {
	h.facts = append(h.facts, r)
	if r.What == engine.FactCaught {
		h.coverage.record(r)
	}
	if r.Step == "" {
		return
	}
	switch r.What {
	case engine.FactSkipped:
		h.note("%s is skipped", r.Step)
		return
	case engine.FactWithdrawn, engine.FactUndone:
		return
	case engine.FactChose, engine.FactWon:
		h.coverage.record(r)
	case engine.FactDecided:
		h.coverage.record(r)
		outputs, _ := r.Data["outputs"].(map[string]any)
		h.decided = append(h.decided, decided{table: r.Data["table"].(string), outputs: outputs})
		h.note("%s decides%s", r.Step, withText(outputs))
	}
	h.coverage.reach(r.Step)
	if step := h.d.Steps[r.Step]; step == nil || step.Kind() != definitions.KindDo && step.Kind() != definitions.KindSend {
		h.actions = append(h.actions, visit{step: r.Step})
	}
}

func endText(e *engine.Ended) string {
	if e.Error != nil {
		return "failed with " + e.Error.Code
	}
	return e.Outcome
}
