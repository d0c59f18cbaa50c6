package definitions

import (
	"strings"
	"unicode"
)

// at returns the place of the character that is offset characters into the text of a scalar. Folded
// and literal blocks, quotes, escapes and texts over several lines are followed back to the file: the
// characters of the text stand in the file in the same order, with white space, escapes and doubled
// quotes between them.
func (n *node) at(offset int) Position {
	if n.kind != scalar || offset <= 0 && n.style == plain {
		return n.pos()
	}
	c := n.cursor()
	for i, r := range []rune(n.text) {
		c.align(r)
		if i == offset {
			return c.pos()
		}
		c.consume(r)
	}
	return c.pos()
}

// cursor walks over the characters of a file.
type cursor struct {
	src       *source
	style     scalarStyle
	rest      []rune // of the line, its end included
	line, col int    // of rest[0], from 1
}

// cursor returns a cursor at the first character of the scalar's content.
func (n *node) cursor() *cursor {
	c := &cursor{src: n.src, style: n.style}
	switch n.style {
	case block:
		c.load(n.line+1, 1)
	case singleQuoted, doubleQuoted:
		c.load(n.line, n.col+1)
	default:
		c.load(n.line, n.col)
	}
	return c
}

func (c *cursor) pos() Position {
	return Position{File: c.src.name, Line: c.line, Column: c.col}
}

// load goes to a place, the end of the file where it lies beyond.
func (c *cursor) load(line, col int) {
	c.line, c.col, c.rest = line, col, nil
	if row := c.src.row(line); col <= len(row) {
		c.rest = row[col-1:]
	}
}

// step goes n characters on; the end of a line is one.
func (c *cursor) step(n int) {
	for ; n > 0; n-- {
		if len(c.rest) > 1 {
			c.rest, c.col = c.rest[1:], c.col+1
			continue
		}
		if c.line >= len(c.src.lines()) {
			c.rest = nil
			return
		}
		c.load(c.line+1, 1)
	}
}

// align goes to where the character r of the text is written.
func (c *cursor) align(r rune) {
	for len(c.rest) > 0 {
		switch {
		case c.style == doubleQuoted && strings.HasPrefix(string(c.rest[:min(2, len(c.rest))]), "\\\n"):
			c.step(2)
		case unicode.IsSpace(c.rest[0]) && !unicode.IsSpace(r):
			c.step(1)
		default:
			return
		}
	}
}

// consume goes past the character r of the text.
func (c *cursor) consume(r rune) {
	switch {
	case len(c.rest) == 0:
	case c.style == doubleQuoted && c.rest[0] == '\\':
		c.step(escapeLength(c.rest))
	case c.style == singleQuoted && r == '\'':
		c.step(2)
	case unicode.IsSpace(r) && !unicode.IsSpace(c.rest[0]):
		// A break that folding made of an indentation that align has passed.
	default:
		c.step(1)
	}
}

// escapeLength returns how many characters an escape of a double-quoted text takes.
func escapeLength(rest []rune) int {
	if len(rest) < 2 {
		return 1
	}
	switch rest[1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}

// tail returns the beginning of what stands on the last line of a scalar behind it.
func (n *node) tail() string {
	c := n.cursor()
	for _, r := range n.text {
		c.align(r)
		c.consume(r)
	}
	return strings.TrimRight(string(c.rest[:min(longestLine, len(c.rest))]), "\r\n")
}
