package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

// ActRequest is an operator's act on an instance.
type ActRequest struct {
	Act    string `json:"act" enum:"cancel,retry,skip,change,pause,resume,move,repeat,leave_out" doc:"Retry and skip answer an incident at wait; change sets data; move goes on at step, repeat runs step again, leave_out withdraws what is open at wait; cancel undoes and ends."`
	Wait   int64  `json:"wait,omitempty" minimum:"0"`
	Step   string `json:"step,omitempty" maxLength:"200" doc:"For move and repeat: where the instance goes on."`
	Undo   string `json:"undo,omitempty" enum:"true,false" doc:"For move, repeat and leave_out: whether what has finished and would be left is undone. It must be said where there is something of the kind."`
	Reason string `json:"reason,omitempty" maxLength:"2000"`
	Data   Values `json:"data,omitzero" doc:"For change: data by name. For skip and leave_out: what the step would have yielded."`
	DryRun bool   `json:"dry_run,omitempty" doc:"Only tell what the act would do."`
}

// Foresight is what an act would do.
type Foresight struct {
	Withdrawn []OpenStep `json:"withdrawn" doc:"What is open and would be withdrawn."`
	Opened    []OpenStep `json:"opened" doc:"What would be open afterwards."`
	Undone    []string   `json:"undone" doc:"Finished steps that would be undone."`
	Left      []string   `json:"left" doc:"Finished steps that could be undone and would be left as they are."`
}

// Acted says what became of an act.
type Acted struct {
	Taken
	Would *Foresight `json:"would,omitempty" doc:"Of a dry run: what the act would do."`
}

type actInput struct {
	Actor
	ID   uuid.UUID `path:"id" format:"uuid"`
	Body ActRequest
}

// Picking says which running instances an act on many is for.
type Picking struct {
	Pack      string      `json:"pack,omitempty"`
	Process   string      `json:"process,omitempty"`
	Revision  int         `json:"revision,omitempty" minimum:"0" maximum:"2147483647"`
	Step      string      `json:"step,omitempty" doc:"Those that have a task or an incident at this step; the act is done there."`
	Incident  string      `json:"incident,omitempty" doc:"Those that have an incident of this code."`
	Instances []uuid.UUID `json:"instances,omitempty" format:"uuid" maxItems:"1000"`
}

type actsInput struct {
	Actor
	Body struct {
		ActRequest
		Select Picking   `json:"select"`
		Limit  int       `json:"limit,omitempty" minimum:"1" maximum:"100" default:"50"`
		After  uuid.UUID `json:"after,omitempty" format:"uuid" doc:"The cursor that the page before gave as next."`
	}
}

// ActedOn is what became of an act on one of many instances.
type ActedOn struct {
	Instance uuid.UUID  `json:"instance" format:"uuid"`
	Process  string     `json:"process"`
	Key      string     `json:"key,omitempty"`
	Revision int        `json:"revision"`
	Wait     int64      `json:"wait,omitempty"`
	State    string     `json:"state" enum:"accepted,pending,refused,foreseen,nothing" doc:"Nothing: the instance has nothing that the act is for."`
	Code     string     `json:"code,omitempty" doc:"Why it was refused."`
	Detail   string     `json:"detail,omitempty"`
	Would    *Foresight `json:"would,omitempty"`
}

// Page of what became of an act on many.
type actedPage struct {
	Items []ActedOn `json:"items"`
	Total int       `json:"total" doc:"How many instances are picked now, pages after this one included."`
	Next  string    `json:"next,omitempty" doc:"Send it as after."`
}

func (s *server) registerActs(api huma.API) {
	tags := []string{"Instances"}
	huma.Register(api, huma.Operation{
		OperationID: "act-on-instance", Method: http.MethodPost, Path: "/api/v1/instances/{id}/acts", Tags: tags,
		Summary: "Act on an instance as an operator", DefaultStatus: http.StatusOK, Responses: beside[Acted](api, http.StatusAccepted, undecided),
	}, s.operate)
	huma.Register(api, huma.Operation{
		OperationID: "act-on-instances", Method: http.MethodPost, Path: "/api/v1/acts", Tags: tags,
		Summary: "Act on many instances, page by page, each with its own result", DefaultStatus: http.StatusOK,
	}, s.operateMany)
}

func (s *server) operate(ctx context.Context, in *actInput) (*struct {
	Status int
	Body   Acted
}, error,
) {
	type answer = struct {
		Status int
		Body   Acted
	}
	what, err := in.Body.body(engine.NodeID(in.Body.Wait))
	if err != nil {
		return nil, err
	}
	tenant := callerOf(ctx).tenant
	if in.Body.DryRun {
		would, err := s.foresee(ctx, in.ID, what, in.act())
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return &answer{http.StatusOK, Acted{Taken: Taken{Instance: in.ID, State: stateForeseen}, Would: would}}, nil
	}
	receipt, err := s.host.Operate(ctx, tenant, in.ID, what, in.act())
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	taken, err := s.decided(ctx, tenant, receipt, http.StatusOK)
	if err != nil {
		return nil, err
	}
	return &answer{taken.Status, Acted{Taken: taken.Body}}, nil
}

// The states of an act that no turn decided about.
const (
	stateForeseen = "foreseen"
	stateNothing  = "nothing"
	stateRefused  = "refused"
	statePending  = "pending"
	stateAccepted = "accepted"
)

