package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
	"waybill/store"
)

// Delivered says where a message went.
type Delivered struct {
	ID       string    `json:"id" doc:"The message's id; the same id twice counts once."`
	State    string    `json:"state" enum:"accepted,pending,kept" doc:"Kept: nobody waits for it yet."`
	Instance uuid.UUID `json:"instance,omitzero" format:"uuid"`
	Inbox    uuid.UUID `json:"inbox,omitzero" format:"uuid"`
	Repeated bool      `json:"repeated,omitempty"`
}

type messageInput struct {
	Actor
	Body struct {
		Message string `json:"message" minLength:"1" doc:"Its name, as a pack declares it." example:"goods.arrived"`
		Key     string `json:"key,omitempty" doc:"What it is about: the key that a wait names."`
		ID      string `json:"id,omitempty" maxLength:"200" doc:"The sender's id of the message; left out, the Idempotency-Key or a new one."`
		With    Values `json:"with,omitzero" doc:"Its content by name."`
	}
}

type messageAnswer struct {
	Status int
	Body   Delivered
}

func (s *server) registerMessages(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "send-message", Method: http.MethodPost, Path: "/api/v1/messages", Tags: []string{"Messages"},
		Summary: "Send a message to whoever waits for it", DefaultStatus: http.StatusOK,
		Responses: beside[Delivered](api, http.StatusAccepted, "Committed, but not decided about yet; or kept, because nobody waits for it yet."),
	}, s.message)
}

func (s *server) message(ctx context.Context, in *messageInput) (*messageAnswer, error) {
	with, err := in.Body.With.read("with")
	if err != nil {
		return nil, err
	}
	m := activities.Message{ID: in.Body.ID, Name: in.Body.Message, Key: in.Body.Key, With: with}
	if m.ID == "" {
		m.ID = in.Key
	}
	if m.ID == "" {
		m.ID = uuid.NewString()
	}
	tenant := callerOf(ctx).tenant
	d, err := s.host.Send(ctx, tenant, m, activities.Act{By: in.By, For: in.For})
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	if d.Instance == uuid.Nil {
		return &messageAnswer{Status: http.StatusAccepted, Body: Delivered{ID: m.ID, State: "kept", Repeated: d.Repeated}}, nil
	}
	taken, err := s.decided(ctx, tenant, d, http.StatusOK)
	if err != nil {
		return s.passedOn(ctx, m.ID, d.Inbox, err)
	}
	return &messageAnswer{Status: taken.Status, Body: Delivered{
		ID: m.ID, State: taken.Body.State, Instance: d.Instance, Inbox: d.Inbox, Repeated: d.Repeated,
	}}, nil
}

// passedOn answers for a message that the instance it went to did not take: it is kept for another, or on
// its way there. The refusal stands where it stayed with that instance.
func (s *server) passedOn(ctx context.Context, id string, inbox uuid.UUID, refusal error) (*messageAnswer, error) {
	var m *store.Message
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		m, err = store.ReadMessage(ctx, tx, id)
		return err
	})
	answer := &messageAnswer{Status: http.StatusAccepted, Body: Delivered{ID: id, State: "kept"}}
	switch {
	case err != nil:
		return nil, err
	case m.Inbox == nil:
		return answer, nil
	case *m.Inbox == inbox:
		return nil, refusal
	}
	answer.Body.State, answer.Body.Instance, answer.Body.Inbox = "pending", *m.Instance, *m.Inbox
	return answer, nil
}
