package schema_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/internal/nodetest"
)

// tree is what our reader sees, as testdata/readers.mjs wants it.
func tree(w *definitions.Written) map[string]any {
	switch w.Kind {
	case definitions.WrittenMap:
		entries := make([]any, len(w.Entries))
		for i, e := range w.Entries {
			entries[i] = []any{e.Key.Text, tree(e.Value)}
		}
		return map[string]any{"map": entries}
	case definitions.WrittenList:
		items := make([]any, len(w.Items))
		for i, item := range w.Items {
			items[i] = tree(item)
		}
		return map[string]any{"list": items}
	}
	return map[string]any{"text": w.Text, "plain": w.Plain}
}

// file is what testdata/readers.mjs is given.
type file struct {
	Path string `json:"path"`
	Text string `json:"text"`
	Tree any    `json:"tree"`
}

// differences returns what other readers see otherwise than we do.
func differences(t *testing.T, files []file) []string {
	t.Helper()
	in, err := json.Marshal(files)
	require.NoError(t, err)
	var said struct {
		Read  int
		Wrong []string
	}
	require.NoError(t, json.Unmarshal(nodetest.Run(t, "testdata/readers.mjs", bytes.NewReader(in)), &said))
	require.Equal(t, len(files), said.Read)
	return said.Wrong
}

func TestOtherReadersSeeThePacksAndExamplesAsWeDo(t *testing.T) {
	var files []file
	written(t, func(name, text string) {
		path, err := filepath.Abs(name)
		require.NoError(t, err)
		w, found := definitions.ReadYAML(name, []byte(text))
		require.Empty(t, found)
		files = append(files, file{path, text, tree(w)})
	})
	require.Empty(t, differences(t, files))
}

func TestWhatOtherReadersSeeOtherwiseIsTold(t *testing.T) {
	here, err := filepath.Abs("../packs/manufacturing/pack.yaml")
	require.NoError(t, err)
	const text = "# yaml-language-server: $schema=../../schema/pack.schema.json\nname: shop\ncolour: red\nroles: {no: Nobody}\n"
	w, _ := definitions.ReadYAML("pack.yaml", []byte(text))
	wrong := differences(t, []file{{here, text, tree(w)}, {here, "name: shop\n", map[string]any{"map": []any{}}}})
	require.Len(t, wrong, 4, wrong)
	require.Contains(t, wrong[0], "the key no is false in YAML 1.1")
	require.Contains(t, wrong[1], "Property colour is not allowed")
	require.Contains(t, wrong[2], "1 keys in YAML 1.1, 0 for us")
	require.Contains(t, wrong[3], "finds no schema")
}
