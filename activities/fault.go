package activities

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"go.temporal.io/sdk/activity"

	"waybill/definitions/value"
)

// Sentinels of the package.
var (
	ErrUnknown = errors.New("not known")
	errPanic   = errors.New("panic")
)

// Code says what went wrong without any word of the business's data: all that Temporal hears.
type Code string

// The codes of failures.
const (
	CodeBusy      Code = "busy"      // a lock, or too many connections: it passes
	CodeDatabase  Code = "database"  // PostgreSQL was not reached, or broke off
	CodeAction    Code = "action"    // an action failed for a technical reason
	CodePanic     Code = "panic"     // code of ours or of an action panicked
	CodeEngine    Code = "engine"    // the engine gave an error: a bug or a broken definition
	CodePack      Code = "pack"      // the instance's revision is missing or does not compile any more
	CodeWrite     Code = "write"     // PostgreSQL refuses what the turn wants to write
	CodeTimeout   Code = "timeout"   // a remote call took too long
	CodeCancelled Code = "cancelled" // a remote call was told to stop
	CodeInternal  Code = "internal"
)

// Fault is the only error that leaves this package towards Temporal. Its text is the code and an id
// to find the cause by, which stands in the log.
type Fault struct {
	Code  Code
	ID    uuid.UUID
	cause error
}

func (f *Fault) Error() string { return fmt.Sprintf("%s: %s", f.Code, f.ID) }

// Unwrap gives the cause to code on this side of Temporal.
func (f *Fault) Unwrap() error { return f.cause }

// Refusal is why something that arrived was not taken: a mistake of the caller, as a value. Field is
// the path of the input concerned, "" for none; where several are wrong, Faults holds each with its path,
// and Field is the first.
type Refusal struct {
	Code   string
	Text   string
	Field  string
	Faults value.Faults
}

// refusedValues refuses values for what is wrong with them. Field says which part of the request they
// are, "" where they are all of it.
func refusedValues(code, field string, faults value.Faults) *Refusal {
	r := &Refusal{Code: code, Text: faults.Error()}
	for _, f := range faults {
		if field != "" {
			f.Path = field + "." + f.Path
		}
		r.Faults = append(r.Faults, f)
	}
	r.Field = r.Faults[0].Path
	return r
}

func (r *Refusal) Error() string {
	if r.Field == "" {
		return r.Code + ": " + r.Text
	}
	return r.Code + ": " + r.Field + ": " + r.Text
}

// passes tells whether an error goes away by itself, so that the turn is simply taken again: locks,
// lost connections, a server that restarts. A statement that ran into its time limit does not.
func passes(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return errors.Is(err, errBroken)
	}
	return pg.Code == "55P03" || strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "40") ||
		strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P") || pg.Code == "25P03"
}

// Busy tells whether an error of a request goes away by itself, so that the same request may be sent
// again: nothing was written.
func Busy(err error) bool { return passes(err) || tooLong(err) }

// Unstorable tells whether a request has a text that PostgreSQL cannot hold: with the character U+0000,
// or in bytes that are not UTF-8.
func Unstorable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "22021" || pg.Code == "22P05")
}

// TooLong tells whether a request has a text that is too long for an index of PostgreSQL, such as a key or a role.
func TooLong(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "54000"
}

// patientAttempts is how often Temporal takes a turn again whose statement ran into its time limit, before the limit counts
// as the statement's own failure: a busy machine passes, a statement that is too slow does not. Attempts that ended waiting
// for a lock count too, so there are enough for a crowd and a stall together; they take a minute or two.
const patientAttempts = 10

// patient tells whether the turn is worth taking again although a statement took too long.
func patient(ctx context.Context) bool {
	return activity.IsActivity(ctx) && activity.GetInfo(ctx).Attempt <= patientAttempts
}

// tooLong tells whether PostgreSQL ended a statement at its time limit.
func tooLong(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "57014"
}

func codeOf(err error) Code {
	switch {
	case errors.Is(err, errPanic):
		return CodePanic
	case errors.Is(err, errBroken):
		return CodeDatabase
	case passes(err) || tooLong(err):
		return CodeBusy
	}
	return CodeInternal
}
