package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
	"waybill/engine"
)

// play does one act of the story.
func (h *host) play(act *definitions.Act) {
	switch deed := act.Do.(type) {
	case definitions.ExpectTask:
		h.expectTask(act, deed)
	case definitions.AdvanceClock:
		h.advance(act, deed)
	case definitions.ClaimTask:
		h.onTask(act, "claim "+deed.Task, deed.Task, deed.Where, func(t *engine.OpenTask) engine.Body { return engine.Claimed{Wait: t.Wait} })
	case definitions.ReleaseTask:
		h.onTask(act, "release "+deed.Task, deed.Task, deed.Where, func(t *engine.OpenTask) engine.Body { return engine.Released{Wait: t.Wait} })
	case definitions.CompleteTask:
		h.onTask(act, "complete "+deed.Task, deed.Task, deed.Where, func(t *engine.OpenTask) engine.Body {
			return engine.Completed{Wait: t.Wait, Outcome: onlyOutcome(deed.Outcome, t), Form: deed.Form}
		})
	case definitions.SendMessage:
		h.message(act, deed)
	case definitions.CancelInstance:
		h.act(act, "cancel: "+deed.Reason, engine.Cancel{Reason: deed.Reason})
	case definitions.RetryStep:
		h.onIncident(act, "retry "+deed.Step, deed.Step, func(wait engine.NodeID) engine.Body { return engine.Retry{Wait: wait} })
	case definitions.SkipStep:
		h.onIncident(act, "skip "+deed.Step, deed.Step, func(wait engine.NodeID) engine.Body {
			return engine.Skip{Wait: wait, Result: deed.Result}
		})
	case definitions.PauseInstance:
		h.act(act, "pause", engine.Pause{})
	case definitions.ResumeInstance:
		h.act(act, "resume", engine.Resume{})
	case definitions.ChangeData:
		h.act(act, "change"+withText(deed.Data), engine.Change{Data: deed.Data})
	case definitions.TakeLock:
		h.takeLock(act, deed.Lock)
	case definitions.FreeLock:
		h.freeLock(act, deed.Lock)
	}
}

func onlyOutcome(told string, t *engine.OpenTask) string {
	if told == "" && len(t.Outcomes) == 1 {
		return t.Outcomes[0]
	}
	return told
}

// act applies an event that the story says must be taken, or must be refused, and tells whether it was
// taken.
func (h *host) act(act *definitions.Act, what string, body engine.Body) (taken bool) {
	if act.As != "" {
		what += " as " + act.As
	}
	h.by = act.As
	e := engine.Event{At: h.now, By: act.As, Settings: h.settings, Lookups: h.lookups, Body: body}
	refusal, err := h.accepts(e)
	switch {
	case err != nil:
		h.broken = true
		h.fail(act.Pos, what, err.Error())
	case refusal == nil && act.Refused != "":
		h.fail(act.Pos, what+" is refused: "+act.Refused, "it was taken")
	case refusal != nil && act.Refused == "":
		h.fail(act.Pos, what, "it was refused: "+refusal.Error())
	case refusal != nil && string(refusal.Code) != act.Refused:
		h.fail(act.Pos, what+" is refused: "+act.Refused, "it was refused: "+refusal.Error())
	case refusal != nil:
		h.held(act.Pos, what+" is refused: "+act.Refused)
	default:
		h.say(act.Pos, "%s", what)
		h.step(act.Pos, e)
		return true
	}
	return false
}

// accepts asks the engine why it refuses an event, and fetches what it needs to know for that.
func (h *host) accepts(e engine.Event) (*engine.Refusal, error) {
	for {
		e.Lookups = h.lookups
		err := engine.Accepts(h.d, h.state, e)
		if need, ok := errors.AsType[*formula.NeedLookup](err); ok {
			h.look(need)
			continue
		}
		if refusal, ok := errors.AsType[*engine.Refusal](err); ok {
			return refusal, nil
		}
		return nil, err
	}
}

// onTask acts on an open task. That there is none is the refusal unknown_task.
func (h *host) onTask(act *definitions.Act, what, task string, where map[string]any, body func(*engine.OpenTask) engine.Body) {
	t, problem := h.task(definitions.ExpectTask{Task: task, Where: where})
	switch {
	case t != nil:
		h.act(act, what, body(t))
	case act.Refused == string(engine.RefusedUnknownTask):
		h.held(act.Pos, what+" is refused: "+act.Refused)
	default:
		h.fail(act.Pos, what, problem)
	}
}

func (h *host) expectTask(act *definitions.Act, want definitions.ExpectTask) {
	said := "expect task " + want.Task
	t, problem := h.task(want)
	switch {
	case t == nil:
		h.fail(act.Pos, "an open task "+want.Task, problem)
	case !want.Due.IsZero() && !t.Due.Equal(want.Due):
		h.fail(act.Pos, want.Task+" is due "+h.clock(want.Due), "it is due "+h.clock(t.Due))
	case want.Assignee != "" && want.Assignee != t.Assignee:
		h.fail(act.Pos, want.Task+" is with "+want.Assignee, "it is with "+orNobody(t.Assignee))
	case want.Show != nil && !slices.Equal(want.Show, shownNames(t)):
		h.fail(act.Pos, want.Task+" shows "+strings.Join(want.Show, ", "), "it shows "+strings.Join(shownNames(t), ", "))
	case want.Form != nil && !slices.Equal(want.Form, formNames(t)):
		h.fail(act.Pos, want.Task+" asks for "+strings.Join(want.Form, ", "), "it asks for "+strings.Join(formNames(t), ", "))
	case want.Outcomes != nil && !slices.Equal(want.Outcomes, t.Outcomes):
		h.fail(act.Pos, want.Task+" has the outcomes "+strings.Join(want.Outcomes, ", "), "it has "+strings.Join(t.Outcomes, ", "))
	default:
		h.held(act.Pos, said)
	}
}

