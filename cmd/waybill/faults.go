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
)

// faultVariable names the point at which the process kills itself, and at which time: "before commit:3".
const faultVariable = "WAYBILL_FAULT"

// faults returns what ends the process at the point that the environment names. It is in binaries for
// tests only.
func faults() (func(activities.Point), error) {
	text := os.Getenv(faultVariable)
	if text == "" {
		return nil, nil
	}
	point, times, _ := strings.Cut(text, ":")
	left, err := strconv.ParseInt(times, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s=%q: expected POINT:TIMES", faultVariable, text)
	}
	var count atomic.Int64
	return func(p activities.Point) {
		if string(p) == point && count.Add(1) == left {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing of the turn goes on until the signal arrives
		}
	}, nil
}
