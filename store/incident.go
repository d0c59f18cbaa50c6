package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Incident is a step, or with Wait 0 an instance, that stands still until an operator acts. Text may
// name the business's data and never leaves PostgreSQL but to those who may see it.
type Incident struct {
	ID       uuid.UUID  `db:"id"`
	Instance uuid.UUID  `db:"instance"`
	Wait     int64      `db:"wait"`
	Step     string     `db:"step"`
	Code     string     `db:"code"`
	Text     string     `db:"text"`
	Raised   time.Time  `db:"raised"`
	Cleared  *time.Time `db:"cleared"`
}

// InsertIncident queues the incident; its text, which may come from anywhere, is made Storable.
func InsertIncident(q Queue, i Incident) {
	q.Queue(`insert into incidents (id, instance, wait, step, code, text, raised) values ($1, $2, $3, $4, $5, $6, $7)`,
		i.ID, i.Instance, i.Wait, i.Step, i.Code, Storable(i.Text), i.Raised)
}

// ClearIncident queues the end of the open incident at wait.
func ClearIncident(q Queue, instance uuid.UUID, wait int64, at time.Time) {
	q.Queue(`update incidents set cleared = $3 where instance = $1 and wait = $2 and cleared is null`, instance, wait, at)
}

// ClearIncidents queues the end of all open incidents of an instance.
func ClearIncidents(q Queue, instance uuid.UUID, at time.Time) {
	q.Queue(`update incidents set cleared = $2 where instance = $1 and cleared is null`, instance, at)
}

// OpenIncidents lists open incidents, newest first: of one instance, or with uuid.Nil of all.
func OpenIncidents(ctx context.Context, db DB, instance uuid.UUID, limit int) ([]Incident, error) {
	rows, err := db.Query(ctx, `select id, instance, wait, step, code, text, raised, cleared from incidents
		where cleared is null and ($1 = '00000000-0000-0000-0000-000000000000'::uuid or instance = $1)
		order by id desc limit $2`, instance, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Incident])
}
