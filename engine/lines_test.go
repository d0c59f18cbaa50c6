package engine_test

import (
	"fmt"
	"strings"
	"time"

	"waybill/definitions/value"
	"waybill/engine"
)

// observed writes everything that can be observed after an event: the commands, and what is open.
func (p *player) observed(commands []engine.Command) string {
	var b strings.Builder
	for _, c := range commands {
		b.WriteString(line(c))
	}
	b.WriteString(string(p.state.Status()))
	if end := p.state.End; end != nil && p.state.Status() == engine.Over {
		b.WriteString(ending(end))
	}
	for _, o := range p.state.Open() {
		b.WriteString("\n  " + openLine(o))
	}
	b.WriteString("\n")
	return b.String()
}

func ending(end *engine.End) string {
	text := ""
	if end.Outcome != "" {
		text += " " + end.Outcome
	}
	if end.Error != nil {
		text += " in error " + end.Error.Error()
	}
	if end.Undone {
		text += ", undone"
	}
	return text
}

func openLine(o engine.OpenStep) string {
	text := fmt.Sprintf("#%d waits on %s", o.Wait, o.For)
	if o.Name != "" {
		text += " " + o.Name
	}
	if o.Key != "" {
		text += " key " + o.Key
	}
	if o.Step != "" && o.Step != o.Name {
		text += " at " + o.Step
	}
	if o.Held {
		text += ", held"
	}
	if o.Assignee != "" {
		text += ", " + o.Assignee + " has it"
	}
	if !o.Due.IsZero() {
		text += ", due " + clock(o.Due)
	}
	if o.Late {
		text += ", late"
	}
	if o.Incident != nil {
		text += ", " + o.Incident.Code
	}
	return text
}

// clock writes a time as people in Shanghai read it.
func clock(t time.Time) string { return t.Add(8 * time.Hour).Format("Mon 2 Jan 15:04") }

// line writes a command as one line.
func line(c engine.Command) string {
	switch c := c.(type) {
	case engine.Record:
		return "  history " + strings.Join(words(string(c.What), at(c.Wait, c.Step), by(c.By, c.For), show(c.Data)), " ") + "\n"
	case engine.RunAction:
		return do("do "+c.Action, c.Wait, c.Step, c.Undoes, c.Input)
	case engine.CallRemote:
		text := do("call "+c.Action, c.Wait, c.Step, c.Undoes, c.Input)
		if c.Attempt > 1 {
			text = strings.TrimSuffix(text, "\n") + fmt.Sprintf(" (attempt %d)\n", c.Attempt)
		}
		return text
	case engine.OpenTask:
		return "open task " + at(c.Wait, c.Step) + offered(c.Roles, c.People, nil, c.Assignee, c.NotBy, c.Due) + details(c) + "\n"
	case engine.ChangeTask:
		text := "change task " + at(c.Wait, "") + offered(c.Roles, c.People, c.Also, c.Assignee, c.NotBy, c.Due)
		if c.Late {
			text += ", late"
		}
		return text + "\n"
	case engine.CloseTask:
		return "close task " + strings.Join(words(at(c.Wait, ""), string(c.Why), c.Outcome, by(c.By, c.For), show(c.Form)), " ") + "\n"
	case engine.Notify:
		text := "notify " + at(c.Wait, "") + " of " + string(c.Why) + offered(c.Roles, c.People, nil, "", nil, time.Time{})
		if c.Superior {
			text += ", the superior"
		}
		return text + "\n"
	case engine.StartChild:
		text := do("start "+c.Process, c.Wait, c.Step, 0, c.Input)
		if c.Detached {
			text = strings.TrimSuffix(text, "\n") + " detached\n"
		}
		return text
	case engine.Subscribe:
		return strings.Join(words("listen", at(c.Wait, ""), "for", c.Message, key(c.Key)), " ") + "\n"
	case engine.RaiseIncident:
		return strings.Join(words("incident", at(c.Wait, c.Step), c.Code, quoted(c.Text)), " ") + "\n"
	case engine.Ended:
		return "end" + ending(&engine.End{Outcome: c.Outcome, Error: c.Error, Undone: c.Undone}) + " " + show(c.Data) + "\n"
	case engine.WakeAt:
		return "wake " + clock(c.At) + "\n"
	case engine.Unclaimed:
		return "unclaimed " + c.Letter.Message + " " + show(c.Letter.With) + "\n"
	}
	return short(c)
}

