package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

// trace writes one trace for people: who belongs to it, where each stands, then what happened.
func (p *printer) trace(c *traceCommand, t *api.Trace) {
	names := map[uuid.UUID]string{}
	depths := map[uuid.UUID]int{}
	for i := range t.Instances {
		instance := &t.Instances[i]
		depths[instance.ID] = 0
		if instance.Parent != nil {
			if depth, below := depths[*instance.Parent]; below {
				depths[instance.ID] = depth + 1
			}
		}
		names[instance.ID] = c.title(instance.Title, instance.Process) + prefixed(" ", instance.Key)
	}
	p.table(nil, p.tracedInstances(c, t, names, depths))
	p.line("")
	if standing := p.standing(c.languageFlag, t, names); len(standing) > 0 {
		p.table(c.headings("PROCESS", "WAITS FOR", "WITH", "DUE"), standing)
		p.line("")
	}
	words := wordsIn(c.languageFlag)
	var rows [][]string
	for i := range t.Entries {
		e := &t.Entries[i]
		if !c.All && words.quiet(e) {
			continue
		}
		rows = append(rows, []string{
			p.faint(e.At.Local().Format("2006-01-02 15:04:05")), names[e.Instance], words.tell(c.languageFlag, e), by(e),
		})
	}
	p.table(c.headings("TIME", "PROCESS", "WHAT", "BY"), rows)
	if t.Cut {
		p.line("%s", p.yellow(c.say("there is more than one trace shows; trace a sub-process by its id")))
	}
}

func (p *printer) tracedInstances(c *traceCommand, t *api.Trace, names map[uuid.UUID]string, depths map[uuid.UUID]int) [][]string {
	var rows [][]string
	for i := range t.Instances {
		instance := &t.Instances[i]
		status := p.status(c.languageFlag, &instance.Instance)
		for _, stage := range instance.Progress {
			if stage.Status == "open" {
				status += ", " + c.title(stage.Title, stage.Stage)
			}
		}
		rows = append(rows, []string{indent(depths[instance.ID]) + p.bold(names[instance.ID]), p.faint(instance.ID.String()), status})
	}
	return rows
}

// standing tells what the traced instances wait for, and why one stands still.
func (p *printer) standing(l languageFlag, t *api.Trace, names map[uuid.UUID]string) [][]string {
	var rows [][]string
	for i := range t.Instances {
		instance := &t.Instances[i]
		still := map[int64]bool{}
		for _, incident := range instance.Problems {
			still[incident.Wait] = true
			what := prefixed("", l.stepName(incident.StepName, incident.Step)) + ": " + p.red(incident.Code+prefixed(": ", incident.Text))
			rows = append(rows, []string{names[instance.ID], strings.TrimPrefix(what, ": "), l.say("operator"), ""})
		}
		for _, open := range instance.Open {
			if !still[open.Wait] {
				rows = append(rows, []string{names[instance.ID], l.waitsFor(&open), with(&open), p.due(l, open.Due, open.Late)})
			}
		}
	}
	return rows
}

// waitsFor tells what an open step waits for.
func (l languageFlag) waitsFor(o *api.OpenStep) string {
	what := l.stepName(o.StepName, o.Step)
	switch {
	case o.Name != "":
		what += ": " + l.say(o.For) + " " + o.Name + prefixed(", key ", o.Key)
	case o.For != "task":
		what += ": " + l.say(o.For)
	}
	if o.Held {
		what += ", " + l.say("held")
	}
	return strings.TrimPrefix(what, ": ")
}

// with names who has a task, or else those who may take it.
func with(o *api.OpenStep) string {
	if o.Assignee != "" {
		return o.Assignee
	}
	return strings.Join(slices.Concat(o.Roles, o.People), ", ")
}

// stepName is what people call a step: its title, its id, or what kind of step it is where it has neither.
func (l languageFlag) stepName(n api.StepName, id string) string {
	if text := l.title(n.Title, ""); text != "" {
		return text
	}
	if isPlace(id) {
		return n.Kind
	}
	return id
}

// isPlace tells whether the id of a step is not written, but says where it stands: 3/0/1.
func isPlace(id string) bool {
	return id != "" && strings.Trim(id, "0123456789") == "" || strings.Contains(id, "/")
}

func indent(depth int) string { return fmt.Sprintf("%*s", 2*depth, "") }

func by(e *api.TracedEntry) string {
	if e.For != "" {
		return e.By + " (for " + e.For + ")"
	}
	return e.By
}
