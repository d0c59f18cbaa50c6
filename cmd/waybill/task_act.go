package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waybill/api"
)

// taskNames says how a task is called.
const taskNames = "A task is called by its id, or by its instance's business key and its step: SO-1/agree; the step may be left out where one task is open."

// taskArgument says which task a command is about.
type taskArgument struct {
	Task string `arg:"" help:"The task: its id, or KEY/STEP, or KEY where one task is open."`
}

type taskClaimCommand struct {
	serverFlags
	actorFlags
	taskArgument
}

func (taskClaimCommand) Help() string {
	return taskNames + `

Examples:
  waybill task claim SO-1/agree --as li.wei
  waybill task claim 0198c0de-0000-7000-8000-000000000001 --as li.wei`
}

func (c *taskClaimCommand) Run(ctx context.Context, out *printer) error {
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{task: c.Task, act: "claim", done: "claimed"})
}

type taskReleaseCommand struct {
	serverFlags
	actorFlags
	taskArgument
}

func (taskReleaseCommand) Help() string {
	return taskNames + `

Examples:
  waybill task release SO-1/agree --as li.wei
  waybill task release 0198c0de-0000-7000-8000-000000000001 --as li.wei`
}

func (c *taskReleaseCommand) Run(ctx context.Context, out *printer) error {
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{task: c.Task, act: "release", done: "released"})
}

type taskCompleteCommand struct {
	serverFlags
	actorFlags
	taskArgument
	valuesFlags
	Outcome string `short:"o" help:"One of the task's outcomes; needed where it has several." placeholder:"OUTCOME"`
}

func (taskCompleteCommand) Help() string {
	return `The values are the fields of the task's form. ` + taskNames + `

Examples:
  waybill task complete SO-1/count --as li.wei amount=3
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
	return onTask(ctx, out, c.serverFlags, c.actorFlags, taskAct{task: c.Task, act: "complete", done: "completed", body: body})
}

// taskAct is something done to a task.
type taskAct struct {
	task, act, done string
	body            any
}

func onTask(ctx context.Context, out *printer, at serverFlags, by actorFlags, a taskAct) error {
	if by.As == "" {
		return withCode(exitUsage, fmt.Errorf("who does this? give --as PERSON, or set WAYBILL_AS"))
	}
	server, err := at.connect(out)
	if err != nil {
		return err
	}
	id, err := server.taskCalled(ctx, a.task)
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

// taskCalled returns the id of the task that is called by its id, or by the business key of its instance
// and its step. The step may be left out where the instance has one open task.
func (c *client) taskCalled(ctx context.Context, name string) (uuid.UUID, error) {
	if id, err := uuid.Parse(name); err == nil {
		return id, nil
	}
	tasks, err := c.openTasks(ctx, name)
	if slash := strings.LastIndex(name, "/"); isNotFound(err) && slash > 0 {
		step := name[slash+1:]
		tasks, err = c.openTasks(ctx, name[:slash])
		tasks = slices.DeleteFunc(tasks, func(t api.Task) bool { return t.Step != step })
	}
	switch {
	case err != nil:
		return uuid.Nil, err
	case len(tasks) == 1:
		return tasks[0].ID, nil
	case len(tasks) == 0:
		return uuid.Nil, withCode(exitNotFound, fmt.Errorf("no open task is called %q: \"waybill task list\" lists them", name))
	}
	text := fmt.Sprintf("%d open tasks are called %q: say which one", len(tasks), name)
	for i := range tasks {
		text += fmt.Sprintf("\n  %s  %s/%s", tasks[i].ID, tasks[i].Key, tasks[i].Step)
	}
	return uuid.Nil, withCode(exitUsage, errors.New(text))
}

// openTasks returns the open tasks of all running instances with a business key.
func (c *client) openTasks(ctx context.Context, key string) ([]api.Task, error) {
	instances, err := c.withKey(ctx, key)
	var tasks []api.Task
	for i := range instances {
		if err != nil || instances[i].Ended != nil {
			continue
		}
		var found page[api.Task]
		query := url.Values{"instance": {instances[i].ID.String()}}
		err = c.do(ctx, request{method: http.MethodGet, path: "/api/v1/tasks", query: query}, &found)
		tasks = append(tasks, found.Items...)
	}
	return tasks, err
}

func isNotFound(err error) bool { return err != nil && exitCodeOf(err) == exitNotFound }
