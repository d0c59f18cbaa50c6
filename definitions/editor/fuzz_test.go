package editor

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// ask puts every question about a place of a file.
func ask(p *Pack, file string, at Point) {
	p.Complete(file, at)
	p.Hover(file, at)
	p.Definition(file, at)
	p.References(file, at)
	if _, err := p.Renameable(file, at); err == nil {
		_, _ = p.Rename(file, at, "other")
	}
}

func FuzzAnyBytesAtAnyPlaceAreAnswered(f *testing.F) {
	for _, text := range shopFiles() {
		f.Add(text, 3, 8)
		f.Add(text[:len(text)/2], 10, 2)
	}
	for _, text := range []string{"", "\uFEFFprocess: a\r\nsteps:\r\n  - ", "{{{[[[", "a: |\n", "- - - - -", "'\n\"\n'", "? : -\n:\n::", "\xff\xfe: {a\t: [", "steps:\n  - task: 𝔘^\n    when: \"𝔘\" == order.", "a: {b: '", "process: a\nsteps: [{run: a}]\n", "{", "steps:\n  - {}\n"} {
		f.Add(text, 0, 4)
	}
	f.Fuzz(func(t *testing.T, text string, line, column int) {
		if len(text) > 4000 {
			return
		}
		p := shop(t, map[string]string{"new.process.yaml": text, "new.test.yaml": text, "order.decision.yaml": text})
		for _, file := range []string{"new.process.yaml", "new.test.yaml"} {
			ask(p, file, Point{line, column})
			p.Outline(file)
		}
		for _, m := range p.Mistakes() {
			require.False(t, m.Range.To.before(m.Range.From))
		}
		at := FromUTF16(text, line, column)
		gotLine, unit := ToUTF16(text, at)
		require.Equal(t, at, FromUTF16(text, gotLine, unit), "a place goes to UTF-16 and comes back")
	})
}

func TestEveryPlaceOfTheShopIsAnswered(t *testing.T) {
	p := shop(t, nil)
	text := p.Text("produce.process.yaml")
	for line, row := range rowsOf(text) {
		for column := range len(row) + 1 {
			ask(p, "produce.process.yaml", Point{line, column})
		}
	}
	require.True(t, utf8.ValidString(text))
}

func TestAFileCutOffAnywhereIsAnswered(t *testing.T) {
	text := shopFiles()["order.process.yaml"]
	for end := 0; end < len(text); end += 7 {
		cut := text[:end]
		p := shop(t, map[string]string{"new.process.yaml": cut})
		rows := rowsOf(cut)
		ask(p, "new.process.yaml", Point{len(rows) - 1, len(rows[len(rows)-1])})
	}
}

func TestPlacesCountUTF16UnitsForEditors(t *testing.T) {
	text := "a: 检查𝔘x\n"
	require.Equal(t, Point{0, 6}, FromUTF16(text, 0, 7), "𝔘 takes two units")
	line, unit := ToUTF16(text, Point{0, 6})
	require.Equal(t, [2]int{0, 7}, [2]int{line, unit})
	require.Equal(t, Point{0, 5}, FromUTF16(text, 0, 5))
	require.Equal(t, Point{0, 7}, FromUTF16(text, 0, 99))
	require.Equal(t, Point{1, 0}, FromUTF16(text, 9, 9))
}
