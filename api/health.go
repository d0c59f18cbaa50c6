package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"waybill/activities"
)

// Health is the state of the server.
type Health struct {
	Status  string `json:"status" enum:"ok,unavailable"`
	Version string `json:"version"`
	Detail  string `json:"detail,omitempty" doc:"What is away."`
}

type healthAnswer struct {
	Status int
	Body   Health
}

func (s *server) registerHealth(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-health", Method: http.MethodGet, Path: "/api/v1/health", Tags: []string{"Health"},
		Summary: "Whether the server works", Description: "200 while PostgreSQL and Temporal answer, else 503. Needs no token.",
		Security: []map[string][]string{}, Responses: beside[Health](api, http.StatusServiceUnavailable, "What is away."),
	}, s.health)
	huma.Register(api, huma.Operation{
		OperationID: "get-inbox-row", Method: http.MethodGet, Path: "/api/v1/inbox/{id}", Tags: []string{"Health"},
		Summary: "What became of a request", Description: "For a request that was answered with 202: accepted, still pending, or a problem once it was refused.",
		Responses: beside[Taken](api, http.StatusAccepted, undecided),
	}, s.inboxRow)
}

func (s *server) health(ctx context.Context, _ *struct{}) (*healthAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	answer := &healthAnswer{Status: http.StatusOK, Body: Health{Status: "ok", Version: s.version}}
	if away := s.ready(ctx); away != nil {
		answer.Status, answer.Body.Status, answer.Body.Detail = http.StatusServiceUnavailable, "unavailable", away.Error()
	}
	return answer, nil
}

type idInput struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

func (s *server) inboxRow(ctx context.Context, in *idInput) (*takenAnswer, error) {
	tenant := callerOf(ctx).tenant
	verdict, err := s.host.Verdict(ctx, tenant, in.ID)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return answerTo(activities.Receipt{Inbox: in.ID}, verdict, http.StatusOK)
}
