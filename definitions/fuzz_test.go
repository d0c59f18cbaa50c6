package definitions_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

// fuzzed are the files that the fuzz target puts bytes into, the others of the pack being good. New ones
// come last: the seeds name them by their number.
func fuzzed() []string {
	return []string{
		"order.process.yaml", "pack.yaml", "trade.types.yaml", "credit.decision.yaml", "order.test.yaml",
		"freight.decision.csv", "uses/common/pack.yaml", "uses/common/common.types.yaml", "uses/common/lend.process.yaml",
	}
}

// wholePack is a pack with a file of each kind, in order, that uses another.
func wholePack(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{
		"order.process.yaml":            {Data: []byte(longProcess(10))},
		"freight.decision.yaml":         {Data: []byte("decision: freight\ninputs: {weight: number}\noutputs: {price: money}\n")},
		"freight.decision.csv":          {Data: []byte("weight,price\n<= 5,12\n> 5,40\n")},
		"order.test.yaml":               {Data: []byte("tests: order\ncases: []\n")},
		"uses/common/pack.yaml":         {Data: []byte("name: common\ncurrency: CNY\nroles: {clerk: Clerk}\n")},
		"uses/common/common.types.yaml": {Data: []byte("types:\n  Thing: {name: text}\n")},
		"uses/common/lend.process.yaml": {Data: []byte("process: lend\ninput: {thing: Thing}\nsteps:\n  - {task: hand_over, role: clerk, show: [thing]}\n")},
	}
	for _, name := range []string{"pack.yaml", "trade.types.yaml", "credit.decision.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/shared", name))
		require.NoError(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	files["pack.yaml"].Data = append(files["pack.yaml"].Data, "uses: [common]\n"...)
	return files
}

func TestThePackThatIsFuzzedIsInOrder(t *testing.T) {
	files := wholePack(t)
	pack, found := definitions.Load(files, newTrade())
	require.False(t, definitions.HasErrors(found), listed(found))
	_, found = definitions.LoadTests(files, pack)
	require.False(t, definitions.HasErrors(found), listed(found))
	for _, name := range fuzzed() {
		require.Contains(t, files, name)
	}
}

// What reading and checking a pack with any bytes in one of its files may take.
const (
	longestRead = 5 * time.Second // 2 s on a machine of which nobody else wants something
	mostRead    = 1 << 30         // bytes allocated in all
)

// FuzzLoad puts any bytes into a file of a pack: whatever they are, there is a pack or a list of findings
// with places in the files, soon and in bounded memory.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(f, err)
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		require.NoError(f, err)
		for _, file := range archive.Files {
			for i, kind := range fuzzed() {
				if strings.HasSuffix(file.Name, kind[strings.IndexByte(kind, '.'):]) {
					f.Add(uint8(i), file.Data)
				}
			}
		}
	}
	base, catalogue := wholePack(f), newTrade()
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		files := maps.Clone(base)
		name := fuzzed()[int(which)%len(fuzzed())]
		files[name] = &fstest.MapFile{Data: text}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begun := time.Now()
		found := readWhole(t, files, catalogue)
		took := time.Since(begun)
		runtime.ReadMemStats(&after)
		if took > longestRead || after.TotalAlloc-before.TotalAlloc > mostRead {
			t.Fatalf("%d bytes take %s and %d bytes of memory", len(text), took, after.TotalAlloc-before.TotalAlloc)
		}
		for _, finding := range found {
			if finding.Pos.Line < 1 || finding.Pos.Column < 1 || finding.Pos.File == name && finding.Pos.Line > linesOf(text) {
				t.Fatalf("%s: outside of the file", finding)
			}
		}
	})
}

// readWhole reads a pack and its tests.
func readWhole(t *testing.T, files fstest.MapFS, catalogue definitions.Catalogue) []definitions.Finding {
	t.Helper()
	pack, found := definitions.Load(files, catalogue)
	if (pack == nil) != definitions.HasErrors(found) {
		t.Fatalf("pack %v with findings %v", pack, found)
	}
	if pack == nil {
		return found
	}
	_, more := definitions.LoadTests(files, pack)
	return slices.Concat(found, more)
}

// linesOf is how many lines a text has at most, the one after its end included.
func linesOf(text []byte) int {
	n := 2
	for _, end := range []string{"\n", "\r", "\u2028", "\u2029", "\u0085"} {
		n += bytes.Count(text, []byte(end))
	}
	return n
}
