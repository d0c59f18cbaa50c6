package decision

import "strings"

// Rows returns the rows of a table as written, without its header, each with its cells divided by " | "
// and the outputs by " || ".
func Rows(s Source) []string {
	lines := textLines(s.Rules)
	if len(lines) > 0 && lines[0].split < 0 {
		lines, _ = csvLines(s.Rules) // a table that was compiled has no problem
	}
	var rows []string
	for i, l := range lines {
		if i == 0 {
			continue
		}
		var row strings.Builder
		for k, c := range l.cells {
			switch {
			case k == 0:
			case k == len(s.Inputs):
				row.WriteString(" || ")
			default:
				row.WriteString(" | ")
			}
			row.WriteString(c.text)
		}
		rows = append(rows, row.String())
	}
	return rows
}
