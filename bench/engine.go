package main

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"waybill/definitions"
	"waybill/engine"
)

const engineFile = `process: steps
title: Steps of the kinds that automatic processes are made of
start:
  - manual: {roles: [clerk]}
input: {run: text}
data:
  n: {type: integer, default: 0}
  big: {type: boolean, default: false}
steps:
  - repeat: rounds
    until: n >= 30
    at_most: 30
    steps:
      - set: {n: = n + 1}
      - choose:
          - when: n > 15
            steps:
              - set: {big: = true}
          - else:
              - set: {big: = false}
      - {do: bench.write, with: {run: = run, step: = n}}
`

// engineSteps measures how many steps a second one core interprets: set, choose, a round of repeat and
// an action that is answered at once, each of them one step.
func engineSteps() (float64, error) {
	actions, err := registry()
	if err != nil {
		return 0, err
	}
	files := fstest.MapFS{"pack.yaml": {Data: []byte(packFile)}, "steps.process.yaml": {Data: []byte(engineFile)}}
	pack, found := definitions.Load(files, actions)
	if pack == nil {
		return 0, fmt.Errorf("pack: %v", found)
	}
	d := pack.Processes["steps"]
	perRun, failure := 0, error(nil)
	measured := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if perRun, failure = interpret(d); failure != nil {
				b.FailNow()
			}
		}
	})
	if failure != nil {
		return 0, failure
	}
	return float64(perRun) * float64(time.Second) / float64(measured.NsPerOp()), nil
}

// interpret runs one instance to its end and returns how many steps it took.
func interpret(d *definitions.Process) (steps int, err error) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	queue := []engine.Body{engine.Started{Input: map[string]any{"run": "r"}, Instance: map[string]any{"id": "i"}}}
	var state engine.State
	for len(queue) > 0 {
		next, commands, err := engine.Step(d, state, engine.Event{At: at, Body: queue[0]})
		if err != nil {
			return 0, err
		}
		state, queue = next, queue[1:]
		for _, c := range commands {
			switch c := c.(type) {
			case engine.RunAction:
				queue = append(queue, engine.Answered{Wait: c.Wait, Result: map[string]any{}})
			case engine.Record:
				if c.What == engine.FactFinished || c.What == engine.FactChose {
					steps++
				}
			}
		}
	}
	if state.Status() != engine.Over {
		return 0, fmt.Errorf("steps: the instance rests on %v", state.Open())
	}
	return steps, nil
}
