package postgrestest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"waybill/internal/postgrestest"
)

const (
	childMode     = "WAYBILL_POSTGRESTEST_CHILD"
	childWaits    = "waits"
	childReturns  = "returns"
	serverGoneIn  = 10 * time.Second
	serverGoneGap = 20 * time.Millisecond
)

func TestMain(m *testing.M) {
	if mode := os.Getenv(childMode); mode != "" {
		os.Exit(serve(mode))
	}
	os.Exit(m.Run())
}

func serve(mode string) int {
	url, stop, err := postgrestest.Serve(context.Background())
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println(url)
	if mode == childWaits {
		select {}
	}
	if err := stop(context.Background()); err != nil {
		return 1
	}
	return 0
}

func migrate(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE TABLE migrated (made timestamptz DEFAULT clock_timestamp()); INSERT INTO migrated DEFAULT VALUES")
	return err
}

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := postgrestest.Pool(t, migrate), postgrestest.Pool(t, migrate)
	_, err := first.Exec(t.Context(), "DELETE FROM migrated")
	require.NoError(t, err)

	var left, right int
	require.NoError(t, first.QueryRow(t.Context(), "SELECT count(*) FROM migrated").Scan(&left))
	require.NoError(t, second.QueryRow(t.Context(), "SELECT count(*) FROM migrated").Scan(&right))
	require.Equal(t, []int{0, 1}, []int{left, right})
}

func TestAMigrationRunsOnce(t *testing.T) {
	t.Parallel()
	var made [4]time.Time
	t.Run("together", func(t *testing.T) {
		for i := range made {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				pool := postgrestest.Pool(t, migrate)
				require.NoError(t, pool.QueryRow(t.Context(), "SELECT made FROM migrated").Scan(&made[i]))
			})
		}
	})
	for _, other := range made[1:] {
		require.Equal(t, made[0], other)
	}
}

func TestADatabaseEndsWithItsTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("a test that leaves its connection open", func(t *testing.T) {
		url = postgrestest.New(t, nil)
		_, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
	})
	_, err := pgx.Connect(t.Context(), url)
	require.ErrorContains(t, err, "3D000")
}

func TestTheServerEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	for mode, end := range map[string]func(*exec.Cmd) error{
		childReturns: func(*exec.Cmd) error { return nil },
		childWaits:   func(child *exec.Cmd) error { return child.Process.Signal(syscall.SIGKILL) },
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			path, err := os.Executable()
			require.NoError(t, err)
			child := exec.Command(path)
			child.Env = append(os.Environ(), childMode+"="+mode, "TMPDIR="+temporary)
			output, err := child.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, child.Start())
			var url string
			_, err = fmt.Fscanln(output, &url)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(url, "postgres://"), url)
			require.NoError(t, end(child))
			_ = child.Wait()

			require.Eventually(t, func() bool {
				left, err := os.ReadDir(temporary)
				return err == nil && len(left) == 0
			}, serverGoneIn, serverGoneGap, "its folder is removed")
			_, err = pgx.Connect(t.Context(), url)
			require.Error(t, err)
		})
	}
}
