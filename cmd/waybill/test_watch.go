package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"waybill/internal/watch"
)

// How often the files of watched packs are looked at. A change counts once nothing has changed between two looks.
const lookEvery = 250 * time.Millisecond

// watch plays the cases of packs again whose files changed, until the user ends it. What the last run
// came to is the outcome of the command.
func (c *testCommand) watch(ctx context.Context, out *printer, suites []*suite, outcome error) error {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	changes := watch.New(foldersOf(suites))
	c.watching(out, outcome)
	for {
		select {
		case <-ctx.Done():
			return c.ended(outcome)
		case <-ticks.C:
		}
		var again []*suite
		for _, i := range changes.Look() {
			again = append(again, suites[i])
		}
		if len(again) == 0 {
			continue
		}
		outcome = c.run(ctx, out, again)
		changes.Folders(foldersOf(suites))
		c.watching(out, outcome)
	}
}

// watchable is the error of watching a pack that comes with waybill.
func watchable(pack string) error {
	if info, err := os.Stat(pack); err != nil || !info.IsDir() {
		return withCode(exitUsage, fmt.Errorf("%s: it comes with waybill, so its files do not change; only folders can be watched", pack))
	}
	return nil
}

// foldersOf returns where the files of each pack are: its own folder, and those of the packs that it used
// when it was in order last.
func foldersOf(suites []*suite) [][]string {
	var all [][]string
	for _, s := range suites {
		if s.pack != nil {
			s.uses = slices.Sorted(maps.Keys(s.pack.Uses))
		}
		folders := []string{s.name}
		for _, used := range s.uses {
			folders = append(folders, filepath.Join(s.name, "..", used))
		}
		all = append(all, folders)
	}
	return all
}

// watching shows an error that keeps the tests from running, and that the command stays.
func (c *testCommand) watching(out *printer, outcome error) {
	var shown shownError
	if outcome != nil && !errors.As(outcome, &shown) && !errors.Is(outcome, context.Canceled) {
		out.fail(outcome)
	}
	out.note("%s", out.faint(time.Now().Format(time.TimeOnly)+" watching; Ctrl-C ends"))
}

// ended is the outcome of a watch that the user ended: that of the last run.
func (c *testCommand) ended(outcome error) error {
	if errors.Is(outcome, context.Canceled) {
		return nil
	}
	if outcome != nil {
		return shownError{exitCodeOf(outcome)}
	}
	return nil
}
