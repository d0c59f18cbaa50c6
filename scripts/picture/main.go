// Command picture draws what a program showed on a terminal, as a picture for the README:
//
//	script -qec PROGRAM /dev/null | picture TYPED UNTIL >FILE.svg
//
// TYPED is what a person types to see it. The picture ends before the first line that begins with UNTIL.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"strings"
)

const (
	margin     = 20
	lineHeight = 17
	fontSize   = 13
	// columnWidth is what most monospaced fonts take of their size; every run of text is set to its column and made as
	// wide as its columns, so that others, and Chinese characters, stand in line all the same.
	columnWidth = 7.8
	background  = "#1b1f24"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out io.Writer) error {
	if len(arguments) != 2 {
		return errors.New("two arguments are needed: TYPED UNTIL")
	}
	typed, until := arguments[0], arguments[1]
	shown, err := play(io.MultiReader(strings.NewReader("\x1b[32m$ "+typed+"\x1b[0m\r\n"), in))
	if err != nil {
		return err
	}
	for i, line := range shown.lines {
		if strings.HasPrefix(text(line), until) {
			return draw(out, trimmed(shown.lines[:i]))
		}
	}
	return fmt.Errorf("no line begins with %q", until)
}

// trimmed leaves out the empty lines at the end.
func trimmed(lines [][]cell) [][]cell {
	for len(lines) > 0 && strings.TrimSpace(text(lines[len(lines)-1])) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func text(line []cell) string {
	var b strings.Builder
	for _, c := range line {
		if c.char != 0 {
			b.WriteRune(c.char)
		}
	}
	return b.String()
}

// draw writes the picture of the lines.
func draw(out io.Writer, lines [][]cell) error {
	columns := 0
	for _, line := range lines {
		columns = max(columns, len(line))
	}
	w, h := int(float64(columns)*columnWidth)+2*margin, len(lines)*lineHeight+2*margin
	to := bufio.NewWriter(out)
	fmt.Fprintf(to, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="What it shows on a terminal">
<rect width="%d" height="%d" rx="8" fill="%s"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace" font-size="%d" xml:space="preserve">
`, w, h, w, h, w, h, background, fontSize)
	for i, line := range lines {
		drawLine(to, line, margin+(i+1)*lineHeight-lineHeight/4)
	}
	fmt.Fprint(to, "</g>\n</svg>\n")
	return to.Flush()
}

// drawLine draws each run of the line by itself.
func drawLine(to io.Writer, line []cell, y int) {
	for from := 0; from < len(line); {
		if line[from].char == ' ' {
			from++
			continue
		}
		end := runEnd(line, from)
		fmt.Fprintf(to, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\" %s>%s</text>\n",
			margin+float64(from)*columnWidth, y, float64(end-from)*columnWidth,
			paint(line[from].style), html.EscapeString(text(line[from:end])))
		from = end
	}
}

// runEnd returns where the run that begins at from ends: where another style begins, where two spaces follow each other,
// and before and after a wide character. A run does not end with a space.
func runEnd(line []cell, from int) int {
	wide := func(i int) bool { return i+1 < len(line) && line[i+1].char == 0 }
	if wide(from) {
		return from + 2
	}
	end := from + 1
	for end < len(line) && line[end].style == line[from].style && !wide(end) &&
		(line[end].char != ' ' || line[end-1].char != ' ') {
		end++
	}
	if line[end-1].char == ' ' {
		return end - 1
	}
	return end
}

func paint(s style) string {
	switch s {
	case bold:
		return `fill="#ffffff" font-weight="bold"`
	case faint:
		return `fill="#7d8894"`
	case red:
		return `fill="#f0867f"`
	case green:
		return `fill="#8bd5a0"`
	case yellow:
		return `fill="#e8c07d"`
	default:
		return `fill="#d7dce2"`
	}
}
