package mutation

import (
	"strings"
)

// tree is a value of a file with its place in the text, as far as mutations need to know it. It reads
// the YAML that packs are written in: blocks, flow maps and lists on one line, block texts.
type tree struct {
	shape    shape
	flow     bool
	from, to int // of the text of a scalar, of the braces of a flow map
	text     string
	pairs    []pair
	items    []item
}

type shape int

const (
	scalar shape = iota
	mapping
	list
	lines // a text block, after | or >
)

// pair is a key with its value. Its text from cut to end goes when it is deleted.
type pair struct {
	key  string
	from int // where the key stands
	span
	value *tree
}

// item is an entry of a list. Its text from cut to end goes when it is deleted.
type item struct {
	span
	value *tree
}

// span is the text that goes when an entry is deleted.
type span struct{ cut, end int }

// reader reads a file line by line.
type reader struct {
	text  string
	lines []line
	at    int
}

// line is a line of the file without its comment. An empty one holds nothing else.
type line struct {
	start, end int // in the file; end is after the line's end
	indent     int
	body       string // from indent on, trimmed
}

// read returns the tree of a file's text.
func read(text string) *tree {
	r := &reader{text: text}
	for start := 0; start < len(text); {
		end := start + strings.IndexByte(text[start:], '\n') + 1
		if end == start {
			end = len(text)
		}
		r.lines = append(r.lines, newLine(text, start, end))
		start = end
	}
	return r.block(0)
}

func newLine(text string, start, end int) line {
	raw := strings.TrimRight(withoutComment(text[start:end]), " \r\n")
	body := strings.TrimLeft(raw, " ")
	return line{start: start, end: end, indent: len(raw) - len(body), body: body}
}

// withoutComment cuts a comment off a line: a # at its start or after a space, outside quotes.
func withoutComment(text string) string {
	quote := byte(0)
	for i := range len(text) {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '\'' || c == '"') && (i == 0 || strings.IndexByte(" [{,(", text[i-1]) >= 0):
			quote = c
		case c == '#' && (i == 0 || text[i-1] == ' '):
			return text[:i]
		}
	}
	return text
}

// next skips empty lines and returns the line there, nil at the end.
func (r *reader) next() *line {
	for r.at < len(r.lines) && r.lines[r.at].body == "" {
		r.at++
	}
	if r.at == len(r.lines) {
		return nil
	}
	return &r.lines[r.at]
}

// block reads the map, list or scalar whose lines are indented by at least so much.
func (r *reader) block(indent int) *tree {
	l := r.next()
	switch {
	case l == nil || l.indent < indent:
		return nil
	case l.body == "-" || strings.HasPrefix(l.body, "- "):
		return r.list(l.indent)
	case keyEnd(l.body) > 0:
		return r.mapping(l.indent)
	}
	r.at++
	return r.value(l, l.body, l.indent)
}

func (r *reader) list(indent int) *tree {
	out := &tree{shape: list}
	for {
		l := r.next()
		if l == nil || l.indent != indent || l.body != "-" && !strings.HasPrefix(l.body, "- ") {
			return out
		}
		it := item{span: span{cut: l.start}}
		rest := strings.TrimLeft(l.body[1:], " ")
		l.indent, l.body = l.indent+len(l.body)-len(rest), rest
		if rest == "" {
			r.at++
		}
		it.value = r.block(indent + 1)
		it.end = r.after()
		out.items = append(out.items, it)
	}
}

// after is where the text of what was read ends: after its last line that is not empty.
func (r *reader) after() int {
	i := r.at - 1
	for i > 0 && r.lines[i].body == "" {
		i--
	}
	return r.lines[i].end
}

func (r *reader) mapping(indent int) *tree {
	out := &tree{shape: mapping}
	for {
		l := r.next()
		if l == nil || l.indent != indent || keyEnd(l.body) <= 0 || strings.HasPrefix(l.body, "- ") {
			out.spread(r.text)
			return out
		}
		p := pair{key: strings.Trim(l.body[:keyEnd(l.body)], `'"`), from: l.start + l.indent, span: span{cut: l.start}}
		rest := strings.TrimLeft(l.body[keyEnd(l.body)+1:], " ")
		r.at++
		switch {
		case rest == "":
			p.value = r.block(indent + 1)
		case strings.HasPrefix(rest, "|") || strings.HasPrefix(rest, ">"):
			p.value = r.textBlock(indent)
		default:
			p.value = r.value(l, rest, l.indent+len(l.body)-len(rest))
		}
		p.end = r.after()
		out.pairs = append(out.pairs, p)
	}
}

// spread makes what goes with a pair that shares its line with the dash of a list: the text up to the
// next key, so that the dash stays.
func (t *tree) spread(text string) {
	for i := range t.pairs {
		p := &t.pairs[i]
		if strings.TrimSpace(text[p.cut:p.from]) == "" {
			continue
		}
		p.cut, p.end = p.from, p.from // alone, it is the item
		if i+1 < len(t.pairs) {
			p.end = t.pairs[i+1].from
		}
	}
}

