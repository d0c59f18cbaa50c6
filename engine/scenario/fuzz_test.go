package scenario_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/engine/scenario"
)

// longestPlay is how long the cases of a file may take: 2 s on a machine of which nobody else wants
// something.
const longestPlay = 5 * time.Second

// FuzzStory plays whatever cases can be read out of any bytes: they end soon, and each that does not go
// as it says tells so at a place.
func FuzzStory(f *testing.F) {
	files := fstest.MapFS{
		"pack.yaml":         {Data: []byte(packFile)},
		"bread.types.yaml":  {Data: []byte(bakeryTypes)},
		"bake.process.yaml": {Data: []byte(bakeFile)},
	}
	pack, found := definitions.Load(files, shop{})
	require.NotNil(f, pack, found)
	seeds, err := filepath.Glob("testdata/stories/*.test.yaml")
	require.NoError(f, err)
	require.NotEmpty(f, seeds)
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		begun := time.Now()
		with := maps.Clone(files)
		with["bake.test.yaml"] = &fstest.MapFile{Data: text}
		suites, _ := definitions.LoadTests(with, pack)
		for _, suite := range suites {
			for _, c := range suite.Cases {
				for _, failure := range scenario.Run(suite.Process, c).Failures {
					if failure.Pos.Line < 1 || failure.Expected == "" {
						t.Fatalf("a failure without a place or an expectation: %+v", failure)
					}
				}
			}
		}
		if took := time.Since(begun); took > longestPlay {
			t.Fatalf("%d bytes take %s", len(text), took)
		}
	})
}
