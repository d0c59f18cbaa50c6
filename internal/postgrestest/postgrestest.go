// Package postgrestest gives every test a PostgreSQL database of its own, copied from a template in a few hundredths of
// a second.
//
// All tests of one test binary share a server. It is the one that WAYBILL_TEST_DATABASE names, if that is set (see the
// command in folder with), or else one that the first test starts in a temporary folder and that ends with the binary,
// however that ends.
package postgrestest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Variable names the environment variable with the absolute path of a file that holds the URL of a server to use. The role in
// it must be allowed to create databases. Go keeps the results of tests by the values of variables, and does not look
// into files outside the module: so results are kept although each run has another server.
const Variable = "WAYBILL_TEST_DATABASE"

// Migration brings the empty database at url to the schema under test. A template is made once for each Migration, told
// apart by its code, so it must be a function that captures nothing.
type Migration func(ctx context.Context, url string) error

// New creates a database migrated by migrate and returns its URL. A nil migrate leaves it empty. The database is dropped
// when t ends, with whatever is still connected to it.
func New(t testing.TB, migrate Migration) string {
	t.Helper()
	server, err := shared.open()
	require.NoError(t, err)
	template, err := server.template(t.Context(), migrate)
	require.NoError(t, err)
	name := server.name("test")
	require.NoError(t, server.create(t.Context(), name, template))
	t.Cleanup(func() {
		// The context of the test has ended by now.
		require.NoError(t, server.drop(context.Background(), name))
	})
	return server.at(name)
}

// Pool creates a database as New does and connects to it.
func Pool(t testing.TB, migrate Migration) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), New(t, migrate))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// shared is the binary's one server. Tests reach it without being handed anything, so it can only be a variable.
var shared holder //nolint:gochecknoglobals // see above

type holder struct {
	once   sync.Once
	server *server
	err    error
}

func (h *holder) open() (*server, error) {
	h.once.Do(func() {
		var address string
		if path := os.Getenv(Variable); path != "" {
			address, h.err = read(path)
		} else {
			address, h.err = startForThisProcess(context.Background())
		}
		if h.err == nil {
			h.server, h.err = newServer(address)
		}
	})
	return h.server, h.err
}

func read(path string) (string, error) {
	address, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", Variable, err)
	}
	return strings.TrimSpace(string(address)), nil
}

type server struct {
	address url.URL

	mu        sync.Mutex
	names     int
	templates map[uintptr]func(context.Context) (string, error)
}

func newServer(address string) (*server, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Variable, err)
	}
	return &server{address: *parsed, templates: map[uintptr]func(context.Context) (string, error){}}, nil
}

func (s *server) at(database string) string {
	address := s.address
	address.Path = "/" + database
	return address.String()
}

// name returns a name that no other call returns, in this process or in another one on the same server.
func (s *server) name(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names++
	return fmt.Sprintf("%s_%d_%d", kind, os.Getpid(), s.names)
}

// template returns the name of the database that migrate has migrated. Several tests may ask for it at once: one makes
// it, the others wait.
func (s *server) template(ctx context.Context, migrate Migration) (string, error) {
	if migrate == nil {
		return "template1", nil
	}
	key := reflect.ValueOf(migrate).Pointer()
	s.mu.Lock()
	open, ok := s.templates[key]
	if !ok {
		open = s.build(migrate)
		s.templates[key] = open
	}
	s.mu.Unlock()
	return open(ctx)
}

func (s *server) build(migrate Migration) func(context.Context) (string, error) {
	var once sync.Once
	var name string
	var err error
	return func(ctx context.Context) (string, error) {
		once.Do(func() {
			name = s.name("template")
			err = s.alone(ctx, func() error {
				if err := s.create(ctx, name, "template1"); err != nil {
					return err
				}
				return migrate(ctx, s.at(name))
			})
			if err != nil {
				err = fmt.Errorf("template: %w", err)
			}
		})
		return name, err
	}
}

// alone runs do while no other process on the server does: migrations may create roles, which all databases share.
func (s *server) alone(ctx context.Context, do func() error) error {
	conn, err := pgx.Connect(ctx, s.at("postgres"))
	if err != nil {
		return fmt.Errorf("test server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext('template'))"); err != nil {
		return fmt.Errorf("test server: %w", err)
	}
	return do()
}

func (s *server) create(ctx context.Context, name, template string) error {
	return s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

// drop ends what is connected to the database and drops it. WITH (FORCE) would do both, but is refused while an autovacuum
// worker, which is the superuser's, is at work there; without it PostgreSQL ends that worker by itself.
func (s *server) drop(ctx context.Context, name string) error {
	err := s.exec(ctx, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"+name+"' AND usename = current_user")
	if err != nil {
		return err
	}
	return s.exec(ctx, "DROP DATABASE "+name)
}

func (s *server) exec(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.at("postgres"))
	if err != nil {
		return fmt.Errorf("test server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("test server: %s: %w", statement, err)
	}
	return nil
}
