package docs_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/diagram/diagramtest"
	"waybill/definitions/packs"
	"waybill/internal/nodetest"
)

// knownProcess is a process with the file that it stands in.
type knownProcess struct {
	*definitions.Process
	folder fs.FS
	file   string
}

// knownProcesses returns all processes of the packs and of the examples, by pack and name.
func knownProcesses(t testing.TB) map[string]knownProcess {
	t.Helper()
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	folders := map[string]fs.FS{}
	for _, name := range packs.Names() {
		folders[name], _ = packs.Open(name)
	}
	examples, err := filepath.Glob("../../docs/examples/*/pack.yaml")
	require.NoError(t, err)
	for _, name := range examples {
		dir := filepath.Dir(name)
		folders[filepath.Base(dir)], err = definitions.Beside(os.DirFS(filepath.Dir(dir)), filepath.Base(dir))
		require.NoError(t, err)
	}
	all := map[string]knownProcess{}
	for name, folder := range folders {
		pack, found := definitions.Load(folder, catalogue)
		require.NotNil(t, pack, "%s: %v", name, found)
		for id, p := range pack.Processes {
			if len(p.Body) > 0 && !strings.Contains(id, ".") { // those of used packs are met in their own
				all[name+"/"+id] = knownProcess{p, folder, p.Body[0].Pos.File}
			}
		}
	}
	require.Greater(t, len(all), 30)
	return all
}

// waysToDraw are the directions with the languages that the pictures are looked at in.
func waysToDraw() []diagram.Options {
	return []diagram.Options{{Direction: diagram.Right, Lang: "en"}, {Direction: diagram.Down, Lang: "zh-CN"}}
}

func TestInNoPictureAnythingCrossesOrOverlaps(t *testing.T) {
	for name, p := range knownProcesses(t) {
		for _, options := range waysToDraw() {
			require.Empty(t, diagramtest.Faults(diagram.Of(p.Process, options)), "%s %v", name, options)
		}
	}
}

func TestOthersReadAndDrawThePictures(t *testing.T) {
	chromium := nodetest.Chromium(t)
	type drawn struct {
		Name   string             `json:"name"`
		BPMN   string             `json:"bpmn"`
		SVG    string             `json:"svg"`
		Shapes int                `json:"shapes"`
		Flows  int                `json:"flows"`
		Widths map[string]float64 `json:"widths"`
	}
	var all []drawn
	processes := knownProcesses(t)
	for _, name := range slices.Sorted(maps.Keys(processes)) {
		for _, options := range waysToDraw() {
			d := diagram.Of(processes[name].Process, options)
			var bpmn, svg strings.Builder
			require.NoError(t, d.WriteBPMN(&bpmn))
			require.NoError(t, d.WriteSVG(&svg))
			all = append(all, drawn{
				Name: name + " " + string(options.Direction), BPMN: bpmn.String(), SVG: svg.String(),
				Shapes: len(d.Shapes), Flows: len(d.Flows), Widths: labelWidths(d),
			})
		}
	}
	input, err := json.Marshal(all)
	require.NoError(t, err)
	var faults []string
	require.NoError(t, json.Unmarshal(nodetest.Run(t, "testdata/diagrams.mjs", bytes.NewReader(input), chromium), &faults))
	require.Empty(t, faults)
}

// labelWidths returns the room that each line of a label has, the narrowest where it is there twice.
func labelWidths(d *diagram.Diagram) map[string]float64 {
	out := map[string]float64{}
	add := func(l *diagram.Label) {
		if l == nil {
			return
		}
		for _, line := range l.Lines {
			if known, ok := out[line]; !ok || l.Box.W < known {
				out[line] = l.Box.W
			}
		}
	}
	for _, s := range d.Shapes {
		add(s.Label)
	}
	for _, f := range d.Flows {
		add(f.Label)
	}
	return out
}

// drawnOnPages are the pictures that the pages show, with the processes that they are of.
func drawnOnPages() map[string]string {
	return map[string]string{"match_invoice.svg": "manufacturing/match_invoice"}
}

func TestThePicturesOfThePagesAreOfTheProcessesOfToday(t *testing.T) {
	all := knownProcesses(t)
	for file, id := range drawnOnPages() {
		p, known := all[id]
		require.True(t, known, id)
		var drawn bytes.Buffer
		require.NoError(t, diagram.Of(p.Process, diagram.Options{Direction: diagram.Right, Lang: "en"}).WriteSVG(&drawn))
		name := filepath.Join(folder, file)
		if *update {
			require.NoError(t, os.WriteFile(name, drawn.Bytes(), 0o600))
		}
		have, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, drawn.String(), string(have), "%s: run with -update", file)
	}
}
