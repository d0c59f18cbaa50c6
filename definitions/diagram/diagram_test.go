package diagram_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/diagram"
	"waybill/definitions/diagram/diagramtest"
	"waybill/definitions/value"
)

var update = flag.Bool("update", false, "write the golden files anew")

// noActions is a catalogue without anything in it.
type noActions struct{}

func (noActions) Action(string) (*definitions.Action, bool) { return nil, false }
func (noActions) Actions() []string                         { return nil }
func (noActions) Object(string) (*value.Type, bool)         { return nil, false }
func (noActions) Objects() []string                         { return nil }

func repair(t testing.TB) (*definitions.Process, *definitions.Written) {
	t.Helper()
	pack, found := definitions.Load(os.DirFS("testdata/pack"), noActions{})
	require.NotNil(t, pack, "%v", found)
	text, err := os.ReadFile("testdata/pack/repair.process.yaml")
	require.NoError(t, err)
	written, found := definitions.ReadYAML("repair.process.yaml", text)
	require.Empty(t, found)
	return pack.Processes["repair"], written
}

func TestAProcessIsDrawnLikeThis(t *testing.T) {
	p, written := repair(t)
	for name, c := range map[string]struct {
		options diagram.Options
		write   func(*diagram.Diagram, *bytes.Buffer) error
	}{
		"right.svg":  {diagram.Options{Lang: "en"}, func(d *diagram.Diagram, w *bytes.Buffer) error { return d.WriteSVG(w) }},
		"down.svg":   {diagram.Options{Lang: "zh-CN", Direction: diagram.Down}, func(d *diagram.Diagram, w *bytes.Buffer) error { return d.WriteSVG(w) }},
		"right.bpmn": {diagram.Options{Lang: "en", Written: written}, func(d *diagram.Diagram, w *bytes.Buffer) error { return d.WriteBPMN(w) }},
		"down.mmd":   {diagram.Options{Lang: "zh-CN", Direction: diagram.Down}, func(d *diagram.Diagram, w *bytes.Buffer) error { return d.WriteMermaid(w) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagram.Of(p, c.options)
			require.Empty(t, diagramtest.Faults(d))
			var got bytes.Buffer
			require.NoError(t, c.write(d, &got))
			golden := filepath.Join("testdata", "repair."+name)
			if *update {
				require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}

func TestATitleThatLacksTheLanguageStandsInTheNearest(t *testing.T) {
	for _, c := range []struct {
		title value.Title
		lang  string
		want  string
	}{
		{value.Title{"en": "Order", "zh-CN": "订单"}, "zh-CN", "订单"},
		{value.Title{"en": "Order", "zh-CN": "订单"}, "zh-TW", "订单"},
		{value.Title{"en": "Order", "zh-CN": "订单"}, "fr", "Order"},
		{value.Title{"": "Commande", "en": "Order"}, "fr", "Commande"},
		{value.Title{"zh-CN": "订单"}, "en", "订单"},
		{nil, "en", "Make to order"},
	} {
		p := &definitions.Process{Pack: &definitions.Pack{}, ID: "make_to_order", Title: c.title}
		require.Equal(t, c.want, diagram.Of(p, diagram.Options{Lang: c.lang}).Title)
	}
}

func TestWhateverTheBlocksNothingCrossesOrOverlaps(t *testing.T) {
	for seed := range uint64(150) {
		p := random(seed, 3)
		for _, direction := range []diagram.Direction{diagram.Right, diagram.Down} {
			d := diagram.Of(p, diagram.Options{Direction: direction, Lang: []string{"en", "zh-CN"}[seed%2]})
			require.Empty(t, diagramtest.Faults(d), "seed %d, %s", seed, direction)
		}
	}
}

func TestAFaultOfThePictureIsSeen(t *testing.T) {
	for name, harm := range map[string]func(d *diagram.Diagram){
		"a shape on another": func(d *diagram.Diagram) { d.Shapes[1].Box = d.Shapes[0].Box },
		"a flow askew":       func(d *diagram.Diagram) { d.Flows[0].Points[0].Y += 3 },
		"a crossing": func(d *diagram.Diagram) {
			f, g := d.Flows[0], d.Flows[4]
			f.Points = []diagram.Point{f.Points[0], {X: f.Points[0].X, Y: g.Points[0].Y}, g.Points[len(g.Points)-1], f.Points[len(f.Points)-1]}
		},
		"a label on a shape": func(d *diagram.Diagram) {
			for _, f := range d.Flows {
				if f.Label != nil {
					f.Label.Box.X, f.Label.Box.Y = f.To.Box.X, f.To.Box.Y
				}
			}
		},
		"a step outside its box": func(d *diagram.Diagram) {
			for _, s := range d.Shapes {
				if s.Parent != nil {
					s.Box.X -= 3000
				}
			}
		},
	} {
		p, _ := repair(t)
		d := diagram.Of(p, diagram.Options{})
		harm(d)
		require.NotEmpty(t, diagramtest.Faults(d), name)
	}
}

// BenchmarkDiagram200Steps lays out and writes a process of 200 steps. It reports milliseconds as
// diagram_200_steps_ms.
func BenchmarkDiagram200Steps(b *testing.B) {
	p := steps200()
	var begun time.Time
	for i := 0; b.Loop(); i++ {
		if i == 0 {
			begun = time.Now()
		}
		var out bytes.Buffer
		d := diagram.Of(p, diagram.Options{Lang: "en"})
		require.NoError(b, d.WriteSVG(&out))
		require.NoError(b, d.WriteBPMN(&out))
	}
	b.ReportMetric(float64(time.Since(begun).Microseconds())/1000/float64(b.N), "diagram_200_steps_ms")
}
