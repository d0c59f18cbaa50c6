// Package temporal runs a Temporal server inside this process, with its state in PostgreSQL.
//
// It is the only package that imports the server: that adds some 150 MB to a binary and minutes to a cold build.
package temporal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/server/temporal"

	"waybill/internal/folder"
)

// ErrInUse reports that another process runs its server in the same folder or on the same databases.
var ErrInUse = folder.ErrInUse

// Namespace is the namespace that every process of Waybill lives in.
const Namespace = "waybill"

// Search attributes of the namespace. They hold ids and states, never personal data.
const (
	// AttributeProcess is a keyword: the key of the process that an instance runs.
	AttributeProcess = "WaybillProcess"
	// AttributeIncident is a boolean: whether an instance rests on an incident.
	AttributeIncident = "WaybillIncident"
)

// Retention is how long Temporal keeps the history of an ended workflow. The audit trail is kept elsewhere.
const Retention = 7 * 24 * time.Hour

// Options says where a server keeps its state and what it calls itself.
type Options struct {
	// DataDir is the server's own folder; it holds the choice of ports. It is created where it is missing.
	DataDir string
	// PostgresURL is the connection string of any database of the PostgreSQL server to use. Its role must be allowed to
	// create databases, unless both of the server's own exist.
	PostgresURL string
	// Database and VisibilityDatabase name the server's own databases; empty means temporal and temporal_visibility.
	Database, VisibilityDatabase string
	// Logger hears what goes wrong; nil means slog.Default().
	Logger *slog.Logger
}

// Server is a running server.
type Server struct {
	folder *folder.Folder
	claim  *claim
	server temporal.Server
	ports  ports
	log    logger
	stop   sync.Once
}

// Start runs a server and returns once it takes workflows. Missing databases are created, older schemas updated, and the
// namespace with its search attributes is written, all before the server itself starts. The ports stay the same from one
// start to the next.
//
// The error wraps ErrInUse if another process holds the folder or runs a server on the databases.
func Start(ctx context.Context, options Options) (*Server, error) {
	options = options.withDefaults()
	held, err := folder.Open(options.DataDir)
	if err != nil {
		return nil, fmt.Errorf("temporal: %w", err)
	}
	server := &Server{folder: held, log: newLogger(options.Logger)}
	if err := server.start(ctx, options); err != nil {
		return nil, errors.Join(fmt.Errorf("temporal: %w", err), server.release())
	}
	return server, nil
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Database == "" {
		o.Database = "temporal"
	}
	if o.VisibilityDatabase == "" {
		o.VisibilityDatabase = "temporal_visibility"
	}
	return o
}

func (s *Server) start(ctx context.Context, options Options) error {
	begun := time.Now()
	base, err := s.folder.Ports("ports", portCount)
	if err != nil {
		return err
	}
	s.ports = ports(base)
	stores, err := openStores(ctx, options)
	if err != nil {
		return err
	}
	s.claim, err = stores.claim(ctx)
	if err != nil {
		return err
	}
	if err := stores.update(); err != nil {
		return err
	}
	configuration := stores.configuration(s.ports)
	if err := ensureNamespace(ctx, configuration, s.log); err != nil {
		return err
	}
	s.server, err = temporal.NewServer(
		temporal.WithConfig(configuration),
		temporal.WithDynamicConfigClient(dynamicConfiguration()),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithLogger(s.log),
	)
	if err != nil {
		return fmt.Errorf("server: %w", err)
	}
	if err := s.server.Start(); err != nil {
		return fmt.Errorf("server: %w", err)
	}
	if err := ready(ctx, s.HostPort()); err != nil {
		return err
	}
	s.log.steady.Store(true)
	s.log.to.Debug("temporal started", "address", s.HostPort(), "took", time.Since(begun))
	return nil
}

// HostPort returns the address of the frontend for a client.
func (s *Server) HostPort() string {
	return s.ports.frontend()
}

// Stop ends the server; workflows go on at the next start. Further calls do nothing.
func (s *Server) Stop() error {
	var err error
	s.stop.Do(func() {
		begun := time.Now()
		err = s.release()
		s.log.to.Debug("temporal stopped", "took", time.Since(begun))
	})
	return err
}

func (s *Server) release() error {
	s.log.steady.Store(false)
	var failed []error
	if s.server != nil {
		failed = append(failed, s.server.Stop())
	}
	if s.claim != nil {
		failed = append(failed, s.claim.close())
	}
	return errors.Join(append(failed, s.folder.Close())...)
}