func shownNames(t *engine.OpenTask) []string {
	names := make([]string, len(t.Show))
	for i, s := range t.Show {
		names[i] = s.Name
	}
	return names
}

func formNames(t *engine.OpenTask) []string {
	names := make([]string, len(t.Form))
	for i, f := range t.Form {
		names[i] = f.Name
	}
	return names
}

func orNobody(person string) string {
	if person == "" {
		return "nobody"
	}
	return person
}

// task finds the one open task like this, or says why there is none.
func (h *host) task(want definitions.ExpectTask) (*engine.OpenTask, string) {
	var found []*engine.OpenTask
	for _, t := range h.tasks {
		if t.Step == want.Task && (want.Role == "" || slices.Contains(t.Roles, want.Role)) && h.fits(t, want.Where) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		return nil, h.openText()
	case len(found) == 1 || h.seats(found):
		return found[0], ""
	}
	return nil, fmt.Sprintf("%d such tasks are open; say which one with where: or role:", len(found))
}

// seats tells whether the tasks are seats of one approval that differ in nothing that a person sees.
func (h *host) seats(tasks []*engine.OpenTask) bool {
	first := tasks[0]
	if step := h.d.Steps[first.Step]; step == nil || step.Kind() != definitions.KindApprove {
		return false
	}
	return !slices.ContainsFunc(tasks, func(t *engine.OpenTask) bool {
		return !slices.Equal(t.Roles, first.Roles) || !slices.EqualFunc(t.Show, first.Show, func(a, b engine.Shown) bool {
			return a.Name == b.Name && value.Equal(a.Value, b.Value)
		})
	})
}

// fits tells whether the data in reach of a task have the given values: what it shows, else the data of
// the process and of the rounds around it. role is also the role that it is offered to.
func (h *host) fits(t *engine.OpenTask, where map[string]any) bool {
	for name, want := range where {
		if role, ok := want.(string); ok && name == "role" && slices.Contains(t.Roles, role) {
			continue
		}
		have, known := h.state.Datum(t.Wait, name)
		for _, shown := range t.Show {
			if shown.Name == name || strings.HasSuffix(shown.Name, "."+name) {
				have, known = shown.Value, true
			}
		}
		if !known || !value.Equal(have, want) {
			return false
		}
	}
	return true
}

func (h *host) openText() string {
	if len(h.tasks) == 0 {
		return "no task is open; " + h.restsText()
	}
	names := make([]string, len(h.tasks))
	for i, t := range h.tasks {
		names[i] = t.Step
	}
	return "open are " + strings.Join(names, ", ")
}

// restsText says what the process waits for.
func (h *host) restsText() string {
	if h.ended != nil {
		return "the process has ended: " + endText(h.ended)
	}
	var rests []string
	for _, o := range h.state.Open() {
		text := string(o.For)
		if o.Incident != nil {
			text = "incident " + o.Incident.Code + " " + o.Incident.Text
		}
		rests = append(rests, strings.TrimSpace(h.stepText(o.Step)+" ("+strings.TrimSpace(text+" "+o.Name)+")"))
	}
	return "the process rests on " + strings.Join(rests, ", ")
}

// stepText names a step by its id; one that was given none by its kind and its line.
func (h *host) stepText(id string) string {
	step, known := h.d.Steps[id]
	if !known || step.Named {
		return id
	}
	return fmt.Sprintf("%s in line %d", step.Kind(), step.Pos.Line)
}

func (h *host) clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(h.d.Pack.Calendar.Zone()).Format(time.RFC3339)
}

func (h *host) onIncident(act *definitions.Act, what, step string, body func(engine.NodeID) engine.Body) {
	for _, o := range h.state.Open() {
		if o.Step == step && o.Incident != nil {
			h.act(act, what, body(o.Wait))
			return
		}
	}
	h.fail(act.Pos, what, "there is no incident at "+step+"; "+h.restsText())
}

// advance lets the clock run to a later moment, and stops at every deadline on the way.
func (h *host) advance(act *definitions.Act, deed definitions.AdvanceClock) {
	until := h.d.Pack.Calendar.Add(h.now, deed.By)
	h.say(act.Pos, "advance %s", deed.By)
	for !h.broken && h.ended == nil {
		at := h.wake()
		if at.IsZero() || at.After(until) {
			break
		}
		if at.After(h.now) {
			h.now = at
		}
		h.step(act.Pos, engine.Event{Body: engine.Ticked{}})
		if next := h.wake(); !next.After(h.now) && next.Equal(at) {
			h.broken = true
			h.fail(act.Pos, "the clock goes on", "a deadline stays at "+h.clock(at))
		}
	}
	h.now = until
	if !h.broken && h.ended == nil {
		h.step(act.Pos, engine.Event{Body: engine.Ticked{}})
	}
}

// wake is the earliest deadline, zero for none.
func (h *host) wake() time.Time {
	for _, c := range engine.Outstanding(h.d, h.state) {
		if w, ok := c.(engine.WakeAt); ok {
			return w.At
		}
	}
	return time.Time{}
}
