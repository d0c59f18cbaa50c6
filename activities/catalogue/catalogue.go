// Package catalogue turns typed Go functions into the actions that a process may call, and Go structs
// into the objects that its formulas may look up.
//
// An area (sales, stock, billing ...) is a package of such functions; its signatures, its documentation
// and its JSON Schema all come from the Go types, so they cannot disagree with what runs:
//
//	type reserveIn struct {
//		Order string      `json:"order" doc:"number of the sales order"`
//		Lines []OrderLine `json:"lines"`
//		Until string      `json:"until,omitempty" type:"date"`
//	}
//
// Go types stand for types of the process language as follows.
//
//	string                       text, or what the tag type says: date, time, duration, file, A | B, ref area.object
//	int, int64                   integer
//	value.Decimal                number, or what the tag type says: quantity, percent, integer
//	value.Money                  money
//	bool                         boolean
//	time.Time                    moment
//	[]T, map[string]T            list of T, map of T; the tag type is T's
//	struct                       a record, named as the Go type
//	*T                           optional T
//	omitempty on text, moment,   optional; the zero value stands for nothing
//	a list or a map
//
// The tag personal:"true" marks personal data, doc:"..." documents a field.
package catalogue

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
	"waybill/engine"
)

// Tx is the turn's transaction as an action sees it. It is not safe for concurrent use.
type Tx interface {
	// Queue adds a write whose outcome nobody needs to see. It is sent with the next Query, QueryRow
	// or Exec, or with the commit, and an error of it surfaces there.
	Queue(sql string, args ...any)
	// Query, QueryRow and Exec send what is queued first, in the same round trip. Rows are read or
	// closed before the next call.
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Call is what an action knows about the step that called it.
type Call struct {
	Tenant   uuid.UUID
	Instance uuid.UUID
	Wait     engine.NodeID
	Key      string    // idempotency key: the same for every attempt of this step
	At       time.Time // the turn's clock: the action's now
	By       string    // the person behind the turn; "" for the system
	Currency string    // the pack's, ISO 4217
	Calendar *calendar.Calendar
	Settings map[string]any
}

// Today is the date of the call, such as 2026-03-02.
func (c Call) Today() string { return c.Date(c.At) }

// Date is the date of a moment in the time zone of the pack's calendar; UTC where there is no calendar.
func (c Call) Date(t time.Time) string { return c.Hours().Date(t) }

// Zone is the name of that time zone.
func (c Call) Zone() string { return c.Hours().Zone().String() }

// Add is the moment a duration after the call, by the pack's calendar.
func (c Call) Add(d calendar.Duration) time.Time { return c.Hours().Add(c.At, d) }

// DaysAfter is the date so many days after a date, or before it where they are less than 0.
func DaysAfter(date string, days int) (string, error) {
	t, err := value.ParseDate(date)
	if err != nil {
		return "", err
	}
	return value.FormatDate(t.AddDate(0, 0, days)), nil
}

// Hours is the pack's calendar; UTC where there is none.
func (c Call) Hours() *calendar.Calendar {
	if c.Calendar == nil {
		return calendar.UTC()
	}
	return c.Calendar
}
