package store

import "strings"

// Storable is text as PostgreSQL can hold it: what it cannot hold, U+0000 and bytes that are not UTF-8,
// becomes U+FFFD.
func Storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
