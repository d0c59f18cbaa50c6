package formula

import (
	"waybill/definitions/value"
)

// Compile checks a formula against what it may read and makes it ready. want is the type its place
// needs; nil takes any. The formula is nil where there are problems.
func Compile(source string, s *Static, want *value.Type) (*Formula, []Problem) { return nil, nil }

// CompileText compiles a text with {{ formulas }} in it.
func CompileText(source string, s *Static, want *value.Type) (*Formula, []Problem) { return nil, nil }

// Constant is a formula that always gives v.
func Constant(v any, t *value.Type) *Formula { return &Formula{typ: t} }

// List is a formula that gives a list of what its parts give.
func List(parts []*Formula, elem *value.Type) *Formula { return &Formula{} }

// Member is a named part of a record formula.
type Member struct {
	Name  string
	Value *Formula
}

// Record is a formula that gives a record of what its members give.
func Record(members []Member, t *value.Type) *Formula { return &Formula{typ: t} }

// Eval evaluates the formula.
func (f *Formula) Eval(s *Scope) (any, error) { return nil, nil }

// Bool evaluates a formula of type boolean.
func (f *Formula) Bool(s *Scope) (bool, error) { return false, nil }

// Type returns the type of its value.
func (f *Formula) Type() *value.Type { return f.typ }

// Source returns the formula as written.
func (f *Formula) Source() string { return f.source }

// Reads returns the names of process data that it reads, sorted.
func (f *Formula) Reads() []string { return f.reads }

// UsesNow reports whether its value depends on the clock.
func (f *Formula) UsesNow() bool { return false }

// Guards returns the dotted paths that are known to be there where the formula is true, and where it is false.
func (f *Formula) Guards() (ifTrue, ifFalse []string) { return nil, nil }

// Function documents a function of the library.
type Function struct {
	Name      string
	Signature string
	Doc       string
	Example   string
	Result    string
}

// Functions returns the library, sorted by name.
func Functions() []Function { return nil }

// IsFunction reports whether a name is taken by the library or by the grammar.
func IsFunction(name string) bool { return false }
