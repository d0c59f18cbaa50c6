package main

import (
	"context"
	"net/http"
	"strings"

	"waybill/api"
	"waybill/definitions/difference"
)

type proposalCommand struct {
	List    proposalListCommand    `cmd:"" help:"List proposals, the newest first."`
	Show    proposalShowCommand    `cmd:"" help:"Show what a proposal would change."`
	Approve proposalApproveCommand `cmd:"" help:"Make a proposal the newest revision."`
	Reject  proposalRejectCommand  `cmd:"" help:"Keep a proposal from becoming a revision."`
}

type proposalListCommand struct{ serverFlags }

func (proposalListCommand) Help() string {
	return `Examples:
  waybill proposal list
  waybill proposal list --json`
}

func (c *proposalListCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var found page[api.Proposal]
	if err := server.do(ctx, request{method: http.MethodGet, path: proposalsPath}, &found); err != nil {
		return err
	}
	return out.show(found, func() {
		var rows [][]string
		for _, p := range found.Items {
			rows = append(rows, []string{p.ID.String(), p.Pack, p.State, p.By, p.DecidedBy, moment(&p.Proposed)})
		}
		out.table([]string{"PROPOSAL", "PACK", "STATE", "BY", "DECIDED BY", "PROPOSED"}, rows)
	})
}

const proposalsPath = "/api/v1/proposals"

type proposalShowCommand struct {
	serverFlags
	ID string `arg:"" help:"The proposal's id."`
}

func (proposalShowCommand) Help() string {
	return `Example:
  waybill proposal show 0198c0de-0000-7000-8000-000000000001`
}

func (c *proposalShowCommand) Run(ctx context.Context, out *printer) error {
	if _, err := parseID("proposal", c.ID); err != nil {
		return err
	}
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var p api.Proposal
	if err := server.do(ctx, request{method: http.MethodGet, path: proposalsPath + "/" + c.ID}, &p); err != nil {
		return err
	}
	return out.show(p, func() {
		out.line("%s, proposed by %s: %s%s", p.Pack, p.By, p.State, prefixed(" by ", p.DecidedBy))
		out.changes(p.Changes)
	})
}

type proposalApproveCommand struct {
	serverFlags
	actorFlags
	ID string `arg:"" help:"The proposal's id."`
}

func (proposalApproveCommand) Help() string {
	return `It takes another person than the one who proposed. Where another revision was deployed since, the pack has to be proposed again.

Example:
  waybill proposal approve 0198c0de-0000-7000-8000-000000000001 --as wang.fang`
}

func (c *proposalApproveCommand) Run(ctx context.Context, out *printer) error {
	return decision{c.serverFlags, c.actorFlags, c.ID}.send(ctx, out, map[string]any{"decision": "approve"})
}

type proposalRejectCommand struct {
	serverFlags
	actorFlags
	ID     string `arg:"" help:"The proposal's id."`
	Reason string `help:"Why." placeholder:"TEXT"`
}

func (proposalRejectCommand) Help() string {
	return `The proposal is kept, with who rejected it and why.

Example:
  waybill proposal reject 0198c0de-0000-7000-8000-000000000001 --as wang.fang --reason "the old name is better"`
}

func (c *proposalRejectCommand) Run(ctx context.Context, out *printer) error {
	return decision{c.serverFlags, c.actorFlags, c.ID}.send(ctx, out, map[string]any{"decision": "reject", "reason": c.Reason})
}

// decision is what a second person says about a proposal.
type decision struct {
	serverFlags
	actorFlags
	id string
}

func (d decision) send(ctx context.Context, out *printer, body map[string]any) error {
	if _, err := parseID("proposal", d.id); err != nil {
		return err
	}
	server, err := d.connect(out)
	if err != nil {
		return err
	}
	var p api.Proposal
	err = server.do(ctx, request{
		method: http.MethodPost, path: proposalsPath + "/" + d.id + "/decision", header: d.headers(), body: body,
	}, &p)
	if err != nil {
		return err
	}
	return out.show(p, func() {
		if p.Revision > 0 {
			out.line("%s %s revision %d, proposed by %s and approved by %s", out.green("deployed"), p.Pack, p.Revision, p.By, p.DecidedBy)
			return
		}
		out.line("%s by %s", p.State, p.DecidedBy)
	})
}

// changes writes what differs between two revisions.
func (p *printer) changes(changes []difference.Change) {
	p.line("%s", strings.TrimSuffix(difference.Tell(changes), "\n"))
}
