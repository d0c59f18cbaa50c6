package definitions_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

var update = flag.Bool("update", false, "write the golden files anew")

// expected is the section of a golden file that holds what is expected; the others are the pack's files.
const expected = "expected"

// folder returns the pack of a golden file: its own files over those of testdata/shared.
func folder(t testing.TB, archive *txtar.Archive) fs.FS {
	t.Helper()
	pack := fstest.MapFS{}
	shared, err := filepath.Glob("testdata/shared/*")
	require.NoError(t, err)
	for _, name := range shared {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		pack[filepath.Base(name)] = &fstest.MapFile{Data: text}
	}
	for _, f := range archive.Files {
		if f.Name != expected {
			pack[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return pack
}

// golden runs every file of a folder of testdata, and compares what show says with what it expects.
func golden(t *testing.T, dir string, show func(t *testing.T, pack fs.FS) string) {
	names, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			require.NoError(t, err)
			got := show(t, folder(t, archive))
			at := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == expected })
			if *update {
				if at < 0 {
					archive.Files, at = append(archive.Files, txtar.File{Name: expected}), len(archive.Files)
				}
				archive.Files[at].Data = []byte(got)
				require.NoError(t, os.WriteFile(name, txtar.Format(archive), 0o600))
				return
			}
			require.GreaterOrEqual(t, at, 0, "no section %s: run with -update", expected)
			require.Equal(t, string(archive.Files[at].Data), got)
		})
	}
}

// own leaves out what is said of the files around those of a golden file: not every pack uses all of them.
func own(t *testing.T, files fs.FS, found []definitions.Finding) []definitions.Finding {
	t.Helper()
	return slices.DeleteFunc(found, func(f definitions.Finding) bool {
		if f.Severity == definitions.Error {
			return false
		}
		shared, err := os.ReadFile(filepath.Join("testdata/shared", f.Pos.File))
		if err != nil {
			return false
		}
		text, err := fs.ReadFile(files, f.Pos.File)
		require.NoError(t, err)
		return bytes.Equal(text, shared)
	})
}

// listed writes findings as the golden files hold them.
func listed(found []definitions.Finding) string {
	var out strings.Builder
	for _, f := range found {
		fmt.Fprintln(&out, f)
		if f.Mend != "" {
			fmt.Fprintf(&out, "\tmend: %s\n", f.Mend)
		}
	}
	return out.String()
}

func TestABrokenPackIsRefusedWithEveryMistakeAtItsPlace(t *testing.T) {
	golden(t, "err", func(t *testing.T, files fs.FS) string {
		pack, found := definitions.Load(files, newTrade())
		if pack != nil {
			var tests []definitions.Finding
			_, tests = definitions.LoadTests(files, pack)
			found = append(found, tests...)
		}
		require.NotEmpty(t, found)
		return listed(own(t, files, found))
	})
}

func TestAGoodPackBecomesItsModel(t *testing.T) {
	golden(t, "ok", func(t *testing.T, files fs.FS) string {
		pack, found := definitions.Load(files, newTrade())
		require.Empty(t, listed(own(t, files, found)))
		_, found = definitions.LoadTests(files, pack)
		require.Empty(t, listed(found))
		return outline(pack)
	})
}

// outline writes the steps of every process by their ids, and what run: yields.
func outline(p *definitions.Pack) string {
	var out strings.Builder
	for _, id := range sorted(p.Processes) {
		process := p.Processes[id]
		fmt.Fprintf(&out, "process %s\n", id)
		for _, step := range sorted(process.Steps) {
			s := process.Steps[step]
			fmt.Fprintf(&out, "\t%d: %s %s\n", s.Pos.Line, s.Kind(), step)
		}
		for _, f := range process.Result.Fields {
			fmt.Fprintf(&out, "\tyields %s: %s\n", f.Name, f.Type)
		}
	}
	return out.String()
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
