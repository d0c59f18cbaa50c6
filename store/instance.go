package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Status is where an instance stands.
type Status string

// The statuses. Created: no turn has run yet.
const (
	Created Status = "created"
	Running Status = "running"
	Undoing Status = "undoing"
	Paused  Status = "paused"
	Ended   Status = "ended"
)

// Instance is a row of instances: one run of a process.
type Instance struct {
	ID          uuid.UUID  `db:"id"`
	Pack        string     `db:"pack"`
	Process     string     `db:"process"`
	Revision    int        `db:"revision"`
	BusinessKey *string    `db:"business_key"`
	Parent      *uuid.UUID `db:"parent"`
	ParentWait  *int64     `db:"parent_wait"` // nil: the parent does not wait for the end
	Depth       int        `db:"depth"`
	Started     time.Time  `db:"started"`
	N           int64      `db:"n"` // turns committed
	Status      Status     `db:"status"`
	Outcome     *string    `db:"outcome"`
	State       []byte     `db:"state"` // nil before the first turn
	Format      *int       `db:"format"`
	At          *time.Time `db:"at"` // the last turn's clock
	WakeAt      *time.Time `db:"wake_at"`
	HeadSeq     int64      `db:"head_seq"`
	HeadHash    []byte     `db:"head_hash"`
	Incidents   int        `db:"incidents"`
	Halted      *uuid.UUID `db:"halted"`
	Actor       string     `db:"actor"` // behind the actions left for the next turn
	Ended       *time.Time `db:"ended"`
}

const instanceColumns = `id, pack, process, revision, business_key, parent, parent_wait, depth, started,
	n, status, outcome, state, format, at, wake_at, head_seq, head_hash, incidents, halted, actor, ended`

// LockInstance queues the lock of an instance's row and reads it into *row; an instance that is not
// there leaves *row nil. It takes no lock that a foreign key of the inbox would wait for.
func LockInstance(b *Reads, id uuid.UUID, row **Instance) {
	read(b, row, `select `+instanceColumns+` from instances where id = $1 for no key update`, id)
}

// ReadInstance returns the instance or ErrNotFound.
func ReadInstance(ctx context.Context, db DB, id uuid.UUID) (*Instance, error) {
	rows, err := db.Query(ctx, `select `+instanceColumns+` from instances where id = $1`, id)
	if err != nil {
		return nil, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Instance]))
}

// InsertInstance queues the row of an instance that no turn has run yet. An id that is there already
// changes nothing; a business key that runs already fails with the constraint that Duplicate knows.
func InsertInstance(q Queue, i Instance) {
	q.Queue(`insert into instances (id, pack, process, revision, business_key, parent, parent_wait, depth, started)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing`,
		i.ID, i.Pack, i.Process, i.Revision, i.BusinessKey, i.Parent, i.ParentWait, i.Depth, i.Started)
}

// BeginAgain queues that an instance whose start was refused, so that it never began, gets another one.
// One that began, or has still to begin, is left alone.
func BeginAgain(q Queue, start InboxRow) {
	q.Queue(`with again as (
			update instances set status = 'created', outcome = null, ended = null
			where id = $1 and status = 'ended' and state is null returning id)
		insert into inbox (id, instance, kind, body, by) select $2, id, $3, $4, $5 from again`,
		start.Instance, start.ID, start.Kind, string(start.Body), start.By)
}

// Duplicate tells whether err says that an instance with the business key is running.
func Duplicate(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "23505" && pg.ConstraintName == "instances_business_key"
}

// UpdateInstance queues what a turn changes.
func UpdateInstance(q Queue, i *Instance) {
	q.Queue(`update instances set n = $2, status = $3, outcome = $4, state = $5, format = $6, at = $7, wake_at = $8,
		head_seq = $9, head_hash = $10, incidents = $11, halted = $12, ended = $13, business_key = $14, actor = $15 where id = $1`,
		i.ID, i.N, i.Status, i.Outcome, i.State, i.Format, i.At, i.WakeAt, i.HeadSeq, i.HeadHash, i.Incidents, i.Halted,
		i.Ended, i.BusinessKey, i.Actor)
}

// RunningWithKey returns the instance of process that holds the business key, or ErrNotFound.
func RunningWithKey(ctx context.Context, db DB, pack, process, key string) (uuid.UUID, error) {
	var id uuid.UUID
	err := db.QueryRow(ctx, `select id from instances
		where pack = $1 and process = $2 and business_key = $3 and ended is null`, pack, process, key).Scan(&id)
	return one(id, err)
}

const instanceColumnsWithoutState = `id, pack, process, revision, business_key, parent, parent_wait, depth, started,
	n, status, outcome, null::bytea as state, format, at, wake_at, head_seq, head_hash, incidents, halted, actor, ended`

// InstancesOf returns the instances of those ids, without their state.
func InstancesOf(ctx context.Context, db DB, ids []uuid.UUID) ([]Instance, error) {
	rows, err := db.Query(ctx, `select `+instanceColumnsWithoutState+` from instances where id = any($1)`, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Instance])
}

// InstanceFilter picks instances of a list; empty fields pick all. After is the last id of the page before.
type InstanceFilter struct {
	Process, Key  string
	OpenOnly      bool
	IncidentsOnly bool
	After         uuid.UUID
	Limit         int
}

// Instances lists instances, newest first, without their state.
func Instances(ctx context.Context, db DB, f InstanceFilter) ([]Instance, error) {
	rows, err := db.Query(ctx, `select `+instanceColumnsWithoutState+` from instances
		where ($1 = '' or process = $1) and ($2 = '' or business_key = $2) and (not $3 or ended is null)
		  and (not $4 or incidents > 0) and ($5 = '00000000-0000-0000-0000-000000000000'::uuid or id < $5)
		order by id desc limit $6`, f.Process, f.Key, f.OpenOnly, f.IncidentsOnly, f.After, f.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Instance])
}

// StandingStill counts the instances that have an incident.
func StandingStill(ctx context.Context, db DB) (int, error) {
	var n int
	err := db.QueryRow(ctx, `select count(*) from instances where incidents > 0 and ended is null`).Scan(&n)
	return n, err
}
