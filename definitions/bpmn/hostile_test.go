package bpmn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/bpmn"
)

// around wraps what lies in a process.
func around(inner string) string {
	return `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">` + inner + `</process></definitions>`
}

func TestWhatIsNoBPMNOrMeantToHurtIsRefusedWithAReason(t *testing.T) {
	for name, c := range map[string]struct{ text, reason string }{
		"nothing":                 {"", "no XML in it"},
		"no XML":                  {"process: order\n", "no XML in it"},
		"an end that is missing":  {"<definitions>", "unexpected EOF"},
		"another kind of XML":     {"<svg xmlns='http://www.w3.org/2000/svg'/>", "begins with svg"},
		"no process":              {`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>`, "no process in it"},
		"an empty process":        {around(""), "no process in it has a step"},
		"entities that grow":      {`<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>`, "document type"},
		"an entity from outside":  {`<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>`, "document type"},
		"an unknown entity":       {around("&boom;"), "invalid character entity"},
		"too deep":                {around(strings.Repeat("<subProcess>", 200) + strings.Repeat("</subProcess>", 200)), "nested more than 100 deep"},
		"too many elements":       {around(strings.Repeat("<task/>", 60_000)), "more than 50000 elements"},
		"too large":               {around("<!--" + strings.Repeat(" ", 5<<20) + "-->"), "larger than 4 MiB"},
		"bytes that are no text":  {around("\xff\xfe"), "invalid UTF-8"},
		"an encoding not at hand": {`<?xml version="1.0" encoding="EBCDIC"?><d/>`, "EBCDIC"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bpmn.Import(strings.NewReader(c.text))
			require.ErrorContains(t, err, c.reason)
		})
	}
}

func TestADiagramThatLeadsNowhereIsToldElementByElement(t *testing.T) {
	for name, c := range map[string]struct{ inner, remark string }{
		"a flow to nothing":       {`<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>`, `sequenceFlow f: it leads from or to something`},
		"an event on nothing":     {`<task id="a"/><boundaryEvent id="b" attachedToRef="x"/>`, `boundaryEvent b: it is attached to nothing`},
		"a circle nobody enters":  {`<task id="a"/><task id="b"/><task id="c"/><sequenceFlow id="f" sourceRef="b" targetRef="c"/><sequenceFlow id="g" sourceRef="c" targetRef="b"/>`, `task b: no way from a start leads to it`},
		"a link without an end":   {`<startEvent id="s"/><intermediateThrowEvent id="l"><linkEventDefinition name="X"/></intermediateThrowEvent><sequenceFlow id="f" sourceRef="s" targetRef="l"/>`, `no link with the name "X" arrives`},
		"a way into a closed box": {`<task id="a"/><subProcess id="s"><task id="b"/></subProcess><sequenceFlow id="f" sourceRef="a" targetRef="b"/>`, `sequenceFlow f: it leads from or to something`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := bpmn.Import(strings.NewReader(around(c.inner)))
			require.NoError(t, err)
			require.Contains(t, fmt.Sprint(r.Remarks), c.remark)
		})
	}
}

func TestAKnotOfGatewaysEnds(t *testing.T) {
	var knot strings.Builder
	const n = 60
	for i := range n {
		fmt.Fprintf(&knot, `<exclusiveGateway id="g%d"/>`, i)
		for j := range n {
			if i != j && (i+j)%3 != 0 {
				fmt.Fprintf(&knot, `<sequenceFlow id="f%d_%d" sourceRef="g%d" targetRef="g%d"/>`, i, j, i, j)
			}
		}
	}
	r, err := bpmn.Import(strings.NewReader(around(`<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g0"/>` + knot.String())))
	require.NoError(t, err)
	require.NotEmpty(t, r.Remarks)
}

func FuzzImport(f *testing.F) {
	f.Add(around(`<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/><userTask id="a"/>`))
	f.Add(around(`<task id="a"/><boundaryEvent id="b" attachedToRef="a"><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent><sequenceFlow id="f" sourceRef="b" targetRef="a"/>`))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := bpmn.Import(strings.NewReader(text))
		if err == nil {
			require.NotEmpty(t, r.Processes)
			findings(r)
		}
	})
}
