package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/value"
)

// longestGuess is the length beyond which a name is no slip of the pen.
const longestGuess = 48

// nearest returns the name of known that name may have meant, "" where none is near.
func nearest(name string, known []string) string {
	if len(name) > longestGuess {
		return ""
	}
	return value.Nearest(name, known)
}

// oneOf lists names for a message: a, b or c.
func oneOf(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// sortedKeys returns the keys of m in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// clip shortens a text that a message quotes.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "..."
	}
	return text
}
