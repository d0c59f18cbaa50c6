package main

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"waybill/activities"
	"waybill/definitions"
	"waybill/engine/scenario"
)

type testCommand struct {
	Pack     string         `arg:"" name:"pack" help:"Folder of the pack, or the name of one that comes with waybill."`
	Match    *regexp.Regexp `name:"run" help:"Only cases whose process/name matches." placeholder:"REGEX"`
	Coverage bool           `help:"List the steps, branches and rule rows that no case reaches."`
	Story    bool           `help:"Tell the story of cases that pass, too."`
}

func (testCommand) Help() string {
	return `Plays the pack's scenario tests on a virtual clock. It needs no server. A case that fails tells its story: what happened, and what was expected.

Examples:
  waybill test ./my-pack
  waybill test manufacturing --run 'quote/'
  waybill test manufacturing --coverage

Ends with 0 where every case passes, else with 1.`
}

// testing is what test finds, as JSON.
type testing struct {
	Passed    int         `json:"passed"`
	Failed    int         `json:"failed"`
	Cases     []testedOne `json:"cases"`
	Unreached []unreached `json:"unreached,omitempty"`
}

type testedOne struct {
	Process  string        `json:"process"`
	Name     string        `json:"name"`
	Pos      string        `json:"pos"`
	Passed   bool          `json:"passed"`
	Failures []failedOne   `json:"failures,omitempty"`
	Story    []storyMoment `json:"story,omitempty"`
}

type failedOne struct {
	Pos      string `json:"pos"`
	Expected string `json:"expected"`
	Happened string `json:"happened"`
}

type storyMoment struct {
	At   string `json:"at"`
	Text string `json:"text"`
}

type unreached struct {
	Process string `json:"process,omitempty"`
	Pos     string `json:"pos"`
	What    string `json:"what"`
}

func (c *testCommand) Run(ctx context.Context, out *printer) error {
	folder, err := packFolder(c.Pack)
	if err != nil {
		return err
	}
	pack, jobs, err := c.load(folder, out)
	if err != nil {
		return err
	}
	results, err := play(ctx, out, jobs)
	if err != nil {
		return err
	}
	found := c.found(pack, jobs, results)
	if err := out.show(found, func() { out.tested(c, found) }); err != nil {
		return err
	}
	if found.Failed > 0 {
		return shownError{exitFindings}
	}
	return nil
}

// job is a case to play.
type job struct {
	process *definitions.Process
	c       *definitions.Case
}

// load reads the pack and its cases; findings are shown, and keep the tests from running.
func (c *testCommand) load(folder fs.FS, out *printer) (*definitions.Pack, []job, error) {
	catalogue, err := activities.Catalogue()
	if err != nil {
		return nil, nil, err
	}
	pack, findings := definitions.Load(folder, catalogue)
	var files []*definitions.TestFile
	if pack != nil {
		files, findings = definitions.LoadTests(folder, pack)
	}
	if definitions.HasErrors(findings) {
		result := checked{Pack: c.Pack, Findings: []foundMistake{}}
		result.add(findings)
		if err := out.show(result, func() { out.findings(result, findings) }); err != nil {
			return nil, nil, err
		}
		return nil, nil, shownError{exitFindings}
	}
	var jobs []job
	for _, file := range files {
		for _, one := range file.Cases {
			if c.Match == nil || c.Match.MatchString(file.Process.ID+"/"+one.Name) {
				jobs = append(jobs, job{file.Process, one})
			}
		}
	}
	if len(jobs) == 0 {
		return nil, nil, withCode(exitNotFound, fmt.Errorf("no scenario test in there, or none whose name matches"))
	}
	return pack, jobs, nil
}

// play runs the cases on all cores; the results stand in the order of the jobs.
func play(ctx context.Context, out *printer, jobs []job) ([]scenario.Result, error) {
	results := make([]scenario.Result, len(jobs))
	bar := out.progress("cases")
	defer bar.end()
	var done atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for i, j := range jobs {
		group.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			results[i] = scenario.Run(j.process, j.c)
			bar.step(int(done.Add(1)), len(jobs), "")
			return nil
		})
	}
	return results, group.Wait()
}

func (c *testCommand) found(pack *definitions.Pack, jobs []job, results []scenario.Result) testing {
	var t testing
	for i, r := range results {
		one := testedOne{Process: jobs[i].process.ID, Name: r.Case.Name, Pos: r.Case.Pos.String(), Passed: len(r.Failures) == 0}
		for _, f := range r.Failures {
			one.Failures = append(one.Failures, failedOne{f.Pos.String(), f.Expected, f.Happened})
		}
		if !one.Passed || c.Story {
			zone := pack.Calendar.Zone()
			for _, l := range r.Log {
				one.Story = append(one.Story, storyMoment{l.At.In(zone).Format("2006-01-02 15:04"), l.Text})
			}
		}
		if one.Passed {
			t.Passed++
		} else {
			t.Failed++
		}
		t.Cases = append(t.Cases, one)
	}
	if c.Coverage {
		t.Unreached = unreachedBy(pack, jobs, results)
	}
	return t
}

// tested writes what test found, for people.
func (p *printer) tested(c *testCommand, t testing) {
	for _, one := range t.Cases {
		if one.Passed && !c.Story {
			continue
		}
		verdict := p.green("passed")
		if !one.Passed {
			verdict = p.red("FAILED")
		}
		p.line("%s %s: %s", verdict, p.bold(one.Process+": "+one.Name), p.faint(one.Pos))
		for _, m := range one.Story {
			p.line("    %s  %s", p.faint(m.At), m.Text)
		}
		for _, f := range one.Failures {
			p.line("  %s", f.Pos)
			p.line("    expected  %s", p.green(f.Expected))
			p.line("    happened  %s", p.red(f.Happened))
		}
	}
	for _, u := range t.Unreached {
		p.line("%s %s %s", u.Pos+":", p.yellow("not reached:"), u.What)
	}
	if c.Coverage && len(t.Unreached) == 0 {
		p.line("every step, branch and rule row is reached")
	}
	total := fmt.Sprintf("%d passed, %d failed", t.Passed, t.Failed)
	if t.Failed > 0 {
		p.line("%s", p.red(total))
	} else {
		p.line("%s", p.green(total))
	}
}
