package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// noon is the time from which the tests of the task list count.
func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

// offer opens a task named step; hours says when it is due, 0 never.
func (b *bench) offer(t *testing.T, instance uuid.UUID, wait int64, hours int, change func(*store.Task)) uuid.UUID {
	t.Helper()
	task := store.Task{
		ID: store.TaskID(instance, wait), Instance: instance, Wait: wait, Pack: "bikes", Process: "order",
		Step: fmt.Sprint("task ", wait), Roles: []string{"sales"}, Opened: noon(),
	}
	if hours > 0 {
		due := noon().Add(time.Duration(hours) * time.Hour)
		task.Due = &due
	}
	if change != nil {
		change(&task)
	}
	require.NoError(t, b.write(t, func(q store.Queue) { store.InsertTask(q, task) }))
	return task.ID
}

// list walks the pages of a person's list.
func (b *bench) list(t *testing.T, f store.TaskFilter) (steps []string) {
	t.Helper()
	for {
		var page []store.Task
		require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) (err error) {
			page, err = store.Tasks(ctx, tx, f)
			return err
		}))
		for _, task := range page {
			steps = append(steps, task.Step)
		}
		if len(page) < f.Limit {
			return steps
		}
		last := page[len(page)-1]
		f.After, f.AfterDue = last.ID, last.Due
	}
}

func TestAPersonSeesWhatIsOfferedTheEarliestDueFirst(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	b.offer(t, id, 1, 0, nil)
	b.offer(t, id, 2, 5, nil)
	b.offer(t, id, 3, 1, func(t *store.Task) { t.Roles = []string{"warehouse"} })
	b.offer(t, id, 4, 2, func(t *store.Task) { t.Roles = []string{"warehouse", "sales"} })
	b.offer(t, id, 5, 3, func(t *store.Task) { t.People = []string{"li.wei"} })
	b.offer(t, id, 6, 4, func(t *store.Task) { t.People = []string{"zhao.min"} })
	mine := "li.wei"
	b.offer(t, id, 7, 6, func(t *store.Task) { t.Assignee = &mine })
	other := "zhao.min"
	b.offer(t, id, 8, 1, func(t *store.Task) { t.Assignee = &other })
	for _, limit := range []int{1, 2, 100} {
		require.Equal(t, []string{"task 4", "task 5", "task 2", "task 7", "task 1"},
			b.list(t, store.TaskFilter{Roles: []string{"sales"}, Person: "li.wei", Limit: limit}), "pages of %d", limit)
	}
	require.Equal(t, []string{"task 3", "task 4"}, b.list(t, store.TaskFilter{Roles: []string{"warehouse"}, Limit: 10}))
}

func TestTasksThatOthersHaveClaimedHideNoneOfThoseBehindThem(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	both := func(t *store.Task) { t.Roles = []string{"warehouse", "sales"} }
	other, due := "zhao.min", noon().Add(time.Hour)
	for wait := range int64(3) {
		b.offer(t, id, wait+1, 1, both)
		require.NoError(t, b.write(t, func(q store.Queue) {
			store.ChangeTask(q, store.Task{ID: store.TaskID(id, wait+1), Instance: id, Wait: wait + 1, Roles: []string{"warehouse", "sales"}, Assignee: &other, Due: &due})
		}))
	}
	b.offer(t, id, 4, 2, both)
	require.Equal(t, []string{"task 4"}, b.list(t, store.TaskFilter{Roles: []string{"sales"}, Person: "li.wei", Limit: 2}))

	require.NoError(t, b.write(t, func(q store.Queue) {
		store.ChangeTask(q, store.Task{ID: store.TaskID(id, 1), Instance: id, Wait: 1, Roles: []string{"warehouse", "sales"}})
	}))
	require.Equal(t, []string{"task 4", "task 1"}, b.list(t, store.TaskFilter{Roles: []string{"sales"}, Person: "li.wei", Limit: 2}), "it was put back")
}

func TestAClosedTaskLeavesEveryList(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	b.offer(t, id, 1, 2, func(t *store.Task) { t.Roles = []string{"warehouse", "sales"} })
	at, why := noon(), "withdrawn"
	require.NoError(t, b.write(t, func(q store.Queue) {
		store.CloseTask(q, store.Task{ID: store.TaskID(id, 1), Instance: id, Wait: 1, Closed: &at, Why: &why})
	}))
	require.Empty(t, b.list(t, store.TaskFilter{Roles: []string{"sales", "warehouse"}, Limit: 10}))
}

func TestAListAmongManyTasksReadsOnlyItsPage(t *testing.T) {
	b := newBench(t)
	id := b.instance(t, "")
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into tasks (id, instance, wait, pack, process, step, stage, title, role, roles, people, not_by,
				show, form, outcomes, due, opened)
			select gen_random_uuid(), $1, n, 'bikes', 'order', 'check', '', '{}', 'role ' || n % 50, array['role ' || n % 50], '{}', '{}',
				'[]', '[]', '{}', now() + n * interval '1 minute', now() from generate_series(1, 50000) n`, id)
		return err
	}))
	owner, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), `analyze tasks`)
	require.NoError(t, err)
	var read int64
	require.NoError(t, b.in(t, func(ctx context.Context, tx pgx.Tx) error {
		tasks, err := store.Tasks(ctx, tx, store.TaskFilter{Roles: []string{"role 3", "role 7"}, Limit: 20})
		if err != nil {
			return err
		}
		require.Len(t, tasks, 20)
		return tx.QueryRow(ctx, `select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)::bigint from pg_class c
			where c.relname = 'tasks' and c.relkind = 'r'`).Scan(&read)
	}))
	require.Less(t, read, int64(1000), "rows that a sequential scan returned")
}
