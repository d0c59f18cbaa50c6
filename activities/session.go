package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"waybill/engine"
	"waybill/store"
)

// errBroken marks an error of the connection rather than of a statement.
var errBroken = errors.New("connection")

// begin sets the tenant and the limits of a transaction, over those of store.Limits. They keep one that
// hangs from holding up others; the idle one also ends the transaction of a process that was stopped in
// the middle.
const begin = `select set_config('waybill.tenant', $1, true), set_config('lock_timeout', $2, true),
	set_config('statement_timeout', '2s', true), set_config('idle_in_transaction_session_timeout', '3s', true)`

// patience is how long a transaction waits for a lock.
type patience string

const (
	// turnPatience is short: the turn is taken again later, and its connection serves others meanwhile.
	turnPatience patience = "500ms"
	// intakePatience is what somebody waits who wants to hear that his request is taken.
	intakePatience patience = "1500ms"
)

// rollbackWithin is how long a connection is given to roll back before it is thrown away.
const rollbackWithin = time.Second

// session is a transaction whose writes are sent as late as possible: with the next read, or with the
// commit. It is the Tx of the catalogue's actions.
type session struct {
	conn   *pgxpool.Conn
	queued []write
	owner  engine.NodeID // whose writes are being queued: an action's wait, 0 for the turn's own
	failed error         // the first error of a statement: the transaction is lost
	blame  engine.NodeID // owner of the statement that failed
	over   bool          // committed or rolled back: the connection is back in its pool
}

type write struct {
	sql   string
	args  []any
	owner engine.NodeID
	// more queues the statement by itself, where its result is read.
	more func(*pgx.Batch)
}

// open begins a transaction and reads what reads queues, all in one round trip.
func open(ctx context.Context, s *store.Store, tenant uuid.UUID, p patience, reads func(*store.Reads)) (*session, error) {
	conn, err := s.Pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	batch := &pgx.Batch{}
	batch.Queue("begin")
	batch.Queue(begin, tenant.String(), string(p))
	reads(batch)
	opened := &session{conn: conn}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		err = opened.mark(err)
		opened.rollback(ctx)
		return nil, err
	}
	return opened, nil
}

// within runs act in a transaction of the tenant that begins with reads, and commits.
func (h *Host) within(ctx context.Context, tenant uuid.UUID, reads func(*store.Reads), act func(*session) error) error {
	s, err := open(ctx, h.store, tenant, intakePatience, reads)
	if err != nil {
		return err
	}
	defer s.rollback(ctx)
	if err := act(s); err != nil {
		return err
	}
	return s.commit(ctx)
}

// noReads begins a transaction that has yet to find out what to read.
func noReads(*store.Reads) {}

// mark tells what ended the connection from what PostgreSQL refused: a server that was killed, or that
// ended the session of a stopped process, is nobody's mistake.
func (s *session) mark(err error) error {
	if err == nil || !s.conn.Conn().IsClosed() {
		return err
	}
	return fmt.Errorf("%w: %w", errBroken, err)
}

// Queue adds a write.
func (s *session) Queue(sql string, args ...any) {
	s.queued = append(s.queued, write{sql: sql, args: args, owner: s.owner})
}

// queueRead adds a statement whose result fn of the batch's query reads.
func (s *session) queueRead(more func(*pgx.Batch)) {
	s.queued = append(s.queued, write{owner: s.owner, more: more})
}

// flush moves the queued writes into a batch.
func (s *session) flush() (*pgx.Batch, []write) {
	batch, sent := &pgx.Batch{}, s.queued
	for _, w := range sent {
		if w.more != nil {
			w.more(batch)
		} else {
			batch.Queue(w.sql, w.args...)
		}
	}
	s.queued = nil
	return batch, sent
}

// settle reads the results of the writes at the head of a batch.
func (s *session) settle(results pgx.BatchResults, sent []write, batch *pgx.Batch) error {
	for i, w := range sent {
		var err error
		if fn := batch.QueuedQueries[i].Fn; fn != nil {
			err = fn(results)
		} else {
			_, err = results.Exec()
		}
		if err != nil {
			return s.fail(err, w.owner)
		}
	}
	return nil
}

func (s *session) fail(err error, owner engine.NodeID) error {
	err = s.mark(err)
	if s.failed == nil {
		s.failed, s.blame = err, owner
	}
	return err
}

// Query sends the queued writes and the query.
func (s *session) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	batch, sent := s.flush()
	batch.Queue(sql, args...)
	results := s.conn.SendBatch(ctx, batch)
	if err := s.settle(results, sent, batch); err != nil {
		// The error is the statement's; closing can only repeat it.
		_ = results.Close()
		return nil, err
	}
	found, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, s.fail(err, s.owner)
	}
	return &sentRows{Rows: found, results: results, session: s, owner: s.owner}, nil
}

// QueryRow sends the queued writes and the query.
func (s *session) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	found, err := s.Query(ctx, sql, args...)
	return sentRow{found, err}
}

// Exec sends the queued writes and the statement.
func (s *session) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	found, err := s.Query(ctx, sql, args...)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	found.Close()
	return found.CommandTag(), found.Err()
}

// commit sends what is queued and commits, in one round trip.
func (s *session) commit(ctx context.Context) error {
	s.over = true
	defer s.conn.Release()
	if s.failed != nil {
		s.undo(ctx)
		return s.failed
	}
	batch, sent := s.flush()
	batch.Queue("commit")
	results := s.conn.SendBatch(ctx, batch)
	err := s.settle(results, sent, batch)
	if err == nil {
		var tag pgconn.CommandTag
		if tag, err = results.Exec(); err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("commit: %s", tag)
		}
		if err != nil {
			err = s.fail(err, 0)
		}
	}
	if closing := results.Close(); err == nil && closing != nil {
		err = s.fail(closing, 0)
	}
	if err != nil {
		s.undo(ctx)
	}
	return err
}

// rollback ends the transaction without a trace; after commit it does nothing.
func (s *session) rollback(ctx context.Context) {
	if s.over {
		return
	}
	s.over = true
	s.undo(ctx)
	s.conn.Release()
}

func (s *session) undo(ctx context.Context) {
	if s.conn.Conn().PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWithin)
	defer cancel()
	if _, err := s.conn.Exec(ctx, "rollback"); err != nil {
		_ = s.conn.Conn().Close(ctx)
	}
}

// sentRows are the rows of the last statement of a batch; closing them ends the batch.
type sentRows struct {
	pgx.Rows
	results pgx.BatchResults
	session *session
	owner   engine.NodeID
	closed  bool
}

func (r *sentRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *sentRows) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.Rows.Close()
	err := r.results.Close()
	if err == nil {
		err = r.Rows.Err()
	}
	if err != nil {
		// The rows keep the error; a failed transaction must not be used further.
		_ = r.session.fail(err, r.owner)
	}
}

type sentRow struct {
	rows pgx.Rows
	err  error
}

// Scan reads the only row into to, or returns pgx.ErrNoRows.
func (r sentRow) Scan(to ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(to...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
