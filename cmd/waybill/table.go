package main

import (
	"slices"
	"strings"
)

const (
	// gap stands between two columns of a table.
	gap = "  "
	// narrowest is how narrow a column of longer texts may get.
	narrowest = 12
)

// table writes rows in aligned columns, under a heading unless it is nil. Where a terminal is too narrow
// for them, long texts go on below themselves; where that makes the columns too narrow, as on a phone,
// each cell has a line of its own. Words are never broken: ids can be copied.
func (p *printer) table(heading []string, rows [][]string) {
	whole := rows
	if heading != nil {
		whole = append([][]string{heading}, rows...)
	}
	widths, fits := fit(whole, p.width())
	if !fits {
		p.stack(heading, rows)
		return
	}
	for _, row := range whole {
		for _, line := range beside(row, widths) {
			p.line("%s", line)
		}
	}
}

// stack writes each row as a block of lines, a cell a line behind its heading. Empty cells are left out.
func (p *printer) stack(heading []string, rows [][]string) {
	label := len(gap)
	for _, text := range heading {
		label = max(label, columns(text))
	}
	for i, row := range rows {
		if i > 0 && heading != nil {
			p.line("")
		}
		for j, cell := range row {
			cells := []string{"", cell}
			if heading != nil {
				cells[0] = heading[j]
			}
			if cell == "" {
				continue
			}
			if heading == nil && j == 0 {
				cells = cells[1:] // it is the heading of the others
			}
			room := p.width() - label - len(gap)
			for _, line := range beside(cells, []int{label, max(room, widest(cell))}[2-len(cells):]) {
				p.line("%s", line)
			}
		}
	}
}

// beside lays the cells of a row beside each other, in as many lines as the longest of them takes.
func beside(row []string, widths []int) []string {
	var cells [][]string
	most := 0
	for i, cell := range row {
		lines := wrap(cell, widths[i])
		cells, most = append(cells, lines), max(most, len(lines))
	}
	out := make([]string, most)
	for n := range out {
		var line strings.Builder
		for i, lines := range cells {
			text := ""
			if n < len(lines) {
				text = lines[n]
			}
			line.WriteString(text)
			if i < len(cells)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-columns(text)) + gap)
			}
		}
		out[n] = strings.TrimRight(line.String(), " ")
	}
	return out
}

// fit returns the width of each column, so that a row takes no more than width columns; 0: as many as it
// wants. It reports whether there are such widths.
func fit(rows [][]string, width int) ([]int, bool) {
	var wanted, least []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(wanted) {
				wanted, least = append(wanted, 0), append(least, 0)
			}
			wanted[i] = max(wanted[i], columns(cell))
			least[i] = min(wanted[i], max(least[i], narrowest, widest(cell)))
		}
	}
	room := width - len(gap)*(len(wanted)-1)
	if width == 0 || sum(wanted) <= room {
		return wanted, true
	}
	for most := slices.Max(wanted); most >= narrowest; most-- {
		shrunk := make([]int, len(wanted))
		for i := range wanted {
			shrunk[i] = max(least[i], min(wanted[i], most))
		}
		if sum(shrunk) <= room {
			return shrunk, true
		}
	}
	return nil, false
}

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
