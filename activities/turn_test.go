package activities_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions/value"
	"waybill/store"
)

func TestAnOrderRunsFromStartToEnd(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	out := b.turn(id)
	require.Equal(t, int64(1), out.N)
	require.False(t, out.Done || out.Again)
	require.Equal(t, []string{"check"}, out.Steps)
	require.Equal(t, []string{"opened SO-1"}, b.notes())

	task := b.task(id)
	require.Equal(t, []string{"sales"}, task.Roles)
	receipt, err := b.Complete(t.Context(), b.tenant, task.ID,
		activities.Completion{Form: map[string]any{"amount": value.Int(3)}}, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	require.True(t, b.turn(id).Done)
	require.Equal(t, store.Verdict{Turn: 2, Verdict: store.Accepted}, b.verdict(receipt.Inbox))
	require.Equal(t, []string{"opened SO-1", "checked SO-1"}, b.notes())
	require.Equal(t, "li.wei", query[string](b, `select by from bench_notes where text = 'checked SO-1'`))

	row := b.row(id)
	require.Equal(t, store.Ended, row.Status)
	require.Equal(t, "delivered", *row.Outcome)
	require.Zero(t, query[int](b, `select count(*) from tasks where closed is null`))
	b.whole(id)
}

func TestATurnWithoutAnythingNewChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	before := b.row(id)
	out := b.turn(id)
	require.Equal(t, int64(1), out.N)
	require.Equal(t, before, b.row(id))
}

func TestATurnWaitsForTheNetworkFourTimesAtMost(t *testing.T) {
	b := newBench(t)
	for range 9 { // each of the pool's connections prepares its statements once
		b.settle(b.start("order", map[string]any{"number": store.NewID().String()}))
		b.settle(b.start("eight", map[string]any{"name": "warm"}))
	}
	id := b.start("eight", map[string]any{"name": "a"})
	b.waits.n.Store(0)
	require.True(t, b.turn(id).Done)
	require.LessOrEqual(t, b.waits.n.Load(), int32(2), "eight automatic steps in one turn")

	id = b.start("order", map[string]any{"number": "SO-1"})
	b.waits.n.Store(0)
	b.turn(id)
	require.LessOrEqual(t, b.waits.n.Load(), int32(2), "a turn that opens a task")
	_, err := b.Complete(t.Context(), b.tenant, b.task(id).ID,
		activities.Completion{Form: map[string]any{"amount": value.Int(3)}}, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.waits.n.Store(0)
	require.True(t, b.turn(id).Done)
	require.LessOrEqual(t, b.waits.n.Load(), int32(4), "a turn that completes one")
}

func TestAnActionThatLocksWhatOthersWantEndsItsTurn(t *testing.T) {
	b := newBench(t)
	id := b.start("rows", map[string]any{"one": "a", "two": "b"})
	for turn := int64(1); turn <= 2; turn++ {
		out := b.turn(id)
		require.True(t, out.Again)
		require.Equal(t, turn, out.N)
		require.Equal(t, turn, query[int64](b, `select sum(n) from bench_rows`))
	}
	out := b.turn(id)
	require.True(t, out.Done)
	require.Equal(t, 2, query[int](b, `select n from bench_rows where id = 'a'`))
}

func TestABusinessKeyThatRunsIsRefused(t *testing.T) {
	b := newBench(t)
	b.start("order", map[string]any{"number": "SO-1"})
	_, err := b.Start(t.Context(), b.tenant, activities.StartRequest{
		Pack: "bench", Process: "order", Input: map[string]any{"number": "SO-1"},
	}, activities.Act{By: "li.wei"})
	require.ErrorIs(t, err, store.ErrDuplicateKey)
	require.Equal(t, 1, query[int](b, `select count(*) from instances`))
}

func TestTheSameIdempotencyKeyIsTheSameAct(t *testing.T) {
	b := newBench(t)
	request := activities.StartRequest{Pack: "bench", Process: "order", Input: map[string]any{"number": "SO-1"}}
	act := activities.Act{By: "li.wei", Key: "k-1"}
	first, err := b.Start(t.Context(), b.tenant, request, act)
	require.NoError(t, err)
	again, err := b.Start(t.Context(), b.tenant, request, act)
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, first.Instance, again.Instance)

	request.Input = map[string]any{"number": "SO-2"}
	_, err = b.Start(t.Context(), b.tenant, request, act)
	require.ErrorIs(t, err, store.ErrKeyReused)

	request.Input = map[string]any{"number": "SO-1"}
	_, err = b.Start(t.Context(), b.tenant, request, activities.Act{By: "wu.fang", Key: "k-1"})
	require.ErrorIs(t, err, store.ErrKeyReused, "somebody else asks")
	request.Revision = 1
	_, err = b.Start(t.Context(), b.tenant, request, act)
	require.ErrorIs(t, err, store.ErrKeyReused, "another revision is asked for")

	b.turn(first.Instance)
	done := activities.Completion{Form: map[string]any{"amount": value.Int(3)}}
	task := b.task(first.Instance).ID
	act.Key = "k-2"
	receipt, err := b.Complete(t.Context(), b.tenant, task, done, act)
	require.NoError(t, err)
	b.turn(first.Instance)
	repeated, err := b.Complete(t.Context(), b.tenant, task, done, act)
	require.NoError(t, err, "the task is closed by now, but this is the act that closed it")
	require.Equal(t, receipt.Inbox, repeated.Inbox)
}

