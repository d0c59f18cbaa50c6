package api

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// Standing is where an instance stands.
type Standing struct {
	Progress []Stage    `json:"progress" doc:"The stages of the process in their order."`
	Open     []OpenStep `json:"open" doc:"What it waits for."`
	Problems []Incident `json:"problems,omitempty" doc:"Its incidents."`
}

// Stage is how far a stage has got.
type Stage struct {
	Stage  string      `json:"stage"`
	Title  value.Title `json:"title"`
	Status string      `json:"status" enum:"ahead,open,done,left"`
	Held   bool        `json:"held,omitempty" doc:"It stands still because of a hold."`
}

// OpenStep is something that an instance waits for.
type OpenStep struct {
	Wait int64  `json:"wait"`
	Step string `json:"step" doc:"Empty: the process itself."`
	StepName
	For      string     `json:"for" enum:"task,action,call,child,message,time,condition,lock,hold,operator"`
	Name     string     `json:"name,omitempty" doc:"The action, the sub-process, the message or the locks."`
	Key      string     `json:"key,omitempty" doc:"The message's key."`
	Since    time.Time  `json:"since"`
	Due      *time.Time `json:"due,omitempty"`
	Late     bool       `json:"late,omitempty"`
	Held     bool       `json:"held,omitempty" doc:"It stands still because of a hold, of its own or of what is around it."`
	Roles    []string   `json:"roles,omitempty" doc:"Those that a task is offered to."`
	People   []string   `json:"people,omitempty" doc:"The candidates for a task; missing: everybody of the roles."`
	Assignee string     `json:"assignee,omitempty"`
}

// StepName is what a step is called.
type StepName struct {
	Title value.Title `json:"title,omitempty" doc:"The step's, where it has one."`
	Kind  string      `json:"kind,omitempty" doc:"The step's kind, such as task or wait."`
}

// nameOf names the step of a process; the zero StepName where there is none of that id.
func nameOf(d *definitions.Process, step string) StepName {
	s, there := d.Steps[step]
	if !there {
		return StepName{}
	}
	return StepName{Title: s.Title, Kind: string(s.Kind())}
}

// Incident is a step that stands still. Its text may speak of the business.
type Incident struct {
	ID   uuid.UUID `json:"id" format:"uuid"`
	Wait int64     `json:"wait" doc:"0: the whole instance stands still."`
	Step string    `json:"step"`
	StepName
	Code   string    `json:"code"`
	Text   string    `json:"text"`
	Raised time.Time `json:"raised"`
}

// standing tells where an instance stands, as far as it is seen.
func (s *server) standing(ctx context.Context, view activities.View, seen *sight) (Standing, error) {
	at := Standing{Progress: []Stage{}, Open: openSteps(view, seen)}
	for _, p := range engine.Progress(view.D, view.State) {
		if seen.step(p.Stage) {
			at.Progress = append(at.Progress, Stage{Stage: p.Stage, Title: p.Title, Status: string(p.Status), Held: p.Held})
		}
	}
	var err error
	if view.Row.Incidents > 0 {
		at.Problems, err = s.incidents(ctx, view, seen)
	}
	return at, err
}

func openSteps(view activities.View, seen *sight) []OpenStep {
	open := []OpenStep{}
	for _, step := range view.State.Open() {
		if !seen.step(step.Step) {
			continue
		}
		open = append(open, openStepOf(view.D, seen.open(step)))
	}
	return open
}

func openStepOf(d *definitions.Process, step engine.OpenStep) OpenStep {
	o := OpenStep{
		Wait: int64(step.Wait), Step: step.Step, StepName: nameOf(d, step.Step), For: string(step.For), Name: step.Name, Key: step.Key,
		Since: step.Since, Late: step.Late, Held: step.Held, Roles: step.Roles, People: step.People, Assignee: step.Assignee,
	}
	if !step.Due.IsZero() {
		o.Due = &step.Due
	}
	return o
}

// mostIncidents bounds how many incidents one answer shows.
const mostIncidents = 100

func (s *server) incidents(ctx context.Context, view activities.View, seen *sight) ([]Incident, error) {
	var out []Incident
	err := s.read(ctx, func(tx pgx.Tx) error {
		found, err := store.OpenIncidents(ctx, tx, view.Row.ID, mostIncidents)
		for _, i := range found {
			if !seen.step(i.Step) {
				continue
			}
			if !seen.told(i.Step) {
				i.Text = ""
			}
			out = append(out, Incident{
				ID: i.ID, Wait: i.Wait, Step: i.Step, StepName: nameOf(view.D, i.Step), Code: i.Code, Text: i.Text, Raised: i.Raised,
			})
		}
		return err
	})
	return out, err
}
