package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// soon is how long a start takes after the first one on two cores. Other tests use them too, so that
	// the fastest of a few starts is judged.
	soon = 5 * time.Second
	// tries is how many further starts there are until one was so fast.
	tries = 4
)

// TestOneServer tries what leaves a server as it was, on one for all: a start takes seconds.
func TestOneServer(t *testing.T) {
	t.Parallel()
	s := up(t, filepath.Join(t.TempDir(), "data"), nil)
	for name, try := range map[string]func(*testing.T, *server){
		"only the owner reads the data folder":              onlyTheOwnerReadsTheDataFolder,
		"a taken port is said and nothing stays running":    aTakenPortIsSaidAndNothingStaysRunning,
		"parts without state serve the same instances":      partsWithoutStateServeTheSameInstances,
		"the doctor names what it finds, mends what it can": theDoctorNamesWhatItFindsAndMendsWhatItCan,
		"the page for integrators names every operation":    thePageNamesEveryOperation,
	} {
		t.Run(name, func(t *testing.T) {
			same := *s
			same.TB = t
			try(t, &same)
		})
	}
}

// TestAServerComesBackSoonWithEverythingAfterAStopAndAfterAKill has the machine to itself: it is about seconds.
func TestAServerComesBackSoonWithEverythingAfterAStopAndAfterAKill(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := up(t, data, nil)
	s.put("li.wei", "sales", "sales_manager")
	started := call[struct{ Instance string }](s, "POST", "/api/v1/packs/manufacturing/processes/lead_to_order/instances",
		map[string]any{"input": map[string]any{"company": "Acme"}}, "Waybill-As", "li.wei")
	first := s.task(started.Instance)
	s.stop()
	require.NoFileExists(t, filepath.Join(data, "server.json"))

	again := func(end func(*server)) time.Duration {
		again := up(t, data, nil)
		require.Equal(t, s.url, again.url, "the port stays")
		require.Equal(t, s.token, again.token, "and so does the token")
		require.Equal(t, first, again.task(started.Instance))
		end(again)
		require.False(t, again.running())
		return again.ready
	}
	afterAStop, afterAKill := again((*server).kill), again((*server).stop)
	for range tries {
		if max(afterAStop, afterAKill) < soon {
			break
		}
		afterAStop, afterAKill = min(afterAStop, again((*server).kill)), min(afterAKill, again((*server).stop))
	}
	require.Less(t, afterAStop, soon, "after a stop")
	require.Less(t, afterAKill, soon, "after a kill")
}

func TestAStopInTheMiddleOfTheFirstStartLeavesNothingBroken(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := launch(t, data, nil)
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(data, "postgres", "data"))
		return err == nil
	}, readyWithin, 10*time.Millisecond)
	s.kill()
	up(t, data, nil).stop()
}

func onlyTheOwnerReadsTheDataFolder(t *testing.T, s *server) {
	for name, mode := range map[string]os.FileMode{".": 0o700, "token": 0o600, "server.json": 0o600} {
		info, err := os.Stat(filepath.Join(s.data, name))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
	require.NotContains(t, s.output.String(), s.token)
	require.True(t, strings.HasPrefix(s.url, "http://127.0.0.1:"))
}

func aTakenPortIsSaidAndNothingStaysRunning(t *testing.T, s *server) {
	other := filepath.Join(t.TempDir(), "data")
	code, _, problems := s.cli("up", "--data", other, "--listen", strings.TrimPrefix(s.url, "http://"))
	require.Equal(t, 5, code)
	require.Contains(t, problems, "address already in use; give another address with --listen")
	require.NoFileExists(t, filepath.Join(other, "postgres", "data", "postmaster.pid"))
	require.NoFileExists(t, filepath.Join(other, "server.json"))
}
