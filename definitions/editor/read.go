package editor

import "unicode"

// deepest is how deep maps and lists are followed, as in package definitions.
const deepest = 64

// reader reads block style by indentation. line and col are where it has come to.
type reader struct {
	rows      [][]rune
	line, col int
	depth     int
}

// read reads a file; nil where nothing is written.
func read(text string) *node {
	r := &reader{rows: rowsOf(text)}
	r.begin(0)
	var first *node
	for r.more() {
		at := r.line
		n := r.blockValue()
		if first == nil {
			first = n
		} else if n != nil && n.kind == first.kind {
			first.entries, first.items = append(first.entries, n.entries...), append(first.items, n.items...)
			first.span.To = n.span.To
		}
		if r.line == at && r.more() {
			r.begin(r.line + 1) // a line that fits nowhere
		}
	}
	return first
}

func (r *reader) more() bool { return r.line < len(r.rows) }

func (r *reader) row() []rune { return r.rows[r.line] }

// begin goes to the first line from line on that holds more than a comment.
func (r *reader) begin(line int) {
	for r.line = line; r.more(); r.line++ {
		if r.col = indent(r.row()); r.col < len(r.row()) && r.row()[r.col] != '#' && !isMarker(r.row()) {
			return
		}
	}
}

// isMarker reports whether a line parts two documents.
func isMarker(row []rune) bool { return string(row) == "---" || string(row) == "..." }

func indent(row []rune) int {
	for i, r := range row {
		if r != ' ' && r != '\t' {
			return i
		}
	}
	return len(row)
}

func (r *reader) here() Point { return Point{r.line, r.col} }

// skip passes spaces, and reports whether something but a comment is left on the line.
func (r *reader) skip() bool {
	row := r.row()
	for r.col < len(row) && (row[r.col] == ' ' || row[r.col] == '\t') {
		r.col++
	}
	return r.col < len(row) && !(row[r.col] == '#' && (r.col == 0 || unicode.IsSpace(row[r.col-1])))
}

// blockValue reads the map, list or text that begins here.
func (r *reader) blockValue() *node {
	if r.depth++; r.depth > deepest {
		r.depth--
		r.begin(r.line + 1)
		return nil
	}
	defer func() { r.depth-- }()
	switch {
	case isDash(r.row(), r.col):
		return r.list(r.col)
	case keyEnd(r.row(), r.col) >= 0:
		return r.mapping(r.col)
	}
	return r.inline(r.col - 1)
}

func isDash(row []rune, col int) bool {
	return col < len(row) && row[col] == '-' && (col+1 == len(row) || row[col+1] == ' ' || row[col+1] == '\t')
}

// keyEnd returns the column of the colon that ends the key at col, -1 where there is no key.
func keyEnd(row []rune, col int) int {
	if col >= len(row) || row[col] == '{' || row[col] == '[' || row[col] == '|' || row[col] == '>' || row[col] == '#' {
		return -1
	}
	at := col
	if q := row[col]; q == '"' || q == '\'' {
		for at++; at < len(row) && row[at] != q; at++ {
			if q == '"' && row[at] == '\\' {
				at++
			}
		}
	}
	for ; at < len(row); at++ {
		switch {
		case row[at] == ':' && (at+1 == len(row) || row[at+1] == ' ' || row[at+1] == '\t'):
			return at
		case row[at] == '#' && at > col && unicode.IsSpace(row[at-1]):
			return -1
		}
	}
	return -1
}

// list reads the items whose dashes stand at a column.
func (r *reader) list(col int) *node {
	n := &node{kind: sequence, span: Range{From: r.here(), To: r.here()}}
	for r.more() && r.col == col && isDash(r.row(), r.col) {
		dash := r.here()
		r.col++
		var item *node
		if r.skip() {
			item = r.blockValue()
		} else if r.begin(r.line + 1); r.more() && r.col > col {
			item = r.blockValue()
		}
		if item == nil {
			item = &node{span: Range{Point{dash.Line, dash.Column + 1}, Point{dash.Line, dash.Column + 1}}}
		}
		n.items = append(n.items, item)
		n.span.To = item.span.To
		r.passDeeper(col)
	}
	return n
}

