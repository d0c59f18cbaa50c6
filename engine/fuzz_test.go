package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waybill/definitions"
	"waybill/engine"
)

// FuzzEngine plays the processes of all scenarios, and random ones, with events in any order: sensible, late,
// repeated and foreign ones. It holds what the property test holds; the bytes are its draws.
func FuzzEngine(f *testing.F) {
	known := scenarioProcesses(f)
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		which := rapid.IntRange(0, len(known)).Draw(t, "which")
		var d *definitions.Process
		if which < len(known) {
			d = known[which]
		} else {
			d = loadRandom(t, drawProcess(t))
		}
		h := newHost(t, d)
		h.apply(engine.Started{Instance: map[string]any{"id": "1"}, Input: h.fields(d.Input)})
		for h.state.Status() != engine.Over {
			h.anything()
		}
	}))
}

// scenarioProcesses returns the processes of all scenarios.
func scenarioProcesses(f *testing.F) []*definitions.Process {
	var found []*definitions.Process
	files, err := filepath.Glob(filepath.Join("testdata", "*", "*.txt"))
	must(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(f, err)
		for _, part := range strings.Split("\n"+string(text), "\n\nprocess\n")[1:] {
			source, _, _ := strings.Cut(part, "\n----")
			for _, d := range loadPack(f, source).Processes {
				found = append(found, d)
			}
		}
	}
	return found
}
