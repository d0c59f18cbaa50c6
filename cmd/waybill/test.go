package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
	"waybill/engine/scenario/report"
)

type testCommand struct {
	Packs       []string       `arg:"" name:"pack" help:"Folders of packs, or names of those that come with waybill."`
	Match       *regexp.Regexp `name:"filter" aliases:"run" help:"Only cases whose process/name matches." placeholder:"REGEX"`
	Coverage    bool           `help:"List the steps, branches and rule rows that no case reaches."`
	Story       bool           `help:"Tell the story of cases that pass, too."`
	JUnit       string         `name:"junit" help:"Also write the outcome as JUnit XML, for build servers." placeholder:"FILE"`
	Database    bool           `help:"Run the local actions that a case does not stub on a database; nothing of it stays there."`
	DatabaseURL string         `name:"database-url" help:"The database that --database runs on. Default: a private one that is gone afterwards." env:"DATABASE_URL" placeholder:"URL"`
	Watch       bool           `help:"Stay, and play a pack's cases again when one of its files changes."`

	player player `kong:"-"`
	atOnce int    `kong:"-"`
}

func (testCommand) Help() string {
	return `Plays the packs' scenario tests on a virtual clock. It needs no server. A case that fails tells its story: what the case says, and what happened.

Examples:
  waybill test ./my-pack
  waybill test manufacturing --filter 'quote/'
  waybill test manufacturing --coverage
  waybill test ./my-pack --watch
  waybill test ./my-pack --junit out.xml
  waybill test ./my-pack --database

With --database, local actions that a case does not stub run on a private PostgreSQL that has the demo's bicycle maker in it, or on the data of the database that --database-url names. Each case is rolled back.

Ends with 0 where every case passes, else with 1.`
}

func (c *testCommand) Run(ctx context.Context, out *printer) error {
	c.player, c.atOnce = withoutDatabase, runtime.NumCPU()
	suites := make([]*suite, len(c.Packs))
	for i, name := range c.Packs {
		suites[i] = &suite{name: name}
		if _, err := packFolder(name); err != nil {
			return err
		}
		if err := watchable(name); c.Watch && err != nil {
			return err
		}
	}
	if c.Database {
		started := out.awaiting("starting a database")
		stage, done, err := c.stage(ctx)
		started()
		if err != nil {
			return err
		}
		defer done()
		c.player = func(ctx context.Context, j job) (scenario.Result, error) { return stage.Play(ctx, j.process, j.c) }
		c.atOnce = 1 // cases lock the same rows
	}
	err := c.run(ctx, out, suites)
	if !c.Watch {
		return err
	}
	return c.watch(ctx, out, suites, err)
}

// run plays the cases of the packs and shows what became of them.
func (c *testCommand) run(ctx context.Context, out *printer, suites []*suite) error {
	cases := 0
	for _, s := range suites {
		if err := c.load(s); err != nil {
			return err
		}
		cases += len(s.jobs)
	}
	if cases == 0 && !unread(suites) {
		return withCode(exitNotFound, fmt.Errorf("no scenario test in there, or none whose name matches"))
	}
	if err := c.play(ctx, out, suites); err != nil {
		return err
	}
	if c.JUnit != "" {
		if err := c.writeJUnit(suites); err != nil {
			return err
		}
	}
	found := c.found(suites)
	if err := out.show(found, func() { out.tested(c, suites, found) }); err != nil {
		return err
	}
	if found.Failed > 0 || unread(suites) {
		return shownError{exitFindings}
	}
	return nil
}

// player plays one case.
type player func(ctx context.Context, j job) (scenario.Result, error)

// withoutDatabase plays a case on its stubs alone.
func withoutDatabase(_ context.Context, j job) (scenario.Result, error) {
	return scenario.Run(j.process, j.c), nil
}

// suite is the cases of one pack.
type suite struct {
	name     string
	pack     *definitions.Pack // nil where findings keep its tests from running
	findings []definitions.Finding
	jobs     []job
	played   []report.Played
	uses     []string // the packs that it used when it was in order last
}

// job is a case to play.
type job struct {
	process *definitions.Process
	c       *definitions.Case
}

// unread tells whether findings kept the tests of a pack from running.
func unread(suites []*suite) bool {
	for _, s := range suites {
		if definitions.HasErrors(s.findings) {
			return true
		}
	}
	return false
}

// load reads a pack and its cases. Findings keep its tests from running.
func (c *testCommand) load(s *suite) error {
	*s = suite{name: s.name, uses: s.uses}
	folder, err := packFolder(s.name)
	if err != nil {
		return err
	}
	catalogue, err := activities.Catalogue()
	if err != nil {
		return err
	}
	var files []*definitions.TestFile
	s.pack, s.findings = definitions.Load(folder, catalogue)
	if s.pack != nil {
		files, s.findings = definitions.LoadTests(folder, s.pack)
	}
	if definitions.HasErrors(s.findings) {
		return nil
	}
	for _, file := range files {
		for _, one := range file.Cases {
			if c.Match == nil || c.Match.MatchString(file.Process.ID+"/"+one.Name) {
				s.jobs = append(s.jobs, job{file.Process, one})
			}
		}
	}
	return nil
}

// play runs the cases, on all cores where they need no database; what became of them stands in the order of the jobs.
func (c *testCommand) play(ctx context.Context, out *printer, suites []*suite) error {
	total := 0
	for _, s := range suites {
		s.played = make([]report.Played, len(s.jobs))
		total += len(s.jobs)
	}
	bar := out.progress("cases")
	defer bar.end()
	var done atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.atOnce)
	for _, s := range suites {
		for i, j := range s.jobs {
			group.Go(func() error {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				begun := time.Now()
				result, err := c.player(ctx, j)
				if err != nil {
					return err
				}
				s.played[i] = report.Played{Pack: s.pack.Name, Process: j.process, Result: result, Took: time.Since(begun)}
				bar.step(int(done.Add(1)), total, "")
				return nil
			})
		}
	}
	return group.Wait()
}

func (c *testCommand) writeJUnit(suites []*suite) error {
	var played []report.Played
	var broken []report.Unread
	for _, s := range suites {
		played = append(played, s.played...)
		if definitions.HasErrors(s.findings) {
			broken = append(broken, report.Unread{Pack: s.name, Findings: s.findings})
		}
	}
	file, err := os.Create(c.JUnit)
	if err != nil {
		return withCode(exitUsage, err)
	}
	if err := report.JUnit(file, played, broken); err != nil {
		file.Close()
		return fmt.Errorf("%s: %w", c.JUnit, err)
	}
	return file.Close()
}
