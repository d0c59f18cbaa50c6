package editor

import "unicode"

// flow reads {...} or [...]. One that is not closed ends where a line stands no deeper than col.
func (r *reader) flow(col int) *node {
	open := r.row()[r.col]
	n := &node{kind: mapping, flow: true, span: Range{From: r.here()}}
	end := '}'
	if open == '[' {
		n.kind, end = sequence, ']'
	}
	if r.depth++; r.depth > deepest {
		r.depth--
		r.col = len(r.row())
		n.span.To = r.here()
		return n
	}
	defer func() { r.depth-- }()
	r.col++
	for r.flowGoesOn(col) {
		switch c := r.row()[r.col]; {
		case c == end:
			r.col++
			n.span.To = r.here()
			return n
		case c == ',':
			r.col++
		case c == '}' || c == ']':
			n.span.To = r.here() // a bracket of another kind closes this one, too
			return n
		case n.kind == sequence:
			n.items = append(n.items, r.flowValue(col))
		default:
			n.entries = append(n.entries, r.flowEntry(col))
		}
	}
	n.span.To = r.end()
	return n
}

// end is the last place that was read.
func (r *reader) end() Point {
	if r.more() {
		return r.here()
	}
	last := max(len(r.rows)-1, 0)
	return Point{last, len(r.rows[last])}
}

// flowGoesOn passes spaces, comments and line ends, and reports whether something is left in the brackets.
func (r *reader) flowGoesOn(col int) bool {
	for r.more() {
		if r.skip() {
			return true
		}
		next := r.line + 1
		for next < len(r.rows) && indent(r.rows[next]) == len(r.rows[next]) {
			next++
		}
		if next >= len(r.rows) || indent(r.rows[next]) <= col || keyEnd(r.rows[next], indent(r.rows[next])) >= 0 && indent(r.rows[next]) <= col+1 {
			r.col = len(r.row())
			return false
		}
		r.line, r.col = next, indent(r.rows[next])
	}
	return false
}

func (r *reader) flowEntry(col int) entry {
	key := r.flowScalar(col, true)
	if !r.skip() || r.row()[r.col] != ':' {
		key.half = true
		return entry{key: key}
	}
	r.col++
	if !r.flowGoesOn(col) {
		return entry{key: key}
	}
	if c := r.row()[r.col]; c == ',' || c == '}' || c == ']' {
		return entry{key: key}
	}
	return entry{key, r.flowValue(col)}
}

func (r *reader) flowValue(col int) *node {
	if c := r.row()[r.col]; c == '{' || c == '[' {
		return r.flow(col)
	}
	return r.flowScalar(col, false)
}

// flowScalar reads a text in brackets. A key ends at its colon.
func (r *reader) flowScalar(col int, key bool) *node {
	if c := r.row()[r.col]; c == '"' || c == '\'' {
		return r.quotedText(col)
	}
	n := r.plain(func(row []rune, at int) bool {
		switch c := row[at]; c {
		case ',', '{', '}', '[', ']':
			return !(c == '{' || c == '[') || !key && at > 0
		case ':':
			return key && (at+1 == len(row) || unicode.IsSpace(row[at+1]) || row[at+1] == ',' || row[at+1] == '}')
		}
		return endsPlain(row, at)
	})
	if len(n.letters) == 0 && r.col < len(r.row()) && n.span.From == r.here() {
		r.col++ // a character that fits nowhere
	}
	return n
}

// quotedText reads a text in quotes. One that is not closed ends with its line.
func (r *reader) quotedText(col int) *node {
	from, quote := r.here(), r.row()[r.col]
	n := &node{quoted: true, span: Range{From: from}}
	r.col++
	for line := r.line; line < len(r.rows); line++ {
		if line > from.Line {
			if col < 0 || indent(r.rows[line]) <= col && indent(r.rows[line]) < len(r.rows[line]) {
				break
			}
			n.letters = append(n.letters, letter{' ', Point{line - 1, len(r.rows[line-1])}})
			r.line, r.col = line, indent(r.rows[line])
		}
		if r.quotedRow(n, quote) {
			n.span.To = r.here()
			return n
		}
	}
	r.line, r.col = from.Line, len(r.rows[from.Line])
	for i, l := range n.letters {
		if l.at.Line > from.Line {
			n.letters = n.letters[:i]
			break
		}
	}
	n.span.To = r.here()
	return n
}

// quotedRow reads a text in quotes to the end of the line, and reports whether it is closed there.
func (r *reader) quotedRow(n *node, quote rune) bool {
	row := r.row()
	for ; r.col < len(row); r.col++ {
		c, at := row[r.col], r.here()
		switch {
		case c == quote && quote == '\'' && r.col+1 < len(row) && row[r.col+1] == quote:
			r.col++
		case c == quote:
			r.col++
			return true
		case c == '\\' && quote == '"' && r.col+1 < len(row):
			r.col++
			c = escaped(row[r.col])
		}
		n.letters = append(n.letters, letter{c, at})
	}
	return false
}

func escaped(c rune) rune {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	}
	return c
}

// blockText reads the lines behind | or >.
func (r *reader) blockText(col int) *node {
	n := &node{block: true, span: Range{From: r.here()}}
	n.span.To = Point{r.line, len(r.row())}
	depth := -1
	line := r.line + 1
	for ; line < len(r.rows); line++ {
		row := r.rows[line]
		at := indent(row)
		if at < len(row) && at <= col {
			break
		}
		if at < len(row) && depth < 0 {
			depth = at
		}
		for i := min(max(depth, 0), len(row)); i < len(row); i++ {
			n.letters = append(n.letters, letter{row[i], Point{line, i}})
		}
		n.letters = append(n.letters, letter{'\n', Point{line, len(row)}})
		if at < len(row) {
			n.span.To = Point{line, len(row)}
		}
	}
	r.begin(line)
	return n
}
