package formula

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"waybill/definitions/value"
)

// The bounds of a formula's size.
const (
	MaxLength = 4_000 // characters
	maxNodes  = 1_000
	maxVisits = 5_000 // nodes looked at; a chain a < b < c looks at b twice
)

// Compile checks a formula, written without its =, against what it may read and makes it ready. want is
// the type its place needs; nil takes any. The formula is nil where there are problems.
func Compile(source string, s *Static, want *value.Type) (*Formula, []Problem) {
	read, problem := parse(source)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	c := newChecker(read.text, s)
	top := c.fit(c.check(read.root, want), want, read.root)
	if len(c.problems) > 0 {
		return nil, c.sorted()
	}
	f := &Formula{source: source, typ: top.typ, reads: c.readNames(), asks: slices.Compact(slices.Sorted(slices.Values(c.asks))), usesNow: c.usesNow, outside: c.outside, only: c.only}
	f.ifTrue, f.ifFalse = ownPaths(top.ifTrue), ownPaths(top.ifFalse)
	if top.constant {
		v := top.value
		f.run = func(*Scope) (any, error) { return v, nil }
		return f, nil
	}
	program, err := compileProgram(source, top.emit())
	if err != nil {
		return nil, []Problem{{Code: codeUnsupported, Message: "this formula is not supported: " + firstLine(err.Error())}}
	}
	f.run = newMachine(program).run
	return f, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func (c *checker) sorted() []Problem {
	sort.SliceStable(c.problems, func(i, j int) bool { return c.problems[i].Offset < c.problems[j].Offset })
	return c.problems
}

func (c *checker) readNames() []string {
	names := make([]string, 0, len(c.reads))
	for name := range c.reads {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ownPaths keeps the paths of process data, sorted: those of list items are of no use outside.
func ownPaths(paths []string) []string {
	var own []string
	for _, path := range paths {
		if !strings.HasPrefix(path, itemPath) {
			own = append(own, path)
		}
	}
	slices.Sort(own)
	return slices.Compact(own)
}

// Constant is a formula that always gives v, which is a canonical value of type t.
func Constant(v any, t *value.Type) *Formula {
	return &Formula{source: constantText(v), typ: t, run: func(*Scope) (any, error) { return v, nil }}
}

func constantText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := value.Encode(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// List is a formula that gives a list of what its parts give.
func List(parts []*Formula, elem *value.Type) *Formula {
	f := combined(parts, &value.Type{Kind: value.List, Elem: elem})
	f.run = func(s *Scope) (any, error) {
		list := make([]any, len(parts))
		for i, part := range parts {
			v, err := part.Eval(s)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	}
	return f
}

// Member is a named part of a record formula.
type Member struct {
	Name  string
	Value *Formula
}

// Record is a formula that gives a record of what its members give. Members that give nothing are left
// out.
func Record(members []Member, t *value.Type) *Formula {
	parts := make([]*Formula, len(members))
	for i, m := range members {
		parts[i] = m.Value
	}
	f := combined(parts, t)
	f.only = nil
	for _, m := range members {
		field, _ := t.Field(m.Name)
		f.only = append(f.only, kept(slices.Clone(m.Value.only), field.Only)...)
	}
	f.run = func(s *Scope) (any, error) {
		record := make(map[string]any, len(members))
		for _, m := range members {
			v, err := m.Value.Eval(s)
			if err != nil {
				return nil, err
			}
			if v != nil {
				record[m.Name] = v
			}
		}
		return record, nil
	}
	return f
}

// combined makes a formula that reads what its parts read.
func combined(parts []*Formula, t *value.Type) *Formula {
	f := &Formula{typ: t}
	sources := make([]string, len(parts))
	for i, part := range parts {
		sources[i] = part.source
		f.reads = append(f.reads, part.reads...)
		f.asks = append(f.asks, part.asks...)
		f.only = append(f.only, part.only...)
		f.usesNow = f.usesNow || part.usesNow
		f.outside = f.outside || part.outside
		if part.typ.Personal {
			f.typ = f.typ.AsPersonal()
		}
	}
	slices.Sort(f.reads)
	f.reads = slices.Compact(f.reads)
	slices.Sort(f.asks)
	f.asks = slices.Compact(f.asks)
	f.source = strings.Join(sources, ", ")
	return f
}

// mended returns the formula, as it was written, with the characters of a node's place replaced.
func (c *checker) mended(at ast.Node, with string) string {
	place := at.Location()
	if place.From < 0 || place.To > len(c.source) || place.From > place.To {
		return ""
	}
	return c.text.slice(0, place.From) + with + c.text.slice(place.To, len(c.source))
}

// written returns the formula's text at a node's place.
func (c *checker) written(at ast.Node) string {
	place := at.Location()
	if place.From < 0 || place.To > len(c.source) || place.From > place.To {
		return ""
	}
	return string(c.source[place.From:place.To])
}

func length(text string) int { return utf8.RuneCountInString(text) }
