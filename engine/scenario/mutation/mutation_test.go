package mutation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine/scenario/mutation"
)

// nothing is a catalogue without actions.
type nothing struct{}

func (nothing) Action(string) (*definitions.Action, bool) { return nil, false }
func (nothing) Actions() []string                         { return nil }
func (nothing) Object(string) (*value.Type, bool)         { return nil, false }
func (nothing) Objects() []string                         { return nil }

func shop() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml": {Data: []byte(`name: shop
industry: trade
currency: CNY
roles: {clerk: Clerk}
settings:
  limit: {type: quantity, default: 5, title: {en: A limit, zh-CN: 限额}}
`)},
		"size.decision.yaml": {Data: []byte(`decision: size
inputs: {quantity: quantity}
outputs: {name: small | large}
rules: |
  quantity          || name
  <= settings.limit || small
  > settings.limit  || large
`)},
		"sell.process.yaml": {Data: []byte(`# A comment is no mutation.
process: sell
title: {en: Sell, zh-CN: 销售}
start:
  - manual: {roles: [clerk]}
input: {number: text, quantity: quantity}
outcomes: {sold: keep, refused: undo}
data:
  asked: {type: boolean, default: false}
steps:
  - decide: size
  - task: agree   # whoever
    title: Agree
    role: clerk
    when: size.name == "large" and quantity < 100
    show: [number, quantity]
    outcomes: [yes, no]
    due: 2d
  - set: {asked: = agree != nil}
  - choose:
      - when: agree != nil and agree.outcome == "no"
        steps:
          - end: refused
      - else: []
`)},
		"sell.test.yaml": {Data: []byte(`tests: sell
cases:
  - name: a large order is refused
    started_by: clerk
    start: {number: SO-1, quantity: 6}
    story:
      - expect: {task: agree, role: clerk, show: [number, quantity], outcomes: [yes, no], due: 2026-03-04T09:00Z}
      - complete: agree
        with: {outcome: no}
    expect: {outcome: refused, undone: true, path: [size, agree], data: {asked: true}}
  - name: a small order is sold
    start: {number: SO-1, quantity: 5}
    expect: {outcome: sold, undone: false, never: [agree], data: {asked: false}}
