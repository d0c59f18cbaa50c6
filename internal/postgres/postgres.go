// Package postgres runs a private PostgreSQL server: its files stay in one folder, only this machine reaches it, and
// only who can read the folder knows its password.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/folder"
)

// ErrInUse reports that another process runs its server in the same folder.
var ErrInUse = folder.ErrInUse

const (
	host = "127.0.0.1"
	// role is what applications connect as: it owns its databases and may create roles in them, but it is no superuser,
	// so that forced row-level security holds for it.
	role      = "waybill"
	superuser = "postgres"

	duplicateDatabase = "42P04"
)

// Options says where a server keeps its files and how it runs.
type Options struct {
	// DataDir is the server's own folder. It is created where it is missing.
	DataDir string
	// Major is the version for new database files; 0 means the newest that is installed.
	Major int
	// Logger hears of starts, stops and repairs; nil means slog.Default().
	Logger *slog.Logger
	// Settings override the server's parameters, for example {"fsync": "off"}.
	Settings map[string]string
}

// Server is a running server. Its methods may be called concurrently.
type Server struct {
	folder   *folder.Folder
	process  *exec.Cmd
	log      *slog.Logger
	password string
	port     int
	exited   chan struct{}
	stop     sync.Once
}

// Start runs a server on the folder and returns once it accepts connections. A server that an earlier process left
// behind is stopped first, and its stale files are removed. The port stays the same from one start to the next.
//
// It uses installed binaries, of the folder's own major version if there is a database in it already, and fetches some
// if none of that version are installed. Started by root, the server runs as the user postgres, or else nobody.
//
// The error wraps ErrInUse if another process holds the folder, and ErrNotInstalled if there are no binaries.
func Start(ctx context.Context, options Options) (*Server, error) {
	log := options.Logger
	if log == nil {
		log = slog.Default()
	}
	held, err := folder.Open(options.DataDir)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	server, err := start(ctx, held, options, log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: %w", err), held.Close())
	}
	return server, nil
}

func start(ctx context.Context, held *folder.Folder, options Options, log *slog.Logger) (*Server, error) {
	cluster, err := openCluster(ctx, held, options.Major, log)
	if err != nil {
		return nil, err
	}
	password, err := held.Secret("password")
	if err != nil {
		return nil, err
	}
	if err := cluster.create(ctx, password); err != nil {
		return nil, err
	}
	if err := cluster.stopOrphan(ctx); err != nil {
		return nil, err
	}
	port, err := held.Ports("port", 1)
	if err != nil {
		return nil, err
	}
	server := &Server{folder: held, log: log, password: password, port: port}
	if err := server.run(ctx, cluster, options.Settings); err != nil {
		return nil, err
	}
	return server, nil
}

// URL returns the connection string of the database of that name.
func (s *Server) URL(database string) string {
	return s.url(role, database)
}

// PID returns the process id of the server's postmaster.
func (s *Server) PID() int {
	return s.process.Process.Pid
}

// Exited is closed when the server's process has ended, by Stop or by itself.
func (s *Server) Exited() <-chan struct{} {
	return s.exited
}

// CreateDatabase creates the database of that name; one that exists already is left as it is.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == duplicateDatabase {
		return nil
	}
	if err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	return nil
}

// Stop ends every session, lets the server write what it holds and returns when its process has ended. If ctx ends
// first, the server is stopped at once and recovers at its next start. Further calls do nothing.
func (s *Server) Stop(ctx context.Context) error {
	var err error
	s.stop.Do(func() {
		s.end(ctx)
		err = s.folder.Close()
	})
	return err
}

func (s *Server) end(ctx context.Context) {
	begun := time.Now()
	s.signal(syscall.SIGINT)
	select {
	case <-s.exited:
		s.log.Debug("postgres stopped", "pid", s.PID(), "took", time.Since(begun))
	case <-ctx.Done():
		s.log.Warn("postgres stopped without a checkpoint", "pid", s.PID(), "cause", context.Cause(ctx))
		s.abort()
	}
}

// abort ends the process at once and waits for it.
func (s *Server) abort() {
	s.signal(syscall.SIGQUIT)
	<-s.exited
}

// signal does nothing once the process has been waited for, so a reused process id is never hit.
func (s *Server) signal(signal syscall.Signal) {
	if err := s.process.Process.Signal(signal); err != nil {
		s.log.Debug("postgres signal", "pid", s.PID(), "signal", signal, "error", err)
	}
}

func (s *Server) url(user, database string) string {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(user, s.password),
		Host:     host + ":" + strconv.Itoa(s.port),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return address.String()
}
