package activities

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// direct is a transaction as the catalogue's look-ups see it outside a turn: they only read.
type direct struct{ pgx.Tx }

// Queue sends the statement at once; an error loses the transaction, and surfaces with what follows.
func (d direct) Queue(sql string, args ...any) {
	_, _ = d.Exec(context.Background(), sql, args...)
}
