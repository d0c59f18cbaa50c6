package scenario_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/engine/scenario"
)

const bakeryTypes = `messages:
  bread.ready: {with: {loaves: quantity}, keep: 2d}
  bread.eaten: {with: {by: text}, keep: none}
`

const bakeFile = `process: bake
title: Bake
start:
  - manual: {roles: [clerk]}
input: {number: text, loaves: quantity}
outcomes: {baked: keep, cancelled: undo}
data:
  eaten_by: optional text
  ovens: {type: integer, default: 0}
steps:
  - lock: 'oven {{ number }}'
    id: oven
    steps:
      - do: stock.reserve
        id: baking
        with: {order: = number, quantity: = loaves}
        result: flour
  - send: bread.ready
    key: = number
    with: {loaves: = loaves}
  - task: taste
    role: clerk
    show: [number, loaves]
    form: {good: boolean}
    due: 4 work hours
    remind: [-1 work hour]
  - wait: {message: bread.ready, key: = number, result: told}
    id: hear
  - set: {ovens: = ovens + 1}
`

// bake plays a case of the bakery.
func bake(t *testing.T, test string) scenario.Result {
	t.Helper()
	_, result := playBakery(t, "bake", test)
	return result
}

// playBakery plays a case of a process, with the bakery's own and further files.
func playBakery(t *testing.T, process, test string, files ...string) (*definitions.Process, scenario.Result) {
	t.Helper()
	pack := fstest.MapFS{
		"pack.yaml":            {Data: []byte(packFile)},
		"bread.types.yaml":     {Data: []byte(bakeryTypes)},
		"bake.process.yaml":    {Data: []byte(bakeFile)},
		process + ".test.yaml": {Data: []byte("tests: " + process + "\ncases:\n" + test)},
	}
	for i := 0; i+1 < len(files); i += 2 {
		pack[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	loaded, found := definitions.Load(pack, shop{})
	require.False(t, definitions.HasErrors(found), "%v", found)
	suites, found := definitions.LoadTests(pack, loaded)
	require.Empty(t, found)
	return suites[0].Process, scenario.Run(suites[0].Process, suites[0].Cases[0])
}

func TestWhatAProcessSendsIsSeenAndReachesItself(t *testing.T) {
	result := bake(t, `
  - name: the bread is baked, announced and tasted
    started_by: clerk
    start: {number: B-1, loaves: 3}
    story:
      - expect: {task: taste, role: clerk, due: 2026-03-02T13:00+08:00, show: [number, loaves], form: [good]}
      - complete: taste
        as: li.wei
        with: {good: true}
    expect:
      outcome: baked
      undone: false
      path: [baking, bread.ready, taste, hear]
      never: [bread.eaten]
      sent:
        - bread.ready: {key: B-1, with: {loaves: 3}}
      called:
        stock.reserve: {order: B-1, quantity: 3}
`)
	require.Empty(t, result.Failures)
}

func TestAKeptMessageIsLostOnceItsTimeIsOver(t *testing.T) {
	for days, failures := range map[string]int{"1d": 0, "3d": 1} {
		result := bake(t, `
  - name: the bread is tasted late
    start: {number: B-1, loaves: 3}
    story:
      - advance: `+days+`
      - complete: taste
        as: li.wei
        with: {good: true}
    expect:
      outcome: baked
`)
		require.Len(t, result.Failures, failures, days)
	}
}

func TestAProcessWaitsForALockThatAnotherHolds(t *testing.T) {
	result := bake(t, `
  - name: the oven is taken
    taken: oven B-1
    start: {number: B-1, loaves: 3}
    story:
      - refused: unknown_task
        complete: taste
        as: li.wei
      - take: another oven
      - free: another oven
      - free: oven B-1
      - expect: {task: taste}
      - take: oven B-1
    expect:
      path: [oven, baking, taste]
`)
	require.Empty(t, result.Failures)
}

func TestALockIsTakenAndFreedByWhoeverHasIt(t *testing.T) {
	for _, wrong := range []struct{ name, taken, act, happened string }{
		{"one that another holds", "oven B-1", "take: oven B-1", "oven B-1 is held by another instance"},
		{"one that nobody holds", "[]", "free: oven B-1", "oven B-1 is free"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			result := bake(t, `
  - name: wrong
    taken: `+wrong.taken+`
    start: {number: B-1, loaves: 3}
    story:
      - `+wrong.act+`
    expect: {}
`)
			require.Len(t, result.Failures, 1)
			require.Equal(t, wrong.happened, result.Failures[0].Happened)
		})
	}
}

func TestATechnicalFailureIsAnIncidentThatAnOperatorDealsWith(t *testing.T) {
	result := bake(t, `
  - name: the mixer breaks, twice
    start: {number: B-1, loaves: 3}
    stub:
      stock.reserve: [{failure: mixer broken}, {failure: still broken}, {short: 0}]
    story:
      - retry: baking
      - retry: baking
      - change: {ovens: 6}
      - complete: taste
        with: {good: false}
    expect:
      outcome: baked
      data: {ovens: 7}
`)
	require.Empty(t, result.Failures)
}

func TestACancelUndoesAndSaysSo(t *testing.T) {
	result := bake(t, `
  - name: the oven is cold
    start: {number: B-1, loaves: 3}
    story:
      - advance: 3 work hours
      - cancel: the oven is cold
        as: boss
    expect:
      undone: true
      path: [stock.reserve, stock.release]
      told: [{task: taste, why: reminder, to: clerk}]
`)
	require.Empty(t, result.Failures)
}

const creditFile = `decision: credit
inputs: {loaves: quantity}
outputs: {result: pass | block}
hit: first
rules: |
  loaves || result
  > 10   || block
  -      || pass
`

const orderFile = `process: order
start:
  - message: bread.ready
  - manual: {roles: [clerk]}
input: {loaves: quantity}
outcomes: {placed: keep, blocked: keep}
events:
  - message: bread.eaten
    steps:
      - wait: 1d
        id: noted
steps:
  - decide: credit
  - end: blocked
    when: credit.result == "block"
  - do: stock.reserve
    id: reserving
    with: {order: B-2, quantity: = loaves}
    on_error:
      any: []
  - run: bake
    with: {number: B-2, loaves: = loaves}
    detached: true
`

// order plays a case of an order of bread.
func order(t *testing.T, test string) (*definitions.Process, scenario.Result) {
	t.Helper()
	return playBakery(t, "order", test, "order.process.yaml", orderFile, "credit.decision.yaml", creditFile)
}

func TestWhatATableGivesAndWhatIsLeftToItselfAreSeen(t *testing.T) {
	_, result := order(t, `
  - name: little bread is baked
    started_by: bread.ready
    start: {loaves: 3}
    expect:
      outcome: placed
      decided: {credit: [2, {result: pass}]}
      detached: bake
      called: {bake: {number: B-2, loaves: 3}}
`)
	require.Empty(t, result.Failures)
	for _, wrong := range []struct{ expect, happened string }{
		{"decided: {credit: {result: pass}}", `it gives {"result":"block"}`},
		{"detached: [bake]", "no such process is started and left to itself"},
	} {
		_, result := order(t, `
  - name: too much bread
    start: {loaves: 30}
    expect: {`+wrong.expect+`}
`)
		require.Len(t, result.Failures, 1)
		require.Equal(t, wrong.happened, result.Failures[0].Happened)
	}
}

func TestCoverageNamesEventsAndHandlersThatNoCaseReached(t *testing.T) {
	d, result := order(t, `
  - name: little bread is baked
    start: {loaves: 3}
    expect: {outcome: placed}
`)
	var missed []string
	for _, m := range result.Coverage.Missing(d) {
		missed = append(missed, m.What)
	}
	require.Equal(t, []string{"event events/0 of the process", "step noted", "step 1", "on_error any of reserving"}, missed)
}

func TestAnExpectationThatDoesNotHoldSaysWhatHappened(t *testing.T) {
	for _, wrong := range []struct{ name, expect, happened string }{
		{"a message that was not sent", "sent: [bread.eaten]", "sent were bread.ready B-1 {\"loaves\":3}"},
		{"a message with other fields", "sent: [{bread.ready: {with: {loaves: 4}}}]", "sent were bread.ready B-1 {\"loaves\":3}"},
		{"a message sent once, not twice", "sent: [bread.ready, bread.ready]", "nothing else was sent"},
		{"a call with another input", "called: {stock.reserve: {quantity: 5}}", `it is called with {"quantity":3}`},
		{"an action that is not called", "called: {stock.release: {order: B-1}}", "it is not called"},
		{"a notice that nobody had", "told: [{task: taste, to: clerk}]", "nobody is told anything more"},
		{"an undoing that did not come", "undone: true", "the process rests on taste (task)"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			result := bake(t, `
  - name: wrong
    start: {number: B-1, loaves: 3}
    expect:
      `+wrong.expect+"\n")
			require.Len(t, result.Failures, 1)
			require.Equal(t, wrong.happened, result.Failures[0].Happened)
		})
	}
}

