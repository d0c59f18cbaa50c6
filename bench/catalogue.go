package main

import (
	"context"
	"testing/fstest"

	"waybill/activities/catalogue"
)

type writeIn struct {
	Run  string `json:"run" doc:"Whose row it is."`
	Step int    `json:"step" doc:"Which of the steps."`
}

type nothing struct{}

// registry has the one action of the benchmark's processes: it writes a row, as the hand-written
// workflows do.
func registry() (*catalogue.Registry, error) {
	return catalogue.New(catalogue.Define("bench.write", "Writes a row.",
		func(_ context.Context, tx catalogue.Tx, _ catalogue.Call, in writeIn) (nothing, error) {
			tx.Queue(insertRow, in.Run, in.Step)
			return nothing{}, nil
		}))
}

const packFile = `name: bench
industry: none
title: Benchmark
currency: EUR
calendar: {zone: UTC, hours: {monday-friday: [09:00-17:00]}}
roles: {clerk: Clerk}
`

const writeFile = `process: write
title: Eight steps that each write a row
start:
  - manual: {roles: [clerk]}
input: {run: text}
steps:
  - {do: bench.write, with: {run: = run, step: 0}}
  - {do: bench.write, with: {run: = run, step: 1}}
  - {do: bench.write, with: {run: = run, step: 2}}
  - {do: bench.write, with: {run: = run, step: 3}}
  - {do: bench.write, with: {run: = run, step: 4}}
  - {do: bench.write, with: {run: = run, step: 5}}
  - {do: bench.write, with: {run: = run, step: 6}}
  - {do: bench.write, with: {run: = run, step: 7}}
`

const workFile = `process: work
title: One task after the other
start:
  - manual: {roles: [clerk]}
steps:
  - repeat: rounds
    until: work.again == false
    steps:
      - task: work
        role: clerk
        title: Work
        form: {again: boolean}
`

// pack is the pack of the benchmark's processes.
func pack() fstest.MapFS {
	return fstest.MapFS{
		"pack.yaml":          {Data: []byte(packFile)},
		"write.process.yaml": {Data: []byte(writeFile)},
		"work.process.yaml":  {Data: []byte(workFile)},
	}
}
