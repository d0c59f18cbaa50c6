package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// yesFlag is for those who are sure before they are asked.
type yesFlag struct {
	Yes bool `short:"y" help:"Do not ask, on a terminal, before something is done that has no way back."`
}

// errUnconfirmed is the outcome of a question that was not answered with yes.
var errUnconfirmed = errors.New("nothing was done")

// asks tells whether somebody is there to be asked: not where a program gives the command, or with --yes.
func (f yesFlag) asks(out *printer) bool {
	return !f.Yes && !out.json && isTerminal(os.Stdin) && isTerminal(out.err)
}

// confirm asks on a terminal whether something is meant. Error: errUnconfirmed where it is not.
func (f yesFlag) confirm(ctx context.Context, out *printer, format string, args ...any) error {
	if !f.asks(out) {
		return nil
	}
	fmt.Fprintf(out.err, format+" [y/N] ", args...)
	answers := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			line = ""
		}
		answers <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case answer := <-answers:
		if answer == "y" || answer == "yes" {
			return nil
		}
		return withCode(exitRefused, errUnconfirmed)
	}
}
