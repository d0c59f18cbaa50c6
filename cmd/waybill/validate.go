package main

import (
	"fmt"

	"waybill/activities"
	"waybill/definitions"
)

type validateCommand struct {
	Pack   string `arg:"" name:"pack" help:"Folder of the pack, or the name of one that comes with waybill."`
	Strict bool   `help:"Let warnings count as errors."`
}

func (validateCommand) Help() string {
	return `Checks every file of the pack and its scenario tests. It needs no server.

Examples:
  waybill validate ./my-pack
  waybill validate manufacturing --json
  waybill validate ./my-pack --strict

Ends with 0 where there is no error (warnings may be), else with 1; with --strict,
a warning counts as an error. A warning is accepted by a comment behind it:
  # waybill: allow CODE and the reason`
}

// checked is what validate finds, as JSON.
type checked struct {
	Pack      string         `json:"pack"`
	Hash      string         `json:"hash,omitempty"`
	Processes int            `json:"processes"`
	Decisions int            `json:"decisions"`
	Cases     int            `json:"cases"`
	Errors    int            `json:"errors"`
	Warnings  int            `json:"warnings"`
	Strict    bool           `json:"strict,omitempty"` // warnings count as errors
	Findings  []foundMistake `json:"findings"`
}

// foundMistake is a finding, as JSON.
type foundMistake struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Mend     string `json:"mend,omitempty"`
}

func (c *validateCommand) Run(out *printer) error {
	folder, err := packFolder(c.Pack)
	if err != nil {
		return err
	}
	catalogue, err := activities.Catalogue()
	if err != nil {
		return err
	}
	pack, findings := definitions.Load(folder, catalogue)
	result := checked{Pack: c.Pack, Strict: c.Strict, Findings: []foundMistake{}}
	if pack != nil {
		result.Pack, result.Hash = pack.Name, pack.Hash
		result.Processes, result.Decisions = len(pack.Processes), len(pack.Decisions)
		tests, more := definitions.LoadTests(folder, pack)
		findings = append(findings, more...)
		for _, file := range tests {
			result.Cases += len(file.Cases)
		}
	}
	result.add(findings)
	if err := out.show(result, func() { out.findings(result, findings) }); err != nil {
		return err
	}
	if result.Errors > 0 || c.Strict && result.Warnings > 0 {
		return shownError{exitFindings}
	}
	return nil
}

func (c *checked) add(findings []definitions.Finding) {
	for _, f := range findings {
		if f.Severity == definitions.Error {
			c.Errors++
		} else {
			c.Warnings++
		}
		c.Findings = append(c.Findings, foundMistake{
			File: f.Pos.File, Line: f.Pos.Line, Column: f.Pos.Column, Severity: string(f.Severity), Code: f.Code,
			Message: f.Message, Mend: f.Mend,
		})
	}
}

// findings writes what validate found, for people.
func (p *printer) findings(c checked, findings []definitions.Finding) {
	for _, f := range findings {
		message := f.Message
		if f.Severity == definitions.Warning {
			message = p.yellow("warning: ") + message
		}
		p.line("%s %s %s", p.bold(f.Pos.String()+":"), message, p.faint("["+f.Code+"]"))
		if f.Mend != "" {
			p.line("    %s %s", p.faint("mended:"), f.Mend)
		}
	}
	if c.Errors > 0 || c.Strict && c.Warnings > 0 {
		p.line("%s", p.red(fmt.Sprintf("%s: %s, %s", c.Pack, counted(c.Errors, "error"), counted(c.Warnings, "warning"))))
		return
	}
	p.line("%s %s: %s, %s, %s, %s", p.green("OK"), c.Pack, countedAs(c.Processes, "process", "processes"),
		counted(c.Decisions, "decision table"), counted(c.Cases, "scenario test"), counted(c.Warnings, "warning"))
}

func counted(n int, what string) string { return countedAs(n, what, what+"s") }

func countedAs(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
