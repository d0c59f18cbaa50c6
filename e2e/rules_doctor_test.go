package e2e_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/store"
	"waybill/worker"
	"waybill/workflows"
)

func (d *desk) doctor() *worker.Doctor { return &worker.Doctor{Store: d.store, Client: d.temporal} }

// diagnosis is what the doctor finds about an instance; zero where it finds nothing.
func (d *desk) diagnosis(instance uuid.UUID) worker.Diagnosis {
	d.Helper()
	found, err := d.doctor().Examine(d.Context())
	require.NoError(d, err)
	for _, diagnosis := range found {
		if diagnosis.Instance == instance {
			return diagnosis
		}
	}
	return worker.Diagnosis{}
}

func (d *desk) symptom(instance uuid.UUID) store.Symptom { return d.diagnosis(instance).Symptom }

func (d *desk) repair(instance uuid.UUID) {
	d.Helper()
	require.NoError(d, d.doctor().Repair(d.Context(), d.diagnosis(instance)))
}

func anOpenRowWithoutAWorkflow(d *desk) {
	id := d.begin("walk", fields{"name": "without a workflow"})
	d.task(id, "one")
	require.Empty(d, d.symptom(id))
	require.NoError(d, d.temporal.TerminateWorkflow(d.Context(), id.String(), "", "test"))
	d.run(id, "Terminated")
	d.change(`update instances set started = started - interval '1 minute' where id = $1`, id)
	await(d.T, "the doctor sees it", func() bool { return d.symptom(id) == worker.NoWorkflow })
	d.repair(id)
	d.run(id, "Running")
	d.complete(id, "one", nil)
	d.complete(id, "two", nil)
	d.ends(id, "done")
	require.Empty(d, d.symptom(id))
}

func aWorkflowWithoutARow(d *desk) {
	id := store.NewID()
	require.NoError(d, workflows.Nudge(d.Context(), d.temporal, d.tenant, id, store.NewID()))
	await(d.T, "the doctor sees it", func() bool { return d.symptom(id) == worker.NoRow })
	d.run(id, "Running")
	require.NoError(d, d.temporal.CancelWorkflow(d.Context(), id.String(), ""))
	d.run(id, "Completed")
	await(d.T, "the doctor does not see it any more", func() bool { return d.symptom(id) == "" })
}

func anInboxThatStaysUnread(d *desk) {
	id := d.begin("count", fields{"name": "unread"})
	d.task(id, "stop")
	letGo := d.hold(id)
	d.change(`insert into inbox (tenant, id, instance, kind, body, recorded)
		values ($1, gen_random_uuid(), $2, 'message', '{"id": "m", "message": "tick", "key": "unread", "with": {}}', clock_timestamp() - interval '1 minute')`,
		d.tenant, id)
	require.Equal(d, store.InboxUnread, d.symptom(id))
	d.repair(id)
	letGo()
	await(d.T, "the inbox is read", func() bool { return d.unread(id) == 0 })
	require.Equal(d, []string{"tick"}, d.notes(id))
	require.Empty(d, d.symptom(id))
}

func aDeadlineThatPassedUnheard(d *desk) {
	id := d.begin("later", fields{"name": "deadline"})
	await(d.T, "it waits", func() bool { return d.turns(id) == 1 })
	require.Empty(d, d.symptom(id))
	d.rewind(id, 2*time.Hour)
	require.Equal(d, store.WakePast, d.symptom(id))
	d.repair(id)
	d.ends(id, "done")
	require.Equal(d, []string{"later"}, d.notes(id))
	d.replaysInstance("timer", id)
}

// rewind makes it seem that the instance's last turn was that long ago, and its deadlines with it, while
// Temporal's clock knows nothing of it.
func (d *desk) rewind(instance uuid.UUID, by time.Duration) {
	d.Helper()
	text, err := store.Unpack(get[[]byte](d, `select state from instances where id = $1`, instance))
	require.NoError(d, err)
	stamp := regexp.MustCompile(`"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"`)
	moved := stamp.ReplaceAllStringFunc(string(text), func(quoted string) string {
		at, err := time.Parse(time.RFC3339Nano, strings.Trim(quoted, `"`))
		require.NoError(d, err)
		return `"` + at.Add(-by).Format(time.RFC3339Nano) + `"`
	})
	d.change(`update instances set state = $2, at = at - $3::interval, wake_at = wake_at - $3::interval where id = $1`,
		instance, store.Pack([]byte(moved)), by)
}

