package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Listener is a wait that listens for a message, with what it belongs to. Key "" takes any key.
type Listener struct {
	Position    int64     `db:"position"`
	Instance    uuid.UUID `db:"instance"`
	Wait        int64     `db:"wait"`
	Name        string    `db:"name"`
	Key         string    `db:"key"`
	Opened      time.Time `db:"opened"`
	Pack        string    `db:"pack"`
	Process     string    `db:"process"`
	BusinessKey *string   `db:"business_key"`
}

// ListenerFilter picks subscriptions; "" is any. After is the position of the last row seen.
type ListenerFilter struct {
	Name, Key string
	After     int64
	Limit     int
}

// Listeners lists subscriptions, the longest waiting first.
func Listeners(ctx context.Context, db DB, f ListenerFilter) ([]Listener, error) {
	rows, err := db.Query(ctx, `
		select s.position, s.instance, s.wait, s.name, s.key, s.opened, i.pack, i.process, i.business_key
		from subscriptions s join instances i on i.id = s.instance
		where s.position > $1 and ($2 = '' or s.name = $2) and ($3 = '' or s.key = $3)
		order by s.position limit $4`, f.After, f.Name, f.Key, f.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Listener])
}
