package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/internal/postgrestest"
)

func TestEveryRunTellsItsTestsTheSamePlaceOfAnotherServer(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	place, server := told(t)
	again, other := told(t)
	require.Equal(t, place, again)
	require.NotEqual(t, server, other)
	require.True(t, strings.HasPrefix(server, "postgres://"), server)
	require.False(t, strings.HasPrefix(place, here(t)), "Go would look into a file of the module")
}

func TestARunBesideAnotherOneLeavesItsServerAlone(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	first, release, err := addressFile()
	require.NoError(t, err)
	t.Cleanup(release)
	require.NoError(t, os.WriteFile(first, []byte("the first server"), ownerOnly))

	second, _ := told(t)
	require.NotEqual(t, first, second)
	kept, err := os.ReadFile(first)
	require.NoError(t, err)
	require.Equal(t, "the first server", string(kept))
	require.NoDirExists(t, filepath.Dir(second), "a place of its own goes with its run")
}

func TestTheExitCodeIsTheCommands(t *testing.T) {
	code, err := run(t.Context(), []string{"sh", "-c", "exit 7"})
	require.NoError(t, err)
	require.Equal(t, 7, code)
}

// told returns what a command that runs with a server is told: the place of the address, and the address.
func told(t *testing.T) (place, address string) {
	t.Helper()
	heard := filepath.Join(t.TempDir(), "heard")
	code, err := run(t.Context(), []string{"sh", "-c", `echo "$` + postgrestest.Variable + `" >"$0"; cat "$` + postgrestest.Variable + `" >>"$0"`, heard})
	require.NoError(t, err)
	require.Zero(t, code)
	text, err := os.ReadFile(heard)
	require.NoError(t, err)
	place, address, _ = strings.Cut(string(text), "\n")
	return place, address
}

func here(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	require.NoError(t, err)
	return dir
}
