// Package formula compiles and evaluates the formulas of the process language: expr-lang's grammar
// with the language's own static types, exact decimals and function library.
package formula

import (
	"fmt"
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// Static is what a formula may read, known when it is compiled.
type Static struct {
	Names    map[string]*value.Type // process data in reach at that place
	Settings *value.Type            // a record; nil for none
	Object   func(name string) (*value.Type, bool)
	Step     func(id string) bool // for reached, open and done; nil: none
	Role     func(id string) bool // for people
	Currency string
}

// Scope is what a formula reads when it is evaluated.
type Scope struct {
	// Get returns the process data called name, nearest scope first; nil where nothing is there.
	Get      func(name string) any
	Settings map[string]any
	Instance map[string]any // id, process, key, started
	Actor    string
	Now      time.Time
	Calendar *calendar.Calendar
	// Asks answers reached, open and done about a step of the instance.
	Asks func(question, step string) bool
	// Lookup returns the object behind a reference, or false where it was not fetched yet; Eval then
	// returns a *NeedLookup and the host evaluates again with it.
	Lookup func(object, id string) (any, bool)
}

// NeedLookup is the error of a formula that reads through a reference whose object the host has not
// fetched. It is no failure: the host fetches the object and evaluates again.
type NeedLookup struct{ Object, ID string }

func (n *NeedLookup) Error() string { return fmt.Sprintf("lookup %s %s: not fetched", n.Object, n.ID) }

// Problem is a finding in a formula. Offset counts characters from its start.
type Problem struct {
	Offset  int
	Code    string
	Message string
	Mend    string // the mended formula, where it is plain
}

// Formula is a compiled formula, text or constant. It is safe for concurrent use.
type Formula struct {
	source string
	typ    *value.Type
	reads  []string
}
