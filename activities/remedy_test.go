package activities_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"waybill/activities"
	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

func (b *bench) incidents(instance uuid.UUID) []store.Incident {
	b.Helper()
	var open []store.Incident
	b.in(func(ctx context.Context, tx pgx.Tx) (err error) {
		open, err = store.OpenIncidents(ctx, tx, instance, 10)
		return err
	})
	return open
}

func (b *bench) operate(instance uuid.UUID, what engine.Body) activities.Receipt {
	b.Helper()
	r, err := b.Operate(b.Context(), b.tenant, instance, what, activities.Act{By: "li.wei"})
	require.NoError(b, err)
	return r
}

func TestAnActionThatFailsRestsInAnIncidentAndTheOthersGoOn(t *testing.T) {
	for _, how := range []string{"error", "panic", "statement", "queued", "unstorable"} {
		t.Run(how, func(t *testing.T) {
			b := newBench(t)
			b.fails.Store(1)
			id := b.start("shaky", map[string]any{"how": how})
			out := b.settle(id)
			require.Equal(t, 1, out.Incidents)
			require.Empty(t, b.notes(), "what the failed action wrote is gone")
			incident := b.incidents(id)[0]
			require.NotEmpty(t, incident.Text)
			require.Equal(t, "beside", b.task(id).Step, "the task beside it is there")

			b.operate(id, engine.Retry{Wait: engine.NodeID(incident.Wait)})
			out = b.settle(id)
			require.Zero(t, out.Incidents)
			require.Empty(t, b.incidents(id))
			_, err := b.Complete(t.Context(), b.tenant, b.task(id).ID, activities.Completion{}, activities.Act{By: "li.wei"})
			require.NoError(t, err)
			require.True(t, b.settle(id).Done)
			b.whole(id)
		})
	}
}

func TestAStatementThatRanOutOfTimeIsTriedAgainBeforeItCountsAsFailed(t *testing.T) {
	b := newBench(t)
	b.fails.Store(2)
	id := b.start("shaky", map[string]any{"how": "slow"})
	var suite testsuite.WorkflowTestSuite
	temporal := suite.NewTestActivityEnvironment()
	temporal.RegisterActivity(b.Turn)
	_, err := temporal.ExecuteActivity(b.Turn, activities.TurnInput{Tenant: b.tenant, Instance: id})
	require.ErrorContains(t, err, string(activities.CodeBusy), "a busy machine passes: Temporal takes the turn again")
	require.Empty(t, b.incidents(id))

	require.Equal(t, 1, b.settle(id).Incidents, "where nobody takes it again, it is the action's failure")
	b.operate(id, engine.Retry{Wait: engine.NodeID(b.incidents(id)[0].Wait)})
	require.Zero(t, b.settle(id).Incidents)
}

func TestAnEngineErrorStopsTheInstanceUntilAnOperatorActs(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	whole := b.row(id).State
	set := func(state []byte) {
		b.in(func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, `update instances set state = $2 where id = $1`, id, state)
			return err
		})
	}
	set(store.Pack([]byte(`{"format": 1, "nodes": "damaged"}`)))
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		store.InsertInbox(&w, store.InboxRow{ID: store.NewID(), Instance: id, Kind: store.ArrivalClaim, Body: []byte(`{"wait": 3}`), By: "li.wei"})
		return w.Send(ctx, tx)
	})
	require.True(t, b.turn(id).Halted)
	require.Len(t, b.incidents(id), 1)
	require.Zero(t, b.incidents(id)[0].Wait)
	n := b.row(id).N
	require.True(t, b.turn(id).Halted, "no engine runs")
	require.Equal(t, n, b.row(id).N)

	r := b.operate(id, engine.Retry{})
	require.True(t, b.turn(id).Halted, "it fails again")
	require.Equal(t, "halted", b.verdict(r.Inbox).Code)
	require.Len(t, b.incidents(id), 1)

	set(whole)
	r = b.operate(id, engine.Retry{})
	out := b.settle(id)
	require.False(t, out.Halted)
	require.Equal(t, store.Accepted, b.verdict(r.Inbox).Verdict)
	require.Empty(t, b.incidents(id))
	require.Zero(t, query[int](b, `select count(*) from inbox where consumed_turn is null`))
}

