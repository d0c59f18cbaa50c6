package postgrestest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"waybill/internal/postgres"
)

// Serve starts a server for tests and returns its URL, and a function that stops the server and removes its files. Should
// this process end without calling it, both happen too.
func Serve(ctx context.Context) (string, func(context.Context) error, error) {
	dir, err := os.MkdirTemp("", "waybill-test-*")
	if err != nil {
		return "", nil, fmt.Errorf("test server: %w", err)
	}
	server, err := postgres.Start(ctx, postgres.Options{
		DataDir:  dir,
		Logger:   slog.New(slog.DiscardHandler),
		Settings: settings(),
	})
	if err != nil {
		return "", nil, fmt.Errorf("test server: %w", err)
	}
	dismiss, err := cleanUpAfterThisProcess(server.PID(), dir)
	if err != nil {
		return "", nil, fmt.Errorf("test server: %w", err)
	}
	stop := func(ctx context.Context) error {
		dismiss()
		if err := server.Stop(ctx); err != nil {
			return fmt.Errorf("test server: %w", err)
		}
		return os.RemoveAll(dir)
	}
	return server.URL("postgres"), stop, nil
}

func startForThisProcess(ctx context.Context) (string, error) {
	address, _, err := Serve(ctx)
	return address, err
}

// settings give up every safety that only a crash of the machine would need.
func settings() map[string]string {
	return map[string]string{
		"fsync":              "off",
		"full_page_writes":   "off",
		"synchronous_commit": "off",
		"wal_level":          "minimal",
		"max_wal_senders":    "0",
	}
}

// cleanUpAfterThisProcess starts a shell that waits for the end of this process: the pipe it reads from closes with the
// process, whether that returns, panics or is killed. Then it ends the server, by its id, and removes its folder. The function that it returns ends the shell.
func cleanUpAfterThisProcess(server int, dir string) (func(), error) {
	const script = `read -r _
kill -QUIT "$1" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
	kill -0 "$1" 2>/dev/null || break
	sleep 0.1
done
rm -rf "$2"`
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	shell := exec.Command("/bin/sh", "-c", script, "sh", strconv.Itoa(server), dir)
	shell.Stdin = read
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := shell.Start(); err != nil {
		write.Close()
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		// The pipe must stay open as long as the shell waits, and the file must not be collected before.
		_ = shell.Wait()
		write.Close()
		close(ended)
	}()
	return func() {
		_ = shell.Process.Kill()
		<-ended
	}, nil
}
