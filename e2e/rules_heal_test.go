package e2e_test

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// theWalk is what an instance of walk leaves behind.
func theWalk() []string { return []string{"first", "second", "third"} }

// firstTask is the event at which the first workflow task of a run is over that was started by an update:
// started, scheduled, started, completed.
const firstTask = 4

func aWorkflowThatIsReset(d *desk) {
	id := d.begin("walk", fields{"name": "reset"})
	d.complete(id, "one", nil)
	d.task(id, "two")
	before := d.run(id, "Running")
	_, err := d.temporal.ResetWorkflowExecution(d.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: "waybill", RequestId: uuid.NewString(), Reason: "test", WorkflowTaskFinishEventId: firstTask,
		WorkflowExecution: &common.WorkflowExecution{WorkflowId: id.String(), RunId: before},
	})
	require.NoError(d, err)
	require.NotEqual(d, before, d.run(id, "Running"))
	require.Equal(d, theWalk()[:2], d.notes(id))
	d.complete(id, "two", nil)
	d.ends(id, "done")
	require.Equal(d, theWalk(), d.notes(id))
	d.replaysInstance("reset", id)
}

func aWorkflowThatIsTerminated(d *desk) {
	id := d.begin("walk", fields{"name": "terminate"})
	d.task(id, "one")
	require.NoError(d, d.temporal.TerminateWorkflow(d.Context(), id.String(), "", "test"))
	d.run(id, "Terminated")
	d.complete(id, "one", nil)
	d.task(id, "two")
	d.run(id, "Running")
	d.complete(id, "two", nil)
	d.ends(id, "done")
	require.Equal(d, theWalk(), d.notes(id))
	d.replaysInstance("task", id)
}

func aRowThatIsSetBack(d *desk) {
	id := d.begin("walk", fields{"name": "set back"})
	d.task(id, "one")
	restore := d.backup(id)
	d.complete(id, "one", nil)
	d.task(id, "two")
	restore()
	require.Equal(d, theWalk()[:1], d.notes(id))
	d.complete(id, "one", nil)
	d.complete(id, "two", nil)
	d.ends(id, "done")
	require.Equal(d, theWalk(), d.notes(id))
	d.run(id, "Completed")
}

func aRowThatIsSetBackAfterTheEnd(d *desk) {
	id := d.begin("walk", fields{"name": "set back later"})
	d.task(id, "one")
	restore := d.backup(id)
	d.complete(id, "one", nil)
	d.complete(id, "two", nil)
	d.ends(id, "done")
	d.run(id, "Completed")
	restore()
	d.complete(id, "one", nil)
	d.complete(id, "two", nil)
	d.ends(id, "done")
	require.Equal(d, theWalk(), d.notes(id))
	d.run(id, "Completed")
}

// backup copies all rows of the instance, as a backup of the database would. The function that it
// returns puts them back.
func (d *desk) backup(instance uuid.UUID) (restore func()) {
	d.Helper()
	tables := []string{"instances", "inbox", "tasks", "history", "subscriptions", "calls", "children", "incidents", "lock_places", "trial_notes"}
	copied := func(table string) string { return fmt.Sprintf("copy_%x_%s", instance[10:], table) }
	column := map[string]string{"instances": "id"}
	for _, table := range tables {
		if column[table] == "" {
			column[table] = "instance"
		}
		d.change("drop table if exists " + copied(table))
		d.change(fmt.Sprintf("create table %s as select * from %s where %s = '%s'", copied(table), table, column[table], instance))
	}
	return func() {
		d.Helper()
		// Held as a turn holds it, so that no turn sees the one half without the other.
		sql := "begin; set local session_replication_role = replica;\n" +
			fmt.Sprintf("select from instances where id = '%s' for update;\n", instance)
		for _, table := range tables {
			sql += fmt.Sprintf("delete from %s where %s = '%s'; insert into %s overriding system value select * from %s;\n",
				table, column[table], instance, table, copied(table))
		}
		_, err := d.admin.Exec(d.Context(), sql+"commit")
		require.NoError(d, err)
	}
}
