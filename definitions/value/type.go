// Package value holds the types and the values of process data.
//
// A value is one of: nil (nothing there), bool, string, [Decimal], [Money], []any, map[string]any.
// Text, choices, references, dates, times of day, moments, durations and files are strings in their
// canonical form, so that a value survives JSON unchanged and sorts as it should:
//
//	date      2026-03-02
//	time      14:00:00
//	moment    2026-03-02T01:00:00.000000Z   (always UTC, always six digits)
//	duration  2 work days                    (see package calendar)
//
// integer, number, quantity and percent are Decimal; money is Money.
package value

// Kind is the family a type belongs to.
type Kind int

// The kinds of the process language. Nothing is the type of a value that is never there.
const (
	Nothing Kind = iota
	Text
	Integer
	Number
	Quantity
	MoneyKind
	Percent
	Boolean
	Date
	Time
	Moment
	Duration
	File
	Choice
	List
	Map
	Record
	Ref
)

// Type is a type of the process language. It is never changed after it was made; a record that
// holds itself through a list is a cycle of pointers, so compare types with Same.
type Type struct {
	Kind     Kind
	Name     string   // Record: its name; Ref: area.object
	Choices  []string // Choice: in the order written
	Elem     *Type    // List, Map: what they hold
	Fields   []Field  // Record: in the order written
	Home     string   // Record: what of the pack declares its fields, for editors; "" for nothing in it
	Optional bool     // a value may be missing
	Personal bool     // personal data: masked, encrypted in the history, gone on erasure
}

// Field is a named part of a record, an input, a form or an action's signature.
type Field struct {
	Name    string
	Type    *Type
	Title   Title
	Help    Title
	Default any      // the value where none is given; nil for none
	Only    []string // the roles for which it exists; empty: everybody
}
