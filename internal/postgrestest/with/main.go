// Command with runs another command with one PostgreSQL server for all tests that it runs:
//
//	go run ./internal/postgrestest/with go test ./...
//
// It exits with that command's exit code.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"waybill/internal/folder"
	"waybill/internal/postgrestest"
)

// ownerOnly is the mode of the file with the URL: it holds the server's password.
const ownerOnly = 0o600

func main() {
	code, err := run(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "with:", err)
	}
	os.Exit(code)
}

func run(ctx context.Context, command []string) (int, error) {
	if len(command) == 0 {
		return 2, errors.New("command missing: with COMMAND ARGUMENT")
	}
	// A terminal sends its interrupt to the command too; this process ends after the command has.
	signal.Ignore(syscall.SIGINT, syscall.SIGHUP)
	path, release, err := addressFile()
	if err != nil {
		return 1, err
	}
	defer release()
	address, stop, err := postgrestest.Serve(ctx)
	if err != nil {
		return 1, err
	}
	if err := os.WriteFile(path, []byte(address), ownerOnly); err != nil {
		return 1, errors.Join(err, stop(ctx))
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), postgrestest.Variable+"="+path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(1, failed.ExitCode()), stop(ctx)
	}
	if err := errors.Join(err, stop(ctx)); err != nil {
		return 1, err
	}
	return 0, nil
}

// addressFile returns the path of a file for the server's URL, and the function that gives it back. It is the same in
// every run from this working folder; a run beside another one gets a path of its own, so Go keeps no results for it.
func addressFile() (string, func(), error) {
	here, err := os.Getwd()
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("tests-%.8x", sha256.Sum256([]byte(here)))
	// A machine without a home folder has no cache folder either.
	cache, err := os.UserCacheDir()
	if err != nil {
		return temporaryFile()
	}
	held, err := folder.Open(filepath.Join(cache, "waybill", name))
	if errors.Is(err, folder.ErrInUse) {
		return temporaryFile()
	}
	if err != nil {
		return "", nil, err
	}
	return held.Path("server"), func() { _ = held.Close() }, nil
}

func temporaryFile() (string, func(), error) {
	dir, err := os.MkdirTemp("", "waybill-with-*")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(dir, "server"), func() { _ = os.RemoveAll(dir) }, nil
}
