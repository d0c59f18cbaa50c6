package scenario

import (
	"slices"

	"waybill/definitions"
	"waybill/engine"
)

// carryOut does what the engine asks for, and returns the event that answers it; nil for none.
func (h *host) carryOut(command engine.Command) engine.Body {
	switch c := command.(type) {
	case engine.RunAction:
		return h.request(c.Wait, c.Step, c.Action)
	case engine.CallRemote:
		return h.request(c.Wait, c.Step, c.Action)
	case engine.StartChild:
		return h.runChild(c)
	case engine.UndoChild:
		h.note(definitions.Position{}, "undo the sub-process of wait %d", c.Wait)
		return engine.ChildEnded{Wait: c.Wait, Undone: true}
	case engine.CancelChild:
		return engine.ChildEnded{Wait: c.Wait, Undone: true}
	case engine.OpenTask:
		h.tasks = append(h.tasks, &c)
		h.note(definitions.Position{}, "task %s opens", c.Step)
	case engine.ChangeTask:
		h.changeTask(c)
	case engine.CloseTask:
		h.tasks = slices.DeleteFunc(h.tasks, func(t *engine.OpenTask) bool { return t.Wait == c.Wait })
		h.note(definitions.Position{}, "a task is %s", c.Why)
	case engine.Record:
		h.remember(c)
	case engine.RaiseIncident:
		h.note(definitions.Position{}, "incident at %s: %s %s", c.Step, c.Code, c.Text)
	case engine.Ended:
		h.ended = &c
		h.note(definitions.Position{}, "ends: %s", endText(&c))
	}
	return nil
}

func (h *host) request(wait engine.NodeID, step, action string) engine.Body {
	h.actions = append(h.actions, visit{step: step, action: action})
	h.coverage.reach(step)
	if !h.state.Waits(wait) {
		return nil
	}
	return h.runAction(wait, action)
}

func (h *host) changeTask(c engine.ChangeTask) {
	for _, t := range h.tasks {
		if t.Wait == c.Wait {
			t.Roles, t.People, t.Assignee, t.Due = c.Roles, c.People, c.Assignee, c.Due
		}
	}
}

// remember keeps a row of the history and what it says about the way the case went.
func (h *host) remember(r engine.Record) {
	h.facts = append(h.facts, r)
	if r.Step == "" {
		return
	}
	switch r.What {
	case engine.FactSkipped:
		h.note(definitions.Position{}, "%s is skipped", r.Step)
		return
	case engine.FactWithdrawn, engine.FactUndone:
		return
	case engine.FactChose, engine.FactWon, engine.FactDecided:
		h.coverage.record(r)
	}
	h.coverage.reach(r.Step)
	if step := h.d.Steps[r.Step]; step == nil || step.Kind() != definitions.KindDo {
		h.actions = append(h.actions, visit{step: r.Step})
	}
}

func endText(e *engine.Ended) string {
	if e.Error != nil {
		return "failed with " + e.Error.Code
	}
	return e.Outcome
}
