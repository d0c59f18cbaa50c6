package temporal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// claimKey is the advisory lock that the one server of a database holds: "waybill" in ASCII.
	claimKey = 0x77617962696c6c

	// claimWait outlasts the session of a process that was just killed.
	claimWait = 3 * time.Second
	claimPoll = 50 * time.Millisecond
)

// claim is this process's hold on the databases.
type claim struct {
	conn *pgx.Conn
}

// claim takes hold of the databases and forgets the members of earlier servers. The folder's lock does not suffice where
// two folders share one PostgreSQL. A server that still saw its killed predecessor as a member would wait for it to be
// declared dead before it runs the first workflow.
//
// The error wraps ErrInUse if another server holds them.
func (s *stores) claim(ctx context.Context) (*claim, error) {
	conn, err := pgx.Connect(ctx, s.url(s.main))
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", s.main, err)
	}
	if err := takeHold(ctx, conn); err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", s.main, err), conn.Close(ctx))
	}
	return &claim{conn}, nil
}

func takeHold(ctx context.Context, conn *pgx.Conn) error {
	limited, cancel := context.WithTimeoutCause(ctx, claimWait, fmt.Errorf("%w by another server", ErrInUse))
	defer cancel()
	for {
		var held bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", claimKey).Scan(&held); err != nil {
			return err
		}
		if held {
			_, err := conn.Exec(ctx, "DELETE FROM cluster_membership")
			return err
		}
		select {
		case <-limited.Done():
			return context.Cause(limited)
		case <-time.After(claimPoll):
		}
	}
}

func (c *claim) close() error {
	return c.conn.Close(context.Background())
}
