package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
)

// mostPatterns is how many control-flow patterns the Workflow Patterns Initiative describes, and
// wantedDirect how many of them we promise to support directly.
const (
	mostPatterns = 43
	wantedDirect = 38
)

// patternRow is a row of the table of patterns.md.
var patternRow = regexp.MustCompile(`(?m)^\| WCP-(\d+) \| ([^|]+) \| (direct|work-around|no) \| (?:\[(wcp\d\d)\]\(([^)]+)\))? \|`)

func TestEveryWorkflowPatternIsRatedAndPlayed(t *testing.T) {
	page := readPage(t, "patterns.md")
	rows := patternRow.FindAllStringSubmatch(page, -1)
	require.Len(t, rows, mostPatterns)
	pack, played := playPatterns(t)
	counts := map[string]int{}
	for i, row := range rows {
		number, name, rating, process, file := row[1], row[2], row[3], row[4], row[5]
		require.Equal(t, strconv.Itoa(i+1), number, "the patterns stand in their order")
		counts[rating]++
		if rating == "no" {
			require.Empty(t, process, "WCP-%s", number)
			continue
		}
		require.Equal(t, fmt.Sprintf("wcp%02d", i+1), process)
		require.FileExists(t, filepath.Join(folder, file))
		require.Contains(t, pack.Processes, process)
		require.Equal(t, fmt.Sprintf("WCP-%s %s", number, name), pack.Processes[process].Title[""])
		require.NotZero(t, played[process], "no case plays %s", process)
	}
	require.GreaterOrEqual(t, counts["direct"], wantedDirect)
	text := fmt.Sprintf("%d direct, %d with a work-around, %d not.\n", counts["direct"], counts["work-around"], counts["no"])
	generated(t, "patterns.md", "counts", text)
}

// playPatterns runs the cases of the pack of patterns, and returns how many of each process passed.
func playPatterns(t *testing.T) (*definitions.Pack, map[string]int) {
	t.Helper()
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	files := os.DirFS(filepath.Join(folder, examples, "patterns"))
	pack, findings := definitions.Load(files, catalogue)
	require.NotNil(t, pack, listed(findings))
	tests, findings := definitions.LoadTests(files, pack)
	require.Empty(t, listed(findings))
	passed := map[string]int{}
	for _, file := range tests {
		for _, c := range file.Cases {
			if result := scenario.Run(file.Process, c); len(result.Failures) == 0 {
				passed[file.Process.ID]++
			}
		}
	}
	return pack, passed
}
