package temporal

import (
	"context"
	"fmt"
	"net/url"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql/driver"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
	"golang.org/x/sync/errgroup"
)

const (
	mainSchema       = "postgresql/v12/temporal"
	visibilitySchema = "postgresql/v12/visibility"
)

// stores are the server's two databases.
type stores struct {
	address          url.URL
	main, visibility string
}

// openStores makes sure that both databases exist.
func openStores(ctx context.Context, options Options) (*stores, error) {
	address, err := url.Parse(options.PostgresURL)
	if err != nil {
		return nil, fmt.Errorf("postgres URL: %w", err)
	}
	s := &stores{address: *address, main: options.Database, visibility: options.VisibilityDatabase}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.ensure(ctx, s.main, mainSchema) })
	group.Go(func() error { return s.ensure(ctx, s.visibility, visibilitySchema) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return s, nil
}

// update brings both databases to the schema of this release. No other server may run on them.
func (s *stores) update() error {
	var group errgroup.Group
	group.Go(func() error { return s.migrate(s.main, s.main, mainSchema) })
	group.Go(func() error { return s.migrate(s.visibility, s.visibility, visibilitySchema) })
	return group.Wait()
}

func (s *stores) url(database string) string {
	address := s.address
	address.Path = "/" + database
	return address.String()
}

// connect is the hook through which every pool of the server connects. It takes the whole connection string, with
// whatever TLS and socket parameters stand in it.
func (s *stores) connect(target *config.SQL) (*sqlx.DB, error) {
	return s.open(target, target.DatabaseName)
}

func (s *stores) open(target *config.SQL, database string) (*sqlx.DB, error) {
	db, err := (&driver.PGXDriver{}).CreateConnection(s.url(database))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(target.MaxConns)
	db.SetMaxIdleConns(target.MaxIdleConns)
	// The server's row types name their columns by this rule.
	db.MapperFunc(strcase.ToSnake)
	return db, nil
}

// ensure creates the database where it is missing. It is made under another name and renamed when it is complete: the
// schema's first versions cannot be repeated, so a process killed in the middle must leave nothing under the final name.
func (s *stores) ensure(ctx context.Context, name, schemaName string) error {
	conn, err := pgx.Connect(ctx, s.address.String())
	if err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	// Of two processes that find it missing, one makes it while the other waits; the lock ends with the session.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", "create database "+name); err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err == nil && !exists {
		err = s.create(ctx, conn, name, schemaName)
	}
	if err != nil {
		return fmt.Errorf("database %s: %w", name, err)
	}
	return nil
}

func (s *stores) create(ctx context.Context, conn *pgx.Conn, name, schemaName string) error {
	draft := name + "_new"
	final, quoted := pgx.Identifier{name}.Sanitize(), pgx.Identifier{draft}.Sanitize()
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+quoted); err != nil {
		return err
	}
	if err := s.migrate(draft, name, schemaName); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE "+quoted+" RENAME TO "+final)
	return err
}

// migrate brings the database to the schema of this release. The schema's version is kept under the name that the
// database has, or will finally have.
func (s *stores) migrate(database, finally, schemaName string) error {
	target := s.sql(finally, 1)
	target.Connect = func(target *config.SQL) (*sqlx.DB, error) { return s.open(target, database) }
	logger := log.NewNoopLogger()
	conn, err := sql.NewConnection(target, logger)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Versions start at 0.0; a database that is past it stays where it is.
	if err := schema.NewSetupSchemaTask(conn, &schema.SetupConfig{InitialVersion: "0.0"}, logger).Run(); err != nil {
		return fmt.Errorf("schema of %s: %w", finally, err)
	}
	update := &schema.UpdateConfig{DBName: finally, SchemaName: schemaName}
	if err := schema.NewUpdateSchemaTask(conn, update, logger).Run(); err != nil {
		return fmt.Errorf("schema of %s: %w", finally, err)
	}
	return nil
}
