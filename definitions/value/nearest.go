package value

import "strings"

// Nearest returns the known name that a mistyped one most likely meant: the closest within a third of
// its letters, capitals or not, the first of several; "" where none is near.
func Nearest(word string, known []string) string {
	letters := []rune(strings.ToLower(word))
	best, least := "", min(max(1, len(letters)/3)+1, len(letters))
	for _, name := range known {
		if name == "" || len(name) > 4*len(word)+8 {
			continue
		}
		if d := distance(letters, []rune(strings.ToLower(name))); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or swap with the next one (Damerau and
// Levenshtein, optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
