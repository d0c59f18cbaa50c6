package docs_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/bpmn"
	"waybill/definitions/diagram"
)

// plainly writes what a file says, without order of keys, quotes and breaks of lines; a key whose value is
// an empty list says no more than none.
func plainly(w *definitions.Written) string {
	var parts []string
	switch w.Kind {
	case definitions.WrittenMap:
		for _, e := range w.Entries {
			parts = append(parts, e.Key.Text+": "+plainly(e.Value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case definitions.WrittenList:
		for _, item := range w.Items {
			parts = append(parts, plainly(item))
		}
		return "[" + strings.Join(parts, ",\n") + "]"
	}
	return strings.Join(strings.Fields(w.Text), " ")
}

func TestAProcessComesBackFromItsBPMNAsItWas(t *testing.T) {
	processes := knownProcesses(t)
	for _, name := range slices.Sorted(maps.Keys(processes)) {
		p := processes[name]
		text, err := fs.ReadFile(p.folder, p.file)
		require.NoError(t, err)
		written, _ := definitions.ReadYAML(p.file, text)
		var xml strings.Builder
		require.NoError(t, diagram.Of(p.Process, diagram.Options{Lang: "zh-CN", Written: written}).WriteBPMN(&xml))
		result, err := bpmn.Import(strings.NewReader(xml.String()))
		require.NoError(t, err, name)
		require.Empty(t, result.Remarks, name)
		require.Len(t, result.Processes, 1)
		back, found := definitions.ReadYAML(p.file, []byte(result.Processes[0].Text))
		require.Empty(t, found, "%s\n%s", name, result.Processes[0].Text)
		require.Equal(t, plainly(written), plainly(back), "%s\n%s", name, result.Processes[0].Text)
	}
}
