package lsp

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions/editor"
	"waybill/definitions/packs"
	"waybill/definitions/schema"
)

// typed returns the largest process of the manufacturing pack with a line that is being typed, and the place behind it.
func typed(b *testing.B, line string) (fs.FS, string, editor.Point) {
	b.Helper()
	const file = "fulfil_order.process.yaml"
	files, found := packs.Open("manufacturing")
	require.True(b, found)
	text, err := fs.ReadFile(files, file)
	require.NoError(b, err)
	whole := string(text) + line
	rows := strings.Split(whole, "\n")
	at := editor.Point{Line: len(rows) - 1, Column: len(rows[len(rows)-1])}
	return editor.Overlay(files, map[string]string{file: whole}), file, at
}

// BenchmarkCompletion is what an editor waits for after a key is pressed: the pack is read anew, since it changed.
func BenchmarkCompletion(b *testing.B) {
	catalogue, err := activities.Catalogue()
	require.NoError(b, err)
	language := schema.Describe()
	for name, line := range map[string]string{
		"a key":          "  - ta",
		"an input":       "  - do: stock.reserve\n    with: {or",
		"data":           "  - do: stock.reserve\n    with: {order: = or",
		"fields of data": "  - do: stock.reserve\n    with: {order: = order.",
	} {
		b.Run(name, func(b *testing.B) {
			files, file, at := typed(b, line)
			for b.Loop() {
				require.NotEmpty(b, editor.Open(language, files, catalogue).Complete(file, at))
			}
		})
	}
}

// BenchmarkMistakes is what passes, after the quiet time, before an editor shows the mistakes of the whole pack.
func BenchmarkMistakes(b *testing.B) {
	catalogue, err := activities.Catalogue()
	require.NoError(b, err)
	language := schema.Describe()
	files, _, _ := typed(b, "")
	for b.Loop() {
		require.Empty(b, editor.Open(language, files, catalogue).Mistakes())
	}
}

// BenchmarkRename goes through all files of the pack.
func BenchmarkRename(b *testing.B) {
	catalogue, err := activities.Catalogue()
	require.NoError(b, err)
	language := schema.Describe()
	files, _, _ := typed(b, "")
	text, err := fs.ReadFile(files, "pack.yaml")
	require.NoError(b, err)
	before, _, _ := strings.Cut(string(text), "controller_limit")
	at := editor.Point{Line: strings.Count(before, "\n"), Column: len(before) - strings.LastIndexByte(before, '\n') - 1}
	for b.Loop() {
		edits, err := editor.Open(language, files, catalogue).Rename("pack.yaml", at, "most")
		require.NoError(b, err)
		require.NotEmpty(b, edits)
	}
}
