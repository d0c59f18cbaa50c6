package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// The topics of the outbox.
const (
	TopicSchedules = "schedules" // the schedules of a pack changed; body {"pack": name}
	TopicNotice    = "notice"    // people are to be told about a task
	TopicEnded     = "ended"     // an instance ended
	TopicUnclaimed = "unclaimed" // nobody took a message in time
	TopicMessage   = "message"   // an instance sent a message; body {"id", "message", "key", "with"}
)

// Event is a row of the outbox. Body is JSON.
type Event struct {
	XID      uint64     `db:"xid"`
	Position int64      `db:"position"`
	Topic    string     `db:"topic"`
	Instance *uuid.UUID `db:"instance"`
	Body     []byte     `db:"body"`
	Recorded time.Time  `db:"recorded"`
}

// InsertEvent queues the event; its place is the transaction's.
func InsertEvent(q Queue, e Event) {
	q.Queue(`insert into outbox (topic, instance, body) values ($1, $2, $3)`, e.Topic, e.Instance, jsonOr(e.Body, "{}"))
}

// Follow returns the next events after reader's place, at most limit, in an order that misses none:
// only below the oldest transaction still running. The reader's place is locked until the transaction
// ends; another process that follows as the same reader gets none meanwhile.
func Follow(ctx context.Context, db DB, reader string, limit int) ([]Event, error) {
	_, err := db.Exec(ctx, `insert into outbox_readers (reader) values ($1) on conflict do nothing`, reader)
	if err != nil {
		return nil, err
	}
	var xid uint64
	var position int64
	err = db.QueryRow(ctx, `select xid::text::bigint, position from outbox_readers where reader = $1 for update skip locked`, reader).
		Scan(&xid, &position)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := db.Query(ctx, `select xid::text::bigint as xid, position, topic, instance, body, recorded from outbox
		where (xid, position) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
		order by xid, position limit $3`, xidText(xid), position, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Event])
}

// Followed moves reader's place behind e.
func Followed(ctx context.Context, db DB, reader string, e Event) error {
	_, err := db.Exec(ctx, `update outbox_readers set xid = $2::text::xid8, position = $3 where reader = $1`, reader, xidText(e.XID), e.Position)
	return err
}

func xidText(xid uint64) string { return strconv.FormatUint(xid, 10) }
