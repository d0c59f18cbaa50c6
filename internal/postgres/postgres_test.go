package postgres_test

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/internal/postgres"
)

func TestDatabasesAndPortOutliveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := start(t, dir)
	require.NoError(t, first.CreateDatabase(t.Context(), "orders"))
	require.NoError(t, first.CreateDatabase(t.Context(), "orders"), "a database that exists")
	exec(t, first.URL("orders"), "CREATE TABLE kept AS SELECT 1 AS id")
	require.NoError(t, first.Stop(t.Context()))
	require.NoError(t, first.Stop(t.Context()), "a second stop")

	second := start(t, dir)
	require.Equal(t, first.URL("orders"), second.URL("orders"))
	require.Equal(t, "1", query(t, second.URL("orders"), "SELECT id FROM kept"))
}

func TestASecondServerOnTheFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	running := start(t, dir)

	_, err := postgres.Start(t.Context(), postgres.Options{DataDir: dir})
	require.ErrorIs(t, err, postgres.ErrInUse)
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))
	require.Equal(t, "1", query(t, running.URL("postgres"), "SELECT 1"), "the first server goes on")
}

func TestTheServerSuitsTheApplication(t *testing.T) {
	t.Parallel()
	url := start(t, t.TempDir()).URL("postgres")
	for name, want := range map[string]string{
		"fsync":                            "on",
		"synchronous_commit":               "on",
		"full_page_writes":                 "on",
		"listen_addresses":                 "127.0.0.1",
		"password_encryption":              "scram-sha-256",
		"tcp_user_timeout":                 "10000",
		"client_connection_check_interval": "1s",
		"server_encoding":                  "UTF8",
		"TimeZone":                         "UTC",
		"log_error_verbosity":              "terse",
	} {
		require.Equal(t, want, query(t, url, "SHOW "+name), name)
	}
	require.Equal(t, "false", query(t, url, "SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user"))
	require.Equal(t, "straße 北京 ÄÖ", query(t, url, "SELECT lower('STRAße 北京') || ' ' || upper('äö')"))
	port, err := strconv.Atoi(query(t, url, "SHOW port"))
	require.NoError(t, err)
	require.Less(t, port, 32768)
}

func TestAWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	config, err := pgx.ParseConfig(server.URL("postgres"))
	require.NoError(t, err)
	for _, user := range []string{"waybill", "postgres"} {
		for _, password := range []string{"", "wrong"} {
			config.User, config.Password = user, password
			_, err := pgx.ConnectConfig(t.Context(), config)
			require.ErrorContains(t, err, "28P01", "user %s, password %q", user, password)
		}
	}
}

func TestAStopDoesNotWaitForOpenTransactions(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "BEGIN; CREATE TEMPORARY TABLE lost ()")
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, server.Stop(ctx))
	require.NoError(t, ctx.Err(), "stopped in time")
}

func TestAStopThatMayNotWaitEndsTheServerAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := start(t, dir)
	exec(t, server.URL("postgres"), "CREATE DATABASE orders")
	exec(t, server.URL("orders"), "CREATE TABLE kept AS SELECT 1 AS id")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, server.Stop(over))
	require.Equal(t, "1", query(t, start(t, dir).URL("orders"), "SELECT id FROM kept"))
}

func TestTheOwnerLearnsThatItsServerDied(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGQUIT))
	select {
	case <-server.Exited():
	case <-time.After(10 * time.Second):
		t.Fatal("not told")
	}
	require.NoError(t, server.Stop(t.Context()))
}

func TestAServerThatDoesNotStartSaysWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	options := quietly(dir)
	options.Settings = map[string]string{"fsync": "perhaps"}
	_, err := postgres.Start(t.Context(), options)
	require.ErrorContains(t, err, `parameter "fsync" requires a Boolean value`)
	start(t, dir)
}

func start(t *testing.T, dir string) *postgres.Server {
	t.Helper()
	server, err := postgres.Start(t.Context(), quietly(dir))
	require.NoError(t, err)
	t.Cleanup(func() {
		// The context of the test has ended by now.
		require.NoError(t, server.Stop(context.Background()))
	})
	return server
}

func quietly(dir string) postgres.Options {
	return postgres.Options{DataDir: dir, Logger: slog.New(slog.DiscardHandler)}
}

func exec(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func query(t *testing.T, url, statement string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), statement, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		return string(row.RawValues()[0]), nil
	})
	require.NoError(t, err)
	return strings.Join(values, "\n")
}
