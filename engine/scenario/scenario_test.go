package scenario_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine/scenario"
)

// shop is a catalogue of two actions.
type shop struct{}

func (shop) Action(name string) (*definitions.Action, bool) {
	quantity := &value.Type{Kind: value.Quantity}
	text := &value.Type{Kind: value.Text}
	switch name {
	case "stock.reserve":
		return &definitions.Action{
			Name: name, Doc: "Reserves.", Inverse: "stock.release",
			Inputs:  []value.Field{{Name: "order", Type: text}, {Name: "quantity", Type: quantity}},
			Outputs: []value.Field{{Name: "short", Type: quantity}},
			Errors:  []definitions.BusinessError{{Code: "stock.closed", Doc: "The stock is being counted."}},
		}, true
	case "stock.release":
		return &definitions.Action{Name: name, Doc: "Releases.", Inputs: []value.Field{{Name: "order", Type: text}}}, true
	}
	return nil, false
}
func (shop) Actions() []string                 { return []string{"stock.release", "stock.reserve"} }
func (shop) Object(string) (*value.Type, bool) { return nil, false }
func (shop) Objects() []string                 { return nil }

const packFile = `name: shop
title: Shop
currency: CNY
calendar: {zone: Asia/Shanghai, hours: {monday-friday: [09:00-17:00]}}
roles: {clerk: Clerk}
`

const processFile = `process: sell
title: Sell
start:
  - manual: {roles: [clerk]}
input:
  number: text
  quantity: quantity
outcomes: {sold: keep, refused: undo}
steps:
  - do: stock.reserve
    id: reserving
    with: {order: = number, quantity: = quantity}
    result: reservation
  - task: agree
    role: clerk
    when: reservation.short > 0
    outcomes: [yes, no]
    due: 2 work days
  - choose:
      - when: agree != nil and agree.outcome == "no"
        steps:
          - end: refused
      - else: []
`

// files is the shop's pack with one file of tests.
func files(tests string) fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml":         {Data: []byte(packFile)},
		"sell.process.yaml": {Data: []byte(processFile)},
		"sell.test.yaml":    {Data: []byte("tests: sell\ncases:\n" + tests)},
	}
}

func play(t *testing.T, tests string) []scenario.Result {
	t.Helper()
	pack, found := definitions.Load(files(tests), shop{})
	require.Empty(t, found)
	suites, found := definitions.LoadTests(files(tests), pack)
	require.Empty(t, found)
	var results []scenario.Result
	for _, suite := range suites {
		for _, c := range suite.Cases {
			results = append(results, scenario.Run(suite.Process, c))
		}
	}
	return results
}

func TestAStoryThatHoldsPasses(t *testing.T) {
	results := play(t, `
  - name: a shortage is refused, and what was reserved is released
    at: 2026-03-06T10:00+08:00
    start: {number: SO-1, quantity: 3}
    stub:
      stock.reserve: [{short: 2}]
    story:
      - expect: {task: agree, role: clerk, due: 2026-03-10T10:00+08:00}
      - complete: agree
        as: li.wei
        with: {outcome: no}
    expect:
      outcome: refused
      path: [reserving, agree, stock.release]
  - name: without a stub nothing is short
    start: {number: SO-1, quantity: 3}
    expect:
      outcome: sold
      never: [agree]
      data: {quantity: = value == 3}
  - name: an error that nothing catches fails the order
    start: {number: SO-1}
    stub:
      stock.reserve: [{error: stock.closed}]
    expect:
      error: stock.closed
`)
	require.Len(t, results, 3)
	for _, r := range results {
		require.Empty(t, r.Failures, r.Case.Name)
	}
}

func TestAFailureNamesWhatWasExpectedAndWhatHappened(t *testing.T) {
	for _, wrong := range []struct{ name, expect, happened string }{
		{"another outcome", "outcome: refused", "it ended: sold"},
		{"a step that was not reached", "path: [agree]", "the way was reserving"},
		{"a step that was reached", "never: [stock.reserve]", "it was reached"},
		{"other data", "data: {quantity: = value > 5}", "value is 3"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			results := play(t, `
  - name: wrong
    start: {number: SO-1, quantity: 3}
    expect:
      `+wrong.expect+"\n")
			require.Len(t, results[0].Failures, 1)
			require.Contains(t, results[0].Failures[0].Happened, wrong.happened)
			require.True(t, strings.HasSuffix(results[0].Failures[0].Pos.File, "sell.test.yaml"))
		})
	}
}

func TestAnActMustBeRefusedForItsReason(t *testing.T) {
	results := play(t, `
  - name: an answer that the task does not have
    start: {number: SO-1, quantity: 3}
    stub:
      stock.reserve: [{short: 2}]
    story:
      - refused: wrong_outcome
        complete: agree
        as: li.wei
      - refused: wrong_outcome
        complete: agree
        as: li.wei
        with: {outcome: yes}
    expect: {}
`)
	require.Len(t, results[0].Failures, 1)
	require.Equal(t, "it was taken", results[0].Failures[0].Happened)
}

const twoSeatsFile = `process: sell
title: Sell
start:
  - manual: {roles: [clerk]}
steps:
  - approve: release
    by:
      - {role: clerk, seats: 2}
    on_reject:
      - end: done
`

func TestTheSeatsOfAnApprovalAreFilledOneAfterTheOther(t *testing.T) {
	pack := files(`
  - name: two clerks approve, and one of them not twice
    story:
      - complete: release
        as: li.wei
        with: {outcome: approved}
      - refused: not_by
        complete: release
        as: li.wei
        with: {outcome: approved}
      - complete: release
        as: wu.fang
        with: {outcome: approved}
    expect: {outcome: done}
`)
	pack["sell.process.yaml"] = &fstest.MapFile{Data: []byte(twoSeatsFile)}
	loaded, found := definitions.Load(pack, shop{})
	require.Empty(t, found)
	suites, found := definitions.LoadTests(pack, loaded)
	require.Empty(t, found)
	result := scenario.Run(suites[0].Process, suites[0].Cases[0])
	require.Empty(t, result.Failures)
}

func TestAnInputThatTheProcessRefusesIsAFailure(t *testing.T) {
	results := play(t, `
  - name: a quantity with too many digits
    start: {number: "", quantity: 3}
    expect: {}
`)
	require.Empty(t, results[0].Failures, "an empty text is a text")
	pack, _ := definitions.Load(files("  []"), shop{})
	d := pack.Processes["sell"]
	result := scenario.Run(d, &definitions.Case{Name: "wrong", Start: map[string]any{"quantity": "many"}})
	require.Len(t, result.Failures, 1)
	require.Contains(t, result.Failures[0].Happened, "quantity")
}

func TestCoverageNamesWhatNoCaseReached(t *testing.T) {
	results := play(t, `
  - name: nothing is short
    start: {number: SO-1, quantity: 3}
    expect:
      outcome: sold
`)
	pack, _ := definitions.Load(files("  []"), shop{})
	require.NotNil(t, pack)
	var missed []string
	for _, m := range results[0].Coverage.Missing(pack.Processes["sell"]) {
		missed = append(missed, m.What)
	}
	require.Contains(t, missed, "step agree")
	require.NotContains(t, missed, "step reserving")
}
