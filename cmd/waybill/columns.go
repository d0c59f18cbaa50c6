package main

import (
	"unicode"

	"golang.org/x/text/width"
)

// columns is how many columns of a terminal a text takes: two for each Chinese character, none for
// marks on other characters and for what sets colours.
func columns(text string) int {
	n := 0
	inEscape := false
	for _, r := range text {
		switch {
		case r == '\x1b':
			inEscape = true
		case inEscape:
			inEscape = r != 'm'
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		default:
			n += runeColumns(r)
		}
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
