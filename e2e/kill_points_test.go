package e2e_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"waybill/worker"
)

// falls starts the server once more, lets the test act, and waits until the server has killed itself at
// the point: one of activities.Point and how often it is passed by then.
func (s *site) falls(t *testing.T, point string, act func(d *desk)) {
	t.Helper()
	act(s.again(t, "WAYBILL_FAULT="+point))
	await(t, "the server has killed itself "+point, func() bool { return !s.running() })
	status, ok := s.process.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signal() == syscall.SIGKILL, "%v", s.process.ProcessState)
}

// dare sends a request that may end the server before it answers.
func (d *desk) dare(path string, body any) {
	d.Helper()
	sender := &server{TB: d.T, url: d.url, token: d.token}
	if got, err := sender.try(http.MethodPost, path, body, "Waybill-As", clerk); err == nil {
		require.Less(d, got.status, http.StatusBadRequest, "%s", got.body)
	}
}

func (d *desk) dareToBegin(process string, input fields) {
	d.Helper()
	d.dare("/api/v1/packs/rules/processes/"+process+"/instances", fields{"input": input})
}

func (d *desk) dareToComplete(instance uuid.UUID, step string) {
	d.Helper()
	d.dare("/api/v1/tasks/"+d.task(instance, step).ID.String()+"/complete", fields{})
}

// newest is the instance of the process that was begun last.
func (d *desk) newest(process string) uuid.UUID {
	d.Helper()
	return get[uuid.UUID](d, `select id from instances where process = $1 order by id desc limit 1`, process)
}

// TestAServerKilledAtANamedPointDoesAllOnce kills one server again and again, starts it, and sees what it
// was at go on by itself.
func TestAServerKilledAtANamedPointDoesAllOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)

	s.falls(t, "before commit:1", func(d *desk) { d.dareToBegin("walk", fields{"name": "walk"}) })
	d := s.again(t)
	walk := d.newest("walk")
	d.complete(walk, "one", nil)
	d.task(walk, "two")
	require.Equal(t, theWalk()[:2], d.notes(walk))

	s.falls(t, "after commit:1", func(d *desk) { d.dareToComplete(walk, "two") })
	d = s.again(t)
	d.ends(walk, "done")
	require.Equal(t, theWalk(), d.notes(walk))
	d.endsItsWorkflow(walk)

	late := d.begin("late", fields{"name": "late"})
	d.task(late, "go")
	s.falls(t, "after commit:1", func(d *desk) { d.dareToComplete(late, "go") })
	d = s.again(t)
	d.task(late, "leave")
	require.Equal(t, 2, get[int](d, `select n from trial_rows where id = 'late'`))

	s.falls(t, "after commit:1", func(d *desk) { d.dareToComplete(late, "leave") })
	d = s.again(t)
	d.task(late, "finish")
	require.Equal(t, []int{1}, d.calls(late), "the turn asked for the call, and nobody had heard of it")

	s.falls(t, "during a remote call:1", func(d *desk) { d.dareToBegin("outside", fields{"how": "fine", "text": "once"}) })
	d = s.again(t)
	outside := d.newest("outside")
	d.ends(outside, "done")
	require.Equal(t, []string{"before", "after"}, d.notes(outside))
	require.Equal(t, []int{2}, d.calls(outside), "made twice under one key")
	require.Equal(t, 1, get[int](d, `select count(*) from inbox where instance = $1 and kind = 'answer'`, outside))
	d.complete(late, "finish", nil)
	d.ends(late, "done")
	require.Equal(t, []string{"finished"}, d.notes(late))
}

// calls is how often the world outside was called for an instance, under each idempotency key.
func (d *desk) calls(instance uuid.UUID) []int {
	d.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(d.data), "outside"))
	require.NoError(d, err)
	keys := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if of, key, _ := strings.Cut(line, " "); of == instance.String() {
			keys[key]++
		}
	}
	return slices.Collect(maps.Values(keys))
}

// endsItsWorkflow lets the doctor find a workflow that has not heard of the end of its instance, as if
// that were half a minute ago.
func (d *desk) endsItsWorkflow(instance uuid.UUID) {
	d.Helper()
	d.run(instance, "Running")
	d.change(`update instances set at = at - interval '1 minute' where id = $1`, instance)
	require.Equal(d, worker.OverdueEnd, d.symptom(instance))
	code, said, problems := d.cli("doctor", "--repair")
	require.Zero(d, code, problems)
	require.Contains(d, said, instance.String())
	d.run(instance, "Completed")
}

// TestAProcessThatIsStoppedLosesItsLock stops a second worker in the middle of a turn, as a debugger or a
// machine that is put to sleep does. It wakes up again when all is done.
func TestAProcessThatIsStoppedLosesItsLock(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.at(t)
	sleeper, stopped := d.sleeper("before commit:1:stop")
	// In a process without a worker, so that either worker may get them.
	d.url = d.beside(nil, "api", "--listen", "127.0.0.1:0").url
	var ids []uuid.UUID
	await(t, "the worker has stopped itself", func() bool {
		ids = append(ids, d.begin("walk", fields{"name": "sleeper"}))
		select {
		case <-stopped:
			return true
		default:
			return false
		}
	})
	for _, id := range ids {
		d.complete(id, "one", nil)
	}
	for _, id := range ids {
		d.complete(id, "two", nil)
	}
	for _, id := range ids {
		d.ends(id, "done")
	}
	require.NoError(t, syscall.Kill(sleeper, syscall.SIGCONT))
	last := d.begin("walk", fields{"name": "after the sleeper woke up"})
	d.complete(last, "one", nil)
	d.complete(last, "two", nil)
	d.ends(last, "done")
	for _, id := range append(ids, last) {
		require.Equal(t, theWalk(), d.notes(id))
		d.run(id, "Completed")
	}
}

// sleeper starts a worker beside the server, which stops itself at the point. The channel is closed once
// it has. It is killed with the test.
func (d *desk) sleeper(point string) (pid int, stopped <-chan struct{}) {
	d.Helper()
	process := d.beside([]string{"WAYBILL_FAULT=" + point}, "worker").Process
	asleep := make(chan struct{})
	go func() {
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(process.Pid, &status, syscall.WUNTRACED, nil); err == nil && status.Stopped() {
			close(asleep)
		}
	}()
	return process.Pid, asleep
}
