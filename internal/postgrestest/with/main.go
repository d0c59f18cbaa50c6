// Command with runs another command with one PostgreSQL server for all tests that it runs:
//
//	go run ./internal/postgrestest/with go test ./...
//
// It exits with that command's exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"waybill/internal/postgrestest"
)

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
	address, stop, err := postgrestest.Serve(ctx)
	if err != nil {
		return 1, err
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), postgrestest.Variable+"="+address)
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