func short(c engine.Command) string {
	switch c := c.(type) {
	case engine.CancelCall:
		return "stop call " + at(c.Wait, "") + "\n"
	case engine.CancelChild:
		return "stop sub-process " + at(c.Wait, "") + "\n"
	case engine.UndoChild:
		return "undo sub-process " + at(c.Wait, "") + "\n"
	case engine.AcquireLocks:
		return "lock " + at(c.Wait, c.Step) + " " + strings.Join(c.Names, " and ") + "\n"
	case engine.ReleaseLocks:
		return "unlock " + at(c.Wait, "") + "\n"
	case engine.SendMessage:
		return strings.Join(words("send", c.Message, at(c.Wait, c.Step), key(c.Key), show(c.With)), " ") + "\n"
	case engine.Unsubscribe:
		return "stop listening " + at(c.Wait, "") + "\n"
	case engine.ClearIncident:
		return "incident over " + at(c.Wait, "") + "\n"
	}
	return fmt.Sprintf("%T\n", c)
}

func do(what string, wait engine.NodeID, step string, undoes engine.NodeID, input map[string]any) string {
	text := strings.Join(words(what, at(wait, step), show(input)), " ")
	if undoes != 0 {
		text += fmt.Sprintf(" undoing #%d", undoes)
	}
	return text + "\n"
}

func at(wait engine.NodeID, step string) string {
	if wait == 0 {
		return step
	}
	return strings.TrimSpace(fmt.Sprintf("#%d %s", wait, step))
}

func by(person, standsFor string) string {
	switch {
	case person == "":
		return ""
	case standsFor == "":
		return "by " + person
	}
	return "by " + person + " for " + standsFor
}

func key(key string) string {
	if key == "" {
		return ""
	}
	return "key " + key
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

func offered(roles, people, also []string, assignee string, notBy []string, due time.Time) string {
	text := ""
	add := func(what string, names []string) {
		if len(names) > 0 {
			text += ", " + what + " " + strings.Join(names, " and ")
		}
	}
	add("role", roles)
	add("people", people)
	add("also", also)
	if assignee != "" {
		text += ", " + assignee + " has it"
	}
	add("not by", notBy)
	if !due.IsZero() {
		text += ", due " + clock(due)
	}
	return text
}

func details(c engine.OpenTask) string {
	text := ""
	if c.Stage != "" {
		text += ", in stage " + c.Stage
	}
	for _, s := range c.Show {
		text += fmt.Sprintf(", shows %s %s", s.Name, showValue(s.Value))
	}
	for _, f := range c.Form {
		text += fmt.Sprintf(", asks %s: %s", f.Name, f.Type)
	}
	if c.Priority != 0 {
		text += fmt.Sprintf(", priority %d", c.Priority)
	}
	return text + ", answers " + strings.Join(c.Outcomes, " or ")
}

func show(m map[string]any) string {
	if len(m) == 0 {
		return ""
	}
	return showValue(m)
}

func showValue(v any) string {
	if values, ok := v.(engine.Values); ok {
		v = map[string]any(values)
	}
	text, err := value.Encode(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func words(all ...string) []string {
	var kept []string
	for _, w := range all {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}

func (p *player) outstanding() string {
	var b strings.Builder
	for _, c := range engine.Outstanding(p.process, p.state) {
		b.WriteString(line(c))
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func (p *player) progress() string {
	var b strings.Builder
	for _, s := range engine.Progress(p.process, p.state) {
		fmt.Fprintf(&b, "%s %s", s.Stage, s.Status)
		if !s.At.IsZero() {
			b.WriteString(" " + clock(s.At))
		}
		if s.Late {
			b.WriteString(" late")
		}
		b.WriteString("\n")
	}
	return b.String()
}
