package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"waybill/api"
	"waybill/definitions/value"
)

type taskCommand struct {
	List     taskListCommand     `cmd:"" help:"List open tasks, the earliest due first."`
	Show     taskShowCommand     `cmd:"" help:"Show a task: what it shows, and the form to fill in."`
	Claim    taskClaimCommand    `cmd:"" help:"Take a task."`
	Release  taskReleaseCommand  `cmd:"" help:"Give a task back."`
	Complete taskCompleteCommand `cmd:"" help:"Complete a task."`
}

// language chooses among the languages of a pack's titles.
type languageFlag struct {
	Lang string `help:"Language of titles, such as en or zh-CN." default:"en" env:"WAYBILL_LANG" placeholder:"LANG"`
}

// title reads a title in the language, or else in one that there is.
func (l languageFlag) title(t value.Title, otherwise string) string {
	for _, language := range []string{l.Lang, strings.SplitN(l.Lang, "-", 2)[0], "en", ""} {
		if text := t[language]; text != "" {
			return text
		}
	}
	for _, text := range t {
		return text
	}
	return otherwise
}

func (l languageFlag) titleJSON(text json.RawMessage, otherwise string) string {
	var t value.Title
	if json.Unmarshal(text, &t) != nil {
		return otherwise
	}
	return l.title(t, otherwise)
}

type taskListCommand struct {
	serverFlags
	languageFlag
	Person   string `help:"Tasks that this person may do or has claimed." placeholder:"PERSON"`
	Role     string `help:"Tasks offered to this role." placeholder:"ROLE"`
	Instance string `help:"The open tasks of this instance." placeholder:"ID"`
	Limit    int    `help:"At most this many, up to 200." default:"50" placeholder:"N"`
	After    string `help:"The cursor that the list before ended with." placeholder:"CURSOR"`
}

func (taskListCommand) Help() string {
	return `Examples:
  waybill task list
  waybill task list --person li.wei --lang zh-CN
  waybill task list --role warehouse --json`
}

func (c *taskListCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, text := range map[string]string{"person": c.Person, "role": c.Role, "instance": c.Instance, "after": c.After} {
		if text != "" {
			query.Set(name, text)
		}
	}
	var tasks page[api.Task]
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/tasks", query: query}, &tasks); err != nil {
		return err
	}
	return out.show(tasks, func() {
		if len(tasks.Items) == 0 {
			out.line("no open tasks")
			return
		}
		out.table([]string{"TASK", "TITLE", "PROCESS", "KEY", "OFFERED TO", "WITH", "DUE"}, c.rows(tasks.Items, out))
		if tasks.Next != "" {
			out.line("%s", out.faint("more: --after "+tasks.Next))
		}
	})
}

func (c *taskListCommand) rows(tasks []api.Task, out *printer) [][]string {
	var rows [][]string
	for i := range tasks {
		t := &tasks[i]
		due := ""
		if t.Due != nil {
			due = t.Due.Local().Format("2006-01-02 15:04")
		}
		if t.Late {
			due = out.red(due + " late")
		}
		rows = append(rows, []string{
			t.ID.String(), c.titleJSON(t.Title, t.Step), t.Process, t.Key,
			strings.Join(append(t.Roles, t.People...), ", "), t.Assignee, due,
		})
	}
	return rows
}

type taskShowCommand struct {
	serverFlags
	languageFlag
	Task string `arg:"" help:"The task's id."`
}

func (taskShowCommand) Help() string {
	return `Example:
  waybill task show 0198c0de-0000-7000-8000-000000000001 --lang zh-CN`
}

func (c *taskShowCommand) Run(ctx context.Context, out *printer) error {
	id, err := parseID("task", c.Task)
	if err != nil {
		return err
	}
	server, err := c.connect()
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
		{"process", t.Process + " " + t.Key},
		{"step", t.Step},
		{"offered to", strings.Join(append(t.Roles, t.People...), ", ")},
		{"with", orElse(t.Assignee, "nobody")},
		{"opened", moment(&t.Opened)},
		{"due", moment(t.Due)},
	}
	if t.Closed != nil {
		rows = append(rows, []string{t.Why, moment(t.Closed) + " " + t.By + " " + t.Outcome})
	}
	if len(t.Outcomes) > 0 {
		rows = append(rows, []string{"outcomes", strings.Join(t.Outcomes, ", ")})
	}
	p.table(nil, rows)
	p.fields(l, "Shows", t.Show, func(f shownField) string { return string(f.Value) })
	p.fields(l, "Form", t.Form, func(f shownField) string {
		if f.Optional {
			return f.Type + " (optional)"
		}
		return f.Type
	})
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

func moment(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Local().Format("2006-01-02 15:04")
}

type taskClaimCommand struct {
	serverFlags
	actorFlags
	Task string `arg:"" help:"The task's id."`
}

func (taskClaimCommand) Help() string {
	return `Example:
  waybill task claim 0198c0de-0000-7000-8000-000000000001 --as li.wei`
}

func (c *taskClaimCommand) Run(ctx context.Context, out *printer) error {
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{id: c.Task, act: "claim", done: "claimed"})
}

type taskReleaseCommand struct {
	serverFlags
	actorFlags
	Task string `arg:"" help:"The task's id."`
}

func (taskReleaseCommand) Help() string {
	return `Example:
  waybill task release 0198c0de-0000-7000-8000-000000000001 --as li.wei`
}

func (c *taskReleaseCommand) Run(ctx context.Context, out *printer) error {
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{id: c.Task, act: "release", done: "released"})
}

type taskCompleteCommand struct {
	serverFlags
	actorFlags
	Task string `arg:"" help:"The task's id."`
	valuesFlags
	Outcome string `short:"o" help:"One of the task's outcomes; needed where it has several." placeholder:"OUTCOME"`
}

func (taskCompleteCommand) Help() string {
	return `The values are the fields of the task's form.

Examples:
  waybill task complete 0198c0de-0000-7000-8000-000000000001 --as li.wei amount=3
  waybill task complete 0198c0de-0000-7000-8000-000000000001 --as li.wei -o rejected reason="too dear"`
}

func (c *taskCompleteCommand) Run(ctx context.Context, out *printer) error {
	form, err := c.read(os.Stdin)
	if err != nil {
		return err
	}
	body := map[string]any{"form": form}
	if c.Outcome != "" {
		body["outcome"] = c.Outcome
	}
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{id: c.Task, act: "complete", done: "completed", body: body})
}

// taskAct is something done to a task.
type taskAct struct {
	id, act, done string
	body          any
}

func onTask(ctx context.Context, out *printer, at serverFlags, by actorFlags, a taskAct) error {
	id, err := parseID("task", a.id)
	if err != nil {
		return err
	}
	if by.As == "" {
		return withCode(exitUsage, fmt.Errorf("who does this? give --as PERSON, or set WAYBILL_AS"))
	}
	server, err := at.connect()
	if err != nil {
		return err
	}
	var taken api.Taken
	err = server.do(ctx, request{
		method: http.MethodPost, path: "/api/v1/tasks/" + id.String() + "/" + a.act, header: by.headers(), body: a.body,
	}, &taken)
	if err != nil {
		return err
	}
	return out.show(taken, func() { out.line("%s%s", out.green(a.done), pendingNote(taken)) })
}
