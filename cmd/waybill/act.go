package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

type actCommand struct {
	serverFlags
	actorFlags
	Instance string `arg:"" name:"key-or-id" help:"The instance's business key, or its id."`
	Act      string `arg:"" enum:"cancel,retry,skip,change,pause,resume,move,repeat,leave-out" help:"cancel: undo and end. retry, skip: answer an incident. change: set data. move: go on at another step. repeat: run a step again. leave-out: withdraw an open step. pause, resume."`
	valuesFlags
	courseFlags
	Wait int64 `help:"The wait that the act is for, as the trace shows it: that of the incident for retry and skip (default: the only one there is), of the open step for leave-out; for move and repeat something in the block that is meant." placeholder:"N"`
}

// courseFlags are those of acts that change the course of an instance.
type courseFlags struct {
	To     string `help:"For move and repeat: the step." placeholder:"STEP"`
	Undo   string `help:"For move, repeat and leave-out: whether what has finished and would be left is undone. It must be said where there is something of the kind." enum:",true,false" default:"" placeholder:"true|false"`
	DryRun bool   `help:"Only show what the act would do."`
	Reason string `help:"Why; it stands in the history." placeholder:"TEXT"`
}

func (f courseFlags) body(act string) map[string]any {
	body := map[string]any{"act": strings.ReplaceAll(act, "-", "_")}
	for name, text := range map[string]string{"step": f.To, "undo": f.Undo, "reason": f.Reason} {
		if text != "" {
			body[name] = text
		}
	}
	if f.DryRun {
		body["dry_run"] = true
	}
	return body
}

func (actCommand) Help() string {
	return `An operator's act on a running instance. The values are the data that change sets, or what a skipped step would have yielded.

Examples:
  waybill act SO-1 cancel --reason "the customer left" --as li.wei
  waybill act SO-1 retry --as li.wei
  waybill act SO-1 change wanted=2026-12-01 --as li.wei
  waybill act SO-1 move --to deliver --dry-run
  waybill act SO-1 repeat --to pick --undo true --reason "the wrong shelf" --as li.wei
  waybill act SO-1 leave-out --wait 12 --reason "done by hand" --as li.wei`
}

// complete reports what the act needs and was not given.
func (c *actCommand) complete() error {
	switch {
	case (c.Act == "move" || c.Act == "repeat") && c.To == "":
		return withCode(exitUsage, fmt.Errorf("%s: say which step is meant: --to STEP", c.Act))
	case c.Act == "leave-out" && c.Wait == 0:
		return withCode(exitUsage, errors.New(`leave-out: say which open step is meant: --wait N, as "waybill trace KEY --json" shows it`))
	}
	return nil
}

func (c *actCommand) Run(ctx context.Context, out *printer) error {
	if err := c.complete(); err != nil {
		return err
	}
	data, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	server, err := c.connect()
	if err != nil {
		return err
	}
	id, err := c.running(ctx, server)
	if err != nil {
		return err
	}
	body := c.body(c.Act)
	body["wait"] = c.Wait
	if len(c.Values) > 0 || c.With != "" {
		body["data"] = data
	}
	if answersIncident(c.Act) && c.Wait == 0 {
		if body["wait"], err = onlyIncident(ctx, server, id); err != nil {
			return err
		}
	}
	var acted api.Acted
	err = server.do(ctx, request{
		method: http.MethodPost, header: c.headers(), path: "/api/v1/instances/" + id.String() + "/acts", body: body,
	}, &acted)
	if err != nil {
		return err
	}
	return out.show(acted, func() {
		if acted.Would != nil {
			out.foresight(acted.Would)
			return
		}
		out.line("%s %s%s", out.green(c.Act), acted.Instance, pendingNote(acted.Taken))
	})
}

// running returns the one instance that the argument names; of several with a business key, the one
// that has not ended.
func (c *actCommand) running(ctx context.Context, server *client) (uuid.UUID, error) {
	if id, err := uuid.Parse(c.Instance); err == nil {
		return id, nil
	}
	found, err := server.withKey(ctx, c.Instance)
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
	return uuid.Nil, withCode(exitUsage, fmt.Errorf("%d running instances have the business key %q: give the id of one", len(open), c.Instance))
}

// foresight writes what an act would do.
func (p *printer) foresight(f *api.Foresight) {
	for _, o := range f.Withdrawn {
		p.line("%s %s", p.red("would withdraw"), openText(o))
	}
	for _, step := range f.Undone {
		p.line("%s %s", p.yellow("would undo"), step)
	}
	for _, step := range f.Left {
		p.line("%s %s, which has finished and could be undone", p.yellow("would leave"), step)
	}
	for _, o := range f.Opened {
		p.line("%s %s", p.green("would open"), openText(o))
	}
}

func openText(o api.OpenStep) string {
	text := fmt.Sprintf("%s (%s, wait %d)", nameOf(o.Step), o.For, o.Wait)
	return text + prefixed(", with ", o.Assignee)
}

func answersIncident(act string) bool { return act == "retry" || act == "skip" }

// onlyIncident returns the wait of the instance's one incident; 0 is the instance as a whole.
func onlyIncident(ctx context.Context, server *client, id uuid.UUID) (int64, error) {
	var view api.InstanceView
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances/" + id.String()}, &view); err != nil {
		return 0, err
	}
	switch len(view.Problems) {
	case 0:
		return 0, withCode(exitRefused, fmt.Errorf("instance %s has no incident", id))
	case 1:
		return view.Problems[0].Wait, nil
	}
	waits := ""
	for _, p := range view.Problems {
		waits += fmt.Sprintf("\n  --wait %d  %s: %s %s", p.Wait, p.Step, p.Code, p.Text)
	}
	return 0, withCode(exitUsage, fmt.Errorf("instance %s has %d incidents: say which one with --wait%s", id, len(view.Problems), waits))
}
