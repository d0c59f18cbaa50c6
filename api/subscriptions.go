package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// Subscription is a wait of an instance that a message from outside answers.
type Subscription struct {
	Message  string    `json:"message" doc:"Its name, as a pack declares it."`
	Key      string    `json:"key,omitempty" doc:"What it must be about; missing: anything."`
	Instance uuid.UUID `json:"instance" format:"uuid"`
	Wait     int64     `json:"wait"`
	Pack     string    `json:"pack"`
	Process  string    `json:"process"`
	Business string    `json:"business_key,omitempty" doc:"The business key of the instance."`
	Since    time.Time `json:"since"`
}

type subscriptionsInput struct {
	After   int64  `query:"after" minimum:"0" doc:"The cursor that the page before gave as next."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Message string `query:"message" doc:"Only those for this message."`
	Key     string `query:"key" doc:"Only those with this key."`
}

func (s *server) registerSubscriptions(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-subscriptions", Method: http.MethodGet, Path: "/api/v1/subscriptions", Tags: []string{"Messages"},
		Summary: "List the messages that instances wait for, the longest waiting first",
	}, s.subscriptions)
}

func (s *server) subscriptions(ctx context.Context, in *subscriptionsInput) (*struct{ Body list[Subscription] }, error) {
	var found []store.Listener
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		found, err = store.Listeners(ctx, tx, store.ListenerFilter{Name: in.Message, Key: in.Key, After: in.After, Limit: in.Limit})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Subscription]{Items: []Subscription{}}
	for _, l := range found {
		item := Subscription{
			Message: l.Name, Key: l.Key, Instance: l.Instance, Wait: l.Wait, Pack: l.Pack, Process: l.Process, Since: l.Opened,
		}
		if l.BusinessKey != nil {
			item.Business = *l.BusinessKey
		}
		out.Items = append(out.Items, item)
	}
	if len(found) == in.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].Position, 10)
	}
	return &struct{ Body list[Subscription] }{out}, nil
}
