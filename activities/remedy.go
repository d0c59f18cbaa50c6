package activities

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"waybill/engine"
	"waybill/store"
)

// remedy is what a turn does differently because an attempt at it failed and was rolled back. It
// holds for one turn number only: had the failed commit succeeded after all, the number has moved on.
type remedy struct {
	turn      int64
	failed    map[engine.NodeID]actionFailure // actions that are not run but failed
	rows      int                             // rows of the inbox to take; 0: as many as there are
	refuse    uuid.UUID                       // the row that broke the turn
	duplicate bool                            // the business key runs already
	halt      *halt
}

// halt is why an instance stops as a whole.
type halt struct {
	code Code
	text string
}

// actionFailure is the technical failure of one action.
type actionFailure struct {
	turn int64
	rows int // rows of the inbox that had been read: the next attempt takes no others before it
	wait engine.NodeID
	name string
	code Code
	text string
}

func (f *actionFailure) Error() string { return fmt.Sprintf("action %s: %s", f.name, f.text) }

// engineFailure is an error of the engine, or of what it needs.
type engineFailure struct {
	turn int64
	halt halt
}

func (f *engineFailure) Error() string { return fmt.Sprintf("%s: %s", f.halt.code, f.halt.text) }

// writeFailure says that PostgreSQL refuses what the turn itself wants to write.
type writeFailure struct {
	turn  int64
	rows  []store.InboxRow
	cause error
}

func (f *writeFailure) Error() string { return "write: " + f.cause.Error() }
func (f *writeFailure) Unwrap() error { return f.cause }

// duplicateKey says that another instance took the business key first.
type duplicateKey struct{ turn int64 }

func (f *duplicateKey) Error() string { return store.ErrDuplicateKey.Error() }

func (r *remedy) forget(turn int64) { *r = remedy{turn: turn} }

// learn tells whether another attempt can do better, and remembers how.
func (r *remedy) learn(err error) bool {
	if f, ok := errors.AsType[*actionFailure](err); ok {
		r.on(f.turn)
		r.rows = f.rows
		if r.failed == nil {
			r.failed = map[engine.NodeID]actionFailure{}
		}
		r.failed[f.wait] = *f
		return true
	}
	if f, ok := errors.AsType[*engineFailure](err); ok {
		r.on(f.turn)
		r.halt = &f.halt
		return true
	}
	if f, ok := errors.AsType[*duplicateKey](err); ok {
		r.on(f.turn)
		r.duplicate = true
		return true
	}
	if f, ok := errors.AsType[*writeFailure](err); ok {
		r.on(f.turn)
		r.afterWrite(f)
		return true
	}
	return false
}

func (r *remedy) on(turn int64) {
	if r.turn != turn {
		r.forget(turn)
	}
}

// afterWrite narrows a failed write down to one row of the inbox, and refuses that.
func (r *remedy) afterWrite(f *writeFailure) {
	switch {
	case len(f.rows) > 1:
		r.rows = 1
	case len(f.rows) == 1 && refusable(f.rows[0].Kind) && r.refuse == uuid.Nil:
		r.rows, r.refuse = 1, f.rows[0].ID
	default:
		r.halt = &halt{CodeWrite, f.cause.Error()}
	}
}
