package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Symptom is what the doctor found about an instance.
type Symptom string

// The symptoms that PostgreSQL alone shows.
const (
	InboxUnread    Symptom = "inbox unread"
	WakePast       Symptom = "wake past"
	CallUnclaimed  Symptom = "call without a live lease"
	ChildUnhandled Symptom = "child without its report"
	LockOfEnded    Symptom = "lock of an ended instance"
	LockUntold     Symptom = "lock that nobody was told of"
)

// How long something may stay before it is a symptom.
const (
	unreadFor  = 30 * time.Second
	wakePastBy = time.Minute
	callFor    = 30 * time.Second
)

// Ailing is an instance that a poke may heal.
type Ailing struct {
	Instance uuid.UUID `db:"instance"`
	Symptom  Symptom   `db:"symptom"`
	Since    time.Time `db:"since"`
}

// Ailments lists what stands still without a reason, per instance and symptom. A halted
// instance stands still on purpose.
func Ailments(ctx context.Context, db DB) ([]Ailing, error) {
	rows, err := db.Query(ctx, `
		select r.instance, 'inbox unread' as symptom, min(r.recorded) as since
		from inbox r join instances i on i.id = r.instance
		where r.consumed_turn is null and r.recorded < statement_timestamp() - $1::interval
		  and (i.halted is null or r.kind = any($4))
		group by r.instance
		union all
		select id, 'wake past', wake_at from instances
		where (ended is null or status = 'undoing') and halted is null and wake_at < clock_timestamp() - $2::interval
		union all
		select c.instance, 'call without a live lease', c.requested
		from calls c join instances i on i.id = c.instance
		where c.answered is null and c.cancelled is null and i.halted is null
		  and c.requested < clock_timestamp() - $3::interval and (c.lease is null or c.lease < clock_timestamp())
		union all
		select h.instance, 'child without its report', c.ended
		from children h join instances c on c.id = h.child join instances p on p.id = h.instance
		where not h.detached and h.reported is null and c.status = 'ended' and p.ended is null
		union all
		select instance, 'lock of an ended instance', min(asked) from (`+deadPlaces+`) dead group by instance
		union all
		select instance, 'lock that nobody was told of', min(asked) from (`+untoldHeads+`) untold
		where asked < clock_timestamp() - $1::interval group by instance
		order by 3`, unreadFor, wakePastBy, callFor, operatorActs())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Ailing])
}

// Interrupted lists instances whose last turn nobody may have heard of, because the process that took it
// ended: something is due, or nobody makes the call that it asked for. A poke that was not needed does
// no harm.
func Interrupted(ctx context.Context, db DB, limit int) ([]uuid.UUID, error) {
	rows, err := db.Query(ctx, `
		select id from instances
		where (ended is null or status = 'undoing') and halted is null and wake_at < clock_timestamp()
		union
		select c.instance from calls c join instances i on i.id = c.instance
		where c.answered is null and i.halted is null and (c.lease is null or c.lease < clock_timestamp())
		limit $1`, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// OpenInstances lists the ids of instances that need a workflow, after the id given, at most limit.
// One that has only just been written may still get its first poke.
func OpenInstances(ctx context.Context, db DB, after uuid.UUID, limit int) ([]uuid.UUID, error) {
	rows, err := db.Query(ctx, `
		(select id from instances where ended is null and id > $1 and started < clock_timestamp() - $3::interval order by id limit $2)
		union
		(select id from instances where status = 'undoing' and id > $1 and started < clock_timestamp() - $3::interval order by id limit $2)
		order by id limit $2`, after, limit, unreadFor)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// EndedInstances returns those of ids whose workflow has nothing left to do: they are over, and long enough
// for it to have heard so.
func EndedInstances(ctx context.Context, db DB, ids []uuid.UUID) ([]uuid.UUID, error) {
	rows, err := db.Query(ctx, `select i.id from instances i
		where i.id = any($1) and i.status = 'ended' and i.at < clock_timestamp() - $2::interval
		  and not exists (select from calls c where c.instance = i.id and c.answered is null)
		  and not exists (select from children c where c.instance = i.id and not c.detached and c.reported is null)`, ids, unreadFor)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// KnownInstances returns those of ids that are instances of the tenant.
func KnownInstances(ctx context.Context, db DB, ids []uuid.UUID) ([]uuid.UUID, error) {
	rows, err := db.Query(ctx, `select id from instances where id = any($1)`, ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
