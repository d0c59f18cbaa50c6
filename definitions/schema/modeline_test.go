package schema_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/schema"
)

// modeline is the first line of a file, by which editors find its schema.
func modeline(t *testing.T, name string) string {
	t.Helper()
	f, known := schema.Describe().FileOf(filepath.ToSlash(name))
	require.True(t, known, name)
	here, err := filepath.Abs(".")
	require.NoError(t, err)
	path, err := filepath.Rel(filepath.Join(here, filepath.Dir(name)), filepath.Join(here, f.Name+".schema.json"))
	require.NoError(t, err)
	return "# yaml-language-server: $schema=" + filepath.ToSlash(path) + "\n"
}

// written calls visit for every YAML file of the packs and the examples.
func written(t *testing.T, visit func(name, text string)) {
	t.Helper()
	count := 0
	for _, root := range []string{"../packs", "../../docs/examples"} {
		require.NoError(t, filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			visit(name, string(text))
			count++
			return nil
		}))
	}
	require.Greater(t, count, 100)
}

func TestEveryFileOfThePacksAndExamplesNamesItsSchema(t *testing.T) {
	written(t, func(name, text string) {
		line := modeline(t, name)
		if *update && !strings.HasPrefix(text, line) {
			text = line + text
			require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		}
		require.True(t, strings.HasPrefix(text, line), "%s: its first line is not %q; run go test ./definitions/schema -update", name, line)
	})
}