func TestWhatAProcessRestsOnIsNamedByItsKindWhereItHasNoName(t *testing.T) {
	_, result := playBakery(t, "cool", `
  - name: wrong
    start: {number: B-1}
    expect: {outcome: cooled}
`, "cool.process.yaml", `process: cool
input: {number: text}
outcomes: {cooled: keep}
steps:
  - wait: 2h
`)
	require.Len(t, result.Failures, 1)
	require.Equal(t, "the process rests on wait in line 5 (time)", result.Failures[0].Happened)
}

func TestATaskThatLooksOtherwiseIsAFailure(t *testing.T) {
	for _, wrong := range []struct{ name, expect, happened string }{
		{"other data", "show: [number]", "it shows number, loaves"},
		{"other fields", "form: [good, bad]", "it asks for good"},
		{"other outcomes", "outcomes: [yes, no]", "it has done"},
		{"another time", "due: 2026-03-02T14:00+08:00", "it is due 2026-03-02T13:00:00+08:00"},
	} {
		t.Run(wrong.name, func(t *testing.T) {
			result := bake(t, `
  - name: wrong
    start: {number: B-1, loaves: 3}
    story:
      - expect: {task: taste, `+wrong.expect+`}
    expect: {}
`)
			require.Len(t, result.Failures, 1)
			require.Equal(t, wrong.happened, result.Failures[0].Happened)
		})
	}
}
