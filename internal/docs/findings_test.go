package docs_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/packs"
)

const findingsPage = "findings.md"

// aroundHeading begins the part of the page that shows the pack around all examples.
const aroundHeading = "## The pack around the examples"

// section is the part of findings.md about one code: wrong files, what is said of them, and right ones.
type section struct {
	code   string
	files  []fence
	output fence
	right  []fence
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
		case at < 0 && f.from < strings.Index(page, aroundHeading):
		case at < 0:
			around = append(around, f)
		case language == "text":
			out[at].output = f
		case out[at].output.info != "":
			out[at].right = append(out[at].right, f)
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
		output := findingsOf(brokenPack(t, around, s), catalogue, around, s.files)
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

// findingsOf writes what is said about a pack, but not that an example leaves parts of the pack around it
// unused. A pack in order has its tests read, too.
func findingsOf(files fs.FS, catalogue definitions.Catalogue, around, shown []fence) string {
	pack, found := definitions.Load(files, catalogue)
	found = slices.DeleteFunc(found, func(f definitions.Finding) bool {
		shows := func(one fence) bool {
			_, name := one.about()
			return name == f.Pos.File
		}
		return f.Severity == definitions.Warning && slices.ContainsFunc(around, shows) && !slices.ContainsFunc(shown, shows)
	})
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
	pack := packOf(around, s.files)
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

// packOf returns the pack of the files that the page shows; those of later groups replace earlier ones.
func packOf(groups ...[]fence) fstest.MapFS {
	pack := fstest.MapFS{}
	for _, group := range groups {
		for _, f := range group {
			_, name := f.about()
			pack[name] = &fstest.MapFile{Data: []byte(f.text)}
		}
	}
	return pack
}

func TestWhatThePageCallsRightHasNoFindings(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	all, around := sections(t, readPage(t, findingsPage))
	for _, s := range all {
		if len(s.files) == 0 {
			require.Empty(t, s.right, s.code)
			continue
		}
		require.NotEmpty(t, s.right, "%s has no right example", s.code)
		require.Empty(t, findingsOf(packOf(around, s.right), catalogue, around, s.right), "the right example of %s", s.code)
	}
}

func TestEveryWarningOfThePageCanBeAccepted(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	all, around := sections(t, readPage(t, findingsPage))
	tried := 0
	for _, s := range all {
		if s.code == "needless-allow" || s.code == "wrong-allow" || !strings.Contains(s.output.text, "warning: ") {
			continue
		}
		pack := packOf(around, s.files)
		_, found := definitions.Load(pack, catalogue)
		for _, f := range slices.Backward(found) {
			if f.Code == s.code && f.Severity == definitions.Warning {
				allow(pack[f.Pos.File], f)
				tried++
			}
		}
		require.Contains(t, explanation(t, s.code), "ccept", "the section about %s does not say how it is accepted", s.code)
		_, left := definitions.Load(pack, catalogue)
		require.False(t, slices.ContainsFunc(left, func(f definitions.Finding) bool { return f.Code == s.code }), listed(left))
	}
	require.Greater(t, tried, 10)
}

// allow writes a comment above the line of a warning, for one about a row above the table.
func allow(file *fstest.MapFile, f definitions.Finding) {
	rows := strings.SplitAfter(string(file.Data), "\n")
	at := f.Pos.Line - 1
	if table := slices.Index(rows, "rules: |\n"); table >= 0 {
		at = table
	}
	indent := rows[at][:len(rows[at])-len(strings.TrimLeft(rows[at], " "))]
	rows[at] = indent + "# waybill: allow " + f.Code + " because\n" + rows[at]
	file.Data = []byte(strings.Join(rows, ""))
}

// explanation returns what the page says in the section of a code.
func explanation(t *testing.T, code string) string {
	t.Helper()
	_, after, ok := strings.Cut(readPage(t, findingsPage), "### `"+code+"`\n")
	require.True(t, ok)
	text, _, _ := strings.Cut(after, "\n```")
	return text
}

func TestThePacksThatComeWithTheProgramHaveNoFindings(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	for _, name := range packs.Names() {
		folder, ok := packs.Open(name)
		require.True(t, ok)
		require.Empty(t, findingsOf(folder, catalogue, nil, nil), name)
	}
}

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
	for code := range exists {
		require.Equal(t, 1, explained[code], "sections about %s in %s", code, findingsPage)
	}
	for code := range explained {
		require.True(t, exists[code], "%s explains %s, which is no code", findingsPage, code)
	}
}
