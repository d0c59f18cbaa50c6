package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

// road is a pack whose process waits for a person, a time, a message and a sub-process at once, and has
// finished something that can be undone.
func road() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"pack.yaml":        "name: road\ncurrency: CNY\nroles: {sales: Sales, warehouse: Warehouse}\n",
		"m.types.yaml":     "messages:\n  goods.arrived: {with: {quantity: optional integer}}\n",
		"leg.process.yaml": "process: leg\nsteps:\n  - task: drive\n    role: warehouse\n",
		"trip.process.yaml": `process: trip
key: = number
input: {number: text}
outcomes: {done: keep, cancelled: undo}
steps:
  - do: bench.note
    with: {text: = "began " + number}
    compensation:
      - do: bench.note
        with: {text: = "undone " + number}
  - parallel:
      - steps: [{task: pick, role: sales}]
      - steps: [{wait: 2d}]
      - steps: [{wait: {message: goods.arrived, key: = number}}]
      - steps: [{run: leg}]
      - steps:
          - each: box in ["a", "b"]
            at_once: all
            steps:
              - task: load
                role: warehouse
                show: [box]
  - do: bench.note
    with: {text: old}
`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// rebuilt is the road with some of its text replaced.
func rebuilt(file string, replace ...string) fstest.MapFS {
	files := road()
	files[file] = &fstest.MapFile{Data: []byte(strings.NewReplacer(replace...).Replace(string(files[file].Data)))}
	return files
}

func (b *bench) deploy(files fstest.MapFS) int {
	b.Helper()
	d, findings, err := b.Deploy(b.Context(), b.tenant, files, "li.wei")
	require.NoError(b, err)
	for _, f := range findings {
		require.NotEqual(b, definitions.Error, f.Severity, f.String())
	}
	return d.Revision
}

func (b *bench) trip(number string) uuid.UUID {
	b.Helper()
	r, err := b.Start(b.Context(), b.tenant, activities.StartRequest{
		Pack: "road", Process: "trip", Input: map[string]any{"number": number}, Revision: 1,
	}, activities.Act{By: "li.wei"})
	require.NoError(b, err)
	b.settle(r.Instance)
	return r.Instance
}

func (b *bench) move(instance uuid.UUID, r activities.MigrateRequest) store.Verdict {
	b.Helper()
	r.Pack = "road"
	receipt, err := b.Migrate(b.Context(), b.tenant, instance, r, activities.Act{By: "olga"})
	require.NoError(b, err)
	b.settle(instance)
	return b.verdict(receipt.Inbox)
}

