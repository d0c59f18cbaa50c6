package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"waybill/activities"
)

// Delivered says where a message went.
type Delivered struct {
	ID       string    `json:"id" doc:"The message's id; the same id twice counts once."`
	State    string    `json:"state" enum:"accepted,pending,kept" doc:"Kept: nobody waits for it yet."`
	Instance uuid.UUID `json:"instance,omitzero"`
	Inbox    uuid.UUID `json:"inbox,omitzero"`
	Repeated bool      `json:"repeated,omitempty"`
}

type messageInput struct {
	Actor
	Body struct {
		Message string          `json:"message" minLength:"1" doc:"Its name, as a pack declares it." example:"goods.arrived"`
		Key     string          `json:"key,omitempty" doc:"What it is about: the key that a wait names."`
		ID      string          `json:"id,omitempty" maxLength:"200" doc:"The sender's id of the message; left out, the Idempotency-Key or a new one."`
		With    json.RawMessage `json:"with,omitempty" doc:"Its content by name."`
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
	}, s.message)
}

func (s *server) message(ctx context.Context, in *messageInput) (*messageAnswer, error) {
	with, err := values("with", in.Body.With)
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
	taken, err := s.decided(ctx, tenant, activities.Receipt(d), http.StatusOK)
	if err != nil {
		return nil, err
	}
	return &messageAnswer{Status: taken.Status, Body: Delivered{
		ID: m.ID, State: taken.Body.State, Instance: d.Instance, Inbox: d.Inbox, Repeated: d.Repeated,
	}}, nil
}
