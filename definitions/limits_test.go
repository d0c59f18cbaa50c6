package definitions_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

// packWith returns the shared pack with one process.
func packWith(t testing.TB, process string) fs.FS {
	return folder(t, &txtar.Archive{Files: []txtar.File{{Name: "order.process.yaml", Data: []byte(process)}}})
}

func TestAFileThatCouldHurtItsReaderIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{
			"two mebibytes", "process: order\nnote: " + strings.Repeat("x", 2<<20) + "\nsteps: []\n",
			"order.process.yaml:1:1: the file is larger than 1024 KiB; split it [too-large]\n",
		},
		{
			"no UTF-8", "process: order\ntitle: caf\xe9\nsteps: []\n",
			"order.process.yaml:2:11: this byte is no UTF-8 text; save the file as UTF-8 [not-utf8]\n",
		},
		{
			"a control character", "process: order\ntitle: a\x01b\nsteps: []\n",
			"order.process.yaml:2:1: the file holds a control character [not-yaml]\n",
		},
		{
			"twenty thousand braces", "process: order\nnote: " + strings.Repeat("{a: ", 20_000) + "\n",
			"order.process.yaml:2:1: this is nested too deep [not-yaml]\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			pack, found := definitions.Load(packWith(t, c.text), newTrade())
			require.Nil(t, pack)
			require.Equal(t, c.want, listed(found))
		})
	}
}

func TestTheRevisionIsTheContentOfAllFiles(t *testing.T) {
	hash := func(files fs.FS) string {
		pack, found := definitions.Load(files, newTrade())
		require.Empty(t, listed(found))
		return pack.Hash
	}
	one := hash(packWith(t, "process: order\nsteps: []\n"))
	require.Equal(t, one, hash(packWith(t, "process: order\nsteps: []\n")))
	require.NotEqual(t, one, hash(packWith(t, "process: order\nsteps:  []\n")), "a space more is another revision")
	renamed := folder(t, &txtar.Archive{Files: []txtar.File{{Name: "orders.process.yaml", Data: []byte("process: order\nsteps: []\n")}}})
	require.NotEqual(t, one, hash(renamed))
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", one)
}

// longProcess has n steps of all the usual kinds.
func longProcess(n int) string {
	var out strings.Builder
	out.WriteString("process: order\ninput: {order: Order}\noutcomes: {delivered: keep, refused: undo}\nsteps:\n")
	for i := 0; i < n; i += 10 {
		fmt.Fprintf(&out, `  - stage: part_%[1]d
    steps:
      - do: billing.exposure
        with: {customer: = order.customer, adding: = order.total * 2}
        result: exposure_%[1]d
      - decide: credit
        id: credit_%[1]d
        with: {grade: = order.customer.grade, exposure: = exposure_%[1]d.percent, overdue_days: = exposure_%[1]d.overdue_days}
      - approve: release_%[1]d
        when: credit_%[1]d.result != "pass"
        show: [order.number, order.total, exposure_%[1]d]
        by: [{role: credit_controller, due: 4 work hours}]
        on_reject:
          - end: refused
      - choose:
          - when: order.total > settings.controller_limit
            steps:
              - task: confirm_%[1]d
                role: sales
                form: {note: optional text}
          - else: []
      - do: stock.reserve
        with: {order: = order.number, lines: = order.lines}
        result: reservation_%[1]d
      - each: short in reservation_%[1]d.shortages
        steps:
          - wait: 2 work days
            when: short.quantity > 5
`, i)
	}
	return out.String()
}

func BenchmarkLoadThousandSteps(b *testing.B) {
	files, catalogue := packWith(b, longProcess(1000)), newTrade()
	for b.Loop() {
		pack, _ := definitions.Load(files, catalogue)
		if pack == nil || len(pack.Processes["order"].Steps) != 1000 {
			b.Fatal("the process has not the steps that it should")
		}
	}
}

// fuzzed are the files that the fuzz target puts bytes into, the others of the pack being good.
func fuzzed() []string {
	return []string{"order.process.yaml", "pack.yaml", "trade.types.yaml", "credit.decision.yaml", "order.test.yaml"}
}

func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(f, err)
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		require.NoError(f, err)
		for _, file := range archive.Files {
			for i, kind := range fuzzed() {
				if strings.HasSuffix(file.Name, kind[strings.IndexByte(kind, '.'):]) && strings.HasSuffix(file.Name, ".yaml") {
					f.Add(uint8(i), file.Data)
				}
			}
		}
	}
	base := fstest.MapFS{"order.process.yaml": {Data: []byte(longProcess(10))}}
	for _, name := range []string{"pack.yaml", "trade.types.yaml", "credit.decision.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/shared", name))
		require.NoError(f, err)
		base[name] = &fstest.MapFile{Data: text}
	}
	catalogue := newTrade()
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		files := maps.Clone(base)
		name := fuzzed()[int(which)%len(fuzzed())]
		files[name] = &fstest.MapFile{Data: text}
		pack, found := definitions.Load(files, catalogue)
		if (pack == nil) != definitions.HasErrors(found) {
			t.Fatalf("pack %v with findings %v", pack, found)
		}
		if pack != nil {
			_, more := definitions.LoadTests(files, pack)
			found = append(found, more...)
		}
		lines := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) + bytes.Count(text, []byte("\u2028")) +
			bytes.Count(text, []byte("\u2029")) + bytes.Count(text, []byte("\u0085")) + 2
		for _, finding := range found {
			if finding.Pos.Line < 1 || finding.Pos.Column < 1 || finding.Pos.File == name && finding.Pos.Line > lines {
				t.Fatalf("%s: outside of the file", finding)
			}
		}
	})
}
