package main

import (
	"context"
	"errors"

	"waybill/internal/folder"
)

// exitCode is what the process ends with.
type exitCode int

// The exit codes, documented in docs/operators.md and in --help.
const (
	exitOK          exitCode = 0
	exitFindings    exitCode = 1 // what was checked is not in order, or the run failed
	exitUsage       exitCode = 2 // the command line is wrong
	exitNotFound    exitCode = 3 // no such instance, task or process
	exitRefused     exitCode = 4 // the server refused: bad input, stale task, wrong token
	exitUnavailable exitCode = 5 // no server, no database, or the folder is in use
	exitInterrupted exitCode = 130
)

const exitHelp = "Exit codes: 0 in order, 1 findings or failure, 2 wrong command line, 3 not found, 4 refused, 5 not available, 130 interrupted."

// codedError carries the exit code that its cause means.
type codedError struct {
	code  exitCode
	cause error
}

func (e codedError) Error() string { return e.cause.Error() }
func (e codedError) Unwrap() error { return e.cause }

// shownError is an outcome that the command has already shown to the user.
type shownError struct{ code exitCode }

func (e shownError) Error() string { return "already shown" }

func withCode(code exitCode, err error) error { return codedError{code: code, cause: err} }

// exitCodeOf is the one table from errors to exit codes.
func exitCodeOf(err error) exitCode {
	if shown, ok := errors.AsType[shownError](err); ok {
		return shown.code
	}
	if coded, ok := errors.AsType[codedError](err); ok {
		return coded.code
	}
	if problem, ok := asProblem(err); ok {
		return problem.exitCode()
	}
	switch {
	case errors.Is(err, folder.ErrInUse):
		return exitUnavailable
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFindings
}

func asProblem(err error) (*problemError, bool) { return errors.AsType[*problemError](err) }
