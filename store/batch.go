package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Reads are queries that are sent together. A transaction that begins with them waits once for all.
type Reads = pgx.Batch

// read queues a query for at most one row; *to stays nil where there is none.
func read[T any](b *Reads, to **T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[T])
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		*to = found
		return err
	})
}

// readAll queues a query for rows.
func readAll[T any](b *Reads, to *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		var err error
		*to, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
}

// ReadOnce sends reads as a transaction of the tenant by themselves, in one round trip.
func (s *Store) ReadOnce(ctx context.Context, tenant uuid.UUID, reads func(*Reads)) error {
	b := &Reads{}
	b.Queue("begin read only")
	b.Queue(setTenant, tenant.String())
	reads(b)
	b.Queue("commit")
	conn, err := s.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	// A connection that a failed batch leaves inside its transaction is not put back: Release closes it.
	defer conn.Release()
	return conn.SendBatch(ctx, b).Close()
}

// The rows that an act on a task is judged by, all queued by the task's id.

// QueueTask queues the read of a task.
func QueueTask(b *Reads, id uuid.UUID, to **Task) {
	read(b, to, `select `+taskColumns+` from tasks t where t.id = $1`, id)
}

// QueueTaskInstance queues the read of the instance that a task belongs to.
func QueueTaskInstance(b *Reads, task uuid.UUID, to **Instance) {
	read(b, to, `select `+instanceColumns+` from instances where id = (select instance from tasks where id = $1)`, task)
}

// QueueTaskSettings queues the read of the settings in force for a task.
func QueueTaskSettings(b *Reads, task uuid.UUID, to *[]Setting) {
	readAll(b, to, `select name, value from settings where pack = (select `+settingsPack+` from tasks where id = $1)`, task)
}

// QueuePerson queues the read of a person.
func QueuePerson(b *Reads, id string, to **Person) {
	read(b, to, personQuery+` where p.id = $1 group by p.tenant, p.id`, id)
}

// QueueInstance queues the read of an instance.
func QueueInstance(b *Reads, id uuid.UUID, to **Instance) {
	read(b, to, `select `+instanceColumns+` from instances where id = $1`, id)
}

// QueueLatest queues the read of the newest revision of a pack.
func QueueLatest(b *Reads, pack string, to **Revision) {
	read(b, to, latestRevision, pack)
}

// QueueSettings queues the read of the changed settings of a pack.
func QueueSettings(b *Reads, pack string, to *[]Setting) {
	readAll(b, to, settingsOfPack, pack)
}
