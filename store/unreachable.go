package store

import (
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// unreachable says shortly which database could not be connected to, and why; other errors stay as they
// are.
func unreachable(err error) error {
	refused, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	cause := refused.Unwrap()
	if answered, ok := errors.AsType[*pgconn.PgError](cause); ok {
		cause = answered
	} else if dialled, ok := errors.AsType[*net.OpError](cause); ok {
		cause = dialled.Err
	}
	at := refused.Config
	return fmt.Errorf("%s at %s:%d, as %s: %w", at.Database, at.Host, at.Port, at.User, cause)
}
