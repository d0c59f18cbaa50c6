package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions/difference"
	"waybill/store"
)

// Revision is a deployed pack.
type Revision struct {
	Pack   string `json:"pack"`
	Number int    `json:"revision"`
	Hash   string `json:"hash" doc:"The SHA-256 of all its files."`
	New    bool   `json:"new" doc:"False where the newest revision was the same already."`
	// State is proposed where a second person has to approve first; the number is then that which it would get.
	State    string     `json:"state,omitempty" enum:"active,proposed"`
	Proposal *uuid.UUID `json:"proposal,omitempty" format:"uuid" doc:"What the second person approves."`
	// Changes are what differs from the revision before.
	Changes []difference.Change `json:"changes,omitempty"`
	// Warnings are findings that do not keep a pack from running.
	Warnings []ProblemField `json:"warnings,omitempty"`
}

type deployInput struct {
	Doer
	Body struct {
		Files   map[string]string `json:"files" minProperties:"1" doc:"The files of the pack's folder: their text by path."`
		Propose bool              `json:"propose,omitempty" doc:"Wait for a second person's approval. A server may be set to do so always."`
	}
}

func (s *server) registerPacks(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "deploy-pack", Method: http.MethodPost, Path: "/api/v1/packs", Tags: []string{"Packs"},
		Summary: "Deploy a pack", Description: "Checks the pack and makes it the newest revision. Findings leave everything as it was.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: maxBody,
	}, s.deploy)
	huma.Register(api, huma.Operation{
		OperationID: "list-packs", Method: http.MethodGet, Path: "/api/v1/packs", Tags: []string{"Packs"},
		Summary: "The newest revision of each pack",
	}, s.packs)
}

func (s *server) deploy(ctx context.Context, in *deployInput) (*struct{ Body Revision }, error) {
	files, err := filesOf(in.Body.Files)
	if err != nil {
		return nil, err
	}
	tenant := callerOf(ctx).tenant
	if s.approval || in.Body.Propose {
		return s.propose(ctx, files, in.By)
	}
	d, findings, err := s.host.Deploy(ctx, tenant, files, in.By)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	if d.Hash == "" {
		return nil, findingsProblem(findings)
	}
	out := Revision{
		Pack: d.Pack, Number: d.Revision, Hash: d.Hash, New: d.New, State: string(store.Active), Warnings: findingsProblem(findings).Errors,
	}
	if d.New && d.Revision > 1 {
		if out.Changes, err = s.host.Changes(ctx, tenant, d.Pack, d.Revision-1, d.Revision); err != nil {
			return nil, s.problemOf(ctx, err)
		}
	}
	return &struct{ Body Revision }{out}, nil
}

func (s *server) packs(ctx context.Context, _ *struct{}) (*struct{ Body list[Revision] }, error) {
	var found []store.Revision
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		found, err = store.LatestRevisions(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Revision]{Items: []Revision{}}
	for _, r := range found {
		out.Items = append(out.Items, Revision{Pack: r.Pack, Number: r.Number, Hash: r.Hash})
	}
	return &struct{ Body list[Revision] }{out}, nil
}
