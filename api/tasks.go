package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/activities"
	"waybill/store"
)

// Task is work for a person.
type Task struct {
	ID       uuid.UUID       `json:"id" format:"uuid"`
	Instance uuid.UUID       `json:"instance" format:"uuid"`
	Pack     string          `json:"pack"`
	Process  string          `json:"process"`
	Key      string          `json:"key,omitempty" doc:"The business key of the instance."`
	Step     string          `json:"step"`
	Stage    string          `json:"stage,omitempty"`
	Title    json.RawMessage `json:"title" doc:"By language."`
	Roles    []string        `json:"roles"`
	People   []string        `json:"people,omitempty" doc:"Candidates; missing: everybody of the roles."`
	NotBy    []string        `json:"not_by,omitempty" doc:"Who must not do it: somebody else has to."`
	Assignee string          `json:"assignee,omitempty"`
	Show     json.RawMessage `json:"show" doc:"What the task shows: name, title and value."`
	Form     json.RawMessage `json:"form" doc:"The fields to fill in."`
	Outcomes []string        `json:"outcomes" doc:"The possible answers; empty: there is one, done."`
	Priority int             `json:"priority"`
	Due      *time.Time      `json:"due,omitempty"`
	Late     bool            `json:"late,omitempty"`
	Held     bool            `json:"held,omitempty" doc:"It stands still: it cannot be completed now."`
	Opened   time.Time       `json:"opened"`
	Closed   *time.Time      `json:"closed,omitempty"`
	Why      string          `json:"why,omitempty" enum:"completed,withdrawn"`
	By       string          `json:"by,omitempty"`
	Outcome  string          `json:"outcome,omitempty"`
}

type tasksInput struct {
	Page
	Reader
	Person   string `query:"person" doc:"Tasks that this person may do or has claimed."`
	Role     string `query:"role" doc:"Tasks offered to this role."`
	Instance string `query:"instance" format:"uuid" doc:"The open tasks of this instance."`
}

type taskInput struct {
	Reader
	ID uuid.UUID `path:"id" format:"uuid"`
}

// Claim names the task that somebody takes or gives back.
type Claim struct {
	Actor
	ID uuid.UUID `path:"id" format:"uuid"`
}

type completeInput struct {
	Claim
	Body struct {
		Outcome string `json:"outcome,omitempty" doc:"One of the task's outcomes."`
		Form    Values `json:"form,omitzero" doc:"The form's fields by name."`
	}
}

func (s *server) registerTasks(api huma.API) {
	tags := []string{"Tasks"}
	huma.Register(api, huma.Operation{
		OperationID: "list-tasks", Method: http.MethodGet, Path: "/api/v1/tasks", Tags: tags,
		Summary: "List open tasks, the earliest due first", Description: onlyDoc + " The person whose tasks are asked for counts as the one who asks, where nobody else does.",
	}, s.tasks)
	huma.Register(api, huma.Operation{
		OperationID: "get-task", Method: http.MethodGet, Path: "/api/v1/tasks/{id}", Tags: tags, Summary: "Read a task", Description: onlyDoc,
	}, s.task)
	huma.Register(api, huma.Operation{
		OperationID: "claim-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/claim", Tags: tags,
		Summary: "Take a task", DefaultStatus: http.StatusOK, Responses: beside[Taken](api, http.StatusAccepted, undecided),
	}, s.claim)
	huma.Register(api, huma.Operation{
		OperationID: "release-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/release", Tags: tags,
		Summary: "Give a task back", DefaultStatus: http.StatusOK, Responses: beside[Taken](api, http.StatusAccepted, undecided),
	}, s.release)
	huma.Register(api, huma.Operation{
		OperationID: "complete-task", Method: http.MethodPost, Path: "/api/v1/tasks/{id}/complete", Tags: tags,
		Summary: "Complete a task", DefaultStatus: http.StatusOK, Responses: beside[Taken](api, http.StatusAccepted, undecided),
	}, s.complete)
}

