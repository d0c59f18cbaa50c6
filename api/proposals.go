package api

import (
	"context"
	"io/fs"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions/difference"
	"waybill/store"
)

// Proposal is a pack that becomes a revision once a second person approves it.
type Proposal struct {
	ID        uuid.UUID           `json:"id" format:"uuid"`
	Pack      string              `json:"pack"`
	Base      int                 `json:"base" doc:"The newest revision when it was proposed; 0: none."`
	Hash      string              `json:"hash"`
	By        string              `json:"by"`
	Proposed  time.Time           `json:"proposed"`
	State     string              `json:"state" enum:"proposed,active,rejected"`
	DecidedBy string              `json:"decided_by,omitempty"`
	Decided   *time.Time          `json:"decided,omitempty"`
	Reason    string              `json:"reason,omitempty"`
	Revision  int                 `json:"revision,omitempty" doc:"The revision that it became."`
	Changes   []difference.Change `json:"changes,omitempty" doc:"What it would change, or changed; only where one proposal is read."`
}

type decisionInput struct {
	Doer
	ID   uuid.UUID `path:"id" format:"uuid"`
	Body struct {
		Decision string `json:"decision" enum:"approve,reject"`
		Reason   string `json:"reason,omitempty" maxLength:"2000"`
	}
}

func (s *server) registerProposals(api huma.API) {
	tags := []string{"Packs"}
	huma.Register(api, huma.Operation{
		OperationID: "list-proposals", Method: http.MethodGet, Path: "/api/v1/proposals", Tags: tags,
		Summary: "Proposed packs, the newest first, decided ones too",
	}, s.proposals)
	huma.Register(api, huma.Operation{
		OperationID: "get-proposal", Method: http.MethodGet, Path: "/api/v1/proposals/{id}", Tags: tags,
		Summary: "Read a proposal with what it would change",
	}, s.proposal)
	huma.Register(api, huma.Operation{
		OperationID: "decide-proposal", Method: http.MethodPost, Path: "/api/v1/proposals/{id}/decision", Tags: tags,
		Summary: "Approve or reject what somebody else proposed", DefaultStatus: http.StatusOK,
	}, s.decideProposal)
}

func (s *server) propose(ctx context.Context, files fs.FS, by string) (*struct{ Body Revision }, error) {
	p, findings, err := s.host.Propose(ctx, callerOf(ctx).tenant, files, by)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	if p.Hash == "" {
		return nil, findingsProblem(findings)
	}
	changes, err := s.host.ProposalChanges(ctx, callerOf(ctx).tenant, p.ID)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return &struct{ Body Revision }{Revision{
		Pack: p.Pack, Number: p.Base + 1, Hash: p.Hash, State: string(p.State), Proposal: &p.ID, Changes: changes,
		Warnings: findingsProblem(findings).Errors,
	}}, nil
}

func proposalOf(p store.Proposal) Proposal {
	out := Proposal{
		ID: p.ID, Pack: p.Pack, Base: p.Base, Hash: p.Hash, By: p.By, Proposed: p.Proposed, State: string(p.State),
		Decided: p.Decided, Reason: p.Reason,
	}
	if p.DecidedBy != nil {
		out.DecidedBy = *p.DecidedBy
	}
	if p.Number != nil {
		out.Revision = *p.Number
	}
	return out
}

func (s *server) proposals(ctx context.Context, in *struct{ Page }) (*struct{ Body list[Proposal] }, error) {
	after, err := in.cursor()
	if err != nil {
		return nil, err
	}
	var found []store.Proposal
	err = s.read(ctx, func(tx pgx.Tx) (err error) {
		found, err = store.Proposals(ctx, tx, after, in.Limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Proposal]{Items: []Proposal{}}
	for _, p := range found {
		out.Items = append(out.Items, proposalOf(p))
	}
	if len(found) == in.Limit {
		out.Next = found[len(found)-1].ID.String()
	}
	return &struct{ Body list[Proposal] }{out}, nil
}

func (s *server) proposal(ctx context.Context, in *idInput) (*struct{ Body Proposal }, error) {
	out, err := s.proposalWith(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Proposal }{out}, nil
}

func (s *server) proposalWith(ctx context.Context, id uuid.UUID) (Proposal, error) {
	var p store.Proposal
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		p, err = store.ReadProposal(ctx, tx, id)
		return err
	})
	if err != nil {
		return Proposal{}, err
	}
	out := proposalOf(p)
	out.Changes, err = s.host.ProposalChanges(ctx, callerOf(ctx).tenant, id)
	return out, s.problemOf(ctx, err)
}

func (s *server) decideProposal(ctx context.Context, in *decisionInput) (*struct{ Body Proposal }, error) {
	tenant := callerOf(ctx).tenant
	var err error
	if in.Body.Decision == "approve" {
		_, err = s.host.Approve(ctx, tenant, in.ID, in.By)
	} else {
		err = s.host.Reject(ctx, tenant, in.ID, in.By, in.Body.Reason)
	}
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	out, err := s.proposalWith(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Proposal }{out}, nil
}
