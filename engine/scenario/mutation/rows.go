package mutation

import (
	"fmt"
	"strings"
)

// rows breaks the rows of a decision table: each is dropped, and each of its outputs is exchanged for
// that of another row. Numbers and comparisons of its conditions are changed.
func (b *breaker) rows(t *tree) {
	if len(t.items) == 0 || !strings.Contains(b.text[t.items[0].cut:t.items[0].end], "||") {
		return
	}
	for i, row := range t.items[1:] {
		what := fmt.Sprintf("row %d", i+1)
		b.replace(DropRow, row.cut, row.end, "", what)
		text := b.text[row.cut:row.end]
		middle := strings.Index(text, "||")
		if middle < 0 {
			continue
		}
		b.conditions(row.cut, text[:middle])
		b.outputs(t, row.cut+middle+2, text[middle+2:], what)
	}
}

// conditions changes the numbers and comparisons of a row's cells.
func (b *breaker) conditions(at int, text string) {
	for i := 0; i < len(text); {
		n := 1
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			number := digits(text[i:])
			b.changeNumber(at+i, number)
			n = len(number)
		case c == '>' || c == '<':
			for _, two := range operators() {
				if strings.HasPrefix(text[i:], two[0]) {
					b.replace(SwapOperator, at+i, at+i+len(two[0]), two[1], two[0]+" to "+two[1])
					n = len(two[0])
					break
				}
			}
		}
		i += n
	}
}

// outputs exchanges each output for the first other one in its column.
func (b *breaker) outputs(t *tree, at int, text, what string) {
	for column, cell := range strings.Split(text, "|") {
		trimmed := strings.TrimSpace(cell)
		from := at + strings.Index(cell, trimmed)
		at += len(cell) + 1
		if other := b.otherOutput(t, column, trimmed); other != "" {
			b.replace(ChangeRow, from, from+len(trimmed), other, what+": "+trimmed+" to "+other)
		}
	}
}

func (b *breaker) otherOutput(t *tree, column int, than string) string {
	for _, row := range t.items[1:] {
		_, outputs, _ := strings.Cut(b.text[row.cut:row.end], "||")
		cells := strings.Split(outputs, "|")
		if column < len(cells) {
			if other := strings.TrimSpace(cells[column]); other != than {
				return other
			}
		}
	}
	return ""
}
