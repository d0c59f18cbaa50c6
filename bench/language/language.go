// Package language measures what needs no server: checking a pack, formulas, decision tables, scenario
// tests, diagrams, what the check and the tests find, and how many workflow patterns run.
//
// Times are the processor's, on one core and as medians of several runs, so that a machine that does
// something else beside gives the same figures.
package language

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// Figure is one measurement with what is to be reached.
type Figure struct {
	Name   string
	Value  float64
	Target Target
}

// Target is a bound that a figure should keep to.
type Target struct {
	Bound float64
	Most  bool // the figure must stay below the bound; otherwise it must reach it
}

func below(bound float64) Target   { return Target{Bound: bound, Most: true} }
func atLeast(bound float64) Target { return Target{Bound: bound} }

// Holds reports whether a figure keeps to the bound.
func (t Target) Holds(figure float64) bool {
	if t.Most {
		return figure < t.Bound
	}
	return figure >= t.Bound
}

func (t Target) String() string {
	if t.Most {
		return fmt.Sprintf("< %g", t.Bound)
	}
	return fmt.Sprintf(">= %g", t.Bound)
}

// Measure takes all figures, and hands each to add as soon as it is there. root is the repository's folder.
func Measure(ctx context.Context, root fs.FS, add func(Figure)) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, f := range (measuring{root: root, runs: runs}).figures() {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		value, err := f.measure(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		add(Figure{Name: f.name, Value: value, Target: f.target})
	}
	return nil
}

// measuring is one round of measurements.
type measuring struct {
	root fs.FS
	runs int // how often each time is taken
}

// figure is something to measure.
type figure struct {
	name    string
	target  Target
	measure func(context.Context) (float64, error)
}

func (m measuring) figures() []figure {
	return []figure{
		{"check_1000_steps_ms", below(100), m.checkMS},
		{"formula_ns", below(1000), m.formulaNS},
		{"decision_1000_rows_ns", below(5000), m.decisionNS},
		{"scenario_1000_cases_s", below(5), m.casesS},
		{"diagram_200_steps_ms", below(50), m.diagramMS},
		{"patterns_direct", atLeast(38), m.patternsDirect},
		{"mutations_found_percent", atLeast(95), m.mutationsFound},
	}
}

// runs is how often each time is taken.
const runs = 9

// median runs something and returns the median of the processor's time that it took, after a run that
// does not count.
func (m measuring) median(run func() error) (time.Duration, error) {
	var took []time.Duration
	for i := range m.runs + 1 {
		runtime.GC()
		begun := cpuTime()
		if err := run(); err != nil {
			return 0, err
		}
		if i > 0 {
			took = append(took, cpuTime()-begun)
		}
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// cpuTime is the time that this process, the garbage collector included, has had.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
