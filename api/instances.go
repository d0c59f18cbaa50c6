package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
	"waybill/definitions/value"
	"waybill/store"
)

// Instance is one run of a process.
type Instance struct {
	ID        uuid.UUID  `json:"id" format:"uuid"`
	Pack      string     `json:"pack"`
	Process   string     `json:"process"`
	Revision  int        `json:"revision"`
	Key       string     `json:"key,omitempty" doc:"The business key, such as the order's number."`
	Parent    *uuid.UUID `json:"parent,omitempty" format:"uuid"`
	Status    string     `json:"status" enum:"created,running,undoing,paused,ended"`
	Outcome   string     `json:"outcome,omitempty" doc:"Once it has ended; failed where a business error ended it."`
	Incidents int        `json:"incidents" doc:"Steps that stand still until an operator acts."`
	Started   time.Time  `json:"started"`
	Ended     *time.Time `json:"ended,omitempty"`
}

// InstanceView is an instance with all that is seen of its inside.
type InstanceView struct {
	Instance
	Title value.Title `json:"title"`
	Standing
	Data json.RawMessage `json:"data" doc:"The process data by name."`
}

type startInput struct {
	Actor
	Pack    string `path:"pack"`
	Process string `path:"process"`
	Body    struct {
		Input    Values `json:"input,omitzero" doc:"The process's input by name."`
		Revision int    `json:"revision,omitempty" minimum:"0" maximum:"2147483647" doc:"0: the newest."`
	}
}

type instancesInput struct {
	Page
	Reader
	Process  string `query:"process" doc:"Only those of this process."`
	Key      string `query:"key" doc:"Only those with this business key."`
	Open     bool   `query:"open" doc:"Only those that have not ended."`
	Incident bool   `query:"incident" doc:"Only those with a step that stands still."`
}

type instanceInput struct {
	Reader
	ID uuid.UUID `path:"id" format:"uuid"`
}

func (s *server) registerInstances(api huma.API) {
	tags := []string{"Instances"}
	huma.Register(api, huma.Operation{
		OperationID: "start-instance", Method: http.MethodPost, Path: "/api/v1/packs/{pack}/processes/{process}/instances", Tags: tags,
		Summary: "Start an instance", DefaultStatus: http.StatusCreated, Responses: beside[Taken](api, http.StatusAccepted, undecided),
	}, s.start)
	huma.Register(api, huma.Operation{
		OperationID: "list-instances", Method: http.MethodGet, Path: "/api/v1/instances", Tags: tags,
		Summary: "List instances, the newest first", Description: onlyDoc,
	}, s.instances)
	huma.Register(api, huma.Operation{
		OperationID: "get-instance", Method: http.MethodGet, Path: "/api/v1/instances/{id}", Tags: tags,
		Summary: "Read an instance with its progress", Description: onlyDoc,
	}, s.instance)
}

func (s *server) start(ctx context.Context, in *startInput) (*takenAnswer, error) {
	input, err := in.Body.Input.read("input")
	if err != nil {
		return nil, err
	}
	tenant := callerOf(ctx).tenant
	request := activities.StartRequest{Pack: in.Pack, Process: in.Process, Revision: in.Body.Revision, Input: input}
	receipt, err := s.host.Start(ctx, tenant, request, in.act())
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return s.decided(ctx, tenant, receipt, http.StatusCreated)
}

func (s *server) instances(ctx context.Context, in *instancesInput) (*struct{ Body list[Instance] }, error) {
	after, err := in.cursor()
	if err != nil {
		return nil, err
	}
	var found []store.Instance
	var seen map[uuid.UUID]*sight
	err = s.read(ctx, func(tx pgx.Tx) error {
		who, err := in.viewer(ctx, tx)
		if err != nil {
			return err
		}
		filter := store.InstanceFilter{
			Process: in.Process, Key: in.Key, OpenOnly: in.Open, IncidentsOnly: in.Incident, After: after, Limit: in.Limit,
		}
		if found, err = store.Instances(ctx, tx, filter); err != nil {
			return err
		}
		seen, err = s.sights(ctx, tx, who, found)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := list[Instance]{Items: []Instance{}}
	for i := range found {
		sight := seen[found[i].ID]
		if sight.exists() && (in.Key == "" || sight.keyed()) {
			out.Items = append(out.Items, sight.instance(&found[i]))
		}
	}
	if len(found) == in.Limit {
		out.Next = found[len(found)-1].ID.String()
	}
	return &struct{ Body list[Instance] }{out}, nil
}

func instanceOf(row *store.Instance) Instance {
	i := Instance{
		ID: row.ID, Pack: row.Pack, Process: row.Process, Revision: row.Revision, Parent: row.Parent,
		Status: string(row.Status), Incidents: row.Incidents, Started: row.Started, Ended: row.Ended,
	}
	if row.BusinessKey != nil {
		i.Key = *row.BusinessKey
	}
	if row.Outcome != nil {
		i.Outcome = *row.Outcome
	}
	return i
}

func (s *server) instance(ctx context.Context, in *instanceInput) (*struct{ Body InstanceView }, error) {
	var seen *sight
	err := s.read(ctx, func(tx pgx.Tx) (err error) {
		seen, err = s.sightOf(ctx, tx, in.Reader, in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	view, err := s.host.Look(ctx, callerOf(ctx).tenant, in.ID)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	data, err := value.Encode(seen.filter(view.State.Data()))
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	body := InstanceView{Instance: seen.instance(view.Row), Title: view.D.Title, Data: data}
	body.Standing, err = s.standing(ctx, view, seen)
	return &struct{ Body InstanceView }{body}, err
}