// passDeeper leaves out lines that stand deeper than a column and belong to nothing.
func (r *reader) passDeeper(col int) {
	for r.more() && r.col > col {
		r.begin(r.line + 1)
	}
}

// mapping reads the entries whose keys stand at a column.
func (r *reader) mapping(col int) *node {
	n := &node{kind: mapping, span: Range{From: r.here(), To: r.here()}}
	for r.more() && r.col == col && !isDash(r.row(), r.col) {
		e := r.entry(col)
		n.entries = append(n.entries, e)
		if n.span.To = e.key.span.To; e.value != nil {
			n.span.To = e.value.span.To
		}
		r.passDeeper(col)
	}
	return n
}

func (r *reader) entry(col int) entry {
	end := keyEnd(r.row(), col)
	if end < 0 {
		return r.halfEntry(col)
	}
	key := r.key(end)
	r.col = end + 1
	if r.skip() {
		return entry{key, r.inline(col)}
	}
	r.begin(r.line + 1)
	if r.more() && (r.col > col || r.col == col && isDash(r.row(), r.col)) {
		return entry{key, r.blockValue()}
	}
	return entry{key: key}
}

// halfEntry reads a line that has no colon yet; what stands below it is its value.
func (r *reader) halfEntry(col int) entry {
	key := r.plain(func(row []rune, at int) bool { return endsPlain(row, at) })
	key.half = true
	r.begin(r.line + 1)
	if r.more() && r.col > col {
		return entry{key, r.blockValue()}
	}
	return entry{key: key}
}

// key reads the key before the colon at end.
func (r *reader) key(end int) *node {
	row := r.row()
	if row[r.col] == '"' || row[r.col] == '\'' {
		return r.quotedText(-1)
	}
	n := r.plain(func(_ []rune, at int) bool { return at >= end })
	return n
}

// inline reads the value that begins on this line behind a key or a dash; what goes on in lines deeper than col belongs
// to it.
func (r *reader) inline(col int) *node {
	var n *node
	switch row := r.row(); row[r.col] {
	case '{', '[':
		n = r.flow(col)
	case '"', '\'':
		n = r.quotedText(col)
	case '|', '>':
		return r.blockText(col)
	default:
		n = r.plain(endsPlain)
		r.goesOn(n, col)
		return n
	}
	if r.more() {
		r.begin(r.line + 1)
	}
	return n
}

// endsPlain reports whether a comment begins at a place.
func endsPlain(row []rune, at int) bool {
	return row[at] == '#' && at > 0 && unicode.IsSpace(row[at-1])
}

// plain reads the rest of the line, up to where ends says, without the spaces behind it.
func (r *reader) plain(ends func(row []rune, at int) bool) *node {
	n := &node{span: Range{From: r.here()}}
	row := r.row()
	last := r.col
	for ; r.col < len(row) && !ends(row, r.col); r.col++ {
		n.letters = append(n.letters, letter{row[r.col], r.here()})
		if !unicode.IsSpace(row[r.col]) {
			last = r.col + 1
		}
	}
	n.letters = n.letters[:max(last-n.span.From.Column, 0)]
	n.span.To = Point{r.line, last}
	return n
}

// goesOn adds the lines below that stand deeper and are no entries of their own.
func (r *reader) goesOn(n *node, col int) {
	for r.begin(r.line + 1); r.more() && r.col > max(col, 0) && !isDash(r.row(), r.col) && keyEnd(r.row(), r.col) < 0; r.begin(r.line + 1) {
		more := r.plain(endsPlain)
		n.letters = append(append(n.letters, letter{' ', n.span.To}), more.letters...)
		n.span.To = more.span.To
	}
}
