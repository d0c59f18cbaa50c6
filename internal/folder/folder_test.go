package folder_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/internal/folder"
)

func TestASecondHolderIsToldWhoHoldsTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	first := open(t, path)

	_, err := folder.Open(path)
	require.ErrorIs(t, err, folder.ErrInUse)
	require.ErrorContains(t, err, first.Path())
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()))

	require.NoError(t, first.Close())
	open(t, path)
}

func TestOnlyTheOwnerCanReadTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.Mkdir(path, 0o755))
	held := open(t, path)
	_, err := held.Secret("password")
	require.NoError(t, err)

	require.Equal(t, os.FileMode(0o700), mode(t, path))
	require.Equal(t, os.FileMode(0o600), mode(t, held.Path("password")))
	require.Equal(t, os.FileMode(0o600), mode(t, held.Path("lock")))
}

func TestASecretStaysTheSame(t *testing.T) {
	path := t.TempDir()
	held := open(t, path)
	made, err := held.Secret("token")
	require.NoError(t, err)
	require.Regexp(t, "^[0-9a-f]{64}$", made)
	other, err := held.Secret("password")
	require.NoError(t, err)
	require.NotEqual(t, made, other)

	require.NoError(t, held.Close())
	read, err := open(t, path).Secret("token")
	require.NoError(t, err)
	require.Equal(t, made, read)
}

func TestPortsStayTheSameUntilAnotherProgramTakesOne(t *testing.T) {
	held := open(t, t.TempDir())
	base, err := held.Ports("ports", 8)
	require.NoError(t, err)
	require.GreaterOrEqual(t, base, 15000)
	require.Less(t, base+7, 32768)

	again, err := held.Ports("ports", 8)
	require.NoError(t, err)
	require.Equal(t, base, again)

	taken, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+7))
	require.NoError(t, err)
	defer taken.Close()
	moved, err := held.Ports("ports", 8)
	require.NoError(t, err)
	require.NotEqual(t, base, moved)
	kept, err := held.Ports("ports", 8)
	require.NoError(t, err)
	require.Equal(t, moved, kept)
}

func TestADamagedPortFileIsReplaced(t *testing.T) {
	for _, text := range []string{"", "none", "80", "70000"} {
		held := open(t, t.TempDir())
		require.NoError(t, os.WriteFile(held.Path("ports"), []byte(text), 0o600))
		base, err := held.Ports("ports", 2)
		require.NoError(t, err)
		require.GreaterOrEqual(t, base, 15000, "after %q", text)
	}
}

func open(t *testing.T, path string) *folder.Folder {
	t.Helper()
	held, err := folder.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { held.Close() })
	return held
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}
