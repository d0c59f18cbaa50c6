package scenario

import (
	"errors"
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/engine"
)

// World is where local actions run and objects are looked up, such as a database.
type World interface {
	// Run executes an action. A *engine.BusinessError is its refusal, another error a technical failure;
	// after either it has changed nothing.
	Run(Request) (map[string]any, error)
	// Look fetches what a formula asks for; nil where there is none.
	Look(need *formula.NeedLookup) (any, error)
}

// Request is a call of an action.
type Request struct {
	Pack     *definitions.Pack
	Wait     engine.NodeID // 0 before the process starts
	Action   string
	Input    map[string]any
	At       time.Time
	By       string
	Settings map[string]any
}

// give runs the actions that the case says are given.
func (h *host) give() {
	for _, g := range h.c.Given {
		h.say(g.Pos, "given %s%s", g.Action.Name, withText(g.Input))
		if _, err := h.world.Run(h.requestTo(0, g.Action.Name, h.least.record(g.Action.Inputs, g.Input))); err != nil {
			h.broken = true
			h.fail(g.Pos, g.Action.Name+" is given", err.Error())
			return
		}
	}
}

func (h *host) requestTo(wait engine.NodeID, action string, input map[string]any) Request {
	return Request{Pack: h.d.Pack, Wait: wait, Action: action, Input: input, At: h.now, By: h.by, Settings: h.settings}
}

// runInWorld runs a local action for real.
func (h *host) runInWorld(c engine.RunAction) engine.Body {
	result, err := h.world.Run(h.requestTo(c.Wait, c.Action, c.Input))
	if refused, ok := errors.AsType[*engine.BusinessError](err); ok {
		h.note("%s: %s", c.Action, refused)
		return engine.Answered{Wait: c.Wait, Error: refused}
	}
	if err != nil {
		h.note("%s fails: %s", c.Action, err)
		return engine.Failed{Wait: c.Wait, Code: codeFailed, Text: err.Error()}
	}
	h.note("%s gives%s", c.Action, withText(result))
	return engine.Answered{Wait: c.Wait, Result: result}
}
