package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/store"
)

func TestATaskFindsThePeopleOfARoleAndTheirSuperior(t *testing.T) {
	b := newBench(t)
	b.in(func(ctx context.Context, tx pgx.Tx) error {
		for _, p := range []store.Person{
			{ID: "zhao.min", Name: "Zhao Min", Roles: []string{"sales"}, Skills: []string{"bikes"}, Superior: "wu.fang"},
			{ID: "sun.li", Name: "Sun Li", Roles: []string{"warehouse"}, Skills: []string{"bikes"}},
		} {
			if err := store.PutPerson(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	id := b.start("escalating", nil)
	b.settle(id)
	task := b.task(id)
	require.Equal(t, []string{"zhao.min"}, task.People, "only who has both the role and the skill")

	_, err := b.Claim(t.Context(), b.tenant, task.ID, activities.Act{By: "zhao.min"})
	require.NoError(t, err)
	b.settle(id)
	b.rewind(id, 2*time.Hour)
	b.settle(id)
	require.Equal(t, []string{"wu.fang"}, b.task(id).Also, "the superior of who has the task is added")

	_, err = b.Release(t.Context(), b.tenant, task.ID, activities.Act{By: "zhao.min"})
	require.NoError(t, err)
	b.settle(id)
	var offered []store.Task
	b.in(func(ctx context.Context, tx pgx.Tx) (err error) {
		offered, err = store.Tasks(ctx, tx, store.TaskFilter{Person: "wu.fang", Roles: []string{"warehouse"}, Limit: 10})
		return err
	})
	require.Len(t, offered, 1, "a task stands on the list of the person who was added")
	_, err = b.Complete(t.Context(), b.tenant, task.ID, activities.Completion{}, activities.Act{By: "wu.fang"})
	require.NoError(t, err)
	b.settle(id)
	require.Equal(t, store.Ended, b.row(id).Status)
}