`)},
	}
}

// made are the mutants of the shop by what they are.
func made(t *testing.T) map[string]mutation.Mutant {
	t.Helper()
	all, err := mutation.Mutants(shop())
	require.NoError(t, err)
	out := map[string]mutation.Mutant{}
	for _, m := range all {
		out[m.String()] = m
	}
	return out
}

func TestEveryWayToBreakIsTriedAtItsPlace(t *testing.T) {
	all := made(t)
	for _, want := range []string{
		"sell.process.yaml:14:1: delete a key: role",
		"sell.process.yaml:16:12: drop an item: show 1",
		"sell.process.yaml:21:1: drop a branch: choose 1",
		"sell.process.yaml:19:1: drop a step: steps 3",
		"sell.process.yaml:11:1: swap two steps: steps 1 and 2",
		"sell.process.yaml:14:11: rename a name: clerk",
		"sell.process.yaml:15:11: rename a name: size.name",
		"sell.process.yaml:6:33: swap a type: quantity to text",
		"sell.process.yaml:15:11: negate a condition: size.name == \"large\" and quantity < 100",
		"sell.process.yaml:15:32: change an operator: and to or",
		"sell.process.yaml:15:47: change a number: 100 to 101",
		"sell.process.yaml:7:18: change a word: keep to undo",
		"sell.process.yaml:23:18: change an outcome: refused to sold",
		"size.decision.yaml:6:1: drop a table row: row 1",
		"size.decision.yaml:6:24: change a table row: row 1: small to large",
		"size.decision.yaml:7:3: change an operator: > to >=",
		"pack.yaml:6:36: change a number: 5 to 6",
	} {
		_, there := all[want]
		require.True(t, there, "%s is not among\n%s", want, strings.Join(slices.Sorted(maps.Keys(all)), "\n"))
	}
}

func TestWhatOnlyPeopleReadIsNotBroken(t *testing.T) {
	for name := range made(t) {
		for _, text := range []string{"title", "industry", "zh-CN", "Agree", "Clerk", "comment", "whoever"} {
			require.NotContains(t, name, text)
		}
	}
}

func TestAMutantHasOneChangeAndIsOtherwiseTheSame(t *testing.T) {
	all := made(t)
	files := shop()
	for name, m := range all {
		require.NotEqual(t, string(files[m.Pos.File].Data), m.Text, name)
	}
	dropped := all["sell.process.yaml:21:1: drop a branch: choose 1"]
	require.Contains(t, dropped.Text, "  - choose:\n      - else: []\n")
	swapped := all["sell.process.yaml:11:1: swap two steps: steps 1 and 2"]
	require.Contains(t, swapped.Text, "    due: 2d\n  - decide: size\n  - set:")
	without := all["sell.process.yaml:12:5: delete a key: task"]
	require.Contains(t, without.Text, "  - title: Agree\n    role: clerk\n")
}

func TestTheJudgeTellsWhoFindsAMutant(t *testing.T) {
	j, err := mutation.NewJudge(shop(), nothing{})
	require.NoError(t, err)
	all := made(t)
	for name, want := range map[string]mutation.Verdict{
		"sell.process.yaml:14:11: rename a name: clerk":                      mutation.FoundByCheck,
		"size.decision.yaml:6:1: drop a table row: row 1":                    mutation.FoundByCheck,
		"sell.process.yaml:7:18: change a word: keep to undo":                mutation.FoundByTest,
		"sell.process.yaml:16:12: drop an item: show 1":                      mutation.FoundByTest,
		"sell.process.yaml:15:47: change a number: 100 to 101":               mutation.Survived,
		"size.decision.yaml:6:24: change a table row: row 1: small to large": mutation.FoundByTest,
	} {
		got, _ := j.Try(all[name])
		require.Equal(t, want, got, name)
	}
}

func TestWordsThatSayWhatHoldsAnywayAreEquivalent(t *testing.T) {
	files := shop()
	text := strings.Replace(string(files["size.decision.yaml"].Data), "rules:", "hit: unique\nrules:", 1)
	files["size.decision.yaml"] = &fstest.MapFile{Data: []byte(text)}
	j, err := mutation.NewJudge(files, nothing{})
	require.NoError(t, err)
	all, err := mutation.Mutants(files)
	require.NoError(t, err)
	at := slices.IndexFunc(all, func(m mutation.Mutant) bool { return m.What == "hit" && m.Kind == mutation.DeleteKey })
	require.GreaterOrEqual(t, at, 0)
	got, _ := j.Try(all[at])
	require.Equal(t, mutation.Equivalent, got)
}

func TestATallyCountsWhatIsFoundOfWhatBreaks(t *testing.T) {
	var tally mutation.Tally
	m := mutation.Mutant{Pos: definitions.Position{File: "sell.process.yaml", Line: 3, Column: 1}, Kind: mutation.DeleteKey, What: "due"}
	for _, v := range []mutation.Verdict{mutation.FoundByCheck, mutation.FoundByTest, mutation.FoundByTest, mutation.Equivalent, mutation.Survived} {
		tally.Add(m, v)
	}
	require.InDelta(t, 75, tally.Percent(), 0.001)
	var out strings.Builder
	require.NoError(t, tally.Write(&out))
	require.Contains(t, out.String(), "survived: sell.process.yaml:3:1: delete a key: due\n3 of 4 breaking mutations are found: 75.0 %\n")
}

func TestASampleIsSpreadOverAll(t *testing.T) {
	var all []mutation.Mutant
	for range 100 {
		all = append(all, mutation.Mutant{})
	}
	require.Len(t, mutation.Sample(all, 7), 7)
	require.Len(t, mutation.Sample(all, 700), 100)
}
