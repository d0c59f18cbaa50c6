package definitions

import (
	"fmt"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// Severity says whether a pack with the finding can run.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is a mistake of the analyst at a place in a pack's file.
type Finding struct {
	Pos      Position `json:"at"`
	Code     string   `json:"code"` // kebab-case, one for each rule
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`        // what was found and what was expected, in the analyst's words
	Mend     string   `json:"mend,omitempty"` // the mended line or value where it is plain; "" otherwise
}

// String writes the finding as editors read it: file:line:col: message [code], a warning as
// file:line:col: warning: message [code].
func (f Finding) String() string {
	if f.Severity == Warning {
		return fmt.Sprintf("%s: warning: %s [%s]", f.Pos, f.Message, f.Code)
	}
	return fmt.Sprintf("%s: %s [%s]", f.Pos, f.Message, f.Code)
}

// String writes file:line:col.
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// HasErrors reports whether one of the findings keeps a pack from running.
func HasErrors(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Severity == Error })
}

// mostFindings is how many findings one reading gathers, so that no file costs its reader minutes.
const mostFindings = 1000

// findings gathers what is wrong; nothing stops at the first.
type findings struct {
	survey *Survey // what an editor wants to know; nil where nobody looks
	list   []*Finding
	whole  bool // all is read: what is found from here on are warnings
}

// enough is the panic that ends a reading which has found mostFindings; gather ends it.
type enough struct{}

// gather runs a reading to its end, or until there are findings enough.
func (f *findings) gather(read func()) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case enough:
			last := &Finding{
				Pos: f.list[len(f.list)-1].Pos, Code: codeTooMany, Severity: Error,
				Message: fmt.Sprintf("after %d findings the rest was not read; mend these first", mostFindings),
			}
			if f.whole {
				last.Severity = Warning
			}
			f.list = append(f.list, last)
		default:
			panic(r)
		}
	}()
	read()
}

// add notes an error and returns it, so that the caller may add a mended line.
func (f *findings) add(pos Position, code, format string, args ...any) *Finding {
	if len(f.list) >= mostFindings {
		panic(enough{})
	}
	found := &Finding{Pos: pos, Code: code, Severity: Error, Message: fmt.Sprintf(format, args...)}
	f.list = append(f.list, found)
	return found
}

// warn notes what can run but is hardly meant.
func (f *findings) warn(pos Position, code, format string, args ...any) *Finding {
	found := f.add(pos, code, format, args...)
	found.Severity = Warning
	return found
}

// fewNames is up to how many names a message lists what there is.
const fewNames = 8

// unknown notes that n is none of the known names. The message ends with the name, and with the known
// name that it may have meant or, where none is near, with what there is.
func (f *findings) unknown(n *node, code string, known []string, format string, args ...any) {
	found := f.add(n.pos(), code, format, append(args, clip(n.text))...)
	if near := nearest(n.text, known); near != "" {
		found.Message += fmt.Sprintf("; did you mean %q?", near)
		found.Mend = mendLine(n, n.text, near)
		return
	}
	names := slices.Compact(slices.Sorted(slices.Values(known)))
	if len(names) > 0 && len(names) <= fewNames {
		found.Message += "; there is " + oneOf(names)
	}
}

// badName reports a name that formulas could not read.
func (f *findings) badName(n *node, what string) {
	found := f.add(n.pos(), codeBadName, "%q is no %s: use letters, digits and _, a letter first", clip(n.text), what)
	written := strings.Map(func(r rune) rune {
		if isNameRune(r) {
			return r
		}
		return '_'
	}, n.text)
	if n.kind == scalar && len(written) <= longestGuess && value.IsName(written) {
		found.Mend = mendLine(n, n.text, written)
	}
}

// errors reports whether one of the findings keeps the pack from running.
func (f *findings) errors() bool {
	return slices.ContainsFunc(f.list, func(found *Finding) bool { return found.Severity == Error })
}

// sorted returns every finding once, in the order of the files.
func (f *findings) sorted() []Finding {
	out := make([]Finding, 0, len(f.list))
	for _, found := range f.list {
		out = append(out, *found)
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if c := a.Pos.Line - b.Pos.Line; c != 0 {
			return c
		}
		if c := a.Pos.Column - b.Pos.Column; c != 0 {
			return c
		}
		return strings.Compare(a.Code, b.Code)
	})
	return slices.Compact(out)
}
