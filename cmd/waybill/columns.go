package main

import (
	"iter"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns is how many columns of a terminal a text takes: two for each Chinese character, none for
// marks on other characters and for what sets colours.
func columns(text string) int {
	n := 0
	for _, r := range shown(text) {
		n += runeColumns(r)
	}
	return n
}

// shown yields the characters of a text with their places, without what sets colours.
func shown(text string) iter.Seq2[int, rune] {
	return func(yield func(int, rune) bool) {
		inEscape := false
		for i, r := range text {
			switch {
			case r == '\x1b':
				inEscape = true
			case inEscape:
				inEscape = r != 'm'
			case !yield(i, r):
				return
			}
		}
	}
}

func runeColumns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// wrap breaks a text between its words into lines of at most so many columns, as far as its words are no
// wider. A colour goes on in the next line.
func wrap(text string, most int) []string {
	if columns(text) <= most {
		return []string{text}
	}
	var lines []string
	line := ""
	for _, piece := range pieces(text) {
		if line != "" && columns(line)+columns(piece) > most {
			lines, line = append(lines, line), ""
			piece = strings.TrimLeft(piece, " ")
		}
		line += piece
	}
	return coloured(append(lines, line))
}

// pieces cuts a text where a line may end: each has the blanks before it. Chinese may end anywhere.
func pieces(text string) []string {
	var found []string
	start, blank, wide := 0, true, false
	for i, r := range shown(text) {
		isWide := runeColumns(r) == 2
		if !blank && (r == ' ' || isWide || wide) {
			found, start, blank = append(found, text[start:i]), i, true
		}
		if r != ' ' {
			blank, wide = false, isWide
		}
	}
	return append(found, text[start:])
}

// widest is how many columns the widest piece of a text takes.
func widest(text string) int {
	most := 0
	for _, piece := range pieces(text) {
		most = max(most, columns(strings.TrimLeft(piece, " ")))
	}
	return most
}

// prefix is the longest beginning of a text, of one character at least, that takes no more columns.
func prefix(text string, most int) string {
	n := 0
	for i, r := range shown(text) {
		if n += runeColumns(r); n > most && i > 0 {
			return text[:i]
		}
	}
	return text
}

// coloured ends at the end of each line the colour that is on, and begins it again in the next.
func coloured(lines []string) []string {
	on := ""
	for i, line := range lines {
		lines[i] = on + line
		if start := strings.LastIndex(line, "\x1b["); start >= 0 {
			on, _, _ = strings.Cut(line[start:], "m")
			if on += "m"; on == endColour {
				on = ""
			}
		}
		if on != "" {
			lines[i] += endColour
		}
	}
	return lines
}
