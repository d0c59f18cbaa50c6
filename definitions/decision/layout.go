package decision

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// The bounds of a table.
const (
	maxRows  = 1_000
	maxCells = 100 // of a row
)

// field is a cell as written, with the place of its first character in the text, in bytes.
type field struct {
	text   string
	offset int
}

// line is a row as written. split is how many cells stand before ||; -1 where there is none.
type line struct {
	cells  []field
	split  int
	offset int
}

// textLines divides a text block: a row a line, cells between |, outputs after ||. Blank lines and those
// that start with # are left out.
func textLines(text string) []line {
	var lines []line
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		row := text[at : at+end]
		trimmed := strings.TrimSpace(row)
		if trimmed != "" && trimmed[0] != '#' {
			lines = append(lines, splitLine(row, at))
		}
		at += end + 1
	}
	return lines
}

func splitLine(row string, at int) line {
	l := line{split: -1, offset: at + len(row) - len(strings.TrimLeft(row, " \t"))}
	from, quoted := 0, false
	for i := 0; i <= len(row); i++ {
		switch {
		case i < len(row) && row[i] == '"' && (quoted || opensCell(row[from:i])):
			quoted = !quoted
		case i < len(row) && (row[i] != '|' || quoted):
		default:
			l.cells = append(l.cells, trimmedField(row[from:i], at+from))
			from = i + 1
			if i+1 < len(row) && row[i+1] == '|' {
				if l.split < 0 {
					l.split = len(l.cells)
				}
				i++
				from = i + 1
			}
		}
	}
	return l
}

// opensCell reports whether a quote after this text begins a value: nothing but white space or a comma
// stands before it.
func opensCell(before string) bool {
	before = strings.TrimRight(before, " \t")
	return before == "" || before[len(before)-1] == ',' || strings.HasSuffix(before, "not")
}

func trimmedField(text string, offset int) field {
	left := strings.TrimLeft(text, " \t\r")
	return field{strings.TrimRight(left, " \t\r"), offset + len(text) - len(left)}
}

// csvLines divides a CSV: the header names inputs and outputs, in any order.
func csvLines(text string) ([]line, *Problem) {
	body := strings.TrimPrefix(text, "\ufeff")
	mark := len(text) - len(body)
	r := csv.NewReader(strings.NewReader(body))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	r.Comment = '#'
	starts := lineStarts(body)
	place := func(line, column int) int {
		if line < 1 || line > len(starts) {
			return len(text)
		}
		return min(mark+starts[line-1]+column-1, len(text))
	}
	var lines []line
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			p := &Problem{Row: len(lines), Code: codeCSV, Message: "this is no CSV"}
			var wrong *csv.ParseError
			if errors.As(err, &wrong) {
				p.Offset = utf8.RuneCountInString(text[:place(wrong.Line, wrong.Column)])
				p.Message = "this is no CSV: " + csvFault(wrong.Err)
			}
			return nil, p
		}
		l := line{split: -1, offset: place(r.FieldPos(0))}
		for i, cell := range record {
			l.cells = append(l.cells, field{strings.TrimSpace(cell), place(r.FieldPos(i))})
		}
		lines = append(lines, l)
	}
}

func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// csvFault says in an analyst's words what keeps a line from being read.
func csvFault(err error) string {
	switch {
	case errors.Is(err, csv.ErrQuote):
		return `a cell begins with a quote that is not closed, or goes on behind it; a quote inside a cell in quotes is written twice`
	case errors.Is(err, csv.ErrBareQuote):
		return `a quote stands inside a cell; put the cell in quotes, and write the quote twice`
	}
	return err.Error()
}
