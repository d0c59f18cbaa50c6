package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/engine"
)

type migrateInput struct {
	Actor
	Pack string `path:"pack"`
	Body struct {
		From      int               `json:"from" minimum:"1" maximum:"2147483647" doc:"The revision that the instances are on."`
		To        int               `json:"to" minimum:"1" maximum:"2147483647" doc:"The revision that they move to."`
		Process   string            `json:"process,omitempty" doc:"Only instances of this process."`
		Map       map[string]string `json:"map,omitempty" doc:"Renamed steps: new ids by old ones."`
		Instances []uuid.UUID       `json:"instances,omitempty" format:"uuid" maxItems:"1000" doc:"Only these."`
		DryRun    bool              `json:"dry_run,omitempty" doc:"Only say who can move, and how."`
		Reason    string            `json:"reason,omitempty" maxLength:"2000"`
		Limit     int               `json:"limit,omitempty" minimum:"1" maximum:"100" default:"50"`
		After     uuid.UUID         `json:"after,omitempty" format:"uuid" doc:"The cursor that the page before gave as next."`
	}
}

// Movement says whether an instance can move to another revision, or has moved, and how.
type Movement struct {
	Instance uuid.UUID  `json:"instance" format:"uuid"`
	Process  string     `json:"process"`
	Key      string     `json:"key,omitempty"`
	Parent   *uuid.UUID `json:"parent,omitempty" format:"uuid"`
	State    string     `json:"state" enum:"can,cannot,moved,pending,refused,there" doc:"Can and cannot: of a dry run, or why it was not tried. Refused: the instance changed meanwhile. There: it is on that revision already."`
	Steps    []Placed   `json:"steps,omitempty" doc:"Where each open step goes."`
	Timers   []Kept     `json:"timers,omitempty" doc:"The deadlines, which stay as they are."`
	Reasons  []Reason   `json:"reasons,omitempty" doc:"Why it cannot move."`
	Notes    []Reason   `json:"notes,omitempty" doc:"What else follows from the move."`
}

// Placed is where an open step goes.
type Placed struct {
	Wait int64  `json:"wait"`
	Step string `json:"step"`
	To   string `json:"to,omitempty"`
	Fate string `json:"fate" enum:"kept,changed,reopened,anew,nowhere" doc:"Reopened: a task comes back in its new form, for whoever had claimed it. Anew: what stands still begins as the new revision says once it is retried."`
}

// Kept is a deadline that stays.
type Kept struct {
	Wait int64     `json:"wait"`
	Step string    `json:"step"`
	What string    `json:"what" enum:"after,due,remind,escalate,retry"`
	Due  time.Time `json:"due"`
	Left string    `json:"left" doc:"What is left of it now, such as 3h20m0s; 0s where it has passed."`
}

// Reason is one reason, for programs and for people.
type Reason struct {
	Code string `json:"code"`
	Step string `json:"step,omitempty"`
	Text string `json:"text"`
}

type movementPage struct {
	Items []Movement `json:"items"`
	Total int        `json:"total" doc:"How many instances are picked now. Those that have moved are so no more, so the number falls as pages are asked for."`
	Next  string     `json:"next,omitempty" doc:"Send it as after."`
}

func (s *server) registerMigrations(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "migrate-instances", Method: http.MethodPost, Path: "/api/v1/packs/{pack}/migrations", Tags: []string{"Packs"},
		Summary:       "Move running instances to another revision, page by page, each with its own verdict",
		Description:   "An instance that cannot move stays where it is, and its item says why. Asked again, it goes on with those that are left.",
		DefaultStatus: http.StatusOK,
	}, s.migrate)
}

func (s *server) migrate(ctx context.Context, in *migrateInput) (*struct{ Body movementPage }, error) {
	b := in.Body
	request := activities.MigrateRequest{
		Pack: in.Pack, From: b.From, To: b.To, Process: b.Process, Steps: b.Map, IDs: b.Instances, Reason: b.Reason, After: b.After, Limit: b.Limit,
	}
	page, total, err := s.host.Movements(ctx, callerOf(ctx).tenant, request)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	out := movementPage{Items: make([]Movement, len(page)), Total: total}
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i := range page {
		out.Items[i] = movementOf(&page[i])
		if b.DryRun || out.Items[i].State != stateCan {
			continue
		}
		group.Go(func() error {
			out.Items[i].take(s.moveOne(ctx, page[i].Row.ID, request, in.act()))
			return nil
		})
	}
	_ = group.Wait() // each item says for itself what became of it
	if len(page) == b.Limit {
		out.Next = page[len(page)-1].Row.ID.String()
	}
	return &struct{ Body movementPage }{out}, nil
}

// The states of a movement, beside those of an act.
const (
	stateCan    = "can"
	stateCannot = "cannot"
	stateMoved  = "moved"
	stateThere  = "there"
)

// moveOne moves one instance and says what became of that.
func (s *server) moveOne(ctx context.Context, instance uuid.UUID, r activities.MigrateRequest, act activities.Act) (state string, why *Reason) {
	if act.Key != "" {
		act.Key += " " + instance.String()
	}
	receipt, err := s.host.Migrate(ctx, callerOf(ctx).tenant, instance, r, act)
	if err != nil {
		p := s.problem(ctx, err)
		return stateRefused, &Reason{Code: p.Code, Text: p.Detail}
	}
	state, code, detail := s.verdictOf(ctx, receipt)
	switch {
	case state == stateAccepted:
		return stateMoved, nil
	case code == "":
		return state, nil
	}
	return state, &Reason{Code: code, Text: detail}
}

func (m *Movement) take(state string, why *Reason) {
	m.State = state
	if why != nil {
		m.Reasons = append(m.Reasons, *why)
	}
}

func movementOf(m *activities.Movement) Movement {
	out := Movement{Instance: m.Row.ID, Process: m.Row.Process, Parent: m.Row.Parent, State: stateCan}
	if m.Row.BusinessKey != nil {
		out.Key = *m.Row.BusinessKey
	}
	switch {
	case m.There:
		out.State = stateThere
	case !m.Verdict.Can():
		out.State = stateCannot
	}
	for _, p := range m.Verdict.Steps {
		out.Steps = append(out.Steps, Placed{Wait: int64(p.Wait), Step: p.From, To: p.To, Fate: string(p.Fate)})
	}
	now := time.Now()
	for _, t := range m.Verdict.Timers {
		left := max(0, t.Due.Sub(now)).Round(time.Second)
		out.Timers = append(out.Timers, Kept{Wait: int64(t.Wait), Step: t.Step, What: t.What, Due: t.Due, Left: left.String()})
	}
	out.Reasons, out.Notes = reasons(m.Verdict.Reasons), reasons(m.Verdict.Notes)
	return out
}

func reasons(of []engine.Reason) []Reason {
	var out []Reason
	for _, r := range of {
		out = append(out, Reason{Code: string(r.Code), Step: r.Step, Text: r.Text})
	}
	return out
}
