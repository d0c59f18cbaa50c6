package report_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/engine/scenario"
	"waybill/engine/scenario/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func at(line int) definitions.Position {
	return definitions.Position{File: "sell.test.yaml", Line: line, Column: 9}
}

// refused is a case whose customer is refused though the test expects a sale.
func refused() scenario.Result {
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	later := nine.Add(49 * time.Hour)
	outcome := scenario.Failure{Pos: at(16), Expected: "outcome sold", Happened: "it ended: refused"}
	path := scenario.Failure{
		Pos: at(17), Expected: "path reserving, agree, ship",
		Happened: "no ship there; the way was reserving, agree, stock.release, billing.close_account, 客户拒绝了报价并且要求退款",
	}
	return scenario.Result{
		Case:     &definitions.Case{Name: "a <small> shortage is sold all the same", Pos: at(3)},
		Failures: []scenario.Failure{outcome, path},
		Log: []scenario.Line{
			{At: nine, Pos: at(3), Said: "start"},
			{At: nine, Happened: "stock.reserve"},
			{At: nine, Happened: "task agree opens"},
			{At: nine, Pos: at(9), Said: "expect task agree", Happened: "so it is"},
			{At: later, Pos: at(11), Said: "advance 2d"},
			{At: later, Pos: at(12), Said: "complete agree as li.wei"},
			{At: later, Happened: "a task is completed"},
			{At: later, Happened: "ends: refused"},
			{At: later, Pos: outcome.Pos, Said: outcome.Expected, Happened: outcome.Happened, Wrong: true},
			{At: later, Pos: path.Pos, Said: path.Expected, Happened: path.Happened, Wrong: true},
		},
	}
}

// wide counts what is not ASCII as two columns.
func wide(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > 127 {
			n++
		}
	}
	return n
}

func TestAStoryStandsBesideWhatHappenedWhereThereIsRoom(t *testing.T) {
	page := report.Plain(time.UTC)
	page.Width, page.Columns = 100, wide
	lines := page.Story(refused())
	for _, line := range lines {
		require.LessOrEqual(t, wide(line), 100, line)
	}
	golden(t, "beside.txt", strings.Join(lines, "\n")+"\n")
}

func TestAStoryStandsAboveWhatHappenedOnANarrowPage(t *testing.T) {
	golden(t, "below.txt", strings.Join(report.Plain(time.UTC).Story(refused()), "\n")+"\n")
}

func TestAPageOfAnyWidthHoldsItsLines(t *testing.T) {
	page := report.Plain(time.UTC)
	page.Columns = wide
	for page.Width = 90; page.Width < 200; page.Width++ {
		for _, line := range page.Story(refused()) {
			require.LessOrEqual(t, wide(line), page.Width, line)
		}
	}
}

func TestBuildServersReadWhatFailed(t *testing.T) {
	d := &definitions.Process{ID: "sell", Pack: &definitions.Pack{Name: "shop", Calendar: calendar.UTC()}}
	passed := scenario.Result{Case: &definitions.Case{Name: "sold", Pos: at(20)}}
	played := []report.Played{
		{Pack: "shop", Process: d, Result: refused(), Took: 1500 * time.Microsecond},
		{Pack: "shop", Process: d, Result: passed, Took: time.Millisecond},
	}
	unread := []report.Unread{{Pack: "mill", Findings: []definitions.Finding{
		{Pos: definitions.Position{File: "mill.process.yaml", Line: 4, Column: 7}, Severity: definitions.Error, Code: "unknown-role", Message: `unknown role "sale"`},
		{Severity: definitions.Warning, Message: "no error"},
	}}}
	var out bytes.Buffer
	require.NoError(t, report.JUnit(&out, played, unread))
	golden(t, "junit.xml", out.String())

	var read struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(out.Bytes(), &read))
	require.Equal(t, 3, read.Tests)
	require.Equal(t, 1, read.Failures)
	require.Equal(t, 1, read.Errors)
	require.Equal(t, "shop.sell", read.Suites[0].Name)
	require.Equal(t, "a <small> shortage is sold all the same", read.Suites[0].Cases[0].Name)
}
