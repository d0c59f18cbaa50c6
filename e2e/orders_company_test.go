package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/store"
)

// company is a server with what is in its data folder. It may be killed and started again.
type company struct {
	testing.TB
	url    string // stays the same from start to start
	token  string
	tenant uuid.UUID
	store  *store.Store

	mu     sync.Mutex
	server *server
}

func newCompany(t testing.TB) *company {
	t.Helper()
	s := up(t, filepath.Join(t.TempDir(), "data"), quick())
	c := &company{TB: t, server: s, url: s.url, token: s.token}
	var err error
	c.tenant, err = store.TokenTenant(s.token)
	require.NoError(t, err)
	c.store, err = store.Open(t.Context(), s.database())
	require.NoError(t, err)
	t.Cleanup(c.store.Close)
	return c
}

// strike kills the server and starts it again.
func (c *company) strike() {
	c.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server.kill()
	c.server = up(c, c.server.data, quick())
	require.Equal(c, c.url, c.server.url)
}

// insist sends a request until the server has taken it: it may be away meanwhile, so the request must
// be one that may be repeated.
func (c *company) insist(method, path string, body any, headers ...string) error {
	giveUp := time.Now().Add(readyWithin)
	sender := &server{TB: c, url: c.url, token: c.token}
	for {
		got, err := sender.try(method, path, body, headers...)
		switch {
		case err == nil && got.status < http.StatusBadRequest:
			return nil
		case err == nil && got.status < http.StatusInternalServerError:
			return fmt.Errorf("%s %s: %d %s", method, path, got.status, got.body)
		case time.Now().After(giveUp):
			return errors.Join(err, fmt.Errorf("%s %s: %d %s", method, path, got.status, got.body))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// ask runs a query for the tenant and returns its rows as text: "a | b".
func (c *company) ask(sql string, args ...any) []string {
	c.Helper()
	lines := []string{}
	err := c.store.ReadTenant(context.Background(), c.tenant, func(tx pgx.Tx) error {
		rows, err := tx.Query(context.Background(), sql, args...)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
			values, err := row.Values()
			cells := make([]string, len(values))
			for i, v := range values {
				cells[i] = fmt.Sprint(v)
			}
			return strings.Join(cells, " | "), err
		})
		return err
	})
	require.NoError(c, err, sql)
	return lines
}

// one returns the one row of a query.
func (c *company) one(sql string, args ...any) string {
	c.Helper()
	rows := c.ask(sql, args...)
	require.Len(c, rows, 1, sql)
	return rows[0]
}

func (c *company) exec(sql string, args ...any) {
	c.Helper()
	err := c.store.InTenant(context.Background(), c.tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), sql, args...)
		return err
	})
	require.NoError(c, err, sql)
}

// quick spares the long runs the waits for the disk. A killed process loses nothing by it; only a
// machine that loses its power would.
func quick() []string { return []string{"WAYBILL_FSYNC=off"} }