func TestAnInstanceMovesToAnotherRevisionWithAllThatItWaitsFor(t *testing.T) {
	b := newBench(t)
	require.Equal(t, 1, b.deploy(road()))
	id := b.trip("T-1")
	child := store.ChildID(id, query[int64](b, `select wait from children`))
	b.settle(child)
	pick := query[uuid.UUID](b, `select id from tasks where step = 'pick'`)
	_, err := b.Claim(t.Context(), b.tenant, pick, activities.Act{By: "li.wei"})
	require.NoError(t, err)
	b.settle(id)
	due := b.row(id).WakeAt.UTC()

	require.Equal(t, 2, b.deploy(rebuilt("trip.process.yaml",
		"pick, role: sales", "pick, role: sales, form: {amount: integer}", "wait: 2d", "wait: 9d", "role: warehouse\n                show", "role: sales\n                show", "key: = number}}", `key: = "to " + number}}`, "text: old", "text: new")))
	page, total, err := b.Movements(t.Context(), b.tenant, activities.MigrateRequest{Pack: "road", From: 1, To: 2, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 2, total, "the sub-process is an instance like any other")
	trip := page[slices.IndexFunc(page, func(m activities.Movement) bool { return m.Row.ID == id })]
	require.True(t, trip.Verdict.Can())
	require.Equal(t, due, trip.Verdict.Timers[0].Due, "the deadline stays")

	v := b.move(id, activities.MigrateRequest{From: 1, To: 2, Reason: "a better form"})
	require.Equal(t, store.Accepted, v.Verdict, v.Text)
	require.Equal(t, 2, b.row(id).Revision)
	require.Equal(t, due, b.row(id).WakeAt.UTC())
	require.Equal(t, "to T-1", query[string](b, `select key from subscriptions`))
	require.Equal(t, "withdrawn", query[string](b, `select why from tasks where id = $1`, pick))
	require.Equal(t, "li.wei", query[string](b, `select assignee from tasks where step = 'pick' and closed is null`))
	require.Equal(t, "a, b", query[string](b, `select string_agg(show -> 0 ->> 'value', ', ' order by wait) from tasks
		where step = 'load' and closed is null and roles = '{sales}'`), "each round has its box, and the task its new role")
	var told map[string]any
	require.NoError(t, json.Unmarshal([]byte(query[string](b, `select data::text from history where what = 'instance.migrated'`)), &told))
	require.Equal(t, "a better form", told["reason"])
	require.Equal(t, "olga", query[string](b, `select by from history where what = 'instance.migrated'`))

	require.Equal(t, store.Accepted, b.move(id, activities.MigrateRequest{From: 1, To: 2}).Verdict, "asked for twice, done once")
	require.Equal(t, 1, query[int](b, `select count(*) from history where what = 'instance.migrated'`))

	b.finishTrip(id, child)
	require.Equal(t, []string{"began T-1", "new"}, b.notes())
	b.whole(id)
}

// finishTrip lets everything happen that a trip waits for, after it has moved.
func (b *bench) finishTrip(id, child uuid.UUID) {
	b.Helper()
	task := query[uuid.UUID](b, `select id from tasks where step = 'pick' and closed is null`)
	_, err := b.Complete(b.Context(), b.tenant, task, activities.Completion{}, activities.Act{By: "li.wei"})
	var refusal *activities.Refusal
	require.ErrorAs(b, err, &refusal, "the new form asks for an amount")
	_, err = b.Complete(b.Context(), b.tenant, task, activities.Completion{Form: map[string]any{"amount": "3"}}, activities.Act{By: "li.wei"})
	require.NoError(b, err)
	for range 2 {
		load := query[uuid.UUID](b, `select id from tasks where step = 'load' and closed is null order by wait limit 1`)
		_, err = b.Complete(b.Context(), b.tenant, load, activities.Completion{}, activities.Act{By: "li.wei"})
		require.NoError(b, err)
		b.settle(id)
	}
	_, err = b.Send(b.Context(), b.tenant, activities.Message{ID: "m1", Name: "goods.arrived", Key: "to T-1"}, activities.Act{})
	require.NoError(b, err)
	_, err = b.Complete(b.Context(), b.tenant, query[uuid.UUID](b, `select id from tasks where step = 'drive'`), activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(b, err)
	require.True(b, b.settle(child).Done)
	b.settle(id)
	b.rewind(id, 49*60*60*1e9)
	require.True(b, b.settle(id).Done)
}

func TestAnInstanceThatCannotMoveStaysAndSaysWhy(t *testing.T) {
	b := newBench(t)
	b.deploy(road())
	id := b.trip("T-1")
	b.deploy(rebuilt("trip.process.yaml", "{task: pick, role: sales}", "{task: choose_goods, role: sales}"))
	for _, c := range []struct {
		situation  string
		request    activities.MigrateRequest
		code, text string
	}{
		{"an open step is gone", activities.MigrateRequest{From: 1, To: 2}, "not_movable", "task pick is open and is not in the new revision"},
		{"it is on another revision", activities.MigrateRequest{From: 2, To: 1}, "", ""},
	} {
		v := b.move(id, c.request)
		require.Equal(t, c.code, v.Code, c.situation)
		require.Equal(t, c.text, v.Text, c.situation)
	}
	require.Equal(t, 1, b.row(id).Revision)
	require.Zero(t, query[int](b, `select count(*) from history where what = 'instance.migrated'`))
	v := b.move(id, activities.MigrateRequest{From: 1, To: 2, Steps: map[string]string{"pick": "choose_goods"}})
	require.Equal(t, store.Accepted, v.Verdict, v.Text)
	require.Equal(t, "choose_goods", query[string](b, `select step from tasks where closed is null and instance = $1 and step <> 'load'`, id))
	b.operate(id, engine.Cancel{Reason: "enough"})
	b.settle(id)
	b.settle(store.ChildID(id, query[int64](b, `select wait from children`)))
	require.True(t, b.settle(id).Done)
	require.Contains(t, b.notes(), "undone T-1", "what finished before the move is undone after it")

	_, _, err := b.Movements(t.Context(), b.tenant, activities.MigrateRequest{Pack: "road", From: 1, To: 9, Limit: 1})
	var refusal *activities.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "unknown_pack", refusal.Code)
	_, _, err = b.Movements(t.Context(), b.tenant, activities.MigrateRequest{Pack: "road", From: 1, To: 2, Steps: map[string]string{"nobody": "x"}, Limit: 1})
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "unknown_step", refusal.Code)
}

