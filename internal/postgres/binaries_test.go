package postgres

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOnlyCompleteAndNewEnoughInstallationsCount(t *testing.T) {
	t.Parallel()
	programs := func(major int, names ...string) string {
		dir := t.TempDir()
		for _, name := range names {
			script := fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %d.4 (Some System)'\n", major)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
		}
		return dir
	}
	complete15 := programs(15, "initdb", "postgres", "pg_ctl")
	complete17 := programs(17, "initdb", "postgres")
	found := inspect(t.Context(), []string{
		programs(16, "pg_ctl"),
		programs(16, "initdb", "pg_ctl"),
		complete15,
		programs(14, "initdb", "postgres"),
		complete17,
		filepath.Join(complete17, "none"),
	})
	require.Equal(t, []binaries{{complete17, 17}, {complete15, 15}}, found)
}

func TestAnInstallationOfAnotherMajorVersionDoesNotServeTheFolder(t *testing.T) {
	t.Parallel()
	_, err := installed(t.Context(), 1)
	require.ErrorIs(t, err, ErrNotInstalled)
	require.ErrorContains(t, err, "needs version 1")
}

func TestWhatRootFetchedIsOpenToTheServersAccountWhateverTheMask(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgresql")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "bin"), 0o700))
	program, file := filepath.Join(dir, "bin", "postgres"), filepath.Join(dir, "bin", "postgres.bki")
	require.NoError(t, os.WriteFile(program, nil, 0o700))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Symlink("gone", filepath.Join(dir, "bin", "link")))
	require.NoError(t, letRead(dir))
	for path, want := range map[string]os.FileMode{dir: 0o755, filepath.Dir(program): 0o755, program: 0o755, file: 0o644} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), path)
	}
}
