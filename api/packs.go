package api

import (
	"context"
	"net/http"
	"testing/fstest"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// Revision is a deployed pack.
type Revision struct {
	Pack   string `json:"pack"`
	Number int    `json:"revision"`
	Hash   string `json:"hash" doc:"The SHA-256 of all its files."`
	New    bool   `json:"new" doc:"False where the newest revision was the same already."`
	// Warnings are findings that do not keep a pack from running.
	Warnings []ProblemField `json:"warnings,omitempty"`
}

type deployInput struct {
	Actor
	Body struct {
		Files map[string]string `json:"files" minProperties:"1" doc:"The files of the pack's folder: their text by path."`
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
	files := fstest.MapFS{}
	for path, text := range in.Body.Files {
		files[path] = &fstest.MapFile{Data: []byte(text)}
	}
	d, findings, err := s.host.Deploy(ctx, callerOf(ctx).tenant, files, in.By)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	if d.Hash == "" {
		return nil, findingsProblem(findings)
	}
	return &struct{ Body Revision }{Revision{
		Pack: d.Pack, Number: d.Revision, Hash: d.Hash, New: d.New, Warnings: findingsProblem(findings).Errors,
	}}, nil
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
