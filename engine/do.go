package engine

import (
	"math"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Call is an action that was asked for.
type Call struct {
	Action  string        `json:"action"`
	Remote  bool          `json:"remote,omitempty"`
	Input   Values        `json:"input"`
	Timeout time.Duration `json:"timeout,omitempty"`
	Attempt int           `json:"attempt"`          // counts from 1
	Result  Values        `json:"result,omitempty"` // once it succeeded
}

// startDo asks the host for an action; the step rests until the answer.
func (r *run) startDo(strand *Node, step *definitions.Step, spec *definitions.Do) error {
	input, err := r.values(spec.With, strand)
	if err != nil {
		return err
	}
	n := r.openStep(strand, step)
	n.Call = &Call{Action: spec.Action.Name, Remote: spec.Action.Remote, Input: input, Timeout: spec.Timeout, Attempt: 1}
	if n.Call.Remote {
		r.record(FactBegan, n.ID, step.ID, map[string]any{"action": n.Call.Action, "with": input})
	}
	r.ask(n)
	return nil
}

func (r *run) ask(n *Node) { r.do(n.request()) }

// request is the command that asks for the node's call.
func (n *Node) request() Command {
	c := n.Call
	if c.Remote {
		return CallRemote{Wait: n.ID, Step: n.Step, Action: c.Action, Input: c.Input, Timeout: c.Timeout, Attempt: c.Attempt, Undoes: n.Undoes}
	}
	return RunAction{Wait: n.ID, Step: n.Step, Action: c.Action, Input: c.Input, Undoes: n.Undoes}
}

// answer takes the result of a call.
func (r *run) answer(n *Node, b Answered) {
	switch {
	case n.Stray:
		r.strayAnswered(n, b)
	case n.Role == roleCompensation && b.Error == nil:
		r.compensated(n)
	case b.Error != nil:
		r.rise(n, b.Error)
	default:
		r.acted(n, b.Result)
	}
}

// acted finishes a do whose action succeeded.
func (r *run) acted(n *Node, result map[string]any) {
	spec := r.step(n).Spec.(*definitions.Do)
	result, err := r.readAnswer(n, result)
	if err != nil {
		r.incident(n, &standstill{Code: "bad_answer", Text: err.Error()})
		return
	}
	call := *n.Call
	call.Result = result
	n.Call = &call
	r.yield(r.parent(n), spec.Result, result)
	r.complete(n, map[string]any{"action": n.Call.Action, "with": map[string]any(n.Call.Input), "result": result})
}

// readAnswer returns the answer of a remote call as the action's declared types read it.
func (r *run) readAnswer(n *Node, result map[string]any) (map[string]any, error) {
	outputs := r.step(n).Spec.(*definitions.Do).Action.Outputs
	if !n.Call.Remote || len(outputs) == 0 {
		return result, nil
	}
	return value.AcceptFields(outputs, result, r.defaults())
}

// failed deals with a technical failure: the call is tried again as retry says, and then stands still.
func (r *run) failed(n *Node, b Failed) {
	if n.Stray {
		r.strayGone(n)
		return
	}
	if n.Call == nil {
		r.incident(n, &standstill{Code: b.Code, Text: b.Text})
		return
	}
	retry := r.retryOf(n)
	if n.Call.Attempt > retry.Times {
		r.incident(n, &standstill{Code: b.Code, Text: b.Text})
		return
	}
	n.Timers = append(n.Timers[:len(n.Timers):len(n.Timers)], Timer{What: timerRetry, Due: r.e.At.Add(backoff(retry, n.Call.Attempt))})
	r.record(FactFailed, n.ID, n.Step, map[string]any{"code": b.Code, "attempt": value.Int(int64(n.Call.Attempt))})
}

func (r *run) retryOf(n *Node) definitions.Retry {
	step := r.step(n)
	if step == nil { // what is undone came from a revision that had the step
		return definitions.Retry{}
	}
	if spec, ok := step.Spec.(*definitions.Do); ok {
		return spec.Retry
	}
	return definitions.Retry{}
}

// askAgain repeats a call that failed.
func (r *run) askAgain(n *Node) {
	call := *n.Call
	call.Attempt++
	n.Call = &call
	r.ask(n)
}

// backoff is the pause after the given attempt: doubled each time, from First up to UpTo, or else to the longest
// there is.
func backoff(retry definitions.Retry, attempt int) time.Duration {
	longest := time.Duration(math.MaxInt64)
	if retry.UpTo > 0 {
		longest = retry.UpTo
	}
	pause := min(retry.First, longest)
	for range attempt - 1 {
		if pause > longest/2 {
			return longest
		}
		pause *= 2
	}
	return pause
}
