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

// Lock is an instance's place in the queue of a lock.
type Lock struct {
	Name     string     `json:"name" doc:"As the process names it; locks of different packs are different."`
	Pack     string     `json:"pack"`
	Instance uuid.UUID  `json:"instance" format:"uuid"`
	Process  string     `json:"process"`
	Step     string     `json:"step"`
	Key      string     `json:"key,omitempty" doc:"The business key of the instance."`
	Asked    time.Time  `json:"asked"`
	Held     *time.Time `json:"held,omitempty" doc:"Since when the instance holds the lock; missing: it waits."`
}

type locksInput struct {
	Reader
	After    int64  `query:"after" minimum:"0" doc:"The cursor that the page before gave as next."`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Name     string `query:"name" doc:"Only this lock."`
	Instance string `query:"instance" format:"uuid" doc:"Only what this instance holds or waits for."`
}

func (s *server) registerLocks(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-locks", Method: http.MethodGet, Path: "/api/v1/locks", Tags: []string{"Instances"},
		Summary: "List who holds locks and who waits for them, in the order of asking", Description: onlyDoc,
	}, s.locks)
}

func (s *server) locks(ctx context.Context, in *locksInput) (*struct{ Body list[Lock] }, error) {
	filter := store.PlaceFilter{Name: in.Name, After: in.After, Limit: in.Limit}
	if in.Instance != "" {
		id, err := uuid.Parse(in.Instance)
		if err != nil {
			return nil, refused("invalid", "instance: no id", "query.instance")
		}
		filter.Instance = id
	}
	var found []store.Place
	var seen map[uuid.UUID]*sight
	err := s.read(ctx, func(tx pgx.Tx) error {
		who, err := in.viewer(ctx, tx)
		if err != nil {
			return err
		}
		if found, err = store.Places(ctx, tx, filter); err != nil || who == nil {
			return err
		}
		ids := make([]uuid.UUID, len(found))
		for i := range found {
			ids[i] = found[i].Instance
		}
		instances, err := store.InstancesOf(ctx, tx, ids)
		if err != nil {
			return err
		}
		seen, err = s.sights(ctx, tx, who, instances)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Lock]{Items: []Lock{}}
	for _, p := range found {
		sight := seen[p.Instance]
		if !sight.step(p.Step) || !sight.told(p.Step) {
			continue
		}
		l := Lock{Name: p.Name, Pack: p.Pack, Instance: p.Instance, Process: p.Process, Step: p.Step, Asked: p.Asked, Held: p.Granted}
		if p.BusinessKey != nil && sight.keyed() {
			l.Key = *p.BusinessKey
		}
		out.Items = append(out.Items, l)
	}
	if len(found) == in.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].Position, 10)
	}
	return &struct{ Body list[Lock] }{out}, nil
}
