package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// Entry is a row of an instance's history.
type Entry struct {
	Seq  int64           `json:"seq" doc:"1, 2, 3 ... in an instance."`
	Turn int64           `json:"turn"`
	At   time.Time       `json:"at"`
	What string          `json:"what" example:"task.completed"`
	Step string          `json:"step,omitempty"`
	Wait int64           `json:"wait,omitempty"`
	By   string          `json:"by,omitempty"`
	For  string          `json:"for,omitempty"`
	Data json.RawMessage `json:"data"`
	Hash string          `json:"hash" doc:"Covers this row and the hash of the one before."`
}

type historyInput struct {
	Reader
	ID    uuid.UUID `path:"id" format:"uuid"`
	After int64     `query:"after" minimum:"0" doc:"The seq of the last row seen."`
	Limit int       `query:"limit" minimum:"1" maximum:"1000" default:"200"`
}

func (s *server) registerHistory(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "read-history", Method: http.MethodGet, Path: "/api/v1/instances/{id}/history", Tags: []string{"Instances"},
		Summary: "Read the history of an instance, from the beginning on", Description: onlyDoc,
	}, s.history)
}

func (s *server) history(ctx context.Context, in *historyInput) (*struct{ Body list[Entry] }, error) {
	var found []store.Entry
	var seen *sight
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		if seen, err = s.sightOf(ctx, tx, in.Reader, in.ID); err != nil {
			return err
		}
		found, err = store.History(ctx, tx, in.ID, in.After, in.Limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Entry]{Items: []Entry{}}
	for i := range found {
		if e, there := seen.entry(&found[i]); there {
			out.Items = append(out.Items, e)
		}
	}
	if len(found) == in.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].Seq, 10)
	}
	return &struct{ Body list[Entry] }{out}, nil
}

func entryOf(e *store.Entry) Entry {
	return Entry{
		Seq: e.Seq, Turn: e.Turn, At: e.At, What: e.What, Step: e.Step, Wait: e.Wait, By: e.By, For: e.For,
		Data: json.RawMessage(e.Data), Hash: hex.EncodeToString(e.Hash),
	}
}
