package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/google/uuid"

	"waybill/api"
)

type actCommand struct {
	serverFlags
	actorFlags
	Instance string `arg:"" name:"key-or-id" help:"The instance's business key, or its id."`
	Act      string `arg:"" enum:"cancel,retry,skip,change,pause,resume" help:"cancel: undo and end. retry, skip: answer an incident. change: set data. pause, resume."`
	valuesFlags
	Wait   int64  `help:"The wait of the incident that retry and skip answer, as the trace shows it. Default: the only one there is." placeholder:"N"`
	Reason string `help:"Why; it stands in the history." placeholder:"TEXT"`
}

func (actCommand) Help() string {
	return `An operator's act on a running instance. The values are the data that change sets, or what a skipped step would have yielded.

Examples:
  waybill act SO-1 cancel --reason "the customer left" --as li.wei
  waybill act SO-1 retry --as li.wei
  waybill act SO-1 change wanted=2026-12-01 --as li.wei`
}

func (c *actCommand) Run(ctx context.Context, out *printer) error {
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
	body := map[string]any{"act": c.Act, "reason": c.Reason, "wait": c.Wait}
	if len(c.Values) > 0 || c.With != "" {
		body["data"] = data
	}
	if answersIncident(c.Act) && c.Wait == 0 {
		if body["wait"], err = onlyIncident(ctx, server, id); err != nil {
			return err
		}
	}
	var taken api.Taken
	err = server.do(ctx, request{
		method: http.MethodPost, header: c.headers(), path: "/api/v1/instances/" + id.String() + "/acts", body: body,
	}, &taken)
	if err != nil {
		return err
	}
	return out.show(taken, func() { out.line("%s %s%s", out.green(c.Act), taken.Instance, pendingNote(taken)) })
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
