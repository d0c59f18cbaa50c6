// Package store is PostgreSQL: migrations, queries and row types. Every query runs as the role
// waybill_app inside a transaction of one tenant, whose rows are the only ones it sees.
package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Sentinels of the package.
var (
	ErrNotFound     = errors.New("not found")
	ErrDuplicateKey = errors.New("business key: already running")
	ErrKeyReused    = errors.New("idempotency key: used for another request")
)

// Store is a pool of connections. It is safe for concurrent use.
type Store struct {
	Pool *pgxpool.Pool

	patience string // how long a statement of InTenant waits for a lock; "" as the connection does
}

// Option changes the pool before it opens.
type Option func(*opening)

type opening struct {
	*pgxpool.Config
	setUp    string // what every new connection runs
	patience string
}

// MaxConns sets the size of the pool.
func MaxConns(n int32) Option { return func(o *opening) { o.MaxConns = n } }

// The limits of a connection that serves requests and turns. They hold from its first statement on, the
// preparing of statements included, which waits for whoever alters a table; a transaction may set others.
const (
	limits = `set lock_timeout = '500ms'; set statement_timeout = '2s'; set idle_in_transaction_session_timeout = '3s'; `
	// limitedPatience is what an ordinary transaction waits for a lock on such a connection.
	limitedPatience = "1500ms"
)

// rollbackWithin is how long a rollback waits for the server's answer. The connection is closed after it.
const rollbackWithin = 2 * time.Second

// Limits keeps whatever hangs on a connection from holding up its callers: no statement waits for a lock
// for more than a second and a half, or runs for more than two.
func Limits() Option {
	return func(o *opening) { o.setUp, o.patience = limits+o.setUp, limitedPatience }
}

// Tracer sets what is told of every statement and batch.
func Tracer(t pgx.QueryTracer) Option {
	return func(o *opening) { o.ConnConfig.Tracer = t }
}

// Open connects to the database at url and checks that it answers.
func Open(ctx context.Context, url string, opts ...Option) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	// Compiling a statement takes PostgreSQL seconds, and ours run for milliseconds.
	o := &opening{Config: config, setUp: "set role waybill_app; set jit = off"}
	for _, apply := range opts {
		apply(o)
	}
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, o.setUp)
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("database: %w", unreachable(err))
	}
	return &Store{Pool: pool, patience: o.patience}, nil
}

// Close waits for the connections in use and closes all.
func (s *Store) Close() { s.Pool.Close() }

// InTenant runs act in a transaction that sees tenant's rows; an error of act rolls it back.
func (s *Store) InTenant(ctx context.Context, tenant uuid.UUID, act func(pgx.Tx) error) error {
	return s.inTransaction(ctx, pgx.TxOptions{}, tenant.String(), act)
}

// ReadTenant is InTenant for reads that must agree with one another: one snapshot, nothing written.
func (s *Store) ReadTenant(ctx context.Context, tenant uuid.UUID, act func(pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return s.inTransaction(ctx, options, tenant.String(), act)
}

// Across runs act in a transaction of no tenant, which sees the list of tenants and nothing else.
func (s *Store) Across(ctx context.Context, act func(pgx.Tx) error) error {
	return s.inTransaction(ctx, pgx.TxOptions{}, "", act)
}

func (s *Store) inTransaction(ctx context.Context, options pgx.TxOptions, tenant string, act func(pgx.Tx) error) error {
	conn, err := s.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	defer conn.Release()
	begin := &pgx.Batch{}
	begin.BeginTx(options)
	begin.Queue(setTenantAndPatience, tenant, s.patience)
	sent := conn.SendBatch(ctx, begin)
	tx := sent.Tx()
	// A rollback must reach the server even when ctx is what ended the transaction; one that does not answer any more ends
	// it by itself.
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
		defer cancel()
		_ = tx.Rollback(ending)
	}()
	if err := sent.Close(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := act(tx); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

const (
	setTenant            = "select set_config('waybill.tenant', $1, true)"
	setTenantAndPatience = setTenant + ", case when $2 <> '' then set_config('lock_timeout', $2, true) end"
)

// Linger lets the transaction rest between statements for longer than the limits of its connection say,
// as while it waits for another server.
func Linger(ctx context.Context, tx pgx.Tx, within time.Duration) error {
	_, err := tx.Exec(ctx, `select set_config('idle_in_transaction_session_timeout', $1, true)`, strconv.FormatInt(within.Milliseconds(), 10))
	return err
}

// DB reads and writes at once: a transaction.
type DB interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Queue takes writes that are sent together later, in order.
type Queue interface {
	Queue(sql string, args ...any)
}

// Writes is a Queue that is sent in one round trip.
type Writes struct{ batch pgx.Batch }

// Queue adds a statement.
func (w *Writes) Queue(sql string, args ...any) { w.batch.Queue(sql, args...) }

// Send sends the statements; the first error is returned.
func (w *Writes) Send(ctx context.Context, tx pgx.Tx) error {
	return tx.SendBatch(ctx, &w.batch).Close()
}

// one maps pgx's way to say that there is no row.
func one[T any](row T, err error) (T, error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return row, ErrNotFound
	}
	return row, err
}
