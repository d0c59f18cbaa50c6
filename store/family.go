package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Eldest returns the instance at the top of the sub-processes that id belongs to, or ErrNotFound.
func Eldest(ctx context.Context, db DB, id uuid.UUID) (uuid.UUID, error) {
	var eldest uuid.UUID
	err := db.QueryRow(ctx, `with recursive above as (
			select id, parent, 0 as height from instances where id = $1
			union all
			select i.id, i.parent, height + 1 from above a join instances i on i.id = a.parent)
		select id from above order by height desc limit 1`, id).Scan(&eldest)
	return one(eldest, err)
}

// Family lists an instance and the sub-processes below it, detached ones too, parents before their
// children, at most limit. Their state is left out.
func Family(ctx context.Context, db DB, id uuid.UUID, limit int) ([]Instance, error) {
	rows, err := db.Query(ctx, `with recursive below as (
			select id from instances where id = $1
			union
			select i.id from below b join instances i on i.parent = b.id)
		select i.id, pack, process, revision, business_key, parent, parent_wait, depth, started,
			n, status, outcome, null::bytea as state, format, at, wake_at, head_seq, head_hash, incidents, halted, actor, ended
		from below join instances i on i.id = below.id order by i.depth, i.started, i.id limit $2`, id, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Instance])
}

// Unreported lists the ended sub-processes of an instance whose end it has not heard of.
func Unreported(ctx context.Context, db DB, parent uuid.UUID) ([]Instance, error) {
	rows, err := db.Query(ctx, `select `+instanceColumns+` from instances
		where parent = $1 and status = 'ended' and state is not null and id in (
			select child from children where instance = $1 and not detached and reported is null)`, parent)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Instance])
}