func TestAStartThatIsRepeatedAfterADeployIsTheSameAct(t *testing.T) {
	b := newBench(t)
	request := activities.StartRequest{Pack: "bench", Process: "many", Input: map[string]any{"times": value.Int(2)}}
	act := activities.Act{By: "li.wei", Key: "k-1"}
	first, err := b.Start(t.Context(), b.tenant, request, act)
	require.NoError(t, err)

	changed := fstest.MapFS{}
	entries, err := os.ReadDir("testdata/bench")
	require.NoError(t, err)
	for _, e := range entries {
		text, err := os.ReadFile("testdata/bench/" + e.Name())
		require.NoError(t, err)
		if e.Name() == "many.process.yaml" {
			text = []byte(strings.Replace(string(text), "input:\n", "input:\n  colour: text\n", 1))
		}
		changed[e.Name()] = &fstest.MapFile{Data: text}
	}
	d, _, err := b.Deploy(t.Context(), b.tenant, changed, "li.wei")
	require.NoError(t, err)
	require.Equal(t, 2, d.Revision)

	again, err := b.Start(t.Context(), b.tenant, request, act)
	require.NoError(t, err, "that the newest revision wants more is nothing to who asked before")
	require.True(t, again.Repeated)
	require.Equal(t, first.Instance, again.Instance)
}

func TestWhatIsWrongIsRefusedAndChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	task := b.task(id).ID
	for _, c := range []struct {
		situation string
		act       func() error
		code      string
		field     string
	}{
		{"an unknown process", func() error {
			_, err := b.Start(t.Context(), b.tenant, activities.StartRequest{Pack: "bench", Process: "ordr"}, activities.Act{})
			return err
		}, "unknown_process", "process"},
		{"a missing input", func() error {
			_, err := b.Start(t.Context(), b.tenant, activities.StartRequest{Pack: "bench", Process: "order"}, activities.Act{})
			return err
		}, "invalid", "input.number"},
		{"a text with U+0000", func() error {
			_, err := b.Start(t.Context(), b.tenant, activities.StartRequest{
				Pack: "bench", Process: "order", Input: map[string]any{"number": "a\x00"},
			}, activities.Act{})
			return err
		}, "invalid", "input.number"},
		{"a wrong form", func() error {
			_, err := b.Complete(t.Context(), b.tenant, task, activities.Completion{Form: map[string]any{"amount": "much"}}, activities.Act{By: "li.wei"})
			return err
		}, "bad_form", "amount"},
		{"a task of another role", func() error {
			_, err := b.Claim(t.Context(), b.tenant, task, activities.Act{By: "wu.fang"})
			return err
		}, "not_yours", "by"},
		{"nobody known", func() error {
			_, err := b.Claim(t.Context(), b.tenant, task, activities.Act{By: "eve"})
			return err
		}, "unknown_person", "by"},
		{"a release of what nobody has", func() error {
			_, err := b.Release(t.Context(), b.tenant, task, activities.Act{By: "li.wei"})
			return err
		}, "not_claimed", ""},
		{"a message that no pack knows", func() error {
			_, err := b.Send(t.Context(), b.tenant, activities.Message{ID: "m", Name: "rumour"}, activities.Act{})
			return err
		}, "unknown_message", "message"},
	} {
		before := query[int](b, `select count(*) from inbox`)
		var refusal *activities.Refusal
		require.ErrorAs(t, c.act(), &refusal, c.situation)
		require.Equal(t, c.code, refusal.Code, c.situation)
		require.Equal(t, c.field, refusal.Field, c.situation)
		require.Equal(t, before, query[int](b, `select count(*) from inbox`), c.situation)
	}
}

func TestAClaimedTaskIsItsAssigneesUntilReleased(t *testing.T) {
	b := newBench(t)
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		return store.PutPerson(ctx, tx, store.Person{ID: "zhao.min", Name: "Zhao Min", Roles: []string{"sales"}})
	})
	id := b.start("order", map[string]any{"number": "SO-1"})
	b.turn(id)
	task := b.task(id).ID
	_, err := b.Claim(t.Context(), b.tenant, task, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.turn(id)
	require.Equal(t, "li.wei", *b.task(id).Assignee)
	var refusal *activities.Refusal
	_, err = b.Claim(t.Context(), b.tenant, task, activities.Act{By: "zhao.min"})
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "not_yours", refusal.Code)

	lists := func(person string) (n int) {
		b.in(func(ctx context.Context, tx pgx.Tx) error {
			tasks, err := store.Tasks(ctx, tx, store.TaskFilter{Roles: []string{"sales"}, Person: person, Limit: 10})
			n = len(tasks)
			return err
		})
		return n
	}
	require.Equal(t, 1, lists("li.wei"))
	require.Zero(t, lists("zhao.min"))
	_, err = b.Release(t.Context(), b.tenant, task, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.turn(id)
	require.Equal(t, 1, lists("zhao.min"))
}

func TestAMissingInstanceIsNoError(t *testing.T) {
	b := newBench(t)
	require.True(t, b.turn(store.NewID()).Missing)
}

func TestATimeWaitedForComesAsADuration(t *testing.T) {
	b := newBench(t)
	id := b.start("later", map[string]any{"name": "late"})
	out := b.turn(id)
	require.InDelta(t, 48*3600, out.WakeIn.Seconds(), 1)
	require.Equal(t, out.N, b.turn(id).N, "found early, it waits again")

	b.rewind(id, 49*time.Hour)
	require.True(t, b.turn(id).Done)
	require.Equal(t, []string{"late"}, b.notes())
}

func TestATurnStopsAfterFiftyActionsAndTheNextGoesOn(t *testing.T) {
	b := newBench(t)
	id := b.start("many", map[string]any{"times": value.Int(120)})
	for _, ran := range []int{50, 100} {
		require.True(t, b.turn(id).Again)
		require.Len(t, b.notes(), ran)
	}
	require.True(t, b.turn(id).Done)
	require.Len(t, b.notes(), 120)
	require.Equal(t, "li.wei", query[string](b, `select by from bench_notes order by position desc limit 1`),
		"whoever is behind the first turn is behind those that go on with it")
	b.whole(id)
}
