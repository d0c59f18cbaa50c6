package engine_test

import (
	"syscall"
	"testing"
	"time"

	"waybill/definitions"
	"waybill/definitions/value"
	"waybill/engine"
)

// benchProcess is a process of automatic steps: actions answered at once, data, choices.
const benchProcess = `process: main
input: {order: text, total: number}
outcomes: {done: keep}
data:
  size: {type: text, default: small}
  tally: {type: number, default: 0}
steps:
  - do: stock.count
    with: {order: = order}
    result: stock
  - set: {tally: = tally + 1}
  - choose:
      - when: total > 1000
        steps:
          - set: {size: big}
      - else:
          - set: {size: "{{ order }} small"}
  - do: mail.send
    with: {to: sales, about: = order}
  - set: {tally: = tally + 1}
  - do: stock.count
    with: {order: = order}
    result: stock
  - choose:
      - when: size == "big"
        steps:
          - set: {tally: = tally + 10}
      - else:
          - do: mail.send
            with: {to: clerk}
  - set: {tally: = tally + 1}
  - do: mail.send
    with: {to: finance}
`

// BenchmarkEngineSteps measures how many steps of a process one core runs in a second; every action is
// answered by an event of its own. steps/cpu-s counts the seconds that this process had a core, so that
// it holds on a machine that does something else beside.
func BenchmarkEngineSteps(b *testing.B) {
	d := loadPack(b, benchProcess).Processes["main"]
	input := map[string]any{"order": "SO-1", "total": decode(b, "500")}
	result := map[string]any{"left": decode(b, "7")}
	b.ReportAllocs()
	steps, begun := 0, cpuTime(b)
	for b.Loop() {
		steps += runThrough(b, d, input, result)
	}
	b.ReportMetric(float64(steps)/(cpuTime(b)-begun).Seconds(), "steps/cpu-s")
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}

// loopProcess does what can be undone 5,000 times, gathers as many values, and is undone.
const loopProcess = `process: main
input: {order: text, list: list of integer}
outcomes: {done: undo}
data:
  tally: {type: integer, default: 0}
steps:
  - repeat: loop
    until: tally >= 5000
    at_most: 5000
    steps:
      - set: {tally: = tally + 1}
      - do: stock.reserve
        with: {order: = order}
  - each: one in list
    collect: {into: all_of_them, value: = one}
    steps:
      - set: {tally: = tally + one}
`

// BenchmarkLongLoop measures an instance that has done a great deal: what is remembered of it for undoing, and
// gathered, must not make each of its steps dearer.
func BenchmarkLongLoop(b *testing.B) {
	d := loadPack(b, loopProcess).Processes["main"]
	list := make([]any, 5000)
	for i := range list {
		list[i] = value.Int(int64(i))
	}
	input, result := map[string]any{"order": "SO-1", "list": list}, map[string]any{"number": "R-1"}
	b.ReportAllocs()
	steps, begun := 0, cpuTime(b)
	for b.Loop() {
		steps += runThrough(b, d, input, result)
	}
	b.ReportMetric(float64(steps)/(cpuTime(b)-begun).Seconds(), "steps/cpu-s")
}

// cpuTime is the time that this process, the garbage collector included, has had on all cores.
func cpuTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// runThrough runs one instance to its end and returns how many steps it ran.
func runThrough(b *testing.B, d *definitions.Process, input, result map[string]any) int {
	e := engine.Event{
		At:   time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC),
		Body: engine.Started{Instance: map[string]any{"id": "1"}, Input: input},
	}
	var s engine.State
	steps := 0
	for s.Status() != engine.Over {
		next, commands, err := engine.Step(d, s, e)
		if err != nil || len(commands) == 0 {
			b.Fatal(err, len(commands))
		}
		s = next
		for _, c := range commands {
			switch c := c.(type) {
			case engine.Record:
				if c.What == engine.FactFinished || c.What == engine.FactChose {
					steps++
				}
			case engine.RunAction:
				e.Body = engine.Answered{Wait: c.Wait, Result: result}
			}
		}
	}
	return steps
}
