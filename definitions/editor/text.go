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
		last := max(len(rows)-1, 0)
		if line < 0 {
			return Point{}
		}
		return Point{last, len(rows[last])}
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
	rows := rowsOf(text)
	if p.Line < 0 || p.Line >= len(rows) {
		return max(p.Line, 0), 0
	}
	for _, r := range rows[p.Line][:min(max(p.Column, 0), len(rows[p.Line]))] {
		unit += unitsOf(r)
	}
	return p.Line, unit
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
	rows := rowsOf(text)
	if p.Line < 0 || p.Line >= len(rows) {
		return text + more
	}
	var out strings.Builder
	for i, row := range rows {
		if i > 0 {
			out.WriteByte('\n')
		}
		if i != p.Line {
			out.WriteString(string(row))
			continue
		}
		at := min(max(p.Column, 0), len(row))
		out.WriteString(string(row[:at]) + more + string(row[at:]))
	}
	return out.String()
}
