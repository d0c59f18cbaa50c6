// Package docs_test executes the documentation: what it shows is checked, run, and compared with what
// the code says of itself. Run with -update to write anew what is taken from the code.
package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write anew what the pages take from the code")

// folder is where the documentation stands.
const folder = "../../docs"

// fence is a block between ``` and ``` of a page.
type fence struct {
	info string // what follows the opening backticks
	text string
	line int // of the opening, from 1
	from int // byte offsets of text in the page
	to   int
}

// about returns the language of a fence and the file that it shows, "" where it names none.
func (f fence) about() (language, file string) {
	language, file, _ = strings.Cut(f.info, " ")
	return language, strings.TrimSpace(file)
}

// fences returns the blocks of a page in order.
func fences(page string) []fence {
	var out []fence
	var open *fence
	at := 0
	for i, row := range strings.SplitAfter(page, "\n") {
		if info, fenced := strings.CutPrefix(strings.TrimRight(row, "\n"), "```"); fenced {
			if open == nil {
				open = &fence{info: info, line: i + 1, from: at + len(row)}
			} else {
				open.to = at
				open.text = page[open.from:at]
				out = append(out, *open)
				open = nil
			}
		}
		at += len(row)
	}
	return out
}

// readPage returns the text of a page of the documentation.
func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return string(text)
}

func writePage(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
}

// pages returns the names of all pages, those of decisions included.
func pages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"*.md", "decisions/*.md"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		for _, name := range found {
			short, err := filepath.Rel(folder, name)
			require.NoError(t, err)
			names = append(names, short)
		}
	}
	require.NotEmpty(t, names)
	return names
}

// generated compares what stands between two comments of a page with text; -update writes it there.
func generated(t *testing.T, page, what, text string) {
	t.Helper()
	begin, end := "<!-- "+what+": written by the test -->\n", "<!-- end of "+what+" -->"
	whole := readPage(t, page)
	before, rest, ok := strings.Cut(whole, begin)
	require.True(t, ok, "%s has no %s", page, strings.TrimSpace(begin))
	have, after, ok := strings.Cut(rest, end)
	require.True(t, ok, "%s has no %s", page, end)
	if *update {
		writePage(t, page, before+begin+text+end+after)
		return
	}
	require.Equal(t, text, have, "%s: run with -update", page)
}
