package language

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
)

// patternsDirect counts the workflow patterns that docs/patterns.md rates direct and whose process, in
// docs/examples/patterns, has cases that all pass. A row of the page's table begins
// | WCP-1 | Sequence | direct | and its process is wcp01.
func (m measuring) patternsDirect(context.Context) (float64, error) {
	page, err := fs.ReadFile(m.root, "docs/patterns.md")
	if err != nil {
		return 0, err
	}
	passed, err := patternsThatRun(m.root)
	if err != nil {
		return 0, err
	}
	row := regexp.MustCompile(`^\| WCP-(\d+) \|[^|]*\| direct \|`)
	counted := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		if found := row.FindStringSubmatch(line); found != nil {
			id := fmt.Sprintf("wcp%02s", found[1])
			counted[id] = passed[id]
			if !passed[id] {
				return 0, fmt.Errorf("WCP-%s is rated direct, and %s has no cases, or one that fails", found[1], id)
			}
		}
	}
	return float64(len(counted)), nil
}

// patternsThatRun are the processes with cases that all pass.
func patternsThatRun(root fs.FS) (map[string]bool, error) {
	catalogue, err := activities.Catalogue()
	if err != nil {
		return nil, err
	}
	folder, err := fs.Sub(root, "docs/examples/patterns")
	if err != nil {
		return nil, err
	}
	pack, findings := definitions.Load(folder, catalogue)
	if pack == nil {
		return nil, fmt.Errorf("the patterns are not in order: %v", findings)
	}
	files, findings := definitions.LoadTests(folder, pack)
	if definitions.HasErrors(findings) {
		return nil, fmt.Errorf("their tests are not in order: %v", findings)
	}
	passed := map[string]bool{}
	for _, file := range files {
		good := len(file.Cases) > 0
		for _, c := range file.Cases {
			good = good && len(scenario.Run(file.Process, c).Failures) == 0
		}
		passed[file.Process.ID] = good
	}
	return passed, nil
}
