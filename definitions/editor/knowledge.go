package editor

import (
	"strings"

	"waybill/definitions"
	"waybill/definitions/value"
)

// mostMends is how many lines are left out of a half-written file to make it one that can be read.
const mostMends = 4

// knowledge returns what the checker knows of the process that a file defines or tests. A file that is half-written is
// read without what keeps it from being read, so that the rest is known in its present place.
func (p *Pack) knowledge(file string, root *node, at Point) *definitions.Survey {
	process := root.get("process").text()
	if process == "" {
		process = root.get("tests").text()
	}
	if process == "" {
		process = "." // none: what all processes share is enough
	}
	text := healed(file, p.texts[file], at)
	return definitions.Look(Overlay(p.files, map[string]string{file: text}), p.catalogue, process)
}

// healed returns the text without what keeps it from being read as YAML: the line at a place is closed or left out,
// then the lines that the reader stumbles over. Every line keeps its number.
func healed(file, text string, at Point) string {
	if readable(file, text) == 0 {
		return text
	}
	rows := rowsOf(text)
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = string(row)
	}
	join := func() string { return strings.Join(lines, "\n") }
	if at.Line >= len(lines) {
		return text
	}
	written := lines[at.Line]
	for _, try := range []string{written + closing(written), strings.Repeat(" ", indent(rows[at.Line])) + "#"} {
		lines[at.Line] = try
		if readable(file, join()) == 0 {
			return join()
		}
	}
	for range mostMends {
		line := readable(file, join())
		if line == 0 || line > len(lines) {
			break
		}
		lines[line-1] = "#"
	}
	return join()
}

// readable returns the line at which a text stops being YAML, 0 where it is.
func readable(file, text string) int {
	n, found := definitions.ReadYAML(file, []byte(text))
	if n != nil || len(found) == 0 {
		return 0
	}
	return found[0].Pos.Line
}

// closing returns the quotes and brackets that a line leaves open, closed.
func closing(line string) string {
	var open []rune
	quote := rune(0)
	for _, r := range line {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{':
			open = append(open, '}')
		case r == '[':
			open = append(open, ']')
		case (r == '}' || r == ']') && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	out := ""
	if quote != 0 {
		out = string(quote)
	}
	for i := len(open) - 1; i >= 0; i-- {
		out += string(open[i])
	}
	return out
}

// namesAt returns the process data in reach at a described place.
func namesAt(s *definitions.Survey, file string, d *described) map[string]*value.Type {
	for ; d != nil; d = d.parent {
		at := d.node.span.From
		if names := s.NamesAt(definitions.Position{File: file, Line: at.Line + 1, Column: at.Column + 1}); names != nil {
			return names
		}
	}
	return map[string]*value.Type{}
}

// declared returns the data that a process declares, for places where the checker came to no step.
func declared(s *definitions.Survey, process string) map[string]*value.Type {
	names := map[string]*value.Type{}
	if proc := s.Process(process); proc != nil {
		for _, f := range append(append([]value.Field(nil), proc.Input...), proc.Data...) {
			names[f.Name] = f.Type
		}
	}
	return names
}
