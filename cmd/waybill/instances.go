package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"waybill/api"
)

type instancesCommand struct {
	serverFlags
	languageFlag
	Process  string `help:"Only those of this process." placeholder:"PROCESS"`
	Key      string `help:"Only those with this business key." placeholder:"KEY"`
	Incident bool   `help:"Only those that stand still at an incident."`
	Ended    bool   `help:"Those that have ended, too."`
	Limit    int    `help:"At most this many, up to 200." default:"50" placeholder:"N"`
	After    string `help:"The cursor that the list before ended with." placeholder:"CURSOR"`
}

func (instancesCommand) Help() string {
	return `Lists running instances, the newest first. Where one stands, and why, is told by waybill trace.

Examples:
  waybill instances
  waybill instances --incident
  waybill instances --key SO-1 --ended
  waybill instances --process fulfil_order --json`
}

func (c *instancesCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, text := range map[string]string{"process": c.Process, "key": c.Key, "after": c.After} {
		if text != "" {
			query.Set(name, text)
		}
	}
	for name, wanted := range map[string]bool{"open": !c.Ended, "incident": c.Incident} {
		if wanted {
			query.Set(name, "true")
		}
	}
	var found page[api.Instance]
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances", query: query}, &found); err != nil {
		return err
	}
	return out.show(found, func() {
		if len(found.Items) == 0 {
			out.line("%s", c.say("no instance"))
			return
		}
		var rows [][]string
		for i := range found.Items {
			instance := &found.Items[i]
			rows = append(rows, []string{
				instance.Key, instance.Pack + "/" + instance.Process, out.status(c.languageFlag, instance), moment(&instance.Started), instance.ID.String(),
			})
		}
		out.table(c.headings("KEY", "PROCESS", "STATUS", "STARTED", "INSTANCE"), rows)
		out.more(found.Next)
	})
}

// more tells how a list goes on.
func (p *printer) more(next string) {
	if next != "" {
		p.line("%s", p.faint("more: --after "+next))
	}
}

// status tells how an instance is.
func (p *printer) status(l languageFlag, i *api.Instance) string {
	text := l.say(i.Status) + prefixed(": ", i.Outcome)
	if i.Incidents > 0 {
		text += ", " + p.red(l.counted(i.Incidents, "incident"))
	}
	return text
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
	open := slices.DeleteFunc(slices.Clone(found), func(i api.Instance) bool { return i.Ended != nil })
	switch len(open) {
	case 0:
		return found[len(found)-1].ID, nil // the server says that it has ended
	case 1:
		return open[0].ID, nil
	}
	text := fmt.Sprintf("%d running instances have the business key %q: give the id of one", len(open), keyOrID)
	for _, i := range open {
		text += fmt.Sprintf("\n  %s  %s/%s", i.ID, i.Pack, i.Process)
	}
	return uuid.Nil, withCode(exitUsage, errors.New(text))
}
