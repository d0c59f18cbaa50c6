package definitions

import "strings"

// node is a value of a YAML file as written: scalars are text, nothing is converted.
type node struct {
	src       *source
	kind      nodeKind
	style     scalarStyle
	flow      bool // {...} or [...]
	inFlow    bool // it stands inside of such
	missing   bool // a key or a dash without a value; already reported
	line, col int  // of its first character; for | and > of that sign
	text      string
	pairs     []pair
	items     []*node
}

// pair is an entry of a mapping.
type pair struct{ key, value *node }

type nodeKind uint8

const (
	scalar nodeKind = iota
	mapping
	sequence
)

// String names the kind for messages.
func (k nodeKind) String() string {
	return [...]string{"a text", "a map (key: value)", "a list"}[k]
}

type scalarStyle uint8

const (
	plain scalarStyle = iota
	singleQuoted
	doubleQuoted
	block // | or >
)

// source is the text of a file.
type source struct {
	name string
	text string
	rows []string // its lines, made when a place is asked for

	last  int // the line that runes holds, 0 for none
	runes []rune
}

// row returns the characters of a line, nil for one beyond the end. Findings come line by line, so the
// last one asked for is kept: a file may be one long line.
func (s *source) row(line int) []rune {
	if line < 1 || line > len(s.lines()) {
		return nil
	}
	if s.last != line {
		s.last, s.runes = line, []rune(s.rows[line-1]+"\n")
	}
	return s.runes
}

// lines returns the lines of the file as YAML counts them.
func (s *source) lines() []string {
	if s.rows == nil {
		text := strings.TrimPrefix(s.text, "\uFEFF")
		s.rows = strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "\n")
	}
	return s.rows
}

func (n *node) pos() Position {
	return Position{File: n.src.name, Line: n.line, Column: n.col}
}

// get returns the value of a key of a mapping, nil where it is not there.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

// is reports whether n is the plain or quoted text.
func (n *node) is(text string) bool { return n.kind == scalar && n.text == text }

// textOrNone returns the text of n, "" for nil.
func (n *node) textOrNone() string {
	if n == nil {
		return ""
	}
	return n.text
}
