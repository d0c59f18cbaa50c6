package docs_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
)

// around is what the process of the README leaves out.
func around() map[string]string {
	return map[string]string{
		"pack.yaml": `
name: credit
title: Credit
currency: CNY
roles: {credit_controller: Credit controller, finance_manager: Finance manager}
settings:
  controller_limit: {type: money, default: 50000}
`,
		"order.types.yaml": `
types:
  Order: {number: text, customer: ref crm.customer, total: money, entered_by: text}
`,
		"credit.decision.yaml": `
decision: credit
inputs: {exposure: percent}
outputs: {result: pass | review, reason: text}
hit: first
rules: |
  exposure || result | reason
  > 100    || review | over the limit
  -        || pass   | within the limit
`,
		"release_credit.test.yaml": `
tests: release_credit
cases:
  - name: within the limit nobody is asked
    start: {order: {number: SO-1, customer: C-1, total: 80000, entered_by: li.wei}}
    stub:
      billing.exposure: [{amount: 20000, limit: 100000, percent: 20, overdue_days: 0, dunning_level: 0, on_hold: false}]
    expect:
      outcome: released
      never: [credit_release]
  - name: over the limit both are asked, not whoever entered the order, and the second one refuses
    start: {order: {number: SO-1, customer: C-1, total: 80000, entered_by: li.wei}}
    stub:
      billing.exposure: [{amount: 120000, limit: 100000, percent: 120, overdue_days: 0, dunning_level: 0, on_hold: false}]
    story:
      - expect: {task: credit_release, role: credit_controller}
      - refused: not_by
        complete: credit_release
        as: li.wei
        with: {outcome: approved}
      - complete: credit_release
        as: wang.fang
        with: {outcome: approved}
      - expect: {task: credit_release, role: finance_manager}
      - complete: credit_release
        as: zhao.min
        with: {outcome: rejected}
    expect:
      outcome: refused
`,
	}
}

// readme returns the one text of that kind in the README.
func readme(t *testing.T, info string) string {
	t.Helper()
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	var found string
	for _, f := range fences(string(page)) {
		if f.info == info {
			require.Empty(t, found, "one %s is enough", info)
			found = f.text
		}
	}
	return found
}

// readmePack returns the files of the README's process with what it leaves out.
func readmePack(t *testing.T) fstest.MapFS {
	t.Helper()
	head, steps, found := strings.Cut(readme(t, "yaml"), "steps:\n")
	require.True(t, found)
	files := fstest.MapFS{"release_credit.process.yaml": {Data: []byte(head +
		"title: Credit release\ninput:\n  order: Order\noutcomes: {released: keep, refused: keep}\nsteps:\n" + steps)}}
	for name, text := range around() {
		files[name] = &fstest.MapFile{Data: []byte(strings.TrimPrefix(text, "\n"))}
	}
	return files
}

func TestTheMistakeOfTheReadmeIsFoundAsItSays(t *testing.T) {
	files := readmePack(t)
	process := files["release_credit.process.yaml"]
	process.Data = bytes.Replace(process.Data, []byte(`"pass"`), []byte(`"passed"`), 1)
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	_, findings := definitions.Load(files, catalogue)
	require.Equal(t, readme(t, "text"), listed(findings))
}

func TestTheProcessOfTheReadmeRuns(t *testing.T) {
	files := readmePack(t)
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	pack, findings := definitions.Load(files, catalogue)
	require.False(t, definitions.HasErrors(findings), listed(findings))
	tests, findings := definitions.LoadTests(files, pack)
	require.False(t, definitions.HasErrors(findings), listed(findings))
	require.Len(t, tests, 1)
	reached := map[string]scenario.Coverage{}
	for _, c := range tests[0].Cases {
		runCase(t, tests[0].Process, c, reached)
	}
	require.Empty(t, reached[pack.Processes["release_credit"].ID].Missing(pack.Processes["release_credit"]), "every step is shown to work")
}
