package e2e_test

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/api"
)

// hold keeps turns of the instance from getting its row until let go, as a turn in the middle does.
func (d *desk) hold(instance uuid.UUID) (letGo func()) {
	d.Helper()
	return d.holdRow(`select from instances where id = $1 for no key update`, instance)
}

// holdRow keeps what a query has locked until let go.
func (d *desk) holdRow(sql string, args ...any) (letGo func()) {
	d.Helper()
	tx, err := d.admin.Begin(context.Background())
	require.NoError(d, err)
	held := true
	letGo = func() {
		if held {
			held = false
			require.NoError(d, tx.Rollback(context.Background()))
		}
	}
	d.Cleanup(letGo)
	_, err = tx.Exec(context.Background(), sql, args...)
	require.NoError(d, err)
	return letGo
}

// waitsForLock waits until a turn stands before a row that the test holds.
func (d *desk) waitsForLock() {
	d.Helper()
	await(d.T, "a turn waits for the row", func() bool {
		return get[bool](d, `select exists (select from pg_stat_activity
			where wait_event_type = 'Lock' and query like '%for no key update%' and datname = 'waybill')`)
	})
}

func aCancelInTemporal(d *desk) {
	id := d.begin("walk", fields{"name": "cancel"})
	task := d.task(id, "one").ID
	letGo := d.hold(id)
	d.ask(http.MethodPost, "/api/v1/tasks/"+task.String()+"/complete", fields{}, nil, http.StatusAccepted)
	d.waitsForLock()
	require.NoError(d, d.temporal.CancelWorkflow(d.Context(), id.String(), ""))
	letGo()
	d.ends(id, "cancelled")
	require.Equal(d, []string{"first", "second", "first undone"}, d.notes(id), "the task counts, and all is undone")
	require.Equal(d, []string{"start", "complete", "cancel"}, list[string](d, `select kind from inbox where instance = $1 order by position`, id))
	d.replaysInstance("cancelled", id)
}

// whatArrivesDuringTheLastTurn sends to instances whose last turn is under way: an act of an operator,
// a poke for nothing, a message, a signal that nobody knows.
func whatArrivesDuringTheLastTurn(d *desk) {
	for _, arrival := range []struct {
		name string
		send func(id uuid.UUID)
	}{
		{"act", func(id uuid.UUID) {
			d.ask(http.MethodPost, "/api/v1/instances/"+id.String()+"/acts", fields{"act": "change", "data": fields{}}, nil,
				http.StatusOK, http.StatusAccepted, http.StatusConflict, http.StatusUnprocessableEntity)
		}},
		{"message", func(id uuid.UUID) { d.tell("tick", "message at the end", nil) }},
		{"signal", func(id uuid.UUID) {
			require.NoError(d, d.temporal.SignalWorkflow(d.Context(), id.String(), "", "unknown", nil))
		}},
	} {
		id := d.begin("count", fields{"name": arrival.name + " at the end"})
		task := d.task(id, "stop").ID
		letGo := d.hold(id)
		d.ask(http.MethodPost, "/api/v1/tasks/"+task.String()+"/complete", fields{}, nil, http.StatusAccepted)
		arrival.send(id)
		letGo()
		d.ends(id, "done")
		d.replaysInstance("last_turn_"+arrival.name, id)
	}
	id := d.begin("count", fields{"name": "races"})
	task := d.task(id, "stop").ID
	answers := make(chan api.Taken, 1)
	go func() {
		defer close(answers)
		var taken api.Taken
		d.ask(http.MethodPost, "/api/v1/tasks/"+task.String()+"/complete", fields{}, &taken, http.StatusOK, http.StatusAccepted)
		answers <- taken
	}()
	for range 20 {
		d.tell("tick", "races", nil)
	}
	require.NotZero(d, (<-answers).Inbox)
	d.ends(id, "done")
	d.run(id, "Completed")
	require.Len(d, d.notes(id), get[int](d, `select count(*) from inbox where instance = $1 and kind = 'message' and verdict = 'accepted'`, id))
	await(d.T, "no message is on its way", func() bool {
		return get[int](d, `select count(*) from messages where name = 'tick' and key = 'races' and pending`) == 0
	})
}
