package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
	"waybill/definitions/value"
)

type actCommand struct {
	serverFlags
	actorFlags
	Instance string `arg:"" name:"key-or-id" help:"The instance's business key, or its id."`
	Act      string `arg:"" help:"cancel: undo and end. retry, skip: answer an incident. change: set data. move: go on at another step. repeat: run a step again. leave-out: withdraw an open step. pause, resume."`
	valuesFlags
	courseFlags
	yesFlag
	Wait int64 `help:"The wait that the act is for, as the trace shows it: that of the incident for retry and skip (default: the only one there is), of the open step for leave-out (default: the only one there is); for move and repeat something in the block that is meant." placeholder:"N"`
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

// Validate reports an act that there is not; who gives it before the key, reads the right order.
func (c *actCommand) Validate() error {
	if unknownAct(c.Act) != nil && unknownAct(c.Instance) == nil {
		return fmt.Errorf("the instance comes before the act: waybill act %s %s", c.Act, c.Instance)
	}
	return unknownAct(c.Act)
}

// unknownAct says which acts there are where a word is none of them.
func unknownAct(act string) error {
	acts := []string{"cancel", "retry", "skip", "change", "pause", "resume", "move", "repeat", "leave-out"}
	if slices.Contains(acts, act) {
		return nil
	}
	if near := value.Nearest(act, acts); near != "" {
		return fmt.Errorf("%q is no act; did you mean %q?", act, near)
	}
	return fmt.Errorf("%q is no act; there is %s", act, strings.Join(acts, ", "))
}

// complete reports what the act needs and was not given.
func (c *actCommand) complete() error {
	if (c.Act == "move" || c.Act == "repeat") && c.To == "" {
		return withCode(exitUsage, fmt.Errorf("%s: say which step is meant: --to STEP", c.Act))
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
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	id, err := server.running(ctx, c.Instance)
	if err != nil {
		return err
	}
	body := c.body(c.Act)
	body["wait"] = c.Wait
	if len(c.Values) > 0 || c.With != "" {
		body["data"] = data
	}
	if body["wait"], err = c.where(ctx, server, id); err != nil {
		return err
	}
	send := request{method: http.MethodPost, header: c.headers(), path: "/api/v1/instances/" + id.String() + "/acts", body: body}
	if c.Act == "cancel" && !c.DryRun {
		if err := c.confirm(ctx, out, "cancel %s, undo what it did, and end it?", c.Instance); err != nil {
			return err
		}
	}
	var done acted
	if err := server.do(ctx, send, &done); err != nil {
		return err
	}
	if c.Act == "retry" && !c.DryRun {
		var view api.InstanceView
		if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances/" + id.String()}, &view); err != nil {
			return err
		}
		done.Problems = view.Problems
	}
	if err := out.show(done, func() { out.acted(c.Act, done) }); err != nil {
		return err
	}
	if len(done.Problems) > 0 {
		return shownError{exitFindings}
	}
	return nil
}

// acted is what came of an act, as JSON.
type acted struct {
	api.Acted
	// Problems are the incidents that are there after a retry.
	Problems []api.Incident `json:"problems,omitempty"`
}

func (p *printer) acted(act string, a acted) {
	if a.Would != nil {
		p.foresight(a.Would)
		return
	}
	p.line("%s %s%s", p.green(act), a.Instance, pendingNote(a.Taken))
	for _, incident := range a.Problems {
		p.line("%s %s", p.red("stands still:"), incidentText(incident))
	}
}

// where returns the wait that the act is for: the one that is given, or the only one that it can be for.
func (c *actCommand) where(ctx context.Context, server *client, id uuid.UUID) (int64, error) {
	one := c.Act == "retry" || c.Act == "skip" || c.Act == "leave-out"
	if c.Wait != 0 || !one {
		return c.Wait, nil
	}
	var view api.InstanceView
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/instances/" + id.String()}, &view); err != nil {
		return 0, err
	}
	what, waits, lines := "incident", []int64{}, ""
	if c.Act == "leave-out" {
		what = "open step"
		for i := range view.Open {
			waits = append(waits, view.Open[i].Wait)
			lines += fmt.Sprintf("\n  --wait %d  %s", view.Open[i].Wait, openText(view.Open[i]))
		}
	} else {
		for _, problem := range view.Problems {
			waits = append(waits, problem.Wait)
			lines += fmt.Sprintf("\n  --wait %d  %s", problem.Wait, incidentText(problem))
		}
	}
	switch len(waits) {
	case 0:
		return 0, withCode(exitRefused, fmt.Errorf("instance %s has no %s", c.Instance, what))
	case 1:
		return waits[0], nil
	}
	return 0, withCode(exitUsage, fmt.Errorf("instance %s has %d %ss: say which one with --wait%s", c.Instance, len(waits), what, lines))
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
	if len(f.Withdrawn)+len(f.Undone)+len(f.Left)+len(f.Opened) == 0 {
		p.line("no step would be withdrawn, opened or undone")
	}
}

func openText(o api.OpenStep) string {
	text := fmt.Sprintf("%s (%s, wait %d)", stepText(o.Step, o.Kind), o.For, o.Wait)
	return text + prefixed(", with ", o.Assignee)
}

func incidentText(i api.Incident) string {
	return fmt.Sprintf("%s: %s%s", stepText(i.Step, i.Kind), i.Code, prefixed(": ", i.Text))
}

// stepText is the id of a step, with its kind where the id only says where it stands.
func stepText(id, kind string) string {
	if isPlace(id) && kind != "" {
		return kind + " " + id
	}
	return nameOf(id)
}
