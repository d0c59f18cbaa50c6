package definitions

import (
	"iter"
	"unicode"
)

func isNameRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// words yields the names in a formula that stand for process data: those behind a dot and those in
// quotes are left out.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		runes := []rune(text)
		for i := 0; i < len(runes); {
			switch r := runes[i]; {
			case r == '"' || r == '\'' || r == '`':
				for i++; i < len(runes) && runes[i] != r; i++ {
					if runes[i] == '\\' {
						i++
					}
				}
				i++
			case isNameRune(r):
				from := i
				for i < len(runes) && isNameRune(runes[i]) {
					i++
				}
				if (from == 0 || runes[from-1] != '.') && !yield(string(runes[from:i])) {
					return
				}
			default:
				i++
			}
		}
	}
}