func (s *server) tasks(ctx context.Context, in *tasksInput) (*struct{ Body list[Task] }, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	var found []store.Task
	out := list[Task]{Items: []Task{}}
	if in.As == "" {
		in.As = in.Person
	}
	err = s.read(ctx, func(tx pgx.Tx) (err error) {
		if found, err = in.find(ctx, tx, filter); err != nil {
			return err
		}
		out.Items, err = s.seenTasks(ctx, tx, in.Reader, found)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(found) == in.Limit && in.Instance == "" {
		out.Next = taskCursor(&found[len(found)-1])
	}
	return &struct{ Body list[Task] }{out}, nil
}

func (in *tasksInput) find(ctx context.Context, tx pgx.Tx, f store.TaskFilter) ([]store.Task, error) {
	switch {
	case in.Instance != "":
		id, err := uuid.Parse(in.Instance)
		if err != nil {
			return nil, err
		}
		return store.InstanceTasks(ctx, tx, id)
	case in.Person == "" && in.Role == "":
		return store.AllTasks(ctx, tx, f)
	}
	if in.Role != "" {
		f.Roles = []string{in.Role}
	}
	if in.Person != "" {
		person, err := store.ReadPerson(ctx, tx, in.Person)
		if errors.Is(err, store.ErrNotFound) {
			text := fmt.Sprintf("nobody is called %q", in.Person)
			return nil, newProblem(http.StatusNotFound, "unknown_person", text, ProblemField{Field: "query.person", Message: text})
		}
		if err != nil {
			return nil, err
		}
		f.Person = person.ID
		if in.Role == "" {
			f.Roles = person.Roles
		}
	}
	return store.Tasks(ctx, tx, f)
}

// taskCursor is the due time and the id of a list's last task: the list is sorted by both.
func taskCursor(t *store.Task) string {
	due := ""
	if t.Due != nil {
		due = t.Due.UTC().Format(time.RFC3339Nano)
	}
	return due + "~" + t.ID.String()
}

func (in *tasksInput) filter() (store.TaskFilter, error) {
	f := store.TaskFilter{Limit: in.Limit}
	if in.After == "" {
		return f, nil
	}
	due, id, _ := strings.Cut(in.After, "~")
	parsed, err := uuid.Parse(id)
	f.After = parsed
	if err == nil && due != "" {
		var at time.Time
		at, err = time.Parse(time.RFC3339Nano, due)
		f.AfterDue = &at
	}
	if err != nil || f.AfterDue != nil && f.AfterDue.Year() < 1 {
		return f, newProblem(http.StatusUnprocessableEntity, "invalid", "after: not a cursor that this list gave",
			ProblemField{Field: "query.after", Message: "not a cursor"})
	}
	return f, nil
}

func taskOf(row *store.Task) Task {
	t := Task{
		ID: row.ID, Instance: row.Instance, Pack: row.Pack, Process: row.Process, Step: row.Step, Stage: row.Stage,
		Title: row.Title, Roles: row.Roles, People: row.People, NotBy: row.NotBy, Show: row.Show, Form: row.Form, Outcomes: row.Outcomes,
		Priority: row.Priority, Due: row.Due, Late: row.Late, Held: row.Held, Opened: row.Opened, Closed: row.Closed,
	}
	for to, from := range map[*string]*string{
		&t.Key: row.BusinessKey, &t.Assignee: row.Assignee, &t.Why: row.Why, &t.By: row.By, &t.Outcome: row.Outcome,
	} {
		if from != nil {
			*to = *from
		}
	}
	return t
}

func (s *server) task(ctx context.Context, in *taskInput) (*struct{ Body Task }, error) {
	var seen []Task
	err := s.read(ctx, func(tx pgx.Tx) error {
		found, err := store.ReadTask(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		seen, err = s.seenTasks(ctx, tx, in.Reader, []store.Task{*found})
		if err == nil && len(seen) == 0 {
			err = store.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body Task }{seen[0]}, nil
}

// seenTasks are those of the tasks that whoever asks sees, with what he sees of what they show.
func (s *server) seenTasks(ctx context.Context, tx pgx.Tx, r Reader, found []store.Task) ([]Task, error) {
	who, err := r.viewer(ctx, tx)
	if err != nil {
		return nil, err
	}
	var instances []store.Instance
	if who != nil {
		ids := make([]uuid.UUID, len(found))
		for i := range found {
			ids[i] = found[i].Instance
		}
		if instances, err = store.InstancesOf(ctx, tx, ids); err != nil {
			return nil, err
		}
	}
	seen, err := s.sights(ctx, tx, who, instances)
	if err != nil {
		return nil, err
	}
	tasks := []Task{}
	for i := range found {
		sight := seen[found[i].Instance]
		if !sight.step(found[i].Step) && !who.offered(&found[i]) {
			continue
		}
		t := taskOf(&found[i])
		if err := sight.work(&t); err != nil {
			return nil, err
		}
		tasks = append(tasks, t)
	}
	return tasks, nil
}

func (s *server) claim(ctx context.Context, in *Claim) (*takenAnswer, error) {
	return s.onTask(ctx, in.ID, func(tenant, task uuid.UUID) (activities.Receipt, error) {
		return s.host.Claim(ctx, tenant, task, in.act())
	})
}

func (s *server) release(ctx context.Context, in *Claim) (*takenAnswer, error) {
	return s.onTask(ctx, in.ID, func(tenant, task uuid.UUID) (activities.Receipt, error) {
		return s.host.Release(ctx, tenant, task, in.act())
	})
}

func (s *server) complete(ctx context.Context, in *completeInput) (*takenAnswer, error) {
	form, err := in.Body.Form.read("form")
	if err != nil {
		return nil, err
	}
	return s.onTask(ctx, in.ID, func(tenant, task uuid.UUID) (activities.Receipt, error) {
		return s.host.Complete(ctx, tenant, task, activities.Completion{Outcome: in.Body.Outcome, Form: form}, in.act())
	})
}

func (s *server) onTask(ctx context.Context, task uuid.UUID, act func(tenant, task uuid.UUID) (activities.Receipt, error)) (*takenAnswer, error) {
	tenant := callerOf(ctx).tenant
	receipt, err := act(tenant, task)
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return s.decided(ctx, tenant, receipt, http.StatusOK)
}
