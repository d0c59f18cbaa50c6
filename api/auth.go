package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"waybill/activities"
	"waybill/store"
)

type callerKey struct{}

// caller is whom a token stands for.
type caller struct {
	tenant uuid.UUID
	token  string // its name
}

func callerOf(ctx context.Context) caller {
	who, _ := ctx.Value(callerKey{}).(caller)
	return who
}

// authenticate lets a request with a known bearer token through; operations with empty Security need none.
func (s *server) authenticate(c huma.Context, next func(huma.Context)) {
	if security := c.Operation().Security; security != nil && len(security) == 0 {
		next(c)
		return
	}
	scheme, text, _ := strings.Cut(c.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		deny(c, "no token: send the header \"Authorization: Bearer TOKEN\"")
		return
	}
	tenant, name, err := s.host.Store().Authenticate(c.Context(), strings.TrimSpace(text))
	switch {
	case errors.Is(err, store.ErrToken):
		deny(c, "the token is not known, or was revoked")
		return
	case err != nil:
		answerProblem(c, s.problem(c.Context(), err))
		return
	}
	next(huma.WithValue(c, callerKey{}, caller{tenant: tenant, token: name}))
}

func deny(c huma.Context, detail string) {
	c.SetHeader("WWW-Authenticate", "Bearer")
	answerProblem(c, newProblem(http.StatusUnauthorized, "unauthorized", detail, ProblemField{Field: "header.Authorization", Message: detail}))
}

// answerProblem answers before an operation is reached.
func answerProblem(c huma.Context, p *Problem) {
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(p.Status)
	// The connection is the caller's; there is nobody else to tell that it broke.
	_ = json.NewEncoder(c.BodyWriter()).Encode(p)
}

// Doer is who does something: until identity comes, whoever has the token says for whom it acts.
type Doer struct {
	By string `header:"Waybill-As" maxLength:"200" doc:"The person who does this; empty for a system." example:"li.wei"`
}

// Actor is who does something that a turn decides about.
type Actor struct {
	Doer
	For string `header:"Waybill-For" maxLength:"200" doc:"The person stood in for, under a delegation."`
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key with the same request is done once, however often it is sent."`
}

func (a Actor) act() activities.Act { return activities.Act{By: a.By, For: a.For, Key: a.Key} }
