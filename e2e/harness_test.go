// Package e2e_test tries the binary as its users do: from the command line and over HTTP, killed and started
// again.
package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if made.dir != "" {
		os.RemoveAll(made.dir)
	}
	os.Exit(code)
}

// made is the binary with the hooks for tests, which all tests share.
var made struct {
	once sync.Once
	dir  string
	err  error
}

// binaryVariable names a binary that is there already, built with the tag faults.
const binaryVariable = "WAYBILL_FAULTS_BINARY"

// binary builds waybill with the hooks for tests, once, and returns the path of it.
func binary(t testing.TB) string {
	t.Helper()
	if given := os.Getenv(binaryVariable); given != "" {
		return given
	}
	made.once.Do(func() {
		if made.dir, made.err = os.MkdirTemp("", "waybill-e2e-"); made.err != nil {
			return
		}
		build := exec.Command("go", "build", "-buildvcs=false", "-tags", "faults", "-o", filepath.Join(made.dir, "waybill"), "waybill/cmd/waybill")
		if said, err := build.CombinedOutput(); err != nil {
			made.err = fmt.Errorf("build: %w: %s", err, said)
		}
	})
	require.NoError(t, made.err)
	return filepath.Join(made.dir, "waybill")
}

const (
	// readyWithin is how long a first start may take on a busy machine, goneWithin how long a stop.
	readyWithin = 90 * time.Second
	goneWithin  = 40 * time.Second
)

// server is `waybill up` on a data folder, as a process of its own.
type server struct {
	testing.TB
	data    string
	url     string
	token   string
	ready   time.Duration // how long it took to serve
	process *exec.Cmd
	output  *output
	exited  chan struct{}
}

// up starts a server on the data folder and waits until it serves. Env are variables NAME=value, args
// further arguments. It is stopped with the test.
func up(t testing.TB, data string, env []string, args ...string) *server {
	t.Helper()
	s := launch(t, data, env, args...)
	s.wait()
	return s
}

// launch starts a server without waiting for it.
func launch(t testing.TB, data string, env []string, args ...string) *server {
	t.Helper()
	s := &server{TB: t, data: data, output: &output{}, exited: make(chan struct{})}
	s.process = exec.Command(binary(t), append([]string{"up", "--data", data}, args...)...)
	// The collector runs less often: the tests share two cores with the servers, and memory is plenty.
	s.process.Env = append(append(clean(os.Environ()), "GOGC=400"), env...)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	require.NoError(t, s.process.Start())
	go func() {
		_ = s.process.Wait() // how it ended stands in its state
		close(s.exited)
	}()
	t.Cleanup(func() {
		s.kill()
		s.stopPostgres()
		if t.Failed() {
			t.Logf("waybill up said:\n%s", s.output)
		}
	})
	return s
}

// clean leaves out the variables that would change what the binary under test does.
func clean(environment []string) []string {
	var kept []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if name != "DATABASE_URL" && name != "NO_COLOR" && name != "COLUMNS" && name != "LANG" && !strings.HasPrefix(name, "LC_") && !strings.HasPrefix(name, "TEMPORAL_") && !strings.HasPrefix(name, "WAYBILL_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// wait returns once the server says that it is up.
func (s *server) wait() {
	s.Helper()
	begun := time.Now()
	require.Eventually(s, func() bool {
		select {
		case <-s.exited:
			s.Fatalf("waybill up ended: %s", s.process.ProcessState)
		default:
		}
		return strings.Contains(s.output.String(), "waybill is up")
	}, readyWithin, 20*time.Millisecond)
	s.ready = time.Since(begun)
	token, err := os.ReadFile(filepath.Join(s.data, "token"))
	require.NoError(s, err)
	s.url, s.token = s.address().URL, strings.TrimSpace(string(token))
}

// stop ends the server as Ctrl-C does, and requires that it ends in order.
func (s *server) stop() {
	s.Helper()
	require.NoError(s, s.process.Process.Signal(syscall.SIGINT))
	s.gone()
	require.Equal(s, 0, s.process.ProcessState.ExitCode(), "%s", s.output)
}

// kill ends the server at once; one that is gone stays gone. Its PostgreSQL runs on, as after a crash.
func (s *server) kill() {
	s.Helper()
	_ = s.process.Process.Kill()
	s.gone()
}

// gone waits until the process has ended.
func (s *server) gone() {
	s.Helper()
	select {
	case <-s.exited:
	case <-time.After(goneWithin):
		s.Fatalf("waybill up does not end")
	}
}

// running tells whether the process has not ended.
func (s *server) running() bool {
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// stopPostgres ends the PostgreSQL that a killed server left behind.
func (s *server) stopPostgres() {
	text, err := os.ReadFile(filepath.Join(s.data, "postgres", "data", "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	require.NoError(s, err)
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(s, err)
	require.NoError(s, endProcess(pid))
}

// endProcess ends a PostgreSQL at once and waits until it is gone.
func endProcess(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGQUIT); errors.Is(err, syscall.ESRCH) {
		return nil
	}
	for deadline := time.Now().Add(goneWithin); syscall.Kill(pid, 0) == nil; {
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d does not end", pid)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// address is what a server says about itself in its data folder.
type address struct{ URL, Temporal, Database string }

func (s *server) address() address {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.data, "server.json"))
	require.NoError(s, err)
	var a address
	require.NoError(s, json.Unmarshal(text, &a))
	return a
}

// database is the connection string of the server's database.
func (s *server) database() string { return s.address().Database }

// reply is an answer of the API.
type reply struct {
	status int
	body   []byte
}

// try sends a request; nil body for none, headers are pairs of name and value. An error means that
// nothing answered.
func (s *server) try(method, path string, body any, headers ...string) (reply, error) {
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		require.NoError(s, err)
		text = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, s.url+path, text)
	require.NoError(s, err)
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return reply{}, err
	}
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	return reply{got.StatusCode, read}, err
}

// call sends a request and reads the answer, which must be a success.
func call[T any](s *server, method, path string, body any, headers ...string) T {
	s.Helper()
	got, err := s.try(method, path, body, headers...)
	require.NoError(s, err)
	require.Less(s, got.status, 300, "%s %s: %s", method, path, got.body)
	var answer T
	require.NoError(s, json.Unmarshal(got.body, &answer))
	return answer
}

// put says which roles a person has.
func (s *server) put(person string, roles ...string) {
	s.Helper()
	call[struct{}](s, http.MethodPut, "/api/v1/people/"+person, map[string]any{"name": person, "roles": roles})
}

// task returns the id of the only open task of an instance.
func (s *server) task(instance string) string {
	s.Helper()
	tasks := call[struct{ Items []struct{ ID string } }](s, http.MethodGet, "/api/v1/tasks?instance="+instance, nil)
	require.Len(s, tasks.Items, 1)
	return tasks.Items[0].ID
}

// cli runs the binary on the server's data folder and returns its exit code and what it wrote.
func (s *server) cli(args ...string) (code int, out, problems string) {
	s.Helper()
	command := exec.Command(binary(s), args...)
	command.Env = append(clean(os.Environ()), "WAYBILL_DATA="+s.data)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		require.True(s, ok, "%v", err)
		code = ended.ExitCode()
	}
	return code, stdout.String(), stderr.String()
}

// output gathers what a process writes, from several goroutines.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
