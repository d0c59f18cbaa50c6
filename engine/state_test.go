package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
)

func TestStateKeepsDecimalsAndMoneyExactly(t *testing.T) {
	d := loadPack(t, `process: main
input: {price: money, weight: quantity, share: percent}
outcomes: {done: keep}
steps:
  - do: billing.invoice
    with: {order: SO-1, amount: = price}
`).Processes["main"]
	input := map[string]any{
		"price": value.Money{Amount: number("1234567890123456789.10"), Currency: "CNY"}, "weight": number("0.3000"), "share": number("12.50"),
	}
	s := started(t, d, input)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	restored, err := engine.DecodeState(text)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(input, restored.Data()))
	require.Equal(t, encode(s), encode(restored))
	require.Equal(t, engine.Outstanding(d, s), engine.Outstanding(d, restored))
}

func TestStateOfAnotherFormatIsNotRead(t *testing.T) {
	_, err := engine.DecodeState([]byte(`{"format":2}`))
	require.EqualError(t, err, "state: format 2, this release reads 1")
	_, err = engine.DecodeState([]byte(`{"format":`))
	require.Error(t, err)
}

// A loop that never rests is a broken definition: the error names the step, and nothing has happened.
func TestProcessThatNeverRestsIsAnError(t *testing.T) {
	d := loadPack(t, `process: main
input: {again: boolean}
outcomes: {done: keep}
data:
  n: {type: number, default: 0}
steps:
  - task: begin
    role: clerk
  - repeat: spin
    until: not again
    at_most: 1000000
    steps:
      - set: {n: = n + 1}
`).Processes["main"]
	s := started(t, d, map[string]any{"again": true})
	before := encode(s)
	next, commands, err := engine.Step(d, s, engine.Event{At: monday(), By: "ann", Body: engine.Completed{Wait: s.Open()[0].Wait}})
	require.ErrorContains(t, err, "more than 100000 moves without resting")
	require.True(t, strings.Contains(err.Error(), "spin"), err)
	require.Empty(t, commands)
	require.Equal(t, before, encode(next))
}

// An instance that lives on messages does not grow with each of them, and still knows those that came last.
func TestInstanceDoesNotGrowWithItsMessages(t *testing.T) {
	d := loadPack(t, `process: main
outcomes: {done: keep}
events:
  - message: order.changed
    steps: []
steps:
  - task: pack
    role: clerk
`).Processes["main"]
	s := started(t, d, nil)
	arrives := func(n int) engine.Event {
		return engine.Event{At: monday(), Body: engine.Arrived{ID: fmt.Sprintf("message %04d", n), Message: "order.changed"}}
	}
	var size int
	for n := range 3000 {
		next, _, err := engine.Step(d, s, arrives(n))
		require.NoError(t, err)
		if s = next; n == 1500 {
			size = len(encode(s))
		}
	}
	require.InDelta(t, size, len(encode(s)), 100)
	for _, repeated := range []int{2999, 2001} {
		var refusal *engine.Refusal
		require.ErrorAs(t, engine.Accepts(d, s, arrives(repeated)), &refusal)
		require.Equal(t, engine.RefusedRepeated, refusal.Code)
	}
}

// The clock of an event never runs back, whatever the host sends.
func TestClockNeverRunsBack(t *testing.T) {
	d := loadPack(t, "process: main\noutcomes: {done: keep}\nsteps:\n  - wait: 1h\n").Processes["main"]
	s := started(t, d, nil)
	next, _, err := engine.Step(d, s, engine.Event{At: monday().Add(-time.Hour), Body: engine.Pause{}})
	require.NoError(t, err)
	require.Equal(t, monday(), next.At)
}

func started(t *testing.T, d *definitions.Process, input map[string]any) engine.State {
	t.Helper()
	s, _, err := engine.Step(d, engine.State{}, engine.Event{At: monday(), Body: engine.Started{Input: input}})
	require.NoError(t, err)
	return s
}

// monday is Monday, 2 March 2026, 09:00 in Shanghai.
func monday() time.Time { return time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) }