func TestMigrationsRaceWithACompletionAndOneThingHappens(t *testing.T) {
	b := newBench(t)
	b.deploy(road())
	b.deploy(rebuilt("trip.process.yaml", "pick, role: sales", "pick, role: sales, form: {amount: optional integer}"))
	for round := range 5 {
		id := b.trip("T-" + string(rune('A'+round)))
		task := query[uuid.UUID](b, `select id from tasks where instance = $1 and step = 'pick'`, id)
		var group errgroup.Group
		for range 2 {
			group.Go(func() error {
				_, err := b.Migrate(context.Background(), b.tenant, id, activities.MigrateRequest{From: 1, To: 2}, activities.Act{By: "olga"})
				return err
			})
		}
		group.Go(func() error {
			_, err := b.Complete(context.Background(), b.tenant, task, activities.Completion{}, activities.Act{By: "li.wei"})
			if _, late := errors.AsType[*activities.Refusal](err); late {
				return nil // the task is open in its new form by now
			}
			return err
		})
		for range 3 {
			group.Go(func() error {
				_, err := b.Turn(context.Background(), activities.TurnInput{Tenant: b.tenant, Instance: id})
				return err
			})
		}
		require.NoError(t, group.Wait())
		b.settle(id)
		require.Equal(t, 2, b.row(id).Revision)
		require.Equal(t, 1, query[int](b, `select count(*) from history where instance = $1 and what = 'instance.migrated'`, id))
		completed := query[int](b, `select count(*) from tasks where instance = $1 and step = 'pick' and why = 'completed'`, id)
		open := query[int](b, `select count(*) from tasks where instance = $1 and step = 'pick' and closed is null`, id)
		require.Equal(t, 1, completed+open, "it was completed before the move, or is open in its new form")
		require.Zero(t, query[int](b, `select count(*) from inbox where instance = $1 and consumed_turn is null`, id))
		b.whole(id)
	}
}

