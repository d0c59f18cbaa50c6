package difference_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/difference"
	"waybill/definitions/value"
)

var update = flag.Bool("update", false, "write the expected differences anew")

// catalogue is what the packs of the tests may call.
type catalogue map[string]*definitions.Action

func newCatalogue() catalogue {
	text := []value.Field{{Name: "order", Type: &value.Type{Kind: value.Text}}}
	c := catalogue{}
	for _, name := range []string{"stock.reserve", "stock.release", "billing.invoice", "mail.send"} {
		c[name] = &definitions.Action{Name: name, Inputs: text}
	}
	return c
}

func (c catalogue) Action(name string) (*definitions.Action, bool) { a, ok := c[name]; return a, ok }

func (c catalogue) Actions() []string               { return slices.Sorted(maps.Keys(c)) }
func (catalogue) Object(string) (*value.Type, bool) { return nil, false }
func (catalogue) Objects() []string                 { return nil }

// load loads the files of an archive whose names begin with a prefix.
func load(t *testing.T, files []txtar.File, prefix string) *definitions.Pack {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok {
			fsys[name] = &fstest.MapFile{Data: f.Data}
		}
	}
	pack, findings := definitions.Load(fsys, newCatalogue())
	require.NotNil(t, pack, "%s: %v", prefix, findings)
	return pack
}

// Each file of testdata holds two revisions, before/ and after/, and what is told of them.
func TestWhatDiffersIsToldInTheWordsOfTheProcess(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			archive := txtar.Parse(text)
			from, to := load(t, archive.Files, "before/"), load(t, archive.Files, "after/")
			require.Empty(t, difference.Packs(from, from), "a revision does not differ from itself")
			told := difference.Tell(difference.Packs(from, to))
			last := len(archive.Files) - 1
			require.Equal(t, "told", archive.Files[last].Name)
			if *update {
				archive.Files[last].Data = []byte(told)
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o600))
				return
			}
			require.Equal(t, string(archive.Files[last].Data), told)
		})
	}
}

func TestAStepIsFoundInTheOtherRevision(t *testing.T) {
	text, err := os.ReadFile("testdata/steps.txt")
	require.NoError(t, err)
	files := txtar.Parse(text).Files
	from, to := load(t, files, "before/").Processes["sell"], load(t, files, "after/").Processes["sell"]
	for _, c := range []struct {
		situation string
		renamed   map[string]string
		old, now  string
	}{
		{"with the same id", nil, "agree", "agree"},
		{"in another stage", nil, "pack", "pack"},
		{"gone", nil, "ask", ""},
		{"renamed", map[string]string{"ask": "inquire"}, "ask", "inquire"},
		{"without an id, behind one that was added", nil, "supply/0", "supply/1"},
		{"renamed to what is not there", map[string]string{"ask": "nobody"}, "ask", ""},
	} {
		now, there := difference.Pair(from, to, c.renamed).Step(c.old)
		require.Equal(t, c.now, now, c.situation)
		require.Equal(t, c.now != "", there, c.situation)
	}
}
