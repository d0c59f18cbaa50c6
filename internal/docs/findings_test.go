package docs_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
)

const findingsPage = "findings.md"

// section is the part of findings.md about one code.
type section struct {
	code   string
	files  []fence
	output fence
}

// sections returns the sections of findings.md, and the files of the pack that stands around all of them.
func sections(t *testing.T, page string) ([]section, []fence) {
	t.Helper()
	heading := regexp.MustCompile("(?m)^### `(.+)`$")
	starts := heading.FindAllStringSubmatchIndex(page, -1)
	require.NotEmpty(t, starts)
	var around []fence
	out := make([]section, len(starts))
	for i, start := range starts {
		out[i].code = page[start[2]:start[3]]
	}
	for _, f := range fences(page) {
		at := -1
		for i, start := range starts {
			if start[0] < f.from {
				at = i
			}
		}
		switch language, _ := f.about(); {
		case at < 0:
			around = append(around, f)
		case language == "text":
			out[at].output = f
		default:
			out[at].files = append(out[at].files, f)
		}
	}
	for _, s := range out {
		require.NotEmpty(t, s.output.info, "%s shows no output", s.code)
	}
	return out, around
}

func TestEveryFindingIsExplainedByARealOne(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	page := readPage(t, findingsPage)
	all, around := sections(t, page)
	var written strings.Builder
	at := 0
	for _, s := range all {
		output := findingsOf(brokenPack(t, around, s), catalogue)
		if len(s.files) == 0 {
			output = only(output, s.code)
		}
		require.Contains(t, output, "["+s.code+"]", "%s: %s", s.code, output)
		if !*update {
			require.Equal(t, s.output.text, output, "%s:%d: run with -update", findingsPage, s.output.line)
		}
		written.WriteString(page[at:s.output.from] + output)
		at = s.output.to
	}
	written.WriteString(page[at:])
	if *update {
		writePage(t, findingsPage, written.String())
	}
}

// findingsOf writes what is said about a pack. A pack in order has its tests read, too.
func findingsOf(files fs.FS, catalogue definitions.Catalogue) string {
	pack, found := definitions.Load(files, catalogue)
	if pack != nil {
		_, more := definitions.LoadTests(files, pack)
		found = append(found, more...)
	}
	return listed(found)
}

// only keeps the lines about a code: a file that the page does not show may have more to say.
func only(output, code string) string {
	var out strings.Builder
	for row := range strings.Lines(output) {
		if strings.HasSuffix(row, "["+code+"]\n") {
			out.WriteString(row)
		}
	}
	return out.String()
}

// brokenPack returns the pack of a section: the files that the page shows, or what its words say of a
// file that a page cannot show.
func brokenPack(t *testing.T, around []fence, s section) fs.FS {
	t.Helper()
	pack := fstest.MapFS{}
	for _, group := range [][]fence{around, s.files} {
		for _, f := range group {
			_, name := f.about()
			pack[name] = &fstest.MapFile{Data: []byte(f.text)}
		}
	}
	if len(s.files) > 0 {
		return pack
	}
	const process = "order.process.yaml"
	text := ""
	switch s.code {
	case "too-deep":
		text = "process: order\nsteps: " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "\n"
	case "too-large":
		text = "process: order\nsteps: []\n" + strings.Repeat("# a long story\n", 1<<17)
	case "too-many":
		text = strings.Repeat("process: order\n", 1101)
	case "not-utf8":
		text = "process: order\ntitle: Caf\xe9\nsteps: []\n"
	case "formula-too-large":
		text = "process: order\ndata: {many: {type: integer, default: 0}}\nsteps:\n  - set: {many: = 1" + strings.Repeat(" + 1", 1000) + "}\n"
	case "table-too-large":
		rows := strings.Repeat("  5 || 5\n", 1001)
		pack["freight.decision.yaml"] = &fstest.MapFile{Data: []byte(
			"decision: freight\ninputs: {weight: number}\noutputs: {price: money}\nrules: |\n  weight || price\n" + rows)}
		return pack
	case "no-pack":
		delete(pack, "pack.yaml")
		return pack
	case "unreadable":
		pack[process] = &fstest.MapFile{Data: []byte("process: order\nsteps: []\n")}
		return locked{pack, process}
	default:
		require.Fail(t, "the page shows no file for "+s.code)
	}
	pack[process] = &fstest.MapFile{Data: []byte(text)}
	return pack
}

// locked is a folder with a file that may not be read.
type locked struct {
	fs.FS
	name string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

// neverFound are codes of package decision that a pack never shows: the key hit is checked before its
// value comes to the table.
func neverFound() []string { return []string{"unknown-hit"} }

func TestNoCodeOfAFindingIsLeftOut(t *testing.T) {
	all, _ := sections(t, readPage(t, findingsPage))
	explained := map[string]int{}
	for _, s := range all {
		explained[s.code]++
	}
	exists := map[string]bool{}
	for _, file := range []string{"definitions/codes.go", "definitions/formula/codes.go", "definitions/decision/codes.go"} {
		for _, c := range constants(t, file, "", "code") {
			exists[c.value] = true
		}
	}
	for _, code := range neverFound() {
		require.True(t, exists[code], "there is no %s any more", code)
		delete(exists, code)
	}
	for code := range exists {
		require.Equal(t, 1, explained[code], "sections about %s in %s", code, findingsPage)
	}
	for code := range explained {
		require.True(t, exists[code], "%s explains %s, which is no code", findingsPage, code)
	}
}
