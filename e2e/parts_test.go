package e2e_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"waybill/store"
)

// part is a part of Waybill that runs on the database and the Temporal of a server.
type part struct {
	*exec.Cmd
	said *output
	url  string // of the API; "" for others
}

// launch runs a part and waits until it is ready. Its end is left to the caller.
func (s *server) launch(env []string, args ...string) *part {
	s.Helper()
	at := s.address()
	p := &part{Cmd: exec.Command(binary(s), args...), said: &output{}}
	p.Env = append(clean(os.Environ()), env...)
	p.Env = append(p.Env, "DATABASE_URL="+at.Database, "TEMPORAL_ADDRESS="+at.Temporal, "TEMPORAL_NAMESPACE=waybill")
	p.Stdout, p.Stderr = p.said, p.said
	require.NoError(s, p.Start())
	ready := regexp.MustCompile(`(?m)^ready(?: at (\S+))?$`)
	require.Eventually(s, func() bool { return ready.MatchString(p.said.String()) }, readyWithin, 20*time.Millisecond, "%s", p.said)
	p.url = ready.FindStringSubmatch(p.said.String())[1]
	return p
}

// part runs a part until the test ends, and returns where it is.
func (s *server) part(args ...string) string {
	s.Helper()
	p := s.launch(nil, args...)
	s.Cleanup(func() {
		require.NoError(s, p.Process.Signal(syscall.SIGINT))
		require.NoError(s, p.Wait(), p.said.String())
		require.Contains(s, p.said.String(), "stopped")
	})
	return p.url
}

func partsWithoutStateServeTheSameInstances(t *testing.T, s *server) {
	s.put("li.wei", "sales_manager")
	s.part("worker")
	other := *s
	other.url = s.part("api", "--listen", "127.0.0.1:0")
	require.NotEqual(t, s.url, other.url)
	require.Equal(t, "ok", call[struct{ Status string }](&other, "GET", "/api/v1/health", nil).Status)
	started := call[struct{ Instance, State string }](&other, "POST", "/api/v1/packs/manufacturing/processes/lead_to_order/instances",
		map[string]any{"input": map[string]any{"company": "Acme"}})
	require.Equal(t, "accepted", started.State)
	require.Equal(t, s.task(started.Instance), other.task(started.Instance))
}

func theDoctorNamesWhatItFindsAndMendsWhatItCan(t *testing.T, s *server) {
	code, out, problems := s.cli("doctor")
	require.Equal(t, 0, code, out+problems)

	temporal, err := client.Dial(client.Options{HostPort: s.address().Temporal, Namespace: "waybill"})
	require.NoError(t, err)
	defer temporal.Close()
	stray := uuid.Must(uuid.NewV7())
	_, err = temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: stray.String(), TaskQueue: "waybill"}, "Process",
		map[string]any{"Tenant": uuid.New(), "Instance": stray})
	require.NoError(t, err)
	tenant, err := store.TokenTenant(s.token)
	require.NoError(t, err)
	require.NoError(t, temporal.ScheduleClient().GetHandle(t.Context(), tenant.String()+"/manufacturing/replenish/0").Delete(t.Context()))

	require.Eventually(t, func() bool {
		code, out, _ = s.cli("doctor")
		return code == 1 && strings.Contains(out, stray.String()) // what Temporal lists lags behind
	}, readyWithin, 100*time.Millisecond)
	require.Contains(t, out, "workflow without a row: "+stray.String())
	require.Contains(t, out, "schedule drift: manufacturing/replenish/0")
	require.Contains(t, out, `"waybill doctor --repair" pokes them`)

	code, out, _ = s.cli("doctor", "--repair")
	require.Equal(t, 1, code, "the workflow without a row stays")
	require.Contains(t, out, "schedule drift: manufacturing/replenish/0 poked")
	require.NoError(t, temporal.TerminateWorkflow(t.Context(), stray.String(), "", "it has no row"))
	require.Eventually(t, func() bool {
		code, out, _ = s.cli("doctor", "--json")
		return code == 0
	}, readyWithin, 100*time.Millisecond, "%s", out)
	require.JSONEq(t, `{"found": [], "incidents": 0}`, out)
}
