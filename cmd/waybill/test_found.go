package main

import (
	"fmt"

	"waybill/definitions"
	"waybill/engine/scenario/report"
)

// testing is what test finds, as JSON.
type testing struct {
	Passed    int            `json:"passed"`
	Failed    int            `json:"failed"`
	Cases     []testedOne    `json:"cases"`
	Unreached []unreached    `json:"unreached,omitempty"`
	Findings  []foundMistake `json:"findings,omitempty"` // those that kept the tests of a pack from running
}

type testedOne struct {
	Pack     string        `json:"pack"`
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

// storyMoment is what a case says, what happened, or both. Wrong is where they differ.
type storyMoment struct {
	At       string `json:"at"`
	Pos      string `json:"pos,omitempty"`
	Said     string `json:"said,omitempty"`
	Happened string `json:"happened,omitempty"`
	Wrong    bool   `json:"wrong,omitempty"`
}

type unreached struct {
	Pack    string `json:"pack"`
	Process string `json:"process,omitempty"`
	Pos     string `json:"pos"`
	What    string `json:"what"`
}

func (c *testCommand) found(suites []*suite) testing {
	t := testing{Cases: []testedOne{}}
	for _, s := range suites {
		for _, p := range s.played {
			one := c.foundOne(p)
			if one.Passed {
				t.Passed++
			} else {
				t.Failed++
			}
			t.Cases = append(t.Cases, one)
		}
		if c.Coverage && s.pack != nil {
			t.Unreached = append(t.Unreached, unreachedBy(s.pack, s.played)...)
		}
		if definitions.HasErrors(s.findings) {
			var read checked
			read.add(s.findings)
			t.Findings = append(t.Findings, read.Findings...)
		}
	}
	return t
}

func (c *testCommand) foundOne(p report.Played) testedOne {
	r := p.Result
	one := testedOne{Pack: p.Pack, Process: p.Process.ID, Name: r.Case.Name, Pos: r.Case.Pos.String(), Passed: len(r.Failures) == 0}
	for _, f := range r.Failures {
		one.Failures = append(one.Failures, failedOne{f.Pos.String(), f.Expected, f.Happened})
	}
	if one.Passed && !c.Story {
		return one
	}
	zone := p.Process.Pack.Calendar.Zone()
	for _, l := range r.Log {
		m := storyMoment{At: l.At.In(zone).Format("2006-01-02 15:04"), Said: l.Said, Happened: l.Happened, Wrong: l.Wrong}
		if l.Pos.Line > 0 {
			m.Pos = l.Pos.String()
		}
		one.Story = append(one.Story, m)
	}
	return one
}

// tested writes what test found, for people.
func (p *printer) tested(c *testCommand, suites []*suite, t testing) {
	for _, s := range suites {
		if definitions.HasErrors(s.findings) {
			read := checked{Pack: s.name}
			read.add(s.findings)
			p.findings(read, s.findings)
		}
		for _, one := range s.played {
			p.played(c, one)
		}
	}
	for _, u := range t.Unreached {
		p.line("%s %s %s", u.Pos+":", p.yellow("not reached:"), u.What)
	}
	if c.Coverage && len(t.Unreached) == 0 && len(t.Findings) == 0 {
		p.line("every step, branch and rule row is reached")
	}
	total := fmt.Sprintf("%d passed, %d failed", t.Passed, t.Failed)
	if t.Failed > 0 || len(t.Findings) > 0 {
		p.line("%s", p.red(total))
	} else {
		p.line("%s", p.green(total))
	}
}

// played tells the story of a case that failed, or of one that passed where that is wanted.
func (p *printer) played(c *testCommand, one report.Played) {
	failed := len(one.Result.Failures) > 0
	if !failed && !c.Story {
		return
	}
	verdict := p.green("passed")
	if failed {
		verdict = p.red("FAILED")
	}
	of := one.Result.Case
	p.line("%s %s: %s", verdict, p.bold(one.Process.ID+": "+of.Name), p.faint(of.Pos.String()))
	page := report.Page{
		Width: p.width(), Columns: columns, Zone: one.Process.Pack.Calendar.Zone(),
		Good: p.green, Bad: p.red, Faint: p.faint,
	}
	for _, line := range page.Story(one.Result) {
		p.line("%s", line)
	}
}