func (r *reader) textBlock(indent int) *tree {
	out := &tree{shape: lines}
	for r.at < len(r.lines) && (r.lines[r.at].body == "" || r.lines[r.at].indent > indent) {
		l := r.lines[r.at]
		if l.body != "" {
			out.items = append(out.items, item{span: span{l.start, l.end}})
		}
		r.at++
	}
	return out
}

// value reads what stands on the rest of a line.
func (r *reader) value(l *line, rest string, column int) *tree {
	from := l.start + column
	f := &flowReader{text: r.text, at: from, end: from + len(rest)}
	if rest[0] == '{' || rest[0] == '[' {
		return f.value("")
	}
	return &tree{shape: scalar, from: from, to: from + len(rest), text: unquote(rest)}
}

// keyEnd returns where the key of a line ends: the place of its colon; 0 where there is none.
func keyEnd(body string) int {
	if body[0] == '{' || body[0] == '[' {
		return 0
	}
	if body[0] == '\'' || body[0] == '"' {
		if end := strings.IndexByte(body[1:], body[0]); end >= 0 && strings.HasPrefix(body[end+2:], ":") {
			return end + 2
		}
		return 0
	}
	for i := range len(body) {
		if body[i] == ':' && (i+1 == len(body) || body[i+1] == ' ') {
			return i
		}
	}
	return 0
}

func unquote(text string) string {
	if len(text) > 1 && (text[0] == '\'' || text[0] == '"') && text[len(text)-1] == text[0] {
		return text[1 : len(text)-1]
	}
	return text
}

// flowReader reads a flow map or list on one line.
type flowReader struct {
	text    string
	at, end int
}

func (f *flowReader) spaces() {
	for f.at < f.end && f.text[f.at] == ' ' {
		f.at++
	}
}

// value reads a value; a plain scalar ends at one of the stops.
func (f *flowReader) value(stops string) *tree {
	f.spaces()
	from := f.at
	if f.at < f.end {
		switch f.text[f.at] {
		case '{':
			return f.flowMap()
		case '[':
			return f.flowList()
		case '\'', '"':
			quote := f.text[f.at]
			for f.at++; f.at < f.end && f.text[f.at] != quote; f.at++ {
			}
			f.at++
			return &tree{shape: scalar, flow: true, from: from, to: f.at, text: f.text[from+1 : f.at-1]}
		}
	}
	for f.at < f.end && strings.IndexByte(stops, f.text[f.at]) < 0 {
		f.at++
	}
	to := from + len(strings.TrimRight(f.text[from:f.at], " "))
	return &tree{shape: scalar, flow: true, from: from, to: to, text: f.text[from:to]}
}

func (f *flowReader) flowMap() *tree {
	out := &tree{shape: mapping, flow: true, from: f.at}
	f.at++
	for {
		f.spaces()
		if f.at >= f.end || f.text[f.at] == '}' {
			break
		}
		from := f.at
		for f.at < f.end && f.text[f.at] != ':' && f.text[f.at] != '}' {
			f.at++
		}
		p := pair{key: strings.Trim(f.text[from:f.at], ` '"`), from: from, span: span{cut: from}}
		if f.at < f.end && f.text[f.at] == ':' {
			f.at++
		}
		p.value = f.value(",}")
		p.end = f.at
		out.pairs = append(out.pairs, p)
		f.comma()
	}
	f.at++
	out.to = f.at
	withCommas(out.pairs, func(p *pair) *span { return &p.span })
	return out
}

func (f *flowReader) flowList() *tree {
	out := &tree{shape: list, flow: true, from: f.at}
	f.at++
	for {
		f.spaces()
		if f.at >= f.end || f.text[f.at] == ']' {
			break
		}
		it := item{span: span{cut: f.at}}
		it.value = f.value(",]")
		it.end = f.at
		out.items = append(out.items, it)
		f.comma()
	}
	f.at++
	out.to = f.at
	withCommas(out.items, func(it *item) *span { return &it.span })
	return out
}

func (f *flowReader) comma() {
	f.spaces()
	if f.at < f.end && f.text[f.at] == ',' {
		f.at++
	}
}

// withCommas adds to each entry of a flow map or list what goes with it: the comma after it, or before the
// last one.
func withCommas[T any](entries []T, of func(*T) *span) {
	bare := make([]span, len(entries))
	for i := range entries {
		bare[i] = *of(&entries[i])
	}
	for i := range entries {
		switch s := of(&entries[i]); {
		case i+1 < len(bare):
			s.end = bare[i+1].cut
		case i > 0:
			s.cut = bare[i-1].end
		}
	}
}
