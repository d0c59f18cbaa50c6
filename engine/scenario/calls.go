package scenario

import (
	"fmt"
	"slices"

	"waybill/definitions"
)

// call is a call of an action, or the start of a sub-process.
type call struct {
	name  string
	input map[string]any
}

// expectCalls looks for the calls that must have been made, one after the other.
func (h *host) expectCalls(want *definitions.ExpectedCalls) {
	var made []call
	for _, c := range h.calls {
		if c.name == want.Name {
			made = append(made, c)
		}
	}
	at := 0
	for _, input := range want.Inputs {
		said := want.Name + " is called with" + withText(input)
		found := slices.IndexFunc(made[at:], func(c call) bool { return holds(c.input, input) })
		if found < 0 {
			h.fail(want.Pos, said, callsText(made[at:], input))
			return
		}
		h.held(want.Pos, said)
		at += found + 1
	}
}

// callsText tells the inputs of calls, as far as they are asked for.
func callsText(made []call, asked map[string]any) string {
	if len(made) == 0 {
		return "it is not called"
	}
	text := ""
	for i, c := range made {
		part := map[string]any{}
		for name := range asked {
			part[name] = c.input[name]
		}
		if i > 0 {
			text += ", then with"
		}
		text += withText(part)
	}
	return fmt.Sprintf("it is called with%s", text)
}
