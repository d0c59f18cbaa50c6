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
	var elsewhere bool
	err = db.QueryRow(ctx, `select xid::text::bigint, position, xid >= pg_snapshot_xmax(pg_current_snapshot())
			or exists (select from outbox where xid >= pg_snapshot_xmax(pg_current_snapshot()))
		from outbox_readers where reader = $1 for update skip locked`, reader).Scan(&xid, &position, &elsewhere)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if elsewhere {
		return nil, countAnew(ctx, db)
	}
	rows, err := db.Query(ctx, `select xid::text::bigint as xid, position, topic, instance, body, recorded from outbox
		where (xid, position) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
		order by xid, position limit $3`, xidText(xid), position, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Event])
}

// countAnew is for a database that was restored into a server that has not counted as many transactions as
// the one it comes from: what is new there would stand before the readers' places. What they have still to
// read goes to the beginning, in its order; a reader that was ahead of others may read some of it again.
func countAnew(ctx context.Context, db DB) error {
	_, err := db.Exec(ctx, `with unread as (select xid, position from outbox_readers order by xid, position limit 1),
		old as (delete from outbox where xid >= pg_snapshot_xmax(pg_current_snapshot()) returning *)
		insert into outbox (xid, topic, instance, body, recorded)
		select '1', topic, instance, body, recorded from old
		where (xid, position) > (select xid, position from unread) order by xid, position`)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, `update outbox_readers set xid = '0', position = 0 where xid >= pg_snapshot_xmax(pg_current_snapshot())`)
	return err
}

// Followed moves reader's place behind e.
func Followed(ctx context.Context, db DB, reader string, e Event) error {
	_, err := db.Exec(ctx, `update outbox_readers set xid = $2::text::xid8, position = $3 where reader = $1`, reader, xidText(e.XID), e.Position)
	return err
}

func xidText(xid uint64) string { return strconv.FormatUint(xid, 10) }
