package editor

// node is a value of a file as far as it is written. Unlike the reader of packages definitions, which refuses a file
// with a mistake, this one keeps what it can.
type node struct {
	kind    nodeKind
	span    Range
	letters []letter // of a scalar: its text, and where each character stands
	entries []entry
	items   []*node
	quoted  bool
	block   bool // a scalar after | or >
	flow    bool // {...} or [...]
	half    bool // the key of a line that has no colon yet
}

// entry is an entry of a map. value is nil where nothing is written.
type entry struct{ key, value *node }

type nodeKind uint8

const (
	scalar nodeKind = iota
	mapping
	sequence
)

// letter is a character of a scalar and its place.
type letter struct {
	r  rune
	at Point
}

// text returns the text of a scalar.
func (n *node) text() string {
	if n == nil {
		return ""
	}
	runes := make([]rune, len(n.letters))
	for i, l := range n.letters {
		runes[i] = l.r
	}
	return string(runes)
}

// get returns the value of a key, nil where there is none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key.text() == key {
			return e.value
		}
	}
	return nil
}

// has reports whether a key is written.
func (n *node) has(key string) bool {
	for _, e := range n.entries {
		if e.key.text() == key {
			return true
		}
	}
	return false
}

// part returns the range of the characters from one index of a scalar's text to another.
func (n *node) part(from, to int) Range {
	if from >= len(n.letters) {
		return Range{n.span.To, n.span.To}
	}
	r := Range{From: n.letters[from].at, To: n.span.To}
	if to > 0 && to <= len(n.letters) {
		last := n.letters[to-1].at
		r.To = Point{last.Line, last.Column + 1}
	}
	return r
}
