package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

type batchCommand struct {
	serverFlags
	actorFlags
	Act string `arg:"" help:"What is done, as in waybill act."`
	valuesFlags
	courseFlags
	yesFlag
	Pack     string      `help:"Only instances of this pack." placeholder:"PACK"`
	Process  string      `help:"Only instances of this process." placeholder:"PROCESS"`
	Revision int         `help:"Only instances on this revision." placeholder:"N"`
	Step     string      `help:"Only instances that have a task or an incident at this step; the act is done there." placeholder:"STEP"`
	Incident string      `help:"Only instances that have an incident of this code." placeholder:"CODE"`
	Instance []uuid.UUID `help:"Only this instance. Give it once for each." placeholder:"ID"`
	Limit    int         `help:"At most so many instances. Default: all." placeholder:"N"`
}

func (batchCommand) Help() string {
	return `Does an operator's act on every running instance that is picked, and tells for each what became of it. Something must be picked: at least one of --process, --step, --incident and --instance.

Examples:
  waybill batch retry --process fulfil_order --incident action_failed --as li.wei
  waybill batch leave-out --step confirm_date --process fulfil_order --revision 3 --dry-run
  waybill batch cancel --instance 0199... --instance 0199... --reason "ordered twice" --as li.wei

Ends with 1 where an act is refused.`
}

// Validate reports an act that there is not.
func (c *batchCommand) Validate() error { return unknownAct(c.Act) }

func (c *batchCommand) Run(ctx context.Context, out *printer) error {
	if c.Process == "" && c.Step == "" && c.Incident == "" && len(c.Instance) == 0 {
		return withCode(exitUsage, fmt.Errorf("say which instances are meant: --process, --step, --incident or --instance"))
	}
	data, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	body := c.request(data)
	if !c.DryRun && c.asks(out) {
		if err := c.ask(ctx, out, server, body); err != nil {
			return err
		}
	}
	all := []api.ActedOn{}
	server.out = nil
	bar := out.progress("batch")
	defer bar.end()
	for picked := 0; ; {
		size := pageSize
		if c.Limit > 0 {
			size = min(size, c.Limit-picked)
		}
		body["limit"] = size
		var got actedPage
		if err := server.do(ctx, request{method: http.MethodPost, path: "/api/v1/acts", header: c.headers(), body: body}, &got); err != nil {
			return err
		}
		all = append(all, got.Items...)
		picked += size
		bar.step(len(all), max(got.Total, len(all)), "")
		if got.Next == uuid.Nil || c.Limit > 0 && picked >= c.Limit {
			break
		}
		body["after"] = got.Next
	}
	bar.end()
	return c.tell(out, all)
}

// actedPage is what an act did to a page of the instances that are picked.
type actedPage struct {
	Items []api.ActedOn `json:"items"`
	Total int           `json:"total"`
	Next  uuid.UUID     `json:"next"`
}

// ask asks on a terminal whether so many instances are meant.
func (c *batchCommand) ask(ctx context.Context, out *printer, server *client, body map[string]any) error {
	look := maps.Clone(body)
	look["dry_run"], look["limit"] = true, 1
	var got actedPage
	if err := server.do(ctx, request{method: http.MethodPost, path: "/api/v1/acts", body: look}, &got); err != nil {
		return err
	}
	count := got.Total
	if c.Limit > 0 {
		count = min(count, c.Limit)
	}
	if count == 0 {
		return nil
	}
	return c.confirm(ctx, out, "%s %s?", c.Act, counted(count, "running instance"))
}

func (c *batchCommand) request(data json.RawMessage) map[string]any {
	body := c.body(c.Act)
	if len(c.Values) > 0 || c.With != "" {
		body["data"] = data
	}
	picking := map[string]any{}
	for name, text := range map[string]string{"pack": c.Pack, "process": c.Process, "step": c.Step, "incident": c.Incident} {
		if text != "" {
			picking[name] = text
		}
	}
	if c.Revision > 0 {
		picking["revision"] = c.Revision
	}
	if len(c.Instance) > 0 {
		picking["instances"] = c.Instance
	}
	body["select"] = picking
	return body
}

func (c *batchCommand) tell(out *printer, all []api.ActedOn) error {
	counts := map[string]int{}
	for _, a := range all {
		counts[a.State]++
	}
	err := out.show(page[api.ActedOn]{Items: all}, func() {
		var rows [][]string
		for _, a := range all {
			wait := ""
			if a.Wait > 0 {
				wait = strconv.FormatInt(a.Wait, 10)
			}
			rows = append(rows, []string{a.Instance.String(), a.Process, a.Key, wait, doneText(a.State), a.Detail + wouldText(a.Would)})
		}
		if len(rows) > 0 {
			out.table([]string{"INSTANCE", "PROCESS", "KEY", "WAIT", "RESULT", ""}, rows)
		}
		var parts []string
		for _, state := range []string{"accepted", "foreseen", "pending", "nothing", "refused"} {
			if counts[state] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", counts[state], doneText(state)))
			}
		}
		if len(parts) == 0 {
			parts = []string{"no running instance is picked"}
		}
		out.line("%s", strings.Join(parts, ", "))
	})
	if err == nil && counts["refused"] > 0 {
		return shownError{exitFindings}
	}
	return err
}

func doneText(state string) string {
	if state == "nothing" {
		return "nothing to do"
	}
	return state
}

// wouldText tells shortly what an act would do.
func wouldText(f *api.Foresight) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf("would withdraw %d, undo %d, leave %d, open %d", len(f.Withdrawn), len(f.Undone), len(f.Left), len(f.Opened))
}
