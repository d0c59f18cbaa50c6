package bpmn_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/bpmn"
	"waybill/definitions/value"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noActions is a catalogue without anything in it.
type noActions struct{}

func (noActions) Action(string) (*definitions.Action, bool) { return nil, false }
func (noActions) Actions() []string                         { return nil }
func (noActions) Object(string) (*value.Type, bool)         { return nil, false }
func (noActions) Objects() []string                         { return nil }

// findings checks what came of a file, in a pack that has what it needs.
func findings(r *bpmn.Result) []definitions.Finding {
	var roles []string
	for _, role := range r.Roles {
		roles = append(roles, role+": "+role)
	}
	pack := fstest.MapFS{"pack.yaml": {Data: []byte("name: taken_over\ncurrency: EUR\nroles: {" + strings.Join(roles, ", ") + "}\n")}}
	for _, f := range append(r.Processes, r.Needs...) {
		pack[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	_, found := definitions.Load(pack, noActions{})
	return found
}

func TestADiagramOfAnotherToolBecomesAProcessThatHolds(t *testing.T) {
	names, err := filepath.Glob("testdata/*.bpmn")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".bpmn"), func(t *testing.T) {
			file, err := os.Open(name)
			require.NoError(t, err)
			defer file.Close()
			result, err := bpmn.Import(file)
			require.NoError(t, err)
			var got strings.Builder
			for _, f := range append(result.Processes, result.Needs...) {
				fmt.Fprintf(&got, "-- %s --\n%s", f.Name, f.Text)
			}
			fmt.Fprintf(&got, "-- roles --\n%s\n-- remarks --\n", strings.Join(result.Roles, ", "))
			for _, r := range result.Remarks {
				lost := ""
				if r.Lost {
					lost = "LOST "
				}
				fmt.Fprintf(&got, "%s%s\n", lost, r)
			}
			golden := strings.TrimSuffix(name, ".bpmn") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
			for _, f := range findings(result) {
				require.NotEqual(t, definitions.Error, f.Severity, "%s\n%s", f, got.String())
			}
		})
	}
}
