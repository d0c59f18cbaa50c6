package editor

import (
	"slices"
	"strings"

	"waybill/definitions"
)

// Mistake is a finding of the checker with the range it is about.
type Mistake struct {
	definitions.Finding
	Range Range
}

// Mistakes returns what is wrong in the pack, as `waybill validate` does.
func (p *Pack) Mistakes() []Mistake {
	found := p.look().Findings()
	trees := map[string]*node{}
	out := make([]Mistake, len(found))
	for i, f := range found {
		if _, there := trees[f.Pos.File]; !there {
			trees[f.Pos.File] = read(p.texts[f.Pos.File])
		}
		out[i] = Mistake{f, rangeOf(p.texts[f.Pos.File], trees[f.Pos.File], f.Pos)}
	}
	return out
}

// rangeOf returns what begins at a place: a key, a text, or the word of a formula; at least the place itself.
func rangeOf(text string, root *node, pos definitions.Position) Range {
	at := Point{max(pos.Line-1, 0), max(pos.Column-1, 0)}
	out := Range{at, at}
	eachText(root, 0, func(n *node) {
		if n.span.From == at {
			out.To = n.span.To
		}
	})
	rows := rowsOf(text)
	if at.Line >= len(rows) {
		return out
	}
	row := rows[at.Line]
	if out.To.Line > at.Line {
		out.To = Point{at.Line, len(row)}
	}
	if out.To == at {
		end := at.Column
		for end < len(row) && isNameRune(row[end]) {
			end++
		}
		if end == at.Column && end < len(row) {
			end++
		}
		out.To.Column = end
	}
	return out
}

// eachText calls visit for every key and text.
func eachText(n *node, depth int, visit func(*node)) {
	if n == nil || depth > 2*deepest {
		return
	}
	if n.kind == scalar {
		visit(n)
	}
	for _, item := range n.items {
		eachText(item, depth+1, visit)
	}
	for _, e := range n.entries {
		visit(e.key)
		eachText(e.value, depth+1, visit)
	}
}

// Mend returns the change that makes a mistake good where the finding says how; false where it does not, or where the
// change would not make it good.
func (p *Pack) Mend(m Mistake) (Edit, bool) {
	text, there := p.texts[m.Pos.File]
	if m.Mend == "" || !there {
		return Edit{}, false
	}
	for _, edit := range p.mends(text, m) {
		if p.isMended(m, apply(text, edit)) {
			return edit, true
		}
	}
	return Edit{}, false
}

// isMended reports whether a file with another text can be read and no longer has a mistake. Others that it hid may come
// to light.
func (p *Pack) isMended(m Mistake, text string) bool {
	if readable(m.Pos.File, text) > 0 {
		return false
	}
	changed := Overlay(p.files, map[string]string{m.Pos.File: text})
	return !slices.ContainsFunc(definitions.Look(changed, p.catalogue, "").Findings(), func(f definitions.Finding) bool {
		return f.Pos == m.Pos && f.Code == m.Code
	})
}

// mends are the changes that a mended text may mean: the whole line, or the value.
func (p *Pack) mends(text string, m Mistake) []Edit {
	rows := rowsOf(text)
	line := m.Pos.Line - 1
	if line < 0 || line >= len(rows) || strings.Contains(m.Mend, "\n") {
		return nil
	}
	row := rows[line]
	from := indent(row)
	wholeLine := Edit{Range{Point{line, from}, Point{line, len(row)}}, m.Mend}
	value := Edit{m.Range, m.Mend}
	before := strings.TrimSpace(string(row[:min(max(m.Pos.Column-1, 0), len(row))]))
	edits := append(unquotedEdit(row, line, m.Mend), value)
	if strings.HasPrefix(m.Mend, before) {
		return append([]Edit{wholeLine}, edits...)
	}
	return append(edits, wholeLine)
}

// unquotedEdit finds in a line what a mended text puts into quotes.
func unquotedEdit(row []rune, line int, mend string) []Edit {
	open := strings.IndexByte(mend, '\'')
	if open < 0 || !strings.HasSuffix(mend, "'") || len(mend) < open+2 {
		return nil
	}
	raw := mend[:open] + strings.ReplaceAll(mend[open+1:len(mend)-1], "''", "'")
	before, _, found := strings.Cut(string(row), raw)
	if !found {
		return nil
	}
	from := len([]rune(before))
	return []Edit{{Range{Point{line, from}, Point{line, from + len([]rune(raw))}}, mend}}
}

// Replace returns a text with another in the place of a range.
func Replace(text string, r Range, with string) string { return apply(text, Edit{r, with}) }

// apply returns a text after a change.
func apply(text string, e Edit) string {
	rows := rowsOf(text)
	from, to := e.Range.From, e.Range.To
	if from.Line >= len(rows) || to.Line >= len(rows) || to.before(from) {
		return text
	}
	var out []string
	for _, row := range rows[:from.Line] {
		out = append(out, string(row))
	}
	before := rows[from.Line][:min(from.Column, len(rows[from.Line]))]
	after := rows[to.Line][min(to.Column, len(rows[to.Line])):]
	out = append(out, string(before)+e.Text+string(after))
	for _, row := range rows[to.Line+1:] {
		out = append(out, string(row))
	}
	return strings.Join(out, "\n")
}
