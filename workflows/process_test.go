package workflows_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"waybill/activities"
	"waybill/activities/catalogue"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/internal/postgrestest"
	"waybill/store"
	"waybill/workflows"
)

type textIn struct {
	Text string `json:"text"`
}

type textOut struct {
	Text string `json:"text"`
}

type howIn struct {
	How string `json:"how"`
}

// stage is a workflow on a real database, with the SDK's clock.
type stage struct {
	*testing.T
	*activities.Host
	env    *testsuite.TestWorkflowEnvironment
	tenant uuid.UUID
	turns  int
	calls  int
}

func newStage(t *testing.T, d workflows.Driver) *stage {
	t.Helper()
	s := &stage{T: t}
	db, err := store.Open(t.Context(), postgrestest.New(t, store.Migrate), store.MaxConns(4))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	registry, err := catalogue.New(
		catalogue.Define("bench.note", "Says what it hears.", func(_ context.Context, _ catalogue.Tx, _ catalogue.Call, in textIn) (textOut, error) {
			return textOut(in), nil
		}),
		catalogue.Define("bench.call", "Leaves the database.", func(context.Context, catalogue.Tx, catalogue.Call, howIn) (textOut, error) {
			s.calls++
			return textOut{Text: "yes"}, nil
		}, catalogue.Remote()),
	)
	require.NoError(t, err)
	s.Host = activities.New(db, registry, activities.Options{At: func(p activities.Point) {
		if p == activities.AfterCommit {
			s.turns++
		}
	}})
	require.NoError(t, db.Across(t.Context(), func(tx pgx.Tx) (err error) {
		s.tenant, err = store.AddTenant(t.Context(), tx, "acme")
		return err
	}))
	require.NoError(t, db.InTenant(t.Context(), s.tenant, func(tx pgx.Tx) error {
		return store.PutPerson(t.Context(), tx, store.Person{ID: "li.wei", Name: "Li Wei", Roles: []string{"sales", "warehouse"}})
	}))
	deployed, findings, err := s.Deploy(t.Context(), s.tenant, os.DirFS("testdata/pack"), "li.wei")
	require.NoError(t, err)
	require.Equal(t, 1, deployed.Revision, "%v", findings)

	var suite testsuite.WorkflowTestSuite
	s.env = suite.NewTestWorkflowEnvironment()
	s.env.SetTestTimeout(time.Minute)
	s.env.RegisterWorkflowWithOptions(d.Process, workflow.RegisterOptions{Name: workflows.ProcessType})
	s.env.RegisterActivityWithOptions(s.Turn, activity.RegisterOptions{Name: "Turn"})
	s.env.RegisterActivityWithOptions(s.Call, activity.RegisterOptions{Name: "Call"})
	s.env.RegisterActivityWithOptions(s.CancelFromOutside, activity.RegisterOptions{Name: "CancelFromOutside"})
	return s
}

func (s *stage) start(process string, input map[string]any) uuid.UUID {
	s.Helper()
	r, err := s.Start(s.Context(), s.tenant, activities.StartRequest{Pack: "bench", Process: process, Input: input}, activities.Act{By: "li.wei"})
	require.NoError(s, err)
	return r.Instance
}

// after does something once the workflow sleeps.
func (s *stage) after(d time.Duration, do func()) { s.env.RegisterDelayedCallback(do, d) }

// run runs the instance's workflow and returns its error.
func (s *stage) run(instance uuid.UUID) error {
	s.env.SetStartWorkflowOptions(clientOptions(instance))
	s.env.ExecuteWorkflow(workflows.ProcessType, workflows.Input{Tenant: s.tenant, Instance: instance})
	require.True(s, s.env.IsWorkflowCompleted())
	return s.env.GetWorkflowError()
}

// complete completes the instance's only task and pokes it; answered counts the poke's answer.
func (s *stage) complete(instance uuid.UUID, form map[string]any, answered *int) {
	var tasks []store.Task
	require.NoError(s, s.Store().InTenant(s.Context(), s.tenant, func(tx pgx.Tx) (err error) {
		tasks, err = store.InstanceTasks(s.Context(), tx, instance)
		return err
	}))
	require.Len(s, tasks, 1)
	r, err := s.Complete(s.Context(), s.tenant, tasks[0].ID, activities.Completion{Form: form}, activities.Act{By: "li.wei"})
	require.NoError(s, err)
	s.poke(instance, r.Inbox, answered)
}

