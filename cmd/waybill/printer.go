package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// printer writes what a command has to say: text for people, coloured on a terminal only, or JSON.
type printer struct {
	out, err io.Writer
	json     bool
	colour   bool
}

func newPrinter(out, err io.Writer) *printer {
	return &printer{out: out, err: err, colour: isTerminal(out) && os.Getenv("NO_COLOR") == ""}
}

// isTerminal tells whether w is a terminal that understands more than plain text.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// width is how many columns the terminal has; 0 where the output is none. COLUMNS overrides it.
func (p *printer) width() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		return n
	}
	file, ok := p.out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// show writes v as JSON under --json, and calls text otherwise.
func (p *printer) show(v any, text func()) error {
	if !p.json {
		text()
		return nil
	}
	return p.writeJSON(v)
}

func (p *printer) writeJSON(v any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// line writes one line of text; under --json it goes to the error stream, so that the output stays JSON.
func (p *printer) line(format string, args ...any) {
	w := p.out
	if p.json {
		w = p.err
	}
	fmt.Fprintf(w, format+"\n", args...)
}

// note writes one line beside the output.
func (p *printer) note(format string, args ...any) { fmt.Fprintf(p.err, format+"\n", args...) }

// fail writes an error: as text, or as a JSON object with the key error.
func (p *printer) fail(err error) {
	if !p.json {
		fmt.Fprintln(p.err, p.red("waybill: ")+err.Error())
		return
	}
	answer := map[string]any{"error": err.Error()}
	if problem, ok := asProblem(err); ok {
		answer["problem"] = problem.Problem
	}
	// Texts can always be written as JSON.
	text, _ := json.Marshal(answer)
	fmt.Fprintln(p.err, string(text))
}

func (p *printer) red(s string) string    { return p.paint("31", s) }
func (p *printer) green(s string) string  { return p.paint("32", s) }
func (p *printer) yellow(s string) string { return p.paint("33", s) }
func (p *printer) bold(s string) string   { return p.paint("1", s) }
func (p *printer) faint(s string) string  { return p.paint("2", s) }

const endColour = "\x1b[0m"

func (p *printer) paint(code, s string) string {
	if !p.colour || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + endColour
}
