package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"waybill/api"
	"waybill/definitions/value"
)

type taskShowCommand struct {
	serverFlags
	languageFlag
	taskArgument
}

func (taskShowCommand) Help() string {
	return taskNames + `

Examples:
  waybill task show SO-1/agree
  waybill task show 0198c0de-0000-7000-8000-000000000001 --lang zh-CN`
}

func (c *taskShowCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	id, err := server.taskCalled(ctx, c.Task)
	if err != nil {
		return err
	}
	var task api.Task
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/tasks/" + id.String()}, &task); err != nil {
		return err
	}
	return out.show(task, func() { out.task(c.languageFlag, &task) })
}

// shownField is a datum that a task shows, or a field of its form.
type shownField struct {
	Name     string          `json:"name"`
	Title    value.Title     `json:"title"`
	Value    json.RawMessage `json:"value"`
	Type     string          `json:"type"`
	Optional bool            `json:"optional"`
}

// task writes one task for people.
func (p *printer) task(l languageFlag, t *api.Task) {
	p.line("%s", p.bold(l.titleJSON(t.Title, t.Step)))
	rows := [][]string{
		{"process", t.Process + prefixed(" ", t.Key)},
		{"step", t.Step},
		{"offered to", strings.Join(slices.Concat(t.Roles, t.People), ", ")},
		{"with", orElse(t.Assignee, l.say("nobody"))},
		{"opened", moment(&t.Opened)},
		{"due", orElse(p.due(l, t.Due, t.Late), l.say("never"))},
	}
	if t.Closed != nil {
		rows = append(rows, []string{t.Why, moment(t.Closed) + prefixed(" ", t.By) + prefixed(" ", t.Outcome)})
	}
	if len(t.Outcomes) > 0 {
		rows = append(rows, []string{"outcomes", strings.Join(t.Outcomes, ", ")})
	}
	for i := range rows {
		rows[i][0] = l.say(rows[i][0])
	}
	p.table(nil, rows)
	p.fields(l, l.say("Shows"), t.Show, shownValue)
	p.fields(l, l.say("Form"), t.Form, func(f shownField) string {
		if optional, ok := strings.CutPrefix(f.Type, "optional "); ok {
			return optional + " (" + l.say("optional") + ")"
		}
		return f.Type
	})
}

// shownValue is a value as people write it.
func shownValue(f shownField) string {
	decoder := json.NewDecoder(bytes.NewReader(f.Value))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return ""
	}
	return shortly(v)
}

func (p *printer) fields(l languageFlag, heading string, list json.RawMessage, of func(shownField) string) {
	var fields []shownField
	if json.Unmarshal(list, &fields) != nil || len(fields) == 0 {
		return
	}
	p.line("\n%s", p.bold(heading))
	var rows [][]string
	for _, f := range fields {
		rows = append(rows, []string{"  " + f.Name, l.title(f.Title, ""), of(f)})
	}
	p.table(nil, rows)
}

// minute is how a moment is written for people.
const minute = "2006-01-02 15:04"

func moment(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format(minute)
}
