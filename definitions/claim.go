package definitions

import (
	"slices"
	"strings"
)

// claim is a condition taken apart as far as it compares data with plain choices. What else stands in it
// is known by its text alone.
type claim struct {
	text  string
	all   []*claim // joined by and
	any   []*claim // joined by or
	path  string   // with value: path == value; a boolean is compared with true
	value string
	not   bool // path != value
}

// longestClaim is the length beyond which a condition is not taken apart.
const longestClaim = 500

// claimOf reads a condition.
func claimOf(source string) *claim {
	if len(source) > longestClaim || strings.ContainsAny(source, "?;#") {
		return &claim{text: source}
	}
	source = bare(source)
	if parts := splitOutside(source, " or ", "||"); len(parts) > 1 {
		return &claim{text: source, any: claimsOf(parts)}
	}
	if parts := splitOutside(source, " and ", "&&"); len(parts) > 1 {
		return &claim{text: source, all: claimsOf(parts)}
	}
	if path, choice, ok := equality(source); ok {
		return &claim{text: source, path: path, value: choice}
	}
	if path, choice, ok := equality(strings.Replace(source, "!=", "==", 1)); ok && strings.Contains(source, "!=") {
		return &claim{text: source, path: path, value: choice, not: true}
	}
	if denied, ok := strings.CutPrefix(source, "not "); ok && isPath(strings.TrimSpace(denied)) {
		return &claim{text: source, path: strings.TrimSpace(denied), value: "true", not: true}
	}
	if isPath(source) && source != "true" && source != "false" {
		return &claim{text: source, path: source, value: "true"}
	}
	return &claim{text: source}
}

func claimsOf(sources []string) []*claim {
	out := make([]*claim, len(sources))
	for i, source := range sources {
		out[i] = claimOf(source)
	}
	return out
}

// bare takes off the brackets around a condition.
func bare(source string) string {
	for {
		source = strings.TrimSpace(source)
		if len(source) < 2 || source[0] != '(' || closing(source) != len(source)-1 {
			return source
		}
		source = source[1 : len(source)-1]
	}
}

// closing returns where the bracket closes that source begins with, -1 where it does not.
func closing(source string) int {
	end := -1
	unquoted(source, func(at, depth int) bool {
		if depth == 0 {
			end = at
		}
		return depth > 0
	})
	return end
}

// splitOutside splits a condition at words that stand outside of brackets and quotes.
func splitOutside(source string, words ...string) []string {
	var parts []string
	from := 0
	unquoted(source, func(at, depth int) bool {
		if depth == 0 && at >= from {
			i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(source[at:], w) })
			if i >= 0 {
				parts = append(parts, source[from:at])
				from = at + len(words[i])
			}
		}
		return true
	})
	return append(parts, source[from:])
}

// unquoted calls yield for every byte that stands outside of quotes, with how deep in brackets it is; a
// bracket that opens is inside, one that closes is not.
func unquoted(source string, yield func(at, depth int) bool) {
	depth := 0
	for i := 0; i < len(source); i++ {
		switch c := source[i]; c {
		case '"', '\'', '`':
			for i++; i < len(source) && source[i] != c; i++ {
				if source[i] == '\\' {
					i++
				}
			}
			continue
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if !yield(i, depth) {
			return
		}
	}
}
