package api_test

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/api"
)

// A database that is gone says so; one that is stopped, or behind a network that swallows everything, says nothing.
func TestARequestToADatabaseThatHasStoppedAnsweringIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.start("SO-1")
	goOn := b.stopDatabase()

	begun := time.Now()
	p := b.get("/api/v1/instances/" + id.String()).problem(b)
	require.Less(t, time.Since(begun), api.Within+5*time.Second)
	require.Equal(t, http.StatusServiceUnavailable, p.Status)
	require.Equal(t, "unavailable", p.Code)

	goOn()
	require.Equal(t, http.StatusOK, b.get("/api/v1/instances/"+id.String()).status)
}

// stopDatabase stops the server's processes that serve this test's database, and returns what lets them go on.
func (b *bench) stopDatabase() func() {
	b.Helper()
	beside, err := pgx.ConnectConfig(b.Context(), b.host.Store().Pool.Config().ConnConfig)
	require.NoError(b, err)
	rows, err := beside.Query(b.Context(), `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`)
	require.NoError(b, err)
	processes, err := pgx.CollectRows(rows, pgx.RowTo[int])
	require.NoError(b, err)
	require.NotEmpty(b, processes)
	require.NoError(b, beside.Close(context.Background()))
	for _, p := range processes {
		require.NoError(b, syscall.Kill(p, syscall.SIGSTOP))
	}
	goOn := func() {
		for _, p := range processes {
			_ = syscall.Kill(p, syscall.SIGCONT)
		}
	}
	b.Cleanup(goOn)
	return goOn
}
