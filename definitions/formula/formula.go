// Package formula compiles and evaluates the formulas of the process language: expr-lang's grammar
// with the language's own static types, exact decimals and function library.
//
// A formula is pure. For the same scope it gives the same value; the only clock it sees is Scope.Now.
// Values that it reads are shared with the caller and with what it returns: nobody changes them.
package formula

import (
	"errors"
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
	Steps    func() []string      // the ids of all, for suggestions; nil: none
	Role     func(id string) bool // for people; nil: any role
	// Only tells for whom process data exists: whoever has a role of every list; nil: everybody.
	Only func(name string) [][]string
	// Named hears of every field of a record that is named, with the Home of the record's type, and of
	// process data, whose home is "". The place counts characters from the formula's start. nil: nobody
	// wants to know.
	Named    func(at int, home, name string)
	Currency string
	Zone     *time.Location // of a written moment without a zone; nil: the zone must be written
}

// Scope is what a formula reads when it is evaluated.
type Scope struct {
	// Get returns the process data called name, nearest scope first; nil where nothing is there.
	Get      func(name string) any
	Settings map[string]any
	Instance map[string]any // id, process, key, started
	Actor    string
	Now      time.Time
	Calendar *calendar.Calendar // nil: calendar.UTC
	// Asks answers reached, open and done about a step of the instance.
	Asks func(question, step string) bool
	// Lookup returns the object behind a reference, or false where it was not fetched yet; Eval then
	// returns a *NeedLookup and the host evaluates again with it. A nil object says that there is none.
	// people(role, skill: x) looks up ObjectPeople with the id role or role/x, a list of person ids;
	// superior(person) looks up ObjectSuperior with the person's id, a person id or nil.
	Lookup func(object, id string) (any, bool)
}

// The objects behind the functions people and superior.
const (
	ObjectPeople   = "people"
	ObjectSuperior = "superior"
)

// NeedLookup is the error of a formula that reads through a reference whose object the host has not
// fetched. It is no failure: the host fetches the object and evaluates again.
type NeedLookup struct{ Object, ID string }

func (n *NeedLookup) Error() string { return fmt.Sprintf("lookup %s %s: not fetched", n.Object, n.ID) }

// The errors of evaluation that a host may tell apart. Others are those of package value.
var (
	// ErrNothingThere is the error of reading what the checker took to be there and is not.
	ErrNothingThere = errors.New("nothing there")
	// ErrTooMuch is the error of a formula that takes more steps, memory or digits than it may.
	ErrTooMuch = errors.New("formula takes too much")
)

// Problem is a finding in a formula. Offset counts characters from its start.
type Problem struct {
	Offset  int
	Code    string
	Message string
	Mend    string // the mended formula, where it is plain
}

// Formula is a compiled formula, text or constant. It is safe for concurrent use.
type Formula struct {
	source  string
	typ     *value.Type
	reads   []string
	asks    []string
	usesNow bool
	outside bool
	ifTrue  []string
	ifFalse []string
	only    []Reserved
	run     func(*Scope) (any, error)
}

// Eval evaluates the formula. The error is a *NeedLookup where the host has to fetch an object first.
func (f *Formula) Eval(s *Scope) (any, error) {
	v, err := f.run(s)
	if err != nil {
		return nil, err
	}
	if v == nil && !f.typ.Optional && f.typ.Kind != value.Nothing {
		return nil, fmt.Errorf("%s: %w", f.source, ErrNothingThere)
	}
	return v, nil
}

// Bool evaluates a formula of type boolean.
func (f *Formula) Bool(s *Scope) (bool, error) {
	v, err := f.Eval(s)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("%s: not a boolean", f.source)
	}
	return b, nil
}

// Type returns the type of its value. It is personal where personal data flow into the value.
func (f *Formula) Type() *value.Type { return f.typ }

// Source returns the formula as written.
func (f *Formula) Source() string { return f.source }

// Reads returns the names of process data that it reads, sorted.
func (f *Formula) Reads() []string { return f.reads }

// Asks returns the steps whose state it asks for, sorted.
func (f *Formula) Asks() []string { return f.asks }

// UsesNow reports whether its value depends on the clock.
func (f *Formula) UsesNow() bool { return f.usesNow }

// OnlyData reports whether its value depends on process data alone: not on the clock, settings, the
// instance, objects behind references, people, or the state of steps.
func (f *Formula) OnlyData() bool { return !f.usesNow && !f.outside }

// Never reports whether it is a condition that nothing can make true, because it reads nothing.
func (f *Formula) Never() bool {
	if !f.OnlyData() || len(f.reads) > 0 {
		return false
	}
	v, err := f.run(&Scope{})
	return err == nil && v == false
}

// Guards returns the dotted paths of process data, such as order.wanted, that are known to be there
// where the formula is true, and where it is false. Sorted.
func (f *Formula) Guards() (ifTrue, ifFalse []string) { return f.ifTrue, f.ifFalse }