func TestAFormulaThatFailsIsAnIncidentAtItsStep(t *testing.T) {
	b := newBench(t)
	set := func(limit string) {
		b.in(func(ctx context.Context, tx pgx.Tx) error {
			return store.ChangeSetting(ctx, tx, "bench", store.Setting{Name: "limit", Value: []byte(limit)}, "li.wei")
		})
	}
	set("0")
	id := b.start("divide", map[string]any{"n": value.Int(10)})
	require.Equal(t, 1, b.settle(id).Incidents)
	set("5")
	b.operate(id, engine.Retry{Wait: engine.NodeID(b.incidents(id)[0].Wait)})
	require.True(t, b.settle(id).Done)
	require.Equal(t, "0", query[string](b, `select before::text from setting_changes order by position desc limit 1`),
		"each change is recorded with what was before")
}

func TestARowOfTheInboxThatFailsIsRefusedAlone(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	broken := store.NewID()
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		var w store.Writes
		store.InsertInbox(&w, store.InboxRow{ID: broken, Instance: id, Kind: store.ArrivalComplete, Body: []byte(`{"wait": "seven"}`), By: "li.wei"})
		return w.Send(ctx, tx)
	})
	good, err := b.Claim(t.Context(), b.tenant, b.task(id).ID, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.turn(id)
	require.Equal(t, "broken", b.verdict(broken).Code)
	require.Equal(t, store.Accepted, b.verdict(good.Inbox).Verdict)
}

func TestARowWhoseEffectCannotBeStoredIsRefusedAlone(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	task := b.task(id)
	// What PostgreSQL refuses shows only when the turn writes it: a claim by a name that no column holds.
	admin, err := pgx.Connect(t.Context(), b.store.Pool.Config().ConnString())
	require.NoError(t, err)
	defer admin.Close(t.Context())
	_, err = admin.Exec(t.Context(), `alter table tasks add constraint nobody check (assignee <> 'mallory')`)
	require.NoError(t, err)
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		return store.PutPerson(ctx, tx, store.Person{ID: "mallory", Name: "Mallory", Roles: []string{"sales"}})
	})
	bad, err := b.Claim(t.Context(), b.tenant, task.ID, activities.Act{By: "mallory"})
	require.NoError(t, err)
	good, err := b.Claim(t.Context(), b.tenant, task.ID, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.settle(id)
	require.Equal(t, "broken", b.verdict(bad.Inbox).Code)
	require.Equal(t, store.Accepted, b.verdict(good.Inbox).Verdict)
	require.Equal(t, "li.wei", *b.task(id).Assignee)
}

func TestACommitThatWasNotHeardOfIsNotDoneAgain(t *testing.T) {
	b := newBench(t)
	id := b.start("eight", map[string]any{"name": "once"})
	b.points = func(p activities.Point) {
		if p == activities.AfterCommit {
			panic("killed")
		}
	}
	require.Panics(t, func() { b.turn(id) })
	b.points = func(activities.Point) {}
	require.True(t, b.turn(id).Done)
	require.Len(t, b.notes(), 8)

	id = b.start("eight", map[string]any{"name": "twice"})
	b.points = func(p activities.Point) {
		if p == activities.BeforeCommit {
			panic("killed")
		}
	}
	require.Panics(t, func() { b.turn(id) })
	b.points = func(activities.Point) {}
	require.True(t, b.turn(id).Done)
	require.Len(t, b.notes(), 16)
}

func TestTwoTurnsOfOneInstanceDoNothingTwice(t *testing.T) {
	b := newBench(t)
	id := b.start("eight", map[string]any{"name": "once"})
	done := make(chan error, 6)
	for range cap(done) {
		go func() {
			_, err := b.Turn(context.Background(), activities.TurnInput{Tenant: b.tenant, Instance: id})
			done <- err
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
	require.Len(t, b.notes(), 8)
	b.whole(id)
}

func TestALockThatIsHeldIsAFaultThatPasses(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select from instances where id = $1 for update`, id); err != nil {
			return err
		}
		_, err := b.Turn(ctx, activities.TurnInput{Tenant: b.tenant, Instance: id})
		var fault *activities.Fault
		require.ErrorAs(t, err, &fault)
		require.Equal(t, activities.CodeBusy, fault.Code)
		require.NotContains(t, fault.Error(), "lock")
		return nil
	})
	require.False(t, b.turn(id).Missing)
	require.Zero(t, b.row(id).Incidents)
}

func TestAStateOfALaterReleaseIsLeftAlone(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update instances set format = $2 where id = $1`, id, engine.Format+1)
		return err
	})
	require.True(t, b.turn(id).Newer)
	require.Equal(t, int64(1), b.row(id).N)
}
