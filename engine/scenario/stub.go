package scenario

import (
	"fmt"
	"slices"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
	"waybill/engine"
)

// stub hands out the answers of a definitions.Stub: each once, the last one for ever.
type stub struct {
	answers []definitions.Answer
	next    int
}

func (s *stub) answer() definitions.Answer {
	a := s.answers[min(s.next, len(s.answers)-1)]
	s.next++
	return a
}

func stubsOf(c *definitions.Case) map[string]*stub {
	stubs := make(map[string]*stub, len(c.Stubs))
	for i := range c.Stubs {
		if s := &c.Stubs[i]; len(s.Answers) > 0 {
			stubs[stubName(s.Kind, s.Name)] = &stub{answers: s.Answers}
		}
	}
	return stubs
}

func stubName(kind definitions.StubKind, name string) string { return string(kind) + " " + name }

// answerTo is the answer of the stub for a name; without one, the least.
func (h *host) answerTo(kind definitions.StubKind, name string) definitions.Answer {
	if s := h.stubs[stubName(kind, name)]; s != nil {
		return s.answer()
	}
	return definitions.Answer{}
}

func errorOf(a definitions.Answer) *engine.BusinessError {
	if a.Error == "" {
		return nil
	}
	return &engine.BusinessError{Code: a.Error, Text: a.Text, With: a.With}
}

// codeFailed is the incident's code after a technical failure.
const codeFailed = "failed"

// runAction answers an action, local or remote.
func (h *host) runAction(wait engine.NodeID, name string) engine.Body {
	a := h.answerTo(definitions.StubAction, name)
	if a.Failure != "" {
		h.note("%s fails: %s", name, a.Failure)
		return engine.Failed{Wait: wait, Code: codeFailed, Text: a.Failure}
	}
	if failed := errorOf(a); failed != nil {
		h.note("%s: %s", name, failed.Code)
		return engine.Answered{Wait: wait, Error: failed}
	}
	h.note("%s", name)
	action := h.action(name)
	if action == nil {
		return engine.Answered{Wait: wait, Result: a.Result}
	}
	return engine.Answered{Wait: wait, Result: h.least.record(action.Outputs, a.Result)}
}

func (h *host) action(name string) *definitions.Action {
	action, _ := h.d.Pack.Catalogue().Action(name)
	return action
}

// runChild answers a sub-process.
func (h *host) runChild(start engine.StartChild) engine.Body {
	a := h.answerTo(definitions.StubProcess, start.Process)
	h.note("run %s", start.Process)
	h.calls = append(h.calls, call{name: start.Process, input: start.Input})
	if start.Detached {
		h.detached = append(h.detached, start.Process)
		return nil
	}
	if failed := errorOf(a); failed != nil {
		return engine.ChildEnded{Wait: start.Wait, Error: failed}
	}
	child := h.d.Pack.Processes[start.Process]
	outcome := a.Outcome
	if outcome == "" && child != nil && len(child.Outcomes) > 0 {
		outcome = child.Outcomes[0].ID
	}
	return engine.ChildEnded{Wait: start.Wait, Outcome: outcome, Data: h.childData(child, a.Result)}
}

func (h *host) childData(child *definitions.Process, given map[string]any) map[string]any {
	if child == nil || child.Result == nil {
		return given
	}
	fields := slices.DeleteFunc(slices.Clone(child.Result.Fields), func(f value.Field) bool { return f.Name == "outcome" })
	return h.least.record(fields, given)
}

// look fetches what a formula asks for.
func (h *host) look(need *formula.NeedLookup) {
	ref := engine.Ref{Object: need.Object, ID: need.ID}
	if h.world != nil && h.stubs[stubName(definitions.StubObject, need.Object)] == nil {
		found, err := h.world.Look(need)
		if err != nil {
			h.broken = true
			h.fail(h.c.Pos, need.Object+" "+need.ID+" is looked up", err.Error())
		}
		h.lookups[ref] = found
		return
	}
	switch need.Object {
	case formula.ObjectPeople:
		h.lookups[ref] = []any{fmt.Sprintf("somebody of %s", need.ID)}
		return
	case formula.ObjectSuperior:
		h.lookups[ref] = "superior of " + need.ID
		return
	}
	object, known := h.d.Pack.Catalogue().Object(need.Object)
	if !known {
		h.lookups[ref] = nil
		return
	}
	given := h.answerTo(definitions.StubObject, need.Object).Result
	found := h.least.record(object.Fields, given)
	if _, told := given["number"]; !told {
		if _, numbered := found["number"]; numbered {
			found["number"] = need.ID
		}
	}
	h.lookups[ref] = found
}