func (s *stage) poke(instance, inbox uuid.UUID, answered *int) {
	require.NoError(s, s.env.UpdateWorkflowByID(instance.String(), "poke", inbox.String(), &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { require.NoError(s, err) },
		OnComplete: func(_ any, err error) {
			require.NoError(s, err)
			*answered++
		},
	}))
}

func (s *stage) row(instance uuid.UUID) *store.Instance {
	s.Helper()
	v, err := s.Look(s.Context(), s.tenant, instance)
	require.NoError(s, err)
	return v.Row
}

func TestAProcessRunsToItsEnd(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := s.start("order", map[string]any{"number": "SO-1"})
	answered := 0
	s.after(time.Hour, func() { s.complete(id, map[string]any{"amount": value.Int(1)}, &answered) })
	require.NoError(t, s.run(id))
	require.Equal(t, store.Ended, s.row(id).Status)
	require.Equal(t, 1, answered)
	require.Equal(t, 2, s.turns)
}

func TestPokesThatComeTogetherShareATurn(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := s.start("order", map[string]any{"number": "SO-1"})
	answered := 0
	s.after(time.Hour, func() {
		for range 5 {
			s.poke(id, store.NewID(), &answered)
		}
		s.complete(id, map[string]any{"amount": value.Int(1)}, &answered)
	})
	require.NoError(t, s.run(id))
	require.Equal(t, 6, answered)
	require.Equal(t, 2, s.turns)
}

func TestACancelFromTemporalUndoesAndEndsTheInstance(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := s.start("order", map[string]any{"number": "SO-1"})
	s.after(time.Hour, s.env.CancelWorkflow)
	require.NoError(t, s.run(id))
	require.Equal(t, store.Ended, s.row(id).Status)
	require.Equal(t, engine.Over, engine.Status(s.row(id).Status))
	require.NotEqual(t, "delivered", *s.row(id).Outcome)
}

func TestAParentSleepsUntilItsChildHasEnded(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := s.start("parent", map[string]any{"number": "1"})
	answered := 0
	s.after(time.Hour, func() { s.complete(s.child(id), nil, &answered) })
	require.NoError(t, s.run(id))
	require.Equal(t, store.Ended, s.row(id).Status)
	require.Equal(t, 1, answered)
}

func (s *stage) child(parent uuid.UUID) uuid.UUID {
	s.Helper()
	out, err := s.Turn(s.Context(), activities.TurnInput{Tenant: s.tenant, Instance: parent})
	require.NoError(s, err)
	require.Len(s, out.Children, 1)
	return out.Children[0].Instance
}

func TestARemoteCallIsMadeAndItsAnswerTaken(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := s.start("outside", map[string]any{"how": "fine"})
	require.NoError(t, s.run(id))
	require.Equal(t, store.Ended, s.row(id).Status)
	require.Equal(t, 1, s.calls)
}

func TestALongRunContinuesAsANewOneWithTheThreeValuesOnly(t *testing.T) {
	s := newStage(t, workflows.Driver{TurnsPerRun: 1})
	id := s.start("order", map[string]any{"number": "SO-1"})
	err := s.run(id)
	var anew *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &anew)
	require.Equal(t, workflows.ProcessType, anew.WorkflowType.Name)
	require.Equal(t, store.Running, s.row(id).Status)
}

func TestAMissingRowIsWaitedForNotAskedAgainAndAgain(t *testing.T) {
	s := newStage(t, workflows.Driver{})
	id := store.NewID()
	answered := 0
	s.after(time.Hour, func() { s.poke(id, store.NewID(), &answered) })
	s.after(2*time.Hour, func() {
		require.Equal(t, 1, answered, "a poke is answered all the same")
		s.env.CancelWorkflow()
	})
	looked := 0
	s.env.SetOnLocalActivityCompletedListener(func(*activity.Info, converter.EncodedValue, error) { looked++ })
	require.NoError(t, s.run(id))
	require.Equal(t, 4, looked, "at the start, for the poke, for the cancel, and once more to end")
}
