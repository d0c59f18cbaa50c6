package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	osexec "os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/internal/postgres"
)

// childFolder names the folder on which this test binary, run again as a child, serves until it is killed.
const childFolder = "WAYBILL_POSTGRES_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		os.Exit(serveUntilKilled(dir))
	}
	os.Exit(m.Run())
}

func serveUntilKilled(dir string) int {
	server, err := postgres.Start(context.Background(), quietly(dir))
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println(server.PID(), server.URL("postgres"))
	<-server.Exited()
	return 0
}

func TestAfterAKillTheNextStartRepairs(t *testing.T) {
	t.Parallel()
	for situation, damage := range map[string]func(t *testing.T, owner, server int){
		"the owner was killed, its server runs on": func(t *testing.T, owner, _ int) {
			kill(t, owner)
		},
		"the owner and its server were killed": func(t *testing.T, owner, server int) {
			kill(t, owner)
			kill(t, server)
		},
		"the server was killed under its owner": func(t *testing.T, owner, server int) {
			kill(t, server)
			kill(t, owner)
		},
	} {
		t.Run(situation, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			owner, server, url := serveInChild(t, dir, nil)
			exec(t, url, "CREATE DATABASE orders")
			exec(t, strings.Replace(url, "/postgres?", "/orders?", 1), "CREATE TABLE kept AS SELECT 1 AS id")
			damage(t, owner.Process.Pid, server)
			_ = owner.Wait()

			begun := time.Now()
			next := start(t, dir)
			require.Less(t, time.Since(begun), 5*time.Second)
			require.NotEqual(t, server, next.PID())
			require.Equal(t, url, next.URL("postgres"))
			require.Equal(t, "1", query(t, next.URL("orders"), "SELECT id FROM kept"))
		})
	}
}

func TestAProcessThatHasTheOldServersIdIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := start(t, dir)
	require.NoError(t, server.Stop(t.Context()))
	stranger := osexec.Command("sleep", "60")
	require.NoError(t, stranger.Start())
	t.Cleanup(func() {
		_ = stranger.Process.Kill()
		_ = stranger.Wait()
	})
	stale := fmt.Sprintf("%d\n%s\n", stranger.Process.Pid, filepath.Join(dir, "data"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data", "postmaster.pid"), []byte(stale), 0o600))

	start(t, dir)
	require.NoError(t, stranger.Process.Signal(syscall.Signal(0)), "the stranger runs on")
}

func TestHalfMadeDatabaseFilesAreMadeAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "data.new", "PG_VERSION"), []byte("15\n"), 0o600))
	require.Equal(t, "1", query(t, start(t, dir).URL("postgres"), "SELECT 1"))
}

func TestAnOrdinaryUserServesItself(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("every other test of this run is made by an ordinary user")
	}
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.Atoi(nobody.Uid)
	require.NoError(t, err)
	dir, err := os.MkdirTemp("/tmp", "waybill-nobody-*")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chown(dir, uid, -1))

	owner, server, url := serveInChild(t, dir, &syscall.Credential{Uid: uint32(uid)})
	require.Equal(t, "1", query(t, url, "SELECT 1"))
	info, err := os.Stat(fmt.Sprintf("/proc/%d", server))
	require.NoError(t, err)
	stat, ok := info.Sys().(*syscall.Stat_t)
	require.True(t, ok)
	require.Equal(t, uint32(uid), stat.Uid)
	require.NoError(t, syscall.Kill(server, syscall.SIGINT))
	require.NoError(t, owner.Wait())
}

// serveInChild starts a server in a process of its own and returns that process, the server's id and its URL.
func serveInChild(t *testing.T, dir string, as *syscall.Credential) (*osexec.Cmd, int, string) {
	t.Helper()
	child := osexec.Command(program(t, as))
	child.Env = append(os.Environ(), childFolder+"="+dir)
	child.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	child.Dir = "/"
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	t.Cleanup(func() { _ = child.Process.Kill() })
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	id, url, ok := strings.Cut(strings.TrimSpace(line), " ")
	require.True(t, ok, line)
	server, err := strconv.Atoi(id)
	require.NoError(t, err, line)
	return child, server, url
}

func kill(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

// program returns a path to this test binary that the account may take: the folder it lies in is closed to others.
func program(t *testing.T, as *syscall.Credential) string {
	t.Helper()
	if as != nil {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	require.NoError(t, err)
	return path
}
