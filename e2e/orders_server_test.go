package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// upWithin is how long a server may take until it serves, on a busy machine.
const upWithin = 90 * time.Second

// company is a server of its own with everything that is in its data folder. It may be killed and
// started again at any time.
type company struct {
	t      testing.TB
	binary string
	folder string
	log    *os.File

	mu      sync.Mutex
	process *exec.Cmd

	URL, Token string
	Tenant     uuid.UUID
	Store      *store.Store
}

func newCompany(t testing.TB) *company {
	t.Helper()
	c := &company{t: t, binary: waybill(t), folder: t.TempDir()}
	log, err := os.Create(filepath.Join(c.folder, "server.log"))
	require.NoError(t, err)
	c.log = log
	t.Cleanup(func() {
		c.stop()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the end of the server's log:\n%s", text[max(0, len(text)-4000):])
		}
	})
	c.up()
	var said struct{ Database string }
	text, err := os.ReadFile(filepath.Join(c.folder, "data", "server.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &said))
	c.Store, err = store.Open(t.Context(), said.Database)
	require.NoError(t, err)
	t.Cleanup(c.Store.Close)
	c.Tenant, err = store.TokenTenant(c.Token)
	require.NoError(t, err)
	return c
}

// up starts the server and waits until it serves.
func (c *company) up() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	data := filepath.Join(c.folder, "data")
	_ = os.Remove(filepath.Join(data, "server.json")) // what a killed server said about itself
	c.process = exec.Command(c.binary, "up", "--data", data)
	c.process.Stdout, c.process.Stderr = c.log, c.log
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DATABASE_URL=") && !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "WAYBILL_") {
			c.process.Env = append(c.process.Env, v)
		}
	}
	require.NoError(c.t, c.process.Start())
	ended := make(chan error, 1)
	go func(p *exec.Cmd) { ended <- p.Wait() }(c.process)
	waiting, cancel := context.WithTimeout(context.Background(), upWithin)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for !c.serves(data) {
		select {
		case err := <-ended:
			require.FailNow(c.t, "the server ended", "%v", err)
		case <-waiting.Done():
			require.FailNow(c.t, "the server does not serve")
		case <-ticker.C:
		}
	}
}

func (c *company) serves(data string) bool {
	var said struct{ URL string }
	text, err := os.ReadFile(filepath.Join(data, "server.json"))
	if err != nil || json.Unmarshal(text, &said) != nil {
		return false
	}
	token, err := os.ReadFile(filepath.Join(data, "token"))
	if err != nil {
		return false
	}
	answer, err := http.Get(said.URL + "/api/v1/health")
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	c.URL, c.Token = said.URL, strings.TrimSpace(string(token))
	return answer.StatusCode == http.StatusOK
}

// kill ends the server as a power cut does, and waits until its process is gone.
func (c *company) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.process.Process.Kill()
	c.gone()
}

func (c *company) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.process.Process.Signal(syscall.SIGTERM)
	c.gone()
	_ = c.log.Close()
}

// gone waits until the operating system has collected the process, which its starter waits for.
func (c *company) gone() {
	for c.process.Process.Signal(syscall.Signal(0)) == nil {
		time.Sleep(5 * time.Millisecond)
	}
}

// post sends a request until the server has taken it; a key makes that safe.
func (c *company) post(method, path, key string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(upWithin)
	for {
		status, answer, err := c.try(method, path, key, text)
		switch {
		case err == nil && status < http.StatusBadRequest:
			return nil
		case err == nil && status < http.StatusInternalServerError:
			return fmt.Errorf("%s %s: %d %s", method, path, status, answer)
		case time.Now().After(deadline):
			return fmt.Errorf("%s %s: %w", method, path, errors.Join(err, fmt.Errorf("%d %s", status, answer)))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (c *company) try(method, path, key string, body []byte) (int, string, error) {
	r, err := http.NewRequest(method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer got.Body.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(got.Body)
	return got.StatusCode, text.String(), err
}

// ask runs a query for the tenant and returns its rows as text, "a | b" each.
func (c *company) ask(sql string, args ...any) []string {
	c.t.Helper()
	lines := []string{}
	err := c.Store.ReadTenant(context.Background(), c.Tenant, func(tx pgx.Tx) error {
		rows, err := tx.Query(context.Background(), sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				return err
			}
			var cells []string
			for _, v := range values {
				cells = append(cells, fmt.Sprint(v))
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
		return rows.Err()
	})
	require.NoError(c.t, err, sql)
	return lines
}

// one returns the one row of a query.
func (c *company) one(sql string, args ...any) string {
	c.t.Helper()
	rows := c.ask(sql, args...)
	require.Len(c.t, rows, 1, sql)
	return rows[0]
}

func (c *company) exec(sql string, args ...any) {
	c.t.Helper()
	err := c.Store.InTenant(context.Background(), c.Tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), sql, args...)
		return err
	})
	require.NoError(c.t, err, sql)
}

// built is the binary under test, built once for all tests of the package.
var built struct {
	once sync.Once
	path string
	err  error
}

func waybill(t testing.TB) string {
	t.Helper()
	if given := os.Getenv("WAYBILL_BINARY"); given != "" {
		return given
	}
	built.once.Do(func() {
		dir, err := os.MkdirTemp("", "waybill-e2e-")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "waybill")
		text, err := exec.Command("go", "build", "-buildvcs=false", "-o", built.path, "waybill/cmd/waybill").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, text)
		}
	})
	require.NoError(t, built.err)
	return built.path
}
