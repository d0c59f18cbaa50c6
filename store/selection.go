package store

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Selection picks running instances for an act on many; empty fields pick all. After is the last id of
// the page before.
type Selection struct {
	Pack     string
	Process  string
	Revision int
	IDs      []uuid.UUID
	Step     string // that stand at this step: with a task or an incident there
	Incident string // that have an open incident of this code
	After    uuid.UUID
	Limit    int
}

const selected = `from instances i
	where i.ended is null and ($1 = '' or i.pack = $1) and ($2 = '' or i.process = $2) and ($3 = 0 or i.revision = $3)
	  and (cardinality($4::uuid[]) = 0 or i.id = any($4))
	  and ($5 = '' or exists (select from tasks t where t.instance = i.id and t.closed is null and t.step = $5)
	       or exists (select from incidents s where s.instance = i.id and s.cleared is null and s.step = $5))
	  and ($6 = '' or exists (select from incidents s where s.instance = i.id and s.cleared is null and s.code = $6))`

func (s Selection) args() []any {
	ids := s.IDs
	if ids == nil {
		ids = []uuid.UUID{}
	}
	return []any{s.Pack, s.Process, s.Revision, ids, s.Step, s.Incident}
}

// SelectInstances lists running instances, the oldest first.
func SelectInstances(ctx context.Context, db DB, s Selection) ([]Instance, error) {
	rows, err := db.Query(ctx, `select id, pack, process, revision, business_key, parent, parent_wait, depth, started,
		n, status, outcome, state, format, at, wake_at, head_seq, head_hash, incidents, halted, actor, ended `+selected+
		` and i.id > $7 order by i.id limit $8`, append(s.args(), s.After, s.Limit)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Instance])
}

// CountSelected counts running instances, at most most.
func CountSelected(ctx context.Context, db DB, s Selection, most int) (int, error) {
	var n int
	err := db.QueryRow(ctx, `select count(*) from (select `+selected+` limit $7) as found`, append(s.args(), most)...).Scan(&n)
	return n, err
}

// SetRevision queues that an instance is on another revision of its pack from this turn on.
func SetRevision(q Queue, instance uuid.UUID, number int) {
	q.Queue(`update instances set revision = $2 where id = $1`, instance, number)
}
