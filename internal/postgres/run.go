package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// attempts and pause outlast the children of a postmaster that was killed: they hold the shared memory for a moment.
	attempts = 5
	pause    = 300 * time.Millisecond

	readyPoll = 10 * time.Millisecond

	logName  = "server.log"
	logLimit = 16 << 20
)

// errExited reports a server whose process ended before it accepted a connection.
var errExited = errors.New("server exited")

// run starts the process and waits until it accepts connections.
func (s *Server) run(ctx context.Context, c *cluster, settings map[string]string) error {
	for attempt := 1; ; attempt++ {
		err := s.try(ctx, c, settings)
		if !errors.Is(err, errExited) || attempt == attempts {
			return err
		}
		s.log.Warn("postgres start", "attempt", attempt, "error", err)
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (s *Server) try(ctx context.Context, c *cluster, settings map[string]string) error {
	begun := time.Now()
	output, err := c.openLog()
	if err != nil {
		return err
	}
	defer output.Close()
	from, err := output.Seek(0, 2)
	if err != nil {
		return fmt.Errorf("server log: %w", err)
	}
	if err := s.launch(c, settings, output); err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		s.abort()
		return fmt.Errorf("%w: %s", err, tail(output.Name(), from))
	}
	s.log.Debug("postgres started", "pid", s.PID(), "port", s.port, "version", c.binaries.major, "took", time.Since(begun))
	return nil
}

func (s *Server) launch(c *cluster, settings map[string]string, output *os.File) error {
	cmd := exec.Command(c.binaries.path("postgres"), parameters(s.port, settings)...)
	data, err := c.prepare(cmd, c.dir())
	if err != nil {
		return fmt.Errorf("database files: %w", err)
	}
	defer data.Close()
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	exited := make(chan struct{})
	go func() {
		// How it ended is in its log; that it ended is what everybody waits for.
		_ = cmd.Wait()
		close(exited)
	}()
	s.process, s.exited = cmd, exited
	return nil
}

// ready waits for the first connection and uses it to make sure that the role exists.
func (s *Server) ready(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, s.url(superuser, "postgres"))
		if err == nil {
			defer conn.Close(ctx)
			return s.ensureRole(ctx, conn)
		}
		select {
		case <-s.exited:
			return errExited
		case <-ctx.Done():
			return fmt.Errorf("server: %w: %w", context.Cause(ctx), err)
		case <-time.After(readyPoll):
		}
	}
}

// ensureRole creates the role, or gives the one there the rights and the password of this release.
func (s *Server) ensureRole(ctx context.Context, conn *pgx.Conn) error {
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role).Scan(&exists); err != nil {
		return fmt.Errorf("role %s: %w", role, err)
	}
	verb := "CREATE"
	if exists {
		verb = "ALTER"
	}
	// The password is made of hexadecimal digits, so it needs no quoting.
	if _, err := conn.Exec(ctx, verb+" ROLE "+role+" LOGIN CREATEDB CREATEROLE PASSWORD '"+s.password+"'"); err != nil {
		return fmt.Errorf("role %s: %w", role, err)
	}
	return nil
}

// openLog opens the file that the server writes to; one that has grown large is put aside, replacing the one before.
func (c *cluster) openLog() (*os.File, error) {
	path := c.folder.Path(logName)
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, fmt.Errorf("server log: %w", err)
		}
	}
	output, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("server log: %w", err)
	}
	return output, nil
}

// tail returns what stands in the file after its first from bytes, at most its last kilobyte.
func tail(path string, from int64) string {
	text, err := os.ReadFile(path)
	if err != nil || int64(len(text)) < from {
		return "no log"
	}
	text = text[from:]
	return strings.TrimSpace(string(text[max(0, len(text)-1024):]))
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
