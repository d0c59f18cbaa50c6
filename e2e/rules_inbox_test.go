package e2e_test

import (
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"waybill/api"
)

func rowsInOppositeOrder(d *desk) {
	deadlocks := `select deadlocks from pg_stat_database where datname = 'waybill'`
	before := get[int](d, deadlocks)
	const pairs = 10
	ids := make([]uuid.UUID, 2*pairs)
	var group errgroup.Group
	for i := range ids {
		group.Go(func() error {
			one, two := "opposite a", "opposite b"
			if i%2 == 1 {
				one, two = two, one
			}
			ids[i] = d.begin("rows", fields{"one": one, "two": two})
			return nil
		})
	}
	require.NoError(d, group.Wait())
	for _, id := range ids {
		d.ends(id, "done")
	}
	require.Equal(d, []int{4 * pairs, 4 * pairs}, list[int](d, `select n from trial_rows where id like 'opposite %' order by id`))
	require.Equal(d, before, get[int](d, deadlocks))
	require.Zero(d, get[int](d, `select count(*) from incidents where instance = any($1)`, ids))
}

func aRowThatSomebodyHolds(d *desk) {
	d.ends(d.begin("rows", fields{"one": "held", "two": "free"}), "done")
	letGo := d.holdRow(`select from trial_rows where id = 'held' for update`)
	id := d.begin("rows", fields{"one": "free", "two": "held"})
	await(d.T, "the row that nobody holds is counted for all to see", func() bool {
		return get[int](d, `select n from trial_rows where id = 'free'`) == 3
	})
	require.Equal(d, 2, get[int](d, `select n from trial_rows where id = 'held'`))
	letGo()
	d.ends(id, "done")
}

// aMessageAgainstItsWait lets every delivery and every opening of a wait linger before its commit, where
// the other does not see it yet.
func aMessageAgainstItsWait(d *desk) {
	d.alter(`
		create function linger() returns trigger language plpgsql as $$
		begin
			if new.key like 'race %' then perform pg_sleep(0.1); end if;
			return null;
		end $$;
		create constraint trigger linger after insert on subscriptions deferrable initially deferred for each row execute function linger();
		create constraint trigger linger after insert on messages deferrable initially deferred for each row execute function linger()`)
	const races, atOnce = 30, 4
	ids := make([]uuid.UUID, races)
	key := func(i int) string { return fmt.Sprintf("race %d", i) }
	var group errgroup.Group
	group.SetLimit(3 * atOnce)
	for i := range races {
		group.Go(func() error {
			ids[i] = d.begin("listen", fields{"name": key(i)})
			return nil
		})
		for _, text := range []string{"a", "b"} {
			group.Go(func() error {
				d.tell("news", key(i), fields{"text": text})
				return nil
			})
		}
	}
	require.NoError(d, group.Wait())
	for _, id := range ids {
		d.ends(id, "done")
		require.ElementsMatch(d, []string{"a", "b"}, d.notes(id))
	}
	require.Zero(d, get[int](d, `select count(*) from messages where key like 'race %' and instance is null`))
}

// aRowOfTheInboxThatFails puts rows before and between good ones: one that says nothing sensible, and one
// whose effect PostgreSQL refuses to store.
func aRowOfTheInboxThatFails(d *desk) {
	id := d.begin("count", fields{"name": "inbox"})
	task := d.task(id, "stop")
	d.ask(http.MethodPut, "/api/v1/people/mallory", api.Person{Name: "Mallory", Roles: []string{"clerk"}}, nil, http.StatusOK)
	d.alter(`alter table tasks add constraint nobody check (assignee <> 'mallory')`)
	letGo := d.hold(id)
	put := func(kind, body, by string) uuid.UUID {
		row := uuid.New()
		d.change(`insert into inbox (tenant, id, instance, kind, body, by) values ($1, $2, $3, $4, $5, $6)`,
			d.tenant, row, id, kind, body, by)
		return row
	}
	wait := get[int64](d, `select wait from tasks where id = $1`, task.ID)
	senseless := put("complete", `{"wait": "seven"}`, clerk)
	d.tell("tick", "inbox", nil)
	unwritable := put("claim", fmt.Sprintf(`{"wait": %d}`, wait), "mallory")
	d.tell("tick", "inbox", nil)
	unknown := put("retry", `{"wait": 4711}`, clerk)
	good := put("claim", fmt.Sprintf(`{"wait": %d}`, wait), clerk)
	letGo()
	d.complete(id, "stop", nil)
	d.ends(id, "done")
	require.Equal(d, []string{"tick", "tick"}, d.notes(id))
	verdict := `select verdict || ' ' || coalesce(code, '') from inbox where id = $1`
	require.Equal(d, "refused broken", get[string](d, verdict, senseless))
	require.Equal(d, "refused broken", get[string](d, verdict, unwritable))
	require.Contains(d, get[string](d, verdict, unknown), "refused ")
	require.Equal(d, "accepted ", get[string](d, verdict, good))
	require.Zero(d, get[int](d, `select count(*) from incidents where instance = $1`, id))
}
