package main

import (
	"context"
	"net/http"
	"net/url"

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
