package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type commandTag = pgconn.CommandTag

// Call is a remote call that a turn requested. Request and Answer are JSON.
type Call struct {
	Instance  uuid.UUID     `db:"instance"`
	Wait      int64         `db:"wait"`
	Attempt   int           `db:"attempt"`
	Step      string        `db:"step"`
	Action    string        `db:"action"`
	Request   []byte        `db:"request"`
	Timeout   time.Duration `db:"timeout"`
	By        string        `db:"by"`
	Key       string        `db:"idempotency_key"`
	Requested time.Time     `db:"requested"`
	Claims    int           `db:"claims"`    // how often it was taken, this time included
	Cancelled *time.Time    `db:"cancelled"` // since when nobody wants its result
}

const callColumns = `instance, wait, attempt, step, action, request, timeout, by, idempotency_key, requested, claims, cancelled`

// InsertCall queues the request; a further attempt replaces the one before and its answer.
func InsertCall(q Queue, c Call) {
	q.Queue(`insert into calls (instance, wait, attempt, step, action, request, timeout, by, idempotency_key, requested)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (instance, wait) do update set attempt = excluded.attempt, request = excluded.request,
			timeout = excluded.timeout, by = excluded.by, requested = excluded.requested, lease = null, cancelled = null,
			answered = null, answer = null`,
		c.Instance, c.Wait, c.Attempt, c.Step, c.Action, string(c.Request), c.Timeout, c.By, c.Key, c.Requested)
}

// CancelCall queues that nobody waits for the call any more.
func CancelCall(q Queue, instance uuid.UUID, wait int64, at time.Time) {
	q.Queue(`update calls set cancelled = $3 where instance = $1 and wait = $2 and answered is null`, instance, wait, at)
}

// ClaimCall takes the call for lease; attempt 0 takes the one there is. ErrNotFound: this attempt is
// answered, replaced, or another holder's lease is still running.
func ClaimCall(ctx context.Context, db DB, instance uuid.UUID, wait int64, attempt int, lease time.Duration) (*Call, error) {
	rows, err := db.Query(ctx, `update calls set claims = claims + 1, lease = clock_timestamp() + $4::interval
		where instance = $1 and wait = $2 and $3 in (0, attempt) and answered is null
		  and (lease is null or lease < clock_timestamp()) returning `+callColumns, instance, wait, attempt, lease)
	if err != nil {
		return nil, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Call]))
}

// CallOpen tells whether this attempt of the call still lacks its answer.
func CallOpen(ctx context.Context, db DB, instance uuid.UUID, wait int64, attempt int) (bool, error) {
	var open bool
	err := db.QueryRow(ctx, `select exists (select from calls
		where instance = $1 and wait = $2 and $3 in (0, attempt) and answered is null)`, instance, wait, attempt).Scan(&open)
	return open, err
}

// AnswerCall writes the answer of this attempt once; false: it had one, or a later attempt replaced it.
func AnswerCall(ctx context.Context, db DB, c *Call, answer []byte) (bool, error) {
	tag, err := db.Exec(ctx, `update calls set answered = clock_timestamp(), answer = $4, lease = null
		where instance = $1 and wait = $2 and attempt = $3 and answered is null`, c.Instance, c.Wait, c.Attempt, string(answer))
	return tag.RowsAffected() == 1, err
}

// ExtendLease keeps a call claimed while it runs.
func ExtendLease(ctx context.Context, db DB, c *Call, lease time.Duration) error {
	_, err := db.Exec(ctx, `update calls set lease = clock_timestamp() + $4::interval
		where instance = $1 and wait = $2 and attempt = $3 and answered is null`, c.Instance, c.Wait, c.Attempt, lease)
	return err
}

// InsertChild queues that wait of instance runs the child, whose end it has not heard of.
func InsertChild(q Queue, instance uuid.UUID, wait int64, child uuid.UUID, step string, mode ChildMode) {
	q.Queue(`insert into children (instance, wait, child, step, detached) values ($1, $2, $3, $4, $5)
		on conflict (instance, wait) do update set reported = null`, instance, wait, child, step, mode == Detached)
}

// ChildMode says whether the parent waits for the child's end.
type ChildMode string

// The modes.
const (
	Attached ChildMode = "attached"
	Detached ChildMode = "detached"
)

// ReportChild queues that the end of the child stands in its parent's inbox.
func ReportChild(q Queue, parent uuid.UUID, wait int64, at time.Time) {
	q.Queue(`update children set reported = $3 where instance = $1 and wait = $2`, parent, wait, at)
}

// OpenCall is a call that lacked its answer at some time.
type OpenCall struct {
	Instance  uuid.UUID  `db:"instance"`
	Wait      int64      `db:"wait"`
	Attempt   int        `db:"attempt"`
	Step      string     `db:"step"`
	Action    string     `db:"action"`
	Key       string     `db:"idempotency_key"`
	Requested time.Time  `db:"requested"`
	Answered  *time.Time `db:"answered"`
}

const openCallColumns = `instance, wait, attempt, step, action, idempotency_key, requested, answered`

// CallsOpenAt lists the calls that had been requested by a time and had no answer then, the oldest first.
func CallsOpenAt(ctx context.Context, db DB, at time.Time) ([]OpenCall, error) {
	rows, err := db.Query(ctx, `select `+openCallColumns+` from calls
		where requested <= $1 and (answered is null or answered > $1) order by requested, instance, wait`, at)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenCall])
}

// ReadCall returns the call of a wait, or ErrNotFound.
func ReadCall(ctx context.Context, db DB, instance uuid.UUID, wait int64) (OpenCall, error) {
	rows, err := db.Query(ctx, `select `+openCallColumns+` from calls where instance = $1 and wait = $2`, instance, wait)
	if err != nil {
		return OpenCall{}, err
	}
	return one(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[OpenCall]))
}