func TestAnOperatorChangesTheCourseOfAnInstance(t *testing.T) {
	b := newBench(t)
	b.deploy(road())
	id := b.trip("T-1")
	act := engine.GoTo{Step: "2", Reason: "the rest was done by hand"}
	f, err := b.Foresee(t.Context(), b.tenant, id, act, activities.Act{By: "olga"})
	require.NoError(t, err)
	require.Len(t, f.Withdrawn, 6)
	require.Equal(t, 6, len(b.view(id).Open()), "a look changes nothing")
	b.operate(id, act)
	b.settle(id)
	require.Equal(t, 1, query[int](b, `select count(*) from inbox where kind = 'cancel'`), "the sub-process is told")
	child := store.ChildID(id, query[int64](b, `select wait from children`))
	b.settle(child)
	require.True(t, b.settle(id).Done)
	require.Equal(t, []string{"began T-1", "old"}, b.notes())
	require.Equal(t, `"the rest was done by hand"`, query[string](b, `select (data -> 'reason')::text from history where what = 'step.moved'`))

	id = b.trip("T-2")
	var refusal *activities.Refusal
	_, err = b.Operate(t.Context(), b.tenant, id, engine.Again{Step: "0"}, activities.Act{By: "olga"})
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "undo_unsaid", refusal.Code)
	b.operate(id, engine.Again{Step: "0", Undo: engine.UndoIt})
	b.settle(id)
	b.settle(store.ChildID(id, query[int64](b, `select max(wait) from children where instance = $1 and reported is null`, id)))
	b.settle(id)
	require.Subset(t, b.notes(), []string{"began T-2", "undone T-2"})
	wait := engine.NodeID(query[int64](b, `select wait from tasks where instance = $1 and step = 'pick' and closed is null`, id))
	b.operate(id, engine.LeaveOut{Wait: wait, Result: map[string]any{"outcome": "done"}, Reason: "nobody is there"})
	b.settle(id)
	require.Equal(t, 1, query[int](b, `select count(*) from history where what = 'step.left_out'`))
	page, total, err := b.Pick(t.Context(), b.tenant, store.Selection{Pack: "road", Process: "trip", Step: "pick", Limit: 10})
	require.NoError(t, err)
	require.Zero(t, total+len(page))
	b.whole(id)
}

func (b *bench) view(id uuid.UUID) engine.State {
	b.Helper()
	v, err := b.Look(b.Context(), b.tenant, id)
	require.NoError(b, err)
	return v.State
}

func TestAProposalTakesASecondPerson(t *testing.T) {
	b := newBench(t)
	p, _, err := b.Propose(t.Context(), b.tenant, road(), "li.wei")
	require.NoError(t, err)
	again, _, err := b.Propose(t.Context(), b.tenant, road(), "li.wei")
	require.NoError(t, err)
	require.Equal(t, p.ID, again.ID, "proposed twice, it is one proposal")
	var refusal *activities.Refusal
	for _, c := range []struct{ by, code string }{{"li.wei", "not_by"}, {"", "unknown_person"}} {
		_, err = b.Approve(t.Context(), b.tenant, p.ID, c.by)
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, c.code, refusal.Code)
	}
	d, err := b.Approve(t.Context(), b.tenant, p.ID, "wu.fang")
	require.NoError(t, err)
	require.Equal(t, 1, d.Revision)
	require.Equal(t, "li.wei, wu.fang", query[string](b, `select by || ', ' || approved_by from revisions where pack = 'road'`))
	_, err = b.Approve(t.Context(), b.tenant, p.ID, "wu.fang")
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "closed", refusal.Code)

	second, _, err := b.Propose(t.Context(), b.tenant, rebuilt("trip.process.yaml", "text: old", "text: new"), "li.wei")
	require.NoError(t, err)
	changes, err := b.ProposalChanges(t.Context(), b.tenant, second.ID)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	b.deploy(rebuilt("trip.process.yaml", "text: old", "text: newer"))
	_, err = b.Approve(t.Context(), b.tenant, second.ID, "wu.fang")
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "outdated", refusal.Code, "what was looked at is not what would change")
	require.NoError(t, b.Reject(t.Context(), b.tenant, second.ID, "wu.fang", "overtaken"))
}

func TestTheSameContentIsTheSameRevision(t *testing.T) {
	b := newBench(t)
	require.Equal(t, 1, b.deploy(road()))
	require.Equal(t, 1, b.deploy(road()))
	require.Equal(t, 2, b.deploy(rebuilt("trip.process.yaml", "text: old", "text: new")))
	require.Equal(t, 3, b.deploy(road()), "going back is a revision of its own, of the same content")
	require.Equal(t, 2, query[int](b, `select count(distinct hash) from revisions where pack = 'road'`))
	changes, err := b.Changes(t.Context(), b.tenant, "road", 1, 3)
	require.NoError(t, err)
	require.Empty(t, changes)
}
