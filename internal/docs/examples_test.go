package docs_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
)

// examples are the packs that the pages show.
const examples = "examples"

func TestEveryExampleIsInOrderAndItsCasesReachAllOfIt(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	packs, err := os.ReadDir(filepath.Join(folder, examples))
	require.NoError(t, err)
	require.NotEmpty(t, packs)
	for _, entry := range packs {
		t.Run(entry.Name(), func(t *testing.T) {
			files, err := definitions.Beside(os.DirFS(filepath.Join(folder, examples)), entry.Name())
			require.NoError(t, err)
			pack, findings := definitions.Load(files, catalogue)
			require.Empty(t, listed(findings))
			require.Equal(t, entry.Name(), pack.Name)
			tests, findings := definitions.LoadTests(files, pack)
			require.Empty(t, listed(findings))
			require.NotEmpty(t, tests, "an example without a test")
			reached := map[string]scenario.Coverage{}
			for _, file := range tests {
				for _, c := range file.Cases {
					runCase(t, file.Process, c, reached)
				}
			}
			for id, process := range pack.Processes {
				if !pack.IsOwn(id) {
					continue
				}
				require.Contains(t, reached, id, "no case plays the process")
				for _, missed := range reached[id].Missing(process) {
					t.Errorf("%s: no case reaches %s", missed.Pos, missed.What)
				}
			}
			allRowsWin(t, pack, reached)
		})
	}
}

func runCase(t *testing.T, process *definitions.Process, c *definitions.Case, reached map[string]scenario.Coverage) {
	t.Helper()
	result := scenario.Run(process, c)
	for _, f := range result.Failures {
		t.Errorf("%s: %s: expected %s, happened %s\n%s", c.Name, f.Pos, f.Expected, f.Happened, story(result.Log))
	}
	if _, known := reached[process.ID]; !known {
		reached[process.ID] = scenario.NewCoverage()
	}
	reached[process.ID].Add(result.Coverage)
}

func story(lines []scenario.Line) string {
	var out strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&out, "    %s %s\n", l.At.Format("2006-01-02 15:04"), l)
	}
	return out.String()
}

func allRowsWin(t *testing.T, pack *definitions.Pack, reached map[string]scenario.Coverage) {
	t.Helper()
	for id, table := range pack.Decisions {
		for row := 1; row <= table.Table.Rows() && pack.IsOwn(id); row++ {
			won := false
			for _, coverage := range reached {
				won = won || coverage.Rows[id][row]
			}
			if !won {
				t.Errorf("no case lets row %d of %s win", row, id)
			}
		}
	}
}

// listed writes findings as waybill validate does.
func listed(findings []definitions.Finding) string {
	var out strings.Builder
	for _, f := range findings {
		severity := ""
		if f.Severity == definitions.Warning {
			severity = "warning: "
		}
		fmt.Fprintf(&out, "%s: %s%s [%s]\n", f.Pos, severity, f.Message, f.Code)
		if f.Mend != "" {
			fmt.Fprintf(&out, "    mended: %s\n", f.Mend)
		}
	}
	return out.String()
}

// withoutFile are the pages whose YAML need not come from a file: findings.md runs its own, and the files
// that first-process.md has its reader write are written by the end-to-end test that plays it.
func withoutFile() []string { return []string{"findings.md", "first-process.md"} }

func TestWhatThePagesShowStandsInTheExamples(t *testing.T) {
	for _, page := range pages(t) {
		for _, f := range fences(readPage(t, page)) {
			language, file := f.about()
			if language != "yaml" && language != "csv" || slices.Contains(withoutFile(), page) {
				continue
			}
			where := fmt.Sprintf("%s:%d", page, f.line)
			if !strings.HasPrefix(file, "docs/") && !strings.HasPrefix(file, "definitions/packs/") {
				t.Errorf("%s: this block names no file below docs/examples or definitions/packs", where)
				continue
			}
			text, err := os.ReadFile(filepath.Join("../..", filepath.FromSlash(file)))
			if err != nil {
				t.Errorf("%s: %v", where, err)
				continue
			}
			if !holds(string(text), f.text) {
				t.Errorf("%s: this text does not stand in %s", where, file)
			}
		}
	}
}

// holds reports whether the lines of part stand in whole one after the other, be it further to the right.
func holds(whole, part string) bool {
	lines, want := strings.Split(whole, "\n"), strings.Split(strings.TrimSuffix(part, "\n"), "\n")
	for at := range lines {
		indent := strings.Repeat(" ", len(lines[at])-len(strings.TrimLeft(lines[at], " ")))
		matches := at+len(want) <= len(lines)
		for i := 0; matches && i < len(want); i++ {
			matches = lines[at+i] == want[i] || lines[at+i] == indent+want[i]
		}
		if matches {
			return true
		}
	}
	return false
}

func TestEveryExampleIsShown(t *testing.T) {
	whole := allPages(t)
	packs, err := os.ReadDir(filepath.Join(folder, examples))
	require.NoError(t, err)
	for _, pack := range packs {
		if !strings.Contains(whole, "docs/examples/"+pack.Name()) {
			t.Errorf("no page shows %s", pack.Name())
		}
	}
}

// misspelt returns an example with a text replaced in all of its files.
func misspelt(t *testing.T, example, old, text string) fs.FS {
	t.Helper()
	pack := fstest.MapFS{}
	names, err := filepath.Glob(filepath.Join(folder, examples, example, "*"))
	require.NoError(t, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		pack[filepath.Base(name)] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(data), old, text))}
	}
	return pack
}
