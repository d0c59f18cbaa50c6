package editor

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

// packFilesBelow calls visit for every YAML file of the packs, the examples and the golden packs.
func packFilesBelow(t testing.TB, visit func(name, text string)) {
	t.Helper()
	count := 0
	for _, root := range []string{"../packs", "../../docs/examples"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yaml") {
				return err
			}
			text, err := os.ReadFile(name)
			count++
			visit(name, string(text))
			return err
		})
		require.NoError(t, err)
	}
	goldens, err := filepath.Glob("../testdata/ok/*.txtar")
	require.NoError(t, err)
	for _, name := range goldens {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".yaml") {
				count++
				visit(name+"/"+f.Name, string(f.Data))
			}
		}
	}
	require.Greater(t, count, 100)
}

func TestTheReaderOfEditorsSeesAGoodFileAsTheCheckerDoes(t *testing.T) {
	packFilesBelow(t, func(name, text string) {
		want, found := definitions.ReadYAML(name, []byte(text))
		require.Empty(t, found)
		same(t, name, want, read(text))
	})
}

// same compares structure, texts and places. How white space is folded does not count.
func same(t testing.TB, path string, want *definitions.Written, got *node) {
	t.Helper()
	require.NotNil(t, got, path)
	place := fmt.Sprintf("%s at %d:%d", path, want.Pos.Line, want.Pos.Column)
	require.Equal(t, Point{want.Pos.Line - 1, want.Pos.Column - 1}, got.span.From, place)
	switch want.Kind {
	case definitions.WrittenText:
		require.Equal(t, scalar, got.kind, place)
		require.Equal(t, strings.Fields(want.Text), strings.Fields(got.text()), place)
	case definitions.WrittenList:
		require.Equal(t, sequence, got.kind, place)
		require.Len(t, got.items, len(want.Items), place)
		for i, item := range want.Items {
			same(t, path, item, got.items[i])
		}
	default:
		require.Equal(t, mapping, got.kind, place)
		require.Len(t, got.entries, len(want.Entries), place)
		for i, e := range want.Entries {
			same(t, path, e.Key, got.entries[i].key)
			same(t, path, e.Value, got.entries[i].value)
		}
	}
}