// body makes the engine's act, at a wait.
func (a ActRequest) body(wait engine.NodeID) (engine.Body, error) {
	data, err := a.Data.read("data")
	if err != nil {
		return nil, err
	}
	if len(a.Data.RawMessage) == 0 {
		data = nil
	}
	undo := engine.UndoChoice(a.Undo)
	switch a.Act {
	case "cancel":
		return engine.Cancel{Reason: a.Reason}, nil
	case "retry":
		return engine.Retry{Wait: wait}, nil
	case "skip":
		return engine.Skip{Wait: wait, Result: data}, nil
	case "change":
		return engine.Change{Data: data, Reason: a.Reason}, nil
	case "pause":
		return engine.Pause{}, nil
	case "move":
		return engine.GoTo{Wait: wait, Step: a.Step, Undo: undo, Reason: a.Reason}, nil
	case "repeat":
		return engine.Again{Wait: wait, Step: a.Step, Undo: undo, Reason: a.Reason}, nil
	case "leave_out":
		return engine.LeaveOut{Wait: wait, Result: data, Undo: undo, Reason: a.Reason}, nil
	}
	return engine.Resume{}, nil
}

func (s *server) foresee(ctx context.Context, instance uuid.UUID, what engine.Body, act activities.Act) (*Foresight, error) {
	f, err := s.host.Foresee(ctx, callerOf(ctx).tenant, instance, what, act)
	if err != nil {
		return nil, err
	}
	view, err := s.host.Look(ctx, callerOf(ctx).tenant, instance)
	if err != nil {
		return nil, err
	}
	return &Foresight{
		Withdrawn: stepsOf(view.D, f.Withdrawn), Opened: stepsOf(view.D, f.Opened), Undone: orEmpty(f.Undone), Left: orEmpty(f.Left),
	}, nil
}

func orEmpty(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

func stepsOf(d *definitions.Process, open []engine.OpenStep) []OpenStep {
	steps := []OpenStep{}
	for _, o := range open {
		steps = append(steps, openStepOf(d, o))
	}
	return steps
}

func (s *server) operateMany(ctx context.Context, in *actsInput) (*struct{ Body actedPage }, error) {
	picked := in.Body.Select
	selection := store.Selection{
		Pack: picked.Pack, Process: picked.Process, Revision: picked.Revision, Step: picked.Step, Incident: picked.Incident,
		IDs: picked.Instances, After: in.Body.After, Limit: in.Body.Limit,
	}
	page, total, err := s.host.Pick(ctx, callerOf(ctx).tenant, selection)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	results := make([][]ActedOn, len(page))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range page {
		group.Go(func() error {
			for _, wait := range in.Body.waits(&page[i], selection) {
				results[i] = append(results[i], s.actOn(ctx, &page[i].Row, in, wait))
			}
			return nil
		})
	}
	_ = group.Wait() // each result says for itself what became of it
	out := actedPage{Items: []ActedOn{}, Total: total}
	for i, r := range results {
		if len(r) == 0 {
			r = []ActedOn{actedOn(&page[i].Row, stateNothing)}
		}
		out.Items = append(out.Items, r...)
	}
	if len(page) == in.Body.Limit {
		out.Next = page[len(page)-1].Row.ID.String()
	}
	return &struct{ Body actedPage }{out}, nil
}

// atOnce is how many instances of a page are acted on at the same time.
const atOnce = 8

// waits returns where in an instance the act is done; 0 is the instance as a whole.
func (a ActRequest) waits(p *activities.Picked, s store.Selection) []engine.NodeID {
	switch a.Act {
	case "retry", "skip", "leave_out":
		if a.Act == "retry" && p.Row.Halted != nil {
			return []engine.NodeID{0}
		}
		return p.Waits
	case "move", "repeat":
		if s.Step != "" {
			return p.Waits
		}
	}
	return []engine.NodeID{0}
}

func actedOn(row *store.Instance, state string) ActedOn {
	a := ActedOn{Instance: row.ID, Process: row.Process, Revision: row.Revision, State: state}
	if row.BusinessKey != nil {
		a.Key = *row.BusinessKey
	}
	return a
}

func (s *server) actOn(ctx context.Context, row *store.Instance, in *actsInput, wait engine.NodeID) ActedOn {
	out := actedOn(row, stateAccepted)
	out.Wait = int64(wait)
	what, err := in.Body.body(wait)
	if err != nil {
		return out.refusedBy(s.problem(ctx, err))
	}
	act := in.act()
	if act.Key != "" {
		act.Key += " " + row.ID.String() + " " + time.Duration(wait).String()
	}
	if in.Body.DryRun {
		if out.Would, err = s.foresee(ctx, row.ID, what, act); err != nil {
			return out.refusedBy(s.problem(ctx, err))
		}
		out.State = stateForeseen
		return out
	}
	receipt, err := s.host.Operate(ctx, callerOf(ctx).tenant, row.ID, what, act)
	if err != nil {
		return out.refusedBy(s.problem(ctx, err))
	}
	taken, err := s.decided(ctx, callerOf(ctx).tenant, receipt, http.StatusOK)
	if err != nil {
		return out.refusedBy(s.problem(ctx, err))
	}
	out.State = taken.Body.State
	return out
}

func (a ActedOn) refusedBy(p *Problem) ActedOn {
	a.State, a.Code, a.Detail = stateRefused, p.Code, p.Detail
	return a
}

// verdictOf waits for the turn that takes an inbox row, and says what became of it.
func (s *server) verdictOf(ctx context.Context, r activities.Receipt) (state, code, detail string) {
	taken, err := s.decided(ctx, callerOf(ctx).tenant, r, http.StatusOK)
	if p, ok := errors.AsType[*Problem](err); ok {
		return stateRefused, p.Code, p.Detail
	}
	if err != nil {
		p := s.problem(ctx, err)
		return statePending, p.Code, p.Detail
	}
	return taken.Body.State, "", ""
}
