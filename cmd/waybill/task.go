package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waybill/api"
)

type taskCommand struct {
	List     taskListCommand     `cmd:"" help:"List open tasks, the earliest due first."`
	Show     taskShowCommand     `cmd:"" help:"Show a task: what it shows, and the form to fill in."`
	Claim    taskClaimCommand    `cmd:"" help:"Take a task."`
	Release  taskReleaseCommand  `cmd:"" help:"Give a task back."`
	Complete taskCompleteCommand `cmd:"" help:"Complete a task."`
}

type taskListCommand struct {
	serverFlags
	languageFlag
	Person   string `help:"Tasks that this person may do or has claimed." placeholder:"PERSON"`
	Role     string `help:"Tasks offered to this role." placeholder:"ROLE"`
	Instance string `help:"The open tasks of this instance: its business key, or its id." placeholder:"KEY-OR-ID"`
	Limit    int    `help:"At most this many, up to 200." default:"50" placeholder:"N"`
	After    string `help:"The cursor that the list before ended with." placeholder:"CURSOR"`
}

func (taskListCommand) Help() string {
	return `Examples:
  waybill task list
  waybill task list --person li.wei --lang zh-CN
  waybill task list --instance SO-1
  waybill task list --role warehouse --json`
}

func (c *taskListCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	instance := ""
	if c.Instance != "" {
		id, err := server.running(ctx, c.Instance)
		if err != nil {
			return err
		}
		instance = id.String()
	}
	query := url.Values{"limit": {strconv.Itoa(c.Limit)}}
	for name, text := range map[string]string{"person": c.Person, "role": c.Role, "instance": instance, "after": c.After} {
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
			out.line("%s", c.say("no open tasks"))
			return
		}
		out.table(c.headings("TASK", "TITLE", "PROCESS", "KEY", "OFFERED TO", "WITH", "DUE"), c.rows(tasks.Items, out))
		out.more(tasks.Next)
	})
}

func (c *taskListCommand) rows(tasks []api.Task, out *printer) [][]string {
	var rows [][]string
	for i := range tasks {
		t := &tasks[i]
		rows = append(rows, []string{
			t.ID.String(), c.titleJSON(t.Title, t.Step), t.Process, t.Key,
			strings.Join(slices.Concat(t.Roles, t.People), ", "), t.Assignee, out.due(c.languageFlag, t.Due, t.Late),
		})
	}
	return rows
}

// due is by when something has to be done; "" where there is no such time.
func (p *printer) due(l languageFlag, at *time.Time, late bool) string {
	text := ""
	if at != nil {
		text = moment(at)
	}
	if late {
		text = p.red(text + " " + l.say("late"))
	}
	return text
}
