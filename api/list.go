package api

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// list is a page of a list.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the next page: send it as after. Missing on the last page."`
}

// Page asks for a part of a list.
type Page struct {
	After string `query:"after" doc:"The cursor that the page before gave as next."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// cursor reads a cursor that is an id; "" is the nil id.
func (p Page) cursor() (uuid.UUID, error) {
	if p.After == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(p.After)
	if err != nil {
		return uuid.Nil, newProblem(422, "invalid", "after: not a cursor that this list gave", ProblemField{Field: "query.after", Message: "not a cursor"})
	}
	return id, nil
}

// read runs act in a transaction of the caller's tenant and makes its error a problem.
func (s *server) read(ctx context.Context, act func(pgx.Tx) error) error {
	return s.problemOf(ctx, s.host.Store().ReadTenant(ctx, callerOf(ctx).tenant, act))
}
