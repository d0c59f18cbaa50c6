package e2e_test

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// noTextInTemporal plants a word wherever people and systems may put text, lets everything fail that may
// fail, and looks for the word in all that Temporal's databases hold.
func noTextInTemporal(d *desk) {
	word := "planted" + strings.ReplaceAll(uuid.NewString(), "-", "")
	var failing, ids []uuid.UUID
	for _, how := range []string{"error", "panic", "statement"} {
		id := d.begin("fail", fields{"how": how, "text": word})
		d.complete(id, "look", fields{"remark": word})
		outside := d.begin("outside", fields{"how": how, "text": word})
		failing = append(failing, id)
		if how != "statement" {
			failing = append(failing, outside)
		}
		ids = append(ids, id, outside)
	}
	declined := []uuid.UUID{d.begin("fail", fields{"how": "declined", "text": word}), d.begin("outside", fields{"how": "declined", "text": word})}
	d.complete(declined[0], "look", fields{"remark": word})
	listening := d.begin("listen", fields{"name": word})
	d.tell("news", word, fields{"text": word})
	for _, id := range failing {
		await(d.T, "the incident is there", func() bool {
			return get[int](d, `select count(*) from incidents where instance = $1 and cleared is null and text like '%' || $2 || '%'`, id, word) == 1
		})
	}
	wait := get[int64](d, `select wait from incidents where instance = $1 and cleared is null`, failing[0])
	d.change(`insert into trial_mended (tenant, text) values ($1, $2)`, d.tenant, word)
	d.act(failing[0], fields{"act": "retry", "wait": wait})
	d.ends(failing[0], "done")
	for _, id := range append(failing[1:], listening) {
		d.act(id, fields{"act": "cancel", "reason": word})
		d.ends(id, "cancelled")
	}
	for _, id := range declined {
		d.ends(id, "failed")
	}
	for _, id := range append(ids, declined...) {
		d.run(id, "Completed")
	}
	d.replaysInstance("incident", failing[0])
	d.replaysInstance("call_refused", declined[1])
	d.replaysInstance("call_failed", failing[1])
	d.failsTowardsTemporal(word)
	require.NotEmpty(d, d.whereIn("waybill", word), "the word was planted")
	for _, database := range []string{"temporal", "temporal_visibility"} {
		require.NotEmpty(d, d.whereIn(database, failing[0].String()), "the search finds what is there")
		for _, text := range []string{word, clerk, "李伟"} {
			require.Empty(d, d.whereIn(database, text))
		}
	}
}

// failsTowardsTemporal lets PostgreSQL refuse a turn and the answer of a remote call, with the word in its
// error, for so long that Temporal hears of it.
func (d *desk) failsTowardsTemporal(word string) {
	d.Helper()
	turn, call := d.begin("walk", fields{"name": word}), d.begin("late", fields{"name": "words"})
	d.complete(call, "go", nil)
	d.task(turn, "one")
	d.task(call, "leave")
	d.alter(fmt.Sprintf(`
		create function refuse() returns trigger language plpgsql as $$
		begin
			raise exception '%[1]s' using errcode = '40001', detail = '%[1]s';
		end $$;
		create trigger refuse before update on instances for each row when (new.id = '%[2]s') execute function refuse();
		create trigger refuse before update on calls for each row when (new.instance = '%[3]s') execute function refuse()`, word, turn, call))
	d.complete(call, "leave", nil)
	d.complete(turn, "one", nil)
	await(d.T, "Temporal has heard that the call failed", func() bool {
		found, err := d.temporal.DescribeWorkflowExecution(d.Context(), call.String(), "")
		require.NoError(d, err)
		pending := found.GetPendingActivities()
		return len(pending) == 1 && pending[0].GetLastFailure() != nil
	})
	await(d.T, "Temporal has heard that the turn failed", func() bool {
		for _, run := range d.histories(turn.String()) {
			for _, event := range run.GetEvents() {
				if event.GetMarkerRecordedEventAttributes().GetFailure() != nil {
					return true
				}
			}
		}
		return false
	})
	d.alter(`drop trigger refuse on instances; drop trigger refuse on calls; drop function refuse`)
	d.complete(call, "finish", nil)
	d.complete(turn, "two", nil)
	d.ends(call, "done")
	d.ends(turn, "done")
	d.replaysInstance("turn_failed", turn)
	d.replaysInstance("call_repeated", call)
}

// whereIn lists the columns of a database that hold the text, in whatever they are encoded.
func (d *desk) whereIn(database, text string) []string {
	d.Helper()
	conn, err := pgx.Connect(d.Context(), d.adminURL(d.T, database))
	require.NoError(d, err)
	defer conn.Close(d.Context())
	rows, err := conn.Query(d.Context(), `select c.oid::regclass::text, quote_ident(a.attname), t.typname
		from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
		where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relnamespace = 'public'::regnamespace
		  and t.typname in ('text', 'varchar', 'bpchar', 'bytea', 'json', 'jsonb', '_text')`)
	require.NoError(d, err)
	type column struct{ Table, Name, Type string }
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	require.NoError(d, err)
	require.NotEmpty(d, columns)
	var found []string
	for _, c := range columns {
		bytes := fmt.Sprintf("convert_to(%s::text, 'UTF8')", c.Name)
		if c.Type == "bytea" {
			bytes = c.Name
		}
		var n int
		require.NoError(d, conn.QueryRow(d.Context(),
			fmt.Sprintf("select count(*) from %s where position($1::bytea in %s) > 0", c.Table, bytes), []byte(text)).Scan(&n))
		if n > 0 {
			found = append(found, fmt.Sprintf("%s.%s.%s: %d rows", database, c.Table, c.Name, n))
		}
	}
	return found
}
