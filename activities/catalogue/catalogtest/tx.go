package catalogtest

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"waybill/activities/catalogue"
)

// Tx makes an action's transaction of a plain one.
type Tx struct {
	Tx     pgx.Tx
	queued pgx.Batch
}

var _ catalogue.Tx = (*Tx)(nil)

// Queue keeps the statement for the next Flush.
func (tx *Tx) Queue(sql string, args ...any) { tx.queued.Queue(sql, args...) }

// Flush sends what is queued.
func (tx *Tx) Flush(ctx context.Context) error {
	batch := tx.queued
	tx.queued = pgx.Batch{}
	if batch.Len() == 0 {
		return nil
	}
	return tx.Tx.SendBatch(ctx, &batch).Close()
}

// Query flushes, then asks.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	return tx.Tx.Query(ctx, sql, args...)
}

// QueryRow flushes, then asks.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := tx.Flush(ctx); err != nil {
		return broken{err}
	}
	return tx.Tx.QueryRow(ctx, sql, args...)
}

// Exec flushes, then writes.
func (tx *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := tx.Flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return tx.Tx.Exec(ctx, sql, args...)
}

// broken is a row that an error stands for.
type broken struct{ err error }

// Scan returns the error.
func (b broken) Scan(...any) error { return b.err }
