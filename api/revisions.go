package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"waybill/definitions/difference"
	"waybill/store"
)

// DeployedRevision is a revision of a pack with who made it.
type DeployedRevision struct {
	Revision   int       `json:"revision"`
	Hash       string    `json:"hash"`
	By         string    `json:"by,omitempty"`
	ApprovedBy string    `json:"approved_by,omitempty" doc:"The second person, where one was needed."`
	Deployed   time.Time `json:"deployed"`
	Running    int       `json:"running" doc:"Instances that are on it and have not ended."`
}

// Changes are what differs between two revisions, or between one and files that are not deployed.
type Changes struct {
	Pack     string              `json:"pack"`
	From     int                 `json:"from" doc:"0: there is no revision to compare with."`
	To       int                 `json:"to,omitempty" doc:"Missing: the files that were sent."`
	Items    []difference.Change `json:"items"`
	Warnings []ProblemField      `json:"warnings,omitempty"`
}

type revisionsInput struct {
	Pack string `path:"pack"`
}

type changesInput struct {
	Pack string `path:"pack"`
	From int    `query:"from" minimum:"0" maximum:"2147483647" doc:"0: the revision before to."`
	To   int    `query:"to" minimum:"0" maximum:"2147483647" doc:"0: the newest."`
}

type compareInput struct {
	Body struct {
		Files map[string]string `json:"files" minProperties:"1" doc:"The files of the pack's folder: their text by path."`
		From  int               `json:"from,omitempty" minimum:"0" maximum:"2147483647" doc:"0: the newest."`
	}
}

func (s *server) registerRevisions(api huma.API) {
	tags := []string{"Packs"}
	huma.Register(api, huma.Operation{
		OperationID: "list-revisions", Method: http.MethodGet, Path: "/api/v1/packs/{pack}/revisions", Tags: tags,
		Summary: "The revisions of a pack, the newest first",
	}, s.revisions)
	huma.Register(api, huma.Operation{
		OperationID: "list-changes", Method: http.MethodGet, Path: "/api/v1/packs/{pack}/changes", Tags: tags,
		Summary: "What differs between two revisions, in the words of the process",
	}, s.changes)
	huma.Register(api, huma.Operation{
		OperationID: "compare-pack", Method: http.MethodPost, Path: "/api/v1/changes", Tags: tags,
		Summary: "What deploying files would change", DefaultStatus: http.StatusOK, MaxBodyBytes: maxBody,
	}, s.compare)
}

// mostRevisions bounds a list of revisions.
const mostRevisions = 500

func (s *server) revisions(ctx context.Context, in *revisionsInput) (*struct{ Body list[DeployedRevision] }, error) {
	found, err := s.revisionsOf(ctx, in.Pack)
	if err != nil {
		return nil, err
	}
	out := list[DeployedRevision]{Items: []DeployedRevision{}}
	for _, r := range found {
		out.Items = append(out.Items, DeployedRevision{
			Revision: r.Number, Hash: r.Hash, By: r.By, ApprovedBy: r.ApprovedBy, Deployed: r.Deployed, Running: r.Running,
		})
	}
	return &struct{ Body list[DeployedRevision] }{out}, nil
}

func (s *server) revisionsOf(ctx context.Context, pack string) ([]store.DeployedRevision, error) {
	var found []store.DeployedRevision
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		found, err = store.Revisions(ctx, tx, pack, mostRevisions)
		return err
	})
	if err == nil && len(found) == 0 {
		err = newProblem(http.StatusNotFound, "unknown_pack", "pack \""+pack+"\" is not deployed")
	}
	return found, err
}

func (s *server) changes(ctx context.Context, in *changesInput) (*struct{ Body Changes }, error) {
	if in.To == 0 {
		found, err := s.revisionsOf(ctx, in.Pack)
		if err != nil {
			return nil, err
		}
		in.To = found[0].Number
	}
	if in.From == 0 {
		in.From = in.To - 1
	}
	changes, err := s.host.Changes(ctx, callerOf(ctx).tenant, in.Pack, in.From, in.To)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return &struct{ Body Changes }{Changes{Pack: in.Pack, From: in.From, To: in.To, Items: orNone(changes)}}, nil
}

func orNone(changes []difference.Change) []difference.Change {
	if changes == nil {
		return []difference.Change{}
	}
	return changes
}

func (s *server) compare(ctx context.Context, in *compareInput) (*struct{ Body Changes }, error) {
	files, err := filesOf(in.Body.Files)
	if err != nil {
		return nil, err
	}
	compared, findings, err := s.host.ChangesOf(ctx, callerOf(ctx).tenant, files, in.Body.From)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	if compared.Pack == "" {
		return nil, findingsProblem(findings)
	}
	return &struct{ Body Changes }{Changes{
		Pack: compared.Pack, From: compared.From, Items: orNone(compared.Changes), Warnings: findingsProblem(findings).Errors,
	}}, nil
}
