package definitions_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/schema"
)

// asked returns the keys that the reader asks for in any pack there is, by what it calls the map.
func asked(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	add := func(s *definitions.Survey) {
		for what, keys := range s.Asked() {
			if all[what] == nil {
				all[what] = map[string]bool{}
			}
			for _, key := range keys {
				all[what][key] = true
			}
		}
	}
	goldens, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(t, err)
	for _, name := range goldens {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		add(definitions.Look(folder(t, archive), newTrade(), ""))
	}
	folders, err := filepath.Glob("../docs/examples/*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, name := range folders {
		add(definitions.Look(os.DirFS(name), newTrade(), ""))
	}
	return all
}

func TestEditorsKnowTheKeysThatTheReaderKnowsAndNoOthers(t *testing.T) {
	described := map[string]map[string]bool{}
	for _, m := range schema.Describe().Maps() {
		for _, key := range m.Keys {
			if described[m.What] == nil {
				described[m.What] = map[string]bool{}
			}
			described[m.What][key.Name] = true
		}
	}
	read := asked(t)
	// What stands in these maps is named by the pack's own types, and by the map around them.
	for _, free := range []string{"an answer", "where", "a step"} {
		delete(read, free)
	}
	var wrong []string
	for what := range described {
		if read[what] == nil {
			wrong = append(wrong, "nothing reads "+what)
		}
	}
	for what, keys := range read {
		for key := range keys {
			// hold is asked of every step, to say which have it.
			if !described[what][key] && key != "hold" {
				wrong = append(wrong, what+" has "+key+", which definitions/schema does not describe")
			}
		}
		for key := range described[what] {
			// undo is asked of most steps only where they have a while.
			if !keys[key] && key != "undo" {
				wrong = append(wrong, what+" has no "+key+", which definitions/schema describes")
			}
		}
	}
	slices.Sort(wrong)
	require.Empty(t, wrong)
}

func TestALookSeesTheDataInReachWithTheirTypes(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/every_kind.txtar")
	require.NoError(t, err)
	files := folder(t, archive)
	s := definitions.Look(files, newTrade(), "")
	require.Empty(t, listed(own(t, files, s.Findings())))
	order := s.Process("order")
	require.NotNil(t, order)
	release := s.Pack().Processes["order"].Steps["release"]
	names := s.NamesAt(release.Pos)
	require.Equal(t, "Order", names["order"].String())
	require.Equal(t, "task", names["confirm"].String())
	require.NotContains(t, names, "reservation", "it is set only later")
	require.Equal(t, "Line", s.Made("order", "line").String())
	require.Contains(t, s.Types("order"), "Parcel")
	require.NotContains(t, s.Types(""), "Parcel")
}

func TestALookAtOneProcessReadsThoseThatItRuns(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/every_kind.txtar")
	require.NoError(t, err)
	s := definitions.Look(folder(t, archive), newTrade(), "child")
	require.Contains(t, s.Pack().Processes, "child")
	require.NotContains(t, s.Pack().Processes, "order")
	require.Equal(t, []string{"child", "order"}, s.Processes())
}
