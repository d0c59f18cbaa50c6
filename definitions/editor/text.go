// Package editor answers what an editor asks about a pack's files: what is wrong, what may stand here, what this name
// is, where it comes from and who reads it. It is pure: files and a place in, answers out. It reads files as they are
// while people type, half-written lines included.
package editor

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Point is a place between two characters. Line and Column count from 0; Column counts characters.
type Point struct{ Line, Column int }

// Range is what lies between two places.
type Range struct{ From, To Point }

func (p Point) before(q Point) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// holds reports whether a place lies in the range or at one of its ends.
func (r Range) holds(p Point) bool { return !p.before(r.From) && !r.To.before(p) }

// rowsOf splits a text into lines of characters.
func rowsOf(text string) [][]rune {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, "\uFEFF")), "\n")
	rows := make([][]rune, len(lines))
	for i, line := range lines {
		rows[i] = []rune(line)
	}
	return rows
}

// FromUTF16 returns the place that the protocol of editors means, which counts UTF-16 units. What lies beyond the line
// or the file is its end.
func FromUTF16(text string, line, unit int) Point {
	rows := rowsOf(text)
	if line < 0 || line >= len(rows) {
		return within(text, Point{line, 0})
	}
	column, at := 0, 0
	for column < len(rows[line]) && at < unit {
		at += unitsOf(rows[line][column])
		column++
	}
	return Point{line, column}
}

// ToUTF16 is the way back of FromUTF16.
func ToUTF16(text string, p Point) (line, unit int) {
	p = within(text, p)
	for _, r := range rowsOf(text)[p.Line][:p.Column] {
		unit += unitsOf(r)
	}
	return p.Line, unit
}

// within returns the place of a text that is nearest to one that may lie outside.
func within(text string, p Point) Point {
	rows := rowsOf(text)
	switch {
	case p.Line < 0:
		return Point{}
	case p.Line >= len(rows):
		return Point{len(rows) - 1, len(rows[len(rows)-1])}
	}
	return Point{p.Line, min(max(p.Column, 0), len(rows[p.Line]))}
}

// unitsOf returns how many UTF-16 units a character takes. A byte that is no UTF-8 came in as one character.
func unitsOf(r rune) int {
	if n := utf16.RuneLen(r); n > 0 {
		return n
	}
	return utf16.RuneLen(utf8.RuneError)
}

// insert returns the text with more at a place.
func insert(text string, p Point, more string) string {
	p = within(text, p)
	rows := rowsOf(text)
	var out strings.Builder
	for i, row := range rows {
		if i > 0 {
			out.WriteByte('\n')
		}
		if i != p.Line {
			out.WriteString(string(row))
			continue
		}
		out.WriteString(string(row[:p.Column]) + more + string(row[p.Column:]))
	}
	return out.String()
}
