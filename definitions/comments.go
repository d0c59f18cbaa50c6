package definitions

import (
	"slices"
	"strings"
)

// comment returns where the # of an allow stands in a line, and what stands behind it; -1 for none.
func comment(row string, line int, texts map[int][]extent) (at int, said string) {
	for from := 0; ; {
		i := strings.IndexByte(row[from:], '#')
		if i < 0 {
			return -1, ""
		}
		i += from
		from = i + 1
		rest, ok := strings.CutPrefix(strings.TrimLeft(row[i+1:], " \t"), allowing)
		if !ok || i > 0 && row[i-1] != ' ' && row[i-1] != '\t' {
			continue
		}
		column := len([]rune(row[:i])) + 1
		if !slices.ContainsFunc(texts[line], func(e extent) bool { return e.holds(line, column) }) {
			return i, rest
		}
	}
}

// nextLines returns, for every line, the number of the next one that is neither empty nor a comment.
func nextLines(rows []string) []int {
	next := make([]int, len(rows))
	after := len(rows)
	for i := len(rows) - 1; i >= 0; i-- {
		next[i] = after
		if text := strings.TrimSpace(rows[i]); text != "" && text[0] != '#' {
			after = i + 1
		}
	}
	return next
}

// extent is the part of a file that a quoted text or a block of text takes.
type extent struct {
	style          scalarStyle
	line, col      int // of its first character
	toLine, beyond int // the line of its last character, and the column behind it
}

func (e extent) holds(line, col int) bool {
	return (line > e.line || col >= e.col) && (line < e.toLine || line == e.toLine && col < e.beyond)
}

// extents notes, for every line, the quoted texts and blocks that take a part of it, where they hold
// what might be an allow or begin where one may stand.
func (n *node) extents(into map[int][]extent) {
	if n.kind == scalar && n.style != plain {
		e := n.extent()
		for line := e.line; line <= e.toLine; line++ {
			into[line] = append(into[line], e)
		}
	}
	for _, p := range n.pairs {
		p.key.extents(into)
		p.value.extents(into)
	}
	for _, item := range n.items {
		item.extents(into)
	}
}

func (n *node) extent() extent {
	c := n.cursor()
	e := extent{style: n.style, line: c.line, col: c.col}
	if n.style == block {
		e.line = n.line
		e.col = len(n.src.row(n.line)) + 1
	}
	for _, r := range n.text {
		c.align(r)
		c.consume(r)
	}
	e.toLine, e.beyond = c.line, c.col
	if c.col == 1 && c.line > e.line {
		e.toLine, e.beyond = c.line-1, len(n.src.row(c.line-1))+1
	}
	return e
}
