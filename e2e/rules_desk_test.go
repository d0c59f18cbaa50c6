package e2e_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"waybill/api"
	"waybill/store"
)

// desk is where one test works on a site that it may share with others.
type desk struct {
	*testing.T
	*site
}

func (s *site) at(t *testing.T) *desk { return &desk{T: t, site: s} }

// fields is an input, a form or the like.
type fields = map[string]any

// ask sends a request and reads the answer, whose status must be one of those given.
func (d *desk) ask(method, path string, body, answer any, statuses ...int) {
	d.Helper()
	sender := &server{TB: d.T, url: d.url, token: d.token}
	got, err := sender.try(method, path, body, "Waybill-As", clerk)
	require.NoError(d, err)
	require.Contains(d, statuses, got.status, "%s %s: %s", method, path, got.body)
	if answer != nil {
		require.NoError(d, json.Unmarshal(got.body, answer), string(got.body))
	}
}

// deploy sends the files of a pack.
func (d *desk) deploy(pack fs.FS) {
	d.Helper()
	files := map[string]string{}
	require.NoError(d, fs.WalkDir(pack, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(pack, path)
		files[path] = string(text)
		return err
	}))
	d.ask(http.MethodPost, "/api/v1/packs", fields{"files": files}, nil, http.StatusCreated)
}

// begin starts an instance of a process of the pack rules; its first turn may be still to come.
func (d *desk) begin(process string, input fields) uuid.UUID {
	d.Helper()
	var taken api.Taken
	d.ask(http.MethodPost, "/api/v1/packs/rules/processes/"+process+"/instances", fields{"input": input}, &taken,
		http.StatusCreated, http.StatusAccepted)
	return taken.Instance
}

// task waits until the step's task is open.
func (d *desk) task(instance uuid.UUID, step string) api.Task {
	d.Helper()
	var found api.Task
	await(d.T, "the task "+step+" is open", func() bool {
		var open struct{ Items []api.Task }
		d.ask(http.MethodGet, "/api/v1/tasks?instance="+instance.String(), nil, &open, http.StatusOK)
		for _, task := range open.Items {
			if task.Step == step {
				found = task
				return true
			}
		}
		return false
	})
	return found
}

// complete completes the step's task, once it is open. It may be taken by a later turn.
func (d *desk) complete(instance uuid.UUID, step string, form fields) {
	d.Helper()
	path := "/api/v1/tasks/" + d.task(instance, step).ID.String() + "/complete"
	d.ask(http.MethodPost, path, fields{"form": form}, nil, http.StatusOK, http.StatusAccepted)
}

// act does an operator's act, which must not be refused.
func (d *desk) act(instance uuid.UUID, act fields) {
	d.Helper()
	d.ask(http.MethodPost, "/api/v1/instances/"+instance.String()+"/acts", act, nil, http.StatusOK, http.StatusAccepted)
}

// tell sends a message.
func (d *desk) tell(message, key string, with fields) {
	d.Helper()
	d.ask(http.MethodPost, "/api/v1/messages", fields{"message": message, "key": key, "with": with}, nil,
		http.StatusOK, http.StatusAccepted)
}

// look reads the instance.
func (d *desk) look(instance uuid.UUID) api.InstanceView {
	d.Helper()
	var view api.InstanceView
	d.ask(http.MethodGet, "/api/v1/instances/"+instance.String(), nil, &view, http.StatusOK)
	return view
}

// ends waits until the instance has ended with that outcome. Nothing of it is left open then, and its
// history is whole.
func (d *desk) ends(instance uuid.UUID, outcome string) {
	d.Helper()
	await(d.T, "the instance has ended", func() bool { return d.look(instance).Status == "ended" })
	require.Equal(d, outcome, d.look(instance).Outcome)
	require.Nil(d, d.verify(instance))
	await(d.T, "its inbox is read", func() bool { return d.unread(instance) == 0 })
	require.Zero(d, get[int](d, `select count(*) from tasks where instance = $1 and closed is null`, instance))
	require.Zero(d, get[int](d, `select count(*) from subscriptions where instance = $1`, instance))
}

func (d *desk) unread(instance uuid.UUID) int {
	d.Helper()
	return get[int](d, `select count(*) from inbox where instance = $1 and consumed_turn is null`, instance)
}

// verify returns the first break of the instance's history.
func (d *desk) verify(instance uuid.UUID) *store.Break {
	d.Helper()
	var broken *store.Break
	require.NoError(d, d.store.ReadTenant(d.Context(), d.tenant, func(tx pgx.Tx) (err error) {
		broken, _, err = store.Verify(d.Context(), tx, instance)
		return err
	}))
	return broken
}

// notes are the rows that the instance's actions wrote, in order.
func (d *desk) notes(instance uuid.UUID) []string {
	d.Helper()
	return list[string](d, `select text from trial_notes where instance = $1 order by position`, instance)
}

// turns is the number of turns that the instance has taken.
func (d *desk) turns(instance uuid.UUID) int64 {
	d.Helper()
	return get[int64](d, `select n from instances where id = $1`, instance)
}

// run waits until the newest run of the instance's workflow has that status, as Temporal sees it, and
// returns its id.
func (d *desk) run(instance uuid.UUID, status string) string {
	d.Helper()
	var run string
	await(d.T, "the workflow is "+status, func() bool {
		found, err := d.temporal.DescribeWorkflowExecution(d.Context(), instance.String(), "")
		require.NoError(d, err)
		run = found.GetWorkflowExecutionInfo().GetExecution().GetRunId()
		return found.GetWorkflowExecutionInfo().GetStatus().String() == status
	})
	return run
}

// runCount is how many runs the instance's workflow has had.
func (d *desk) runCount(instance uuid.UUID) int {
	d.Helper()
	found, err := d.temporal.ListWorkflow(d.Context(), &workflowservice.ListWorkflowExecutionsRequest{
		Query: "WorkflowId = '" + instance.String() + "'",
	})
	require.NoError(d, err)
	return len(found.GetExecutions())
}
