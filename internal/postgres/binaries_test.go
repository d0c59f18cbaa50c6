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
