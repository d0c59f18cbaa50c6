// Package report writes what became of scenario tests: for people, as the story of a case with what it
// says beside what happened, and for build servers, as JUnit XML.
package report

import (
	"fmt"
	"strings"
	"time"

	"waybill/definitions"
	"waybill/engine/scenario"
)

// Page is where a story is written.
type Page struct {
	// Width is how many columns a line has; 0: unknown, which is as if it were too narrow for two columns.
	Width int
	// Columns tells how many of them a text takes.
	Columns func(string) int
	Zone    *time.Location
	// Good, Bad and Faint paint a text; each may leave it as it is.
	Good, Bad, Faint func(string) string
}

// narrow is the width below which a story's two sides stand one below the other.
const narrow = 90

// Plain is a page without colours on which the two sides stand one below the other.
func Plain(zone *time.Location) Page {
	same := func(s string) string { return s }
	return Page{Zone: zone, Good: same, Bad: same, Faint: same}
}

const clock = "2006-01-02 15:04"

// Story returns the lines that tell a case. The first thing that did not happen as the case says is
// marked with >, and its place is named.
func (p Page) Story(r scenario.Result) []string {
	if p.Width >= narrow {
		return p.beside(r)
	}
	return p.below(r)
}

// below writes what was said and what happened one below the other.
func (p Page) below(r scenario.Result) []string {
	var out []string
	mark := ">"
	for _, l := range r.Log {
		if !l.Wrong {
			indent := "    "
			if l.Said == "" {
				indent = "      "
			}
			out = append(out, indent+p.Faint(p.at(l.At))+"  "+l.String())
			continue
		}
		out = append(out,
			mark+" "+l.Pos.String(),
			"    expected  "+p.Good(l.Said),
			"    happened  "+p.Bad(l.Happened))
		mark = " "
	}
	return out
}

func (p Page) at(t time.Time) string {
	if p.Zone != nil {
		t = t.In(p.Zone)
	}
	return t.Format(clock)
}

// beside writes what was said on the left, with the line of the file, and what happened on the right,
// with the clock where it went on.
func (p Page) beside(r scenario.Result) []string {
	left := (p.Width - gutter) / 2
	right := p.Width - gutter - left
	out := []string{p.row("", "", p.Faint("said"), "happened", left)}
	mark, clock := ">", ""
	for _, l := range r.Log {
		if now := p.at(l.At); now != clock {
			clock = now
			out = append(out, p.row("", "", "", p.Faint(now), left))
		}
		said, happened := p.wrap(l.Said, left), p.wrap(l.Happened, right)
		sign, line := "", ""
		if l.Pos.Line > 0 {
			line = fmt.Sprint(l.Pos.Line)
		}
		if l.Wrong {
			sign, mark = mark, " "
		}
		out = append(out, p.rows(sign, line, paint(l, said, p.Good), paint(l, happened, p.Bad), left)...)
	}
	if first := firstWrong(r); first.Line > 0 {
		out = append(out, p.Bad("> ")+"first deviation: "+first.String())
	}
	return out
}

func firstWrong(r scenario.Result) definitions.Position {
	for _, l := range r.Log {
		if l.Wrong {
			return l.Pos
		}
	}
	return definitions.Position{}
}

// paint paints the texts of a line that did not happen as it was said.
func paint(l scenario.Line, texts []string, colour func(string) string) []string {
	if !l.Wrong {
		return texts
	}
	for i := range texts {
		texts[i] = colour(texts[i])
	}
	return texts
}

// gutter is what stands before and between the two sides: the mark, the line of the file, and a rule.
const gutter = 11

// rows writes the lines of both sides beside each other.
func (p Page) rows(sign, line string, said, happened []string, left int) []string {
	var out []string
	for i := range max(len(said), len(happened)) {
		var a, b string
		if i < len(said) {
			a = said[i]
		}
		if i < len(happened) {
			b = happened[i]
		}
		out = append(out, p.row(sign, line, a, b, left))
		sign, line = "", ""
	}
	return out
}

func (p Page) row(sign, line, said, happened string, left int) string {
	pad := strings.Repeat(" ", max(0, left-p.Columns(said)))
	return strings.TrimRight(fmt.Sprintf("%1s %s  %s%s %s %s", p.Bad(sign), p.Faint(fmt.Sprintf("%4s", line)), said, pad, p.Faint("|"), happened), " ")
}

// wrap breaks a text into lines of at most width columns, between words where it can.
func (p Page) wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case p.Columns(line)+1+p.Columns(word) <= width:
			line += " " + word
			continue
		default:
			lines, line = append(lines, line), word
		}
		for p.Columns(line) > width {
			head, tail := p.cut(line, width)
			lines, line = append(lines, head), tail
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// cut takes as many characters off the front of a text as fit into width columns, at least one.
func (p Page) cut(text string, width int) (head, tail string) {
	runes := []rune(text)
	n := 1
	for n < len(runes) && p.Columns(string(runes[:n+1])) <= width {
		n++
	}
	return string(runes[:n]), string(runes[n:])
}
