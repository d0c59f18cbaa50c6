// Package stack runs Waybill in one process: PostgreSQL and Temporal of its own, unless it is told of
// others, the worker and the API. `waybill up`, the demo, the benchmarks and the end-to-end tests are
// the same stack.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"

	"waybill/activities"
	"waybill/activities/catalogue"
	"waybill/internal/folder"
	"waybill/internal/postgres"
	"waybill/store"
	"waybill/worker"
)

// Database is the name of the application's database in the folder's own PostgreSQL.
const Database = "waybill"

// Tenant is the tenant of a stack whose Options name none.
const Tenant = "default"

// stopWithin is how long each part of a stack is given to end by itself.
const stopWithin = 15 * time.Second

// Part is a part of Waybill that a process may run.
type Part string

// The parts.
const (
	Worker Part = "worker"
	API    Part = "api"
)

// Options says what a stack stands on. The zero Options are not enough: without a Data folder both
// DatabaseURL and TemporalAddress must be given.
type Options struct {
	// Data is the folder with the private PostgreSQL and Temporal, the ports and the token. It is created
	// where it is missing, and one process holds it. "" for a process without any state of its own.
	Data string
	// DatabaseURL names the database to use instead of the folder's own PostgreSQL.
	DatabaseURL string
	// TemporalAddress is the Temporal cluster to use instead of one in this process. Namespace, TLS and
	// API key come from the environment, as the SDK's envconfig reads it.
	TemporalAddress string
	// Listen is the API's address; "" is a port of 127.0.0.1 that stays the folder's.
	Listen string
	// Approval makes every deploy over the API wait until a second person approves it.
	Approval bool
	// Parts are what runs; empty: all.
	Parts []Part
	// Tenant is the name of the tenant; "" is Tenant.
	Tenant string
	// Packs are folders of packs, deployed where the tenant has no revision of a pack of that name yet.
	Packs []fs.FS
	// Version is what the API says it is. BuildID names the worker's version in Worker Deployment
	// Versioning; "" is without, as for the embedded Temporal.
	Version, BuildID string
	// TurnsPerRun makes workflows continue as new runs after that many turns; 0: when Temporal suggests it.
	TurnsPerRun int
	// Keep is how long what nobody needs any more is kept.
	Keep store.Retention
	// Catalogue has the actions that processes may call; nil: the product's own.
	Catalogue *catalogue.Registry
	// Connection are further options of the connections to the application's database.
	Connection []store.Option
	// Settings override parameters of the folder's own PostgreSQL, such as {"fsync": "off"}.
	Settings map[string]string
	// At is called at the named points of turns and calls; nil: nothing happens there.
	At func(activities.Point)
	// Progress hears what is being done; nil: nobody does.
	Progress func(what string)
	// Log is where details go; nil means slog's default.
	Log *slog.Logger
}

// Stack is a running stack. Its fields do not change while it runs.
type Stack struct {
	URL             string // of the API; "" without it
	Token           string // of the API, for the tenant; "" without a data folder
	Tenant          uuid.UUID
	Store           *store.Store
	Host            *activities.Host // pokes nobody: use it with Poke, or the API
	Temporal        client.Client
	TemporalAddress string
	DatabaseURL     string

	options   Options
	log       *slog.Logger
	folder    *folder.Folder
	catalogue *catalogue.Registry
	worker    *worker.Worker // nil: none runs here
	listener  net.Listener
	closers   []closer
	failed    chan error
}

// closer ends one part; the last one started is the first to end.
type closer struct {
	name  string
	close func(context.Context) error
}

// Start brings the stack up and returns when it serves. An error leaves nothing running. It wraps
// folder.ErrInUse where another process holds the folder or runs on the databases.
func Start(ctx context.Context, options Options) (*Stack, error) {
	s := newStack(options)
	for _, step := range s.steps() {
		s.options.Progress(step.what)
		if err := step.do(ctx); err != nil {
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
			defer cancel()
			return nil, errors.Join(err, s.Stop(stopping))
		}
	}
	return s, nil
}

// Steps is how often Options.Progress is called.
const Steps = 8

type step struct {
	what string
	do   func(context.Context) error
}

func (s *Stack) steps() [Steps]step {
	return [Steps]step{
		{"data folder", s.openFolder},
		{"address", s.listen},
		{"PostgreSQL", s.openDatabase},
		{"schema and Temporal", s.openTemporal},
		{"catalogue and packs", s.openHost},
		{"worker", s.startWorker},
		{"API", s.serve},
		{"ready", s.announce},
	}
}

func newStack(options Options) *Stack {
	if options.Log == nil {
		options.Log = slog.Default()
	}
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	if options.Tenant == "" {
		options.Tenant = Tenant
	}
	if len(options.Parts) == 0 {
		options.Parts = []Part{Worker, API}
	}
	return &Stack{options: options, log: options.Log, failed: make(chan error, 1)}
}

// Failed gives the error of a part that ended by itself; the stack is to be stopped then.
func (s *Stack) Failed() <-chan error { return s.failed }

func (s *Stack) fail(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// onStop adds what ends a part that has just been started.
func (s *Stack) onStop(name string, end func(context.Context) error) {
	s.closers = append(s.closers, closer{name, end})
}

// Stop ends all parts in the reverse order of their start, and waits for them. Further calls do nothing.
func (s *Stack) Stop(ctx context.Context) error {
	var failures []error
	for len(s.closers) > 0 {
		last := s.closers[len(s.closers)-1]
		s.closers = s.closers[:len(s.closers)-1]
		if err := last.close(ctx); err != nil {
			failures = append(failures, fmt.Errorf("stop %s: %w", last.name, err))
		}
	}
	return errors.Join(failures...)
}

func (s *Stack) openFolder(context.Context) error {
	if s.options.Data == "" {
		if s.options.DatabaseURL == "" || s.options.TemporalAddress == "" {
			return errors.New("without a data folder: DATABASE_URL and TEMPORAL_ADDRESS are needed")
		}
		return nil
	}
	held, err := folder.Open(s.options.Data)
	if err != nil {
		return err
	}
	s.folder = held
	s.onStop("folder", func(context.Context) error { return held.Close() })
	return nil
}

// openDatabase starts the folder's PostgreSQL unless there is another.
func (s *Stack) openDatabase(ctx context.Context) error {
	if s.options.DatabaseURL != "" {
		s.DatabaseURL = s.options.DatabaseURL
		return nil
	}
	server, err := postgres.Start(ctx, postgres.Options{
		DataDir: s.folder.Path("postgres"), Logger: s.log, Settings: s.options.Settings,
	})
	if err != nil {
		return err
	}
	stopping := make(chan struct{})
	s.onStop("postgres", func(ctx context.Context) error {
		close(stopping)
		return server.Stop(ctx)
	})
	go func() {
		select {
		case <-stopping:
		case <-server.Exited():
			s.fail(errors.New("postgres: its process ended; its log is in " + s.folder.Path("postgres", "server.log")))
		}
	}()
	s.DatabaseURL = server.URL(Database)
	return server.CreateDatabase(ctx, Database)
}
