package main

import (
	"fmt"
	"syscall"
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

// engineSteps measures how many steps a second of one core's time the engine interprets: set, choose, a round of repeat and
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
	steps, begun := 0, cpuTime()
	for cpuTime()-begun < engineTime {
		n, err := interpret(d)
		if err != nil {
			return 0, err
		}
		steps += n
	}
	return float64(steps) / (cpuTime() - begun).Seconds(), nil
}

// engineTime is how long the engine is measured.
const engineTime = 3 * time.Second

// cpuTime is the time that this process, the garbage collector included, has had on all cores. It
// holds on a machine that does something else beside.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
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
