package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

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
	return `Tells what happened to an instance and to its sub-processes, in the order of time: steps, tasks and who did them, decisions and the rows that won, messages, errors, undoing.

Examples:
  waybill trace SO-1
  waybill trace SO-1 --whole --lang zh-CN
  waybill trace 0198c0de-0000-7000-8000-000000000001 --json`
}

func (c *traceCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect()
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

// trace writes one trace for people: who belongs to it, then what happened.
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
	p.table(nil, p.tracedInstances(t, names, depths))
	p.line("")
	words := wordsIn(c.Lang)
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
	p.table([]string{"TIME", "PROCESS", "WHAT", "BY"}, rows)
	if t.Cut {
		p.line("%s", p.yellow("there is more than one trace shows; trace a sub-process by its id"))
	}
}

func (p *printer) tracedInstances(t *api.Trace, names map[uuid.UUID]string, depths map[uuid.UUID]int) [][]string {
	var rows [][]string
	for i := range t.Instances {
		instance := &t.Instances[i]
		status := instance.Status + prefixed(": ", instance.Outcome)
		if instance.Incidents > 0 {
			status += ", " + p.red(counted(instance.Incidents, "incident"))
		}
		rows = append(rows, []string{indent(depths[instance.ID]) + p.bold(names[instance.ID]), p.faint(instance.ID.String()), status})
	}
	return rows
}

func indent(depth int) string { return fmt.Sprintf("%*s", 2*depth, "") }

func by(e *api.TracedEntry) string {
	if e.For != "" {
		return e.By + " (for " + e.For + ")"
	}
	return e.By
}
