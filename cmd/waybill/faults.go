//go:build faults

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"waybill/activities"
	"waybill/internal/stack"
)

// The variables by which tests change a binary that is made for them.
const (
	// faultVariable names the point at which the process sends a signal to itself, at which time, and
	// whether that stops it instead of killing it: "before commit:3", "before commit:1:stop".
	faultVariable = "WAYBILL_FAULT"
	// turnsVariable is after how many turns a workflow continues as a new run.
	turnsVariable = "WAYBILL_TURNS_PER_RUN"
	// trialVariable is the folder that the actions of trial.go write into; without it there are none.
	trialVariable = "WAYBILL_TRIAL"
	// fsyncVariable is PostgreSQL's fsync: "off" spares a long test the waits for a disk whose power stays on.
	fsyncVariable = "WAYBILL_FSYNC"
)

// faults changes the options as the environment says. It is in binaries for tests only.
func faults(o *stack.Options) error {
	if text := os.Getenv(faultVariable); text != "" {
		at, err := readFault(text)
		if err != nil {
			return err
		}
		o.At = at
	}
	if text := os.Getenv(turnsVariable); text != "" {
		turns, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%s: %w", turnsVariable, err)
		}
		o.TurnsPerRun = turns
	}
	if fsync := os.Getenv(fsyncVariable); fsync != "" {
		o.Settings = map[string]string{"fsync": fsync}
	}
	folder := os.Getenv(trialVariable)
	if folder == "" {
		return nil
	}
	var err error
	o.Catalogue, err = activities.Catalogue(trial{folder}.actions()...)
	return err
}

func readFault(text string) (func(activities.Point), error) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 {
		return nil, fmt.Errorf("%s=%q: expected POINT:TIMES", faultVariable, text)
	}
	left, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s=%q: expected POINT:TIMES", faultVariable, text)
	}
	signal := syscall.SIGKILL
	if len(parts) > 2 && parts[2] == "stop" {
		signal = syscall.SIGSTOP
	}
	var count atomic.Int64
	return func(p activities.Point) {
		if string(p) != parts[0] || count.Add(1) != left {
			return
		}
		_ = syscall.Kill(os.Getpid(), signal)
		if signal == syscall.SIGKILL {
			select {} // nothing of the turn goes on until the signal arrives
		}
	}, nil
}