func aScheduleThatIsGone(d *desk) {
	d.deploy(fstest.MapFS{
		"pack.yaml": {Data: []byte("name: drift\nindustry: test\ntitle: Drift\n")},
		"yearly.process.yaml": {Data: []byte(`process: yearly
title: Once a year
start:
  - every: 0 3 1 1 *
outcomes: {done: keep}
steps:
  - end: done
`)},
	})
	const id = "drift/yearly/0"
	there := func() bool {
		_, err := d.temporal.ScheduleClient().GetHandle(d.Context(), d.tenant.String()+"/"+id).Describe(d.Context())
		return err == nil
	}
	drift := func() (found *worker.Diagnosis) {
		all, err := d.doctor().Examine(d.Context())
		require.NoError(d, err)
		for _, diagnosis := range all {
			if diagnosis.Symptom == worker.ScheduleDrift && diagnosis.Detail == id {
				found = &diagnosis
			}
		}
		return found
	}
	await(d.T, "the relay has nothing more to apply", func() bool {
		return there() && get[bool](d, `select not exists (select from outbox o left join outbox_readers r on r.tenant = o.tenant and r.reader = 'relay'
			where o.topic = $1 and (r.reader is null or (o.xid, o.position) > (r.xid, r.position)))`, store.TopicSchedules)
	})
	require.Nil(d, drift())
	require.NoError(d, d.temporal.ScheduleClient().GetHandle(d.Context(), d.tenant.String()+"/"+id).Delete(d.Context()))
	await(d.T, "the schedule is gone", func() bool { return !there() })
	found := drift()
	require.NotNil(d, found)
	require.NoError(d, d.doctor().Repair(d.Context(), *found))
	await(d.T, "the schedule is there again", there)
	require.Nil(d, drift())
}

func aCallThatNobodyMakes(d *desk) {
	id := d.begin("outside", fields{"how": "wait", "text": "restored"})
	await(d.T, "the call is under way", func() bool {
		return get[int](d, `select count(*) from calls where instance = $1 and claims = 1`, id) == 1
	})
	restore := d.backup(id)
	backup := get[time.Time](d, `select clock_timestamp()`)
	require.NoError(d, os.WriteFile(filepath.Join(filepath.Dir(d.data), "go-restored"), nil, 0o600))
	d.ends(id, "done")
	d.run(id, "Completed")
	since := d.begin("outside", fields{"how": "", "text": "made since"})
	d.ends(since, "done")

	restore()
	letGo := d.hold(id)
	d.change(`update calls set lease = lease - interval '1 minute', requested = requested - interval '1 minute' where instance = $1`, id)
	d.change(`delete from calls where instance = $1`, since)
	require.Equal(d, store.CallUnclaimed, d.symptom(id))
	key := get[string](d, `select idempotency_key from calls where instance = $1`, id)
	await(d.T, "the doctor lists both calls", func() bool {
		made, err := d.doctor().Restored(d.Context(), backup)
		require.NoError(d, err)
		found := map[uuid.UUID]string{}
		for _, diagnosis := range made {
			require.Equal(d, worker.PerhapsMade, diagnosis.Symptom)
			found[diagnosis.Instance] += diagnosis.Detail
		}
		return strings.Contains(found[id], "with key "+key+": not answered yet") &&
			strings.Contains(found[since], "which the database does not know any more")
	})
	letGo()
	d.repair(id)
	d.ends(id, "done")
	require.Equal(d, []string{"before", "after"}, d.notes(id))
	outside, err := os.ReadFile(filepath.Join(filepath.Dir(d.data), "outside"))
	require.NoError(d, err)
	require.Equal(d, 2, strings.Count(string(outside), id.String()+" "+key+"\n"), "made again, under the same key")
}

func aChildWithoutItsReport(d *desk) {
	parent := d.begin("parent", fields{"name": "unreported"})
	await(d.T, "the child is there", func() bool {
		return get[int](d, `select count(*) from children where instance = $1`, parent) == 1
	})
	child := get[uuid.UUID](d, `select child from children where instance = $1`, parent)
	d.task(child, "look")
	restore := d.backup(parent)
	d.complete(child, "look", nil)
	d.ends(child, "good")
	d.ends(parent, "done")
	d.run(parent, "Completed")

	restore()
	letGo := d.hold(parent)
	require.Equal(d, store.ChildUnhandled, d.symptom(parent))
	found := d.diagnosis(parent)
	letGo()
	require.NoError(d, d.doctor().Repair(d.Context(), found))
	d.ends(parent, "done")
	require.Equal(d, []string{"child good"}, d.notes(parent))
	require.Equal(d, []string{"looked"}, d.notes(child), "it did nothing twice")
}
