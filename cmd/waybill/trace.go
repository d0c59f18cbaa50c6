package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

type traceCommand struct {
	serverFlags
	languageFlag
	Instance string `arg:"" name:"key-or-id" help:"The instance's business key, or its id."`
	Whole    bool   `help:"Begin at the top: the process of which this one is a sub-process, and all that belongs to it."`
	All      bool   `help:"Tell of what the engine did by itself in between, too."`
}

func (traceCommand) Help() string {
	return `Tells where an instance and its sub-processes stand and what they wait for, and what happened to them, in the order of time: steps, tasks and who did them, decisions and the rows that won, messages, errors, undoing.

Examples:
  waybill trace SO-1
  waybill trace SO-1 --whole --lang zh-CN
  waybill trace 0198c0de-0000-7000-8000-000000000001 --json`
}

func (c *traceCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	ids, err := c.find(ctx, server)
	if err != nil {
		return err
	}
	traces := []api.Trace{}
	told := map[uuid.UUID]bool{}
	for _, id := range ids {
		if told[id] {
			continue
		}
		trace, err := c.read(ctx, server, id)
		if err != nil {
			return err
		}
		for i := range trace.Instances {
			told[trace.Instances[i].ID] = true
		}
		traces = append(traces, trace)
	}
	return out.show(traces, func() {
		for i := range traces {
			if i > 0 {
				out.line("")
			}
			out.trace(c, &traces[i])
		}
	})
}

func (c *traceCommand) read(ctx context.Context, server *client, id uuid.UUID) (api.Trace, error) {
	query := url.Values{}
	if c.Whole {
		query.Set("root", "true")
	}
	var trace api.Trace
	err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances/" + id.String() + "/trace", query: query}, &trace)
	return trace, err
}

// find returns the instances that the argument names, the oldest first.
func (c *traceCommand) find(ctx context.Context, server *client) ([]uuid.UUID, error) {
	if id, err := uuid.Parse(c.Instance); err == nil {
		return []uuid.UUID{id}, nil
	}
	found, err := server.withKey(ctx, c.Instance)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, i := range found {
		ids = append(ids, i.ID)
	}
	return ids, nil
}

// withKey returns the instances with a business key, the oldest first; at least one.
func (c *client) withKey(ctx context.Context, key string) ([]api.Instance, error) {
	var found page[api.Instance]
	err := c.do(ctx, request{
		method: http.MethodGet, path: "/api/v1/instances", query: url.Values{"key": {key}, "limit": {"200"}},
	}, &found)
	if err != nil {
		return nil, err
	}
	if len(found.Items) == 0 {
		return nil, withCode(exitNotFound, fmt.Errorf("no instance has the business key %q", key))
	}
	slices.Reverse(found.Items)
	return found.Items, nil
}

// running returns the one instance that a business key or an id names; of several with a business key, the one
// that has not ended.
func (c *client) running(ctx context.Context, keyOrID string) (uuid.UUID, error) {
	if id, err := uuid.Parse(keyOrID); err == nil {
		return id, nil
	}
	found, err := c.withKey(ctx, keyOrID)
	if err != nil {
		return uuid.Nil, err
	}
	open := []uuid.UUID{}
	for _, i := range found {
		if i.Ended == nil {
			open = append(open, i.ID)
		}
	}
	switch {
	case len(open) == 1:
		return open[0], nil
	case len(open) == 0:
		return found[len(found)-1].ID, nil // the server says that it has ended
	}
	return uuid.Nil, withCode(exitUsage, fmt.Errorf("%d running instances have the business key %q: give the id of one", len(open), keyOrID))
}

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
