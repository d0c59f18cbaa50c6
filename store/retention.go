package store

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// Retention says how long is kept what nobody needs any more; zero is for ever.
type Retention struct {
	// Requests is how long a request is remembered: its idempotency key, a message's id, its inbox row with
	// what became of it. The same request sent again later counts as a new one.
	Requests time.Duration
	// Events is how long an event stays in the outbox, at least until all that follow it have read it.
	Events time.Duration
}

// Purge deletes, of each kind of row, at most limit that are over, and returns the largest number of one
// kind: below limit, nothing is left to delete. What was not read stays, and a message that an instance
// may still give back. Two never purge at the same time: the second does nothing.
func Purge(ctx context.Context, db DB, r Retention, limit int) (int, error) {
	var mine bool
	var now time.Time
	err := db.QueryRow(ctx, `select pg_try_advisory_xact_lock($1), clock_timestamp()`, LockOf("purge")).Scan(&mine, &now)
	if err != nil || !mine {
		return 0, err
	}
	most := 0
	run := func(sql string, args ...any) error {
		tag, err := db.Exec(ctx, sql, args...)
		most = max(most, int(tag.RowsAffected()))
		return err
	}
	if r.Requests > 0 {
		over := now.Add(-r.Requests)
		for _, sql := range requestPurges() {
			if err := run(sql, firstID(over), over, limit); err != nil {
				return most, err
			}
		}
	}
	if r.Events > 0 {
		if err := run(eventPurge, now.Add(-r.Events), limit); err != nil {
			return most, err
		}
	}
	return most, nil
}

// firstID is the smallest UUIDv7 of a time. Ids of the inbox begin with the time at which they were
// made, so that old rows are found by the index that is there anyway.
func firstID(at time.Time) uuid.UUID {
	var id uuid.UUID
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(at.UnixMilli()))
	copy(id[:6], millis[2:])
	return id
}

// requestPurges are in the order in which rows refer to each other.
func requestPurges() []string {
	return []string{
		`delete from idempotency_keys where (tenant, key) in (
			select k.tenant, k.key from idempotency_keys k join inbox i on i.id = k.inbox
			where k.inbox < $1 and k.recorded < $2 and i.consumed_turn is not null limit $3)`,
		`delete from messages where (tenant, id) in (
			select m.tenant, m.id from messages m join inbox i on i.id = m.inbox join instances r on r.id = m.instance
			where m.inbox < $1 and m.recorded < $2 and i.consumed_turn is not null and r.status = 'ended' limit $3)`,
		`delete from messages where (tenant, id) in (
			select tenant, id from messages where $1::uuid is not null and unclaimed < $2 and recorded < $2 limit $3)`,
		`delete from inbox where id in (
			select i.id from inbox i where i.id < $1 and i.recorded < $2 and i.consumed_turn is not null
			  and not exists (select from idempotency_keys k where k.inbox = i.id)
			  and not exists (select from messages m where m.inbox = i.id) limit $3)`,
	}
}

const eventPurge = `delete from outbox where (tenant, xid, position) in (
	select tenant, xid, position from outbox where recorded < $1
	  and (xid, position) <= (select xid, position from outbox_readers order by xid, position limit 1)
	order by xid, position limit $2)`
