package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

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

// proposalArgument says which proposal a command is about.
type proposalArgument struct {
	Proposal string `arg:"" name:"pack-or-id" help:"The pack that is proposed, or the proposal's id."`
}

type proposalShowCommand struct {
	serverFlags
	proposalArgument
}

func (proposalShowCommand) Help() string {
	return `Examples:
  waybill proposal show manufacturing
  waybill proposal show 0198c0de-0000-7000-8000-000000000001`
}

func (c *proposalShowCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	id, err := server.proposalOf(ctx, c.Proposal)
	if err != nil {
		return err
	}
	var p api.Proposal
	if err := server.do(ctx, request{method: http.MethodGet, path: proposalsPath + "/" + id.String()}, &p); err != nil {
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
	proposalArgument
}

func (proposalApproveCommand) Help() string {
	return `It takes another person than the one who proposed. Where another revision was deployed since, the pack has to be proposed again.

Example:
  waybill proposal approve manufacturing --as wang.fang`
}

func (c *proposalApproveCommand) Run(ctx context.Context, out *printer) error {
	return decision{c.serverFlags, c.actorFlags, c.Proposal}.send(ctx, out, map[string]any{"decision": "approve"})
}

type proposalRejectCommand struct {
	serverFlags
	actorFlags
	proposalArgument
	Reason string `help:"Why." placeholder:"TEXT"`
}

func (proposalRejectCommand) Help() string {
	return `The proposal is kept, with who rejected it and why.

Example:
  waybill proposal reject manufacturing --as wang.fang --reason "the old name is better"`
}

func (c *proposalRejectCommand) Run(ctx context.Context, out *printer) error {
	return decision{c.serverFlags, c.actorFlags, c.Proposal}.send(ctx, out, map[string]any{"decision": "reject", "reason": c.Reason})
}

// proposalOf returns the id of the newest proposal of a pack that is not decided yet; an id stands for itself.
func (c *client) proposalOf(ctx context.Context, packOrID string) (uuid.UUID, error) {
	if id, err := uuid.Parse(packOrID); err == nil {
		return id, nil
	}
	var found page[api.Proposal]
	query := url.Values{"limit": {"200"}}
	if err := c.do(ctx, request{method: http.MethodGet, path: proposalsPath, query: query}, &found); err != nil {
		return uuid.Nil, err
	}
	for _, p := range found.Items {
		if p.Pack == packOrID && p.State == "proposed" {
			return p.ID, nil
		}
	}
	return uuid.Nil, withCode(exitNotFound, fmt.Errorf("no proposal of pack %q waits for a decision: \"waybill proposal list\" lists them", packOrID))
}

// decision is what a second person says about a proposal.
type decision struct {
	serverFlags
	actorFlags
	proposal string
}

func (d decision) send(ctx context.Context, out *printer, body map[string]any) error {
	server, err := d.connect(out)
	if err != nil {
		return err
	}
	id, err := server.proposalOf(ctx, d.proposal)
	if err != nil {
		return err
	}
	var p api.Proposal
	err = server.do(ctx, request{
		method: http.MethodPost, path: proposalsPath + "/" + id.String() + "/decision", header: d.headers(), body: body,
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
