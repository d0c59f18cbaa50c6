package activities

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// formField is a field of a task's form as it is stored and shown.
type formField struct {
	Name     string         `json:"name"`
	Title    value.Title    `json:"title,omitempty"`
	Help     value.Title    `json:"help,omitempty"`
	Type     string         `json:"type"` // as an analyst writes it
	Optional bool           `json:"optional"`
	Default  engine.Item    `json:"default"`
	Schema   map[string]any `json:"schema"`
}

func (t *turn) openTask(c engine.OpenTask) error {
	title, err := json.Marshal(c.Title)
	if err != nil {
		return fmt.Errorf("task %s: %w", c.Step, err)
	}
	show, err := showOf(c.Show)
	if err != nil {
		return fmt.Errorf("task %s: %w", c.Step, err)
	}
	form, err := formOf(c.Form)
	if err != nil {
		return fmt.Errorf("task %s: %w", c.Step, err)
	}
	store.InsertTask(t, store.Task{
		ID: store.TaskID(t.row.ID, int64(c.Wait)), Instance: t.row.ID, Wait: int64(c.Wait), Pack: t.row.Pack, Process: t.row.Process,
		BusinessKey: t.row.BusinessKey, Step: c.Step, Stage: c.Stage, Title: title, Roles: c.Roles, People: c.People,
		NotBy: c.NotBy, Assignee: named(c.Assignee), Show: show, Form: form, Outcomes: c.Outcomes, Priority: c.Priority,
		Due: timed(c.Due), Opened: t.at,
	})
	return nil
}

func showOf(shown []engine.Shown) ([]byte, error) {
	list := make([]any, len(shown))
	for i, s := range shown {
		title := fields{}
		for language, text := range s.Title {
			title[language] = text
		}
		list[i] = fields{"name": s.Name, "title": title, "value": s.Value}
	}
	return value.Encode(list)
}

func formOf(form []value.Field) ([]byte, error) {
	list := make([]formField, len(form))
	for i, f := range form {
		list[i] = formField{
			Name: f.Name, Title: f.Title, Help: f.Help, Type: f.Type.String(), Optional: f.Type.Optional,
			Default: engine.Item{Value: f.Default}, Schema: value.JSONSchema(f.Type),
		}
	}
	return json.Marshal(list)
}

func (t *turn) changeTask(c engine.ChangeTask) {
	store.ChangeTask(t, store.Task{
		ID: store.TaskID(t.row.ID, int64(c.Wait)), Instance: t.row.ID, Wait: int64(c.Wait), Roles: c.Roles, People: c.People,
		Also: c.Also, NotBy: c.NotBy, Assignee: named(c.Assignee), Due: timed(c.Due), Late: c.Late,
	})
}

func (t *turn) closeTask(c engine.CloseTask) error {
	var answer []byte
	if c.Form != nil {
		var err error
		if answer, err = value.Encode(c.Form); err != nil {
			return fmt.Errorf("task: %w", err)
		}
	}
	why := string(c.Why)
	store.CloseTask(t, store.Task{
		ID: store.TaskID(t.row.ID, int64(c.Wait)), Instance: t.row.ID, Wait: int64(c.Wait), Closed: &t.at, Why: &why,
		By: named(c.By), For: named(c.For), Outcome: named(c.Outcome), Answer: answer,
	})
	return nil
}

// holdTasks shows which tasks stand still, where that changed.
func (t *turn) holdTasks() {
	changed := slices.ContainsFunc(t.entries, func(e store.Entry) bool {
		return e.What == string(engine.FactHeld) || e.What == string(engine.FactUnheld)
	})
	if !changed {
		return
	}
	waits := []int64{}
	for _, open := range t.state.Open() {
		if open.Held {
			waits = append(waits, int64(open.Wait))
		}
	}
	store.HoldTasks(t, t.row.ID, waits)
}

func named(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func timed(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
