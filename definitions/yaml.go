package definitions

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The limits of a file, so that no file can hurt who reads it.
const (
	maxFileSize = 1 << 20
	maxNesting  = 64
)

// parseYAML turns a file into nodes. It returns nil where nothing can be read, after a finding; all
// else that a pack must not hold (tags, anchors, duplicate keys...) it reports and reads on.
func parseYAML(name string, text []byte, f *findings) *node {
	src := &source{name: name, text: string(text)}
	if !checkText(src, text, f) {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			f.add(Position{name, 1, 1}, codeEmptyFile, "the file is empty")
			return nil
		}
		reportYAML(src, err, f)
		return nil
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		f.add(Position{name, more.Line, 1}, codeSecondDocument,
			"a second document begins here; a file holds one, so put it into a file of its own")
	case !errors.Is(err, io.EOF):
		reportYAML(src, err, f)
		return nil
	}
	r := &yamlReader{src: src, found: f, bang: strings.Contains(src.text, "! ")}
	return r.node(doc.Content[0], 1)
}

// checkText refuses what is no text.
func checkText(src *source, text []byte, f *findings) bool {
	if utf8.Valid(text) {
		return true
	}
	line, col := 1, 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if col++; r == '\n' {
			line, col = line+1, 1
		}
		text = text[size:]
	}
	f.add(Position{src.name, line, col}, codeNotUTF8, "this byte is no UTF-8 text; save the file as UTF-8")
	return false
}

// yamlReader turns the library's nodes into ours.
type yamlReader struct {
	src   *source
	found *findings
	bang  bool // the file may hold a tag without a name
}

func (r *yamlReader) node(y *yaml.Node, depth int) *node {
	n := &node{src: r.src, line: y.Line, col: y.Column, text: y.Value, flow: y.Style&yaml.FlowStyle != 0}
	switch {
	case depth > maxNesting:
		r.found.add(n.pos(), codeTooDeep, "this is nested more than %d deep", maxNesting)
		n.missing = true
		return n
	case y.Kind == yaml.AliasNode:
		r.found.add(n.pos(), codeAlias, "*%s repeats another place of the file; write it out here", clip(y.Value))
		n.missing = true
		return n
	case y.Anchor != "":
		r.found.add(n.pos(), codeAlias, "&%s names a place to be repeated, which a pack does not do; leave it out", clip(y.Anchor))
	}
	if y.Style&yaml.TaggedStyle != 0 || r.bang && strings.HasPrefix(rowFrom(n), "!") {
		r.tag(n)
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		r.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.kind = sequence
		r.sequence(n, y, depth)
	default:
		n.style = styleOf(y.Style)
		n.missing = n.missing || n.text == "" && n.style == plain
	}
	return n
}

func styleOf(s yaml.Style) scalarStyle {
	switch {
	case s&yaml.SingleQuotedStyle != 0:
		return singleQuoted
	case s&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted
	case s&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return block
	}
	return plain
}

// tag reports !x, which was meant as "not" where a condition stands, and !!str and its like.
func (r *yamlReader) tag(n *node) {
	n.missing = true
	row := rowFrom(n)
	if strings.HasPrefix(row, "!!") || !strings.HasPrefix(row, "!") {
		r.found.add(n.pos(), codeTag, "a pack needs no YAML tags: the type that is declared reads the text")
		return
	}
	r.found.add(n.pos(), codeTag, "YAML takes a word that begins with ! as a tag, not as a part of the value; write the word not instead").
		Mend = mendLine(n, row, "not "+strings.TrimSpace(strings.TrimPrefix(row, "!")))
}

// rowFrom returns the beginning of what stands on the line of n from its first character on.
func rowFrom(n *node) string {
	row := n.src.row(n.line)
	row = row[min(n.col-1, len(row)):]
	return strings.TrimSuffix(string(row[:min(longestLine, len(row))]), "\n")
}

func (r *yamlReader) mapping(n *node, y *yaml.Node, depth int) {
	seen := make(map[string]*node, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		if y.Content[i].Kind == yaml.MappingNode && strings.HasPrefix(rowFrom(n), "{{") {
			r.braces(n)
			return
		}
		if y.Content[i].Kind != yaml.ScalarNode {
			r.found.add(Position{r.src.name, y.Content[i].Line, y.Content[i].Column}, codeWrongShape, "a key is a word, not a list or a map")
			continue
		}
		key, value := r.node(y.Content[i], depth+1), r.node(y.Content[i+1], depth+1)
		value.inFlow = n.flow
		if first := seen[key.text]; first != nil {
			r.found.add(key.pos(), codeDuplicateKey, "%q stands twice; the first is in line %d", clip(key.text), first.line)
			continue
		}
		seen[key.text] = key
		if y.Content[i+1].Kind == yaml.ScalarNode && value.missing && value.text == "" && y.Content[i+1].Style&yaml.TaggedStyle == 0 {
			value.line, value.col = key.line, key.col
			if r.noValue(n, key) {
				continue
			}
		}
		n.pairs = append(n.pairs, pair{key, value})
	}
}

// braces reports a text that begins with {{, which YAML takes for a map.
func (r *yamlReader) braces(n *node) {
	n.missing = true
	found := r.found.add(n.pos(), codeWrongShape, "YAML takes {{ at the beginning of a text for a map; put the text in quotes")
	row := n.src.row(n.line)
	if text := strings.TrimSpace(rowFrom(n)); !strings.ContainsAny(string(row[:n.col-1]), "{[") {
		found.Mend = mendLine(n, text, quote(text))
	}
}

// noValue reports a key without a value. In {...} it may be no key, but what a comma cut off the value
// before it.
func (r *yamlReader) noValue(n *node, key *node) (cut bool) {
	if n.flow && len(n.pairs) > 0 {
		last := n.pairs[len(n.pairs)-1]
		if last.value.kind == scalar && last.value.style == plain && !last.value.missing {
			r.found.add(key.pos(), codeCommaCut, "the comma before %q cut the value of %q short; put the value in single quotes", clip(key.text), clip(last.key.text)).
				Mend = fmt.Sprintf("%s: %s", last.key.text, quote(last.value.text+", "+key.text))
			last.value.missing = true
			return true
		}
	}
	r.found.add(key.pos(), codeMissingValue, "%q has no value", clip(key.text))
	return false
}

func (r *yamlReader) sequence(n *node, y *yaml.Node, depth int) {
	for _, child := range y.Content {
		item := r.node(child, depth+1)
		item.inFlow = n.flow
		if child.Kind == yaml.ScalarNode && item.missing && item.text == "" && child.Style&yaml.TaggedStyle == 0 {
			r.found.add(item.pos(), codeMissingValue, "this entry of the list has no value")
		}
		if last := len(n.items) - 1; n.flow && last >= 0 && n.items[last].kind == scalar && n.items[last].style == plain &&
			strings.Count(n.items[last].text, "(") > strings.Count(n.items[last].text, ")") {
			r.found.add(item.pos(), codeCommaCut, "the comma before %q cut the value before it short; put it in single quotes", clip(item.text)).
				Mend = quote(n.items[last].text + ", " + item.text)
			n.items[last].missing, item.missing = true, true
		}
		n.items = append(n.items, item)
	}
}

// plainly writes a text in the place of the plain text n: in single quotes where YAML would take it apart.
func plainly(n *node, text string) string {
	if n.inFlow && strings.ContainsAny(text, ",[]{}?") || strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return quote(text)
	}
	return text
}

// quote writes a text in single quotes.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// reportYAML turns the library's error into a finding. The library names the line where the block
// began, so the place of the offence is found by reading again, a byte at a time.
func reportYAML(src *source, err error, f *findings) {
	line, message := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if number, rest, ok := strings.Cut(strings.TrimPrefix(message, "line "), ": "); ok {
		if n, err := strconv.Atoi(number); err == nil {
			line, message = n, rest
		}
	}
	at := whereItStopped(src, line)
	switch {
	case strings.Contains(message, "cannot start any token"):
		reportCharacter(src, at, f)
		return
	case strings.Contains(message, "tab character"):
		at = firstLine(src, line, func(row string) int { return strings.Index(row, "\t") })
	case strings.Contains(message, "did not find expected ',' or"):
		at = firstLine(src, line, func(row string) int { return strings.IndexAny(row, "{[") })
	}
	if name, ok := strings.CutPrefix(message, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		f.add(at, codeAlias, "*%s repeats a place that no & names; write it out here", clip(name))
		return
	}
	if reportWideColon(src, at.Line, f) {
		return
	}
	if column := tooFarRight(src, at.Line); column > 0 && strings.Contains(message, "mapping values are not allowed") {
		f.add(at, codeNotYAML, "this line stands too far right: the key above it has its value already and begins in column %d; let this one begin there", column)
		return
	}
	f.add(at, codeNotYAML, "%s", plainWords(message)).Mend = quotedLine(src, at.Line, message)
}

// reportWideColon reports the colon of a Chinese keyboard behind a key, on the line at which the library
// stopped or on one of the two before: it notices only later that no key stands there.
func reportWideColon(src *source, line int, f *findings) bool {
	for last := line - 2; line >= max(last, 1) && line <= len(src.lines()); line-- {
		row := src.lines()[line-1]
		key, value, ok := strings.Cut(row, "：")
		if ok && isKey(strings.TrimPrefix(strings.TrimSpace(key), "- ")) {
			f.add(Position{src.name, line, len([]rune(key)) + 1}, codeNotYAML, "a key is followed by the colon of a Latin keyboard and a space, not by ：").
				Mend = strings.TrimSpace(strings.TrimSpace(key) + ": " + strings.TrimSpace(value))
			return true
		}
	}
	return false
}

// isKey tells whether a text looks like a key that an analyst writes: one word.
func isKey(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// tooFarRight returns the column of the key in the line above, where a line stands further right than
// that and the line above has a value in which nothing can stand; else 0.
func tooFarRight(src *source, line int) int {
	if line < 2 || line > len(src.lines()) {
		return 0
	}
	above, row := src.lines()[line-2], src.lines()[line-1]
	key := strings.TrimLeft(above, " -")
	column := len(above) - len(key) + 1
	name, value, ok := strings.Cut(key, ": ")
	if !ok || !isKey(name) || strings.TrimSpace(value) == "" || len(row)-len(strings.TrimLeft(row, " ")) < column {
		return 0
	}
	return column
}

// reportCharacter reports a line that a tab indents, or in which a value begins with a character that
// YAML keeps for itself.
func reportCharacter(src *source, at Position, f *findings) {
	row := string(src.row(at.Line))
	before := row[:len(row)-len(strings.TrimLeft(row, " \t"))]
	if tab := strings.IndexByte(before, '\t'); tab >= 0 {
		f.add(Position{src.name, at.Line, tab + 1}, codeNotYAML, "a tab indents this line; YAML takes only spaces")
		return
	}
	for _, sign := range []string{"@", "`", "%"} {
		i := strings.Index(row, " "+sign)
		if i < 0 {
			continue
		}
		place := Position{src.name, at.Line, len([]rune(row[:i])) + 2}
		found := f.add(place, codeNotYAML, "a text that begins with %s stands in single quotes", sign)
		if value := strings.TrimSpace(row[i:]); !strings.ContainsAny(value, ",#]}") {
			found.Mend = strings.TrimSpace(row[:i+1]) + " " + quote(value)
		}
		return
	}
	f.add(at, codeNotYAML, "a text must not begin with this character: put it in single quotes")
}

// plainWords says what the YAML library's message means to an analyst.
func plainWords(message string) string {
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return "a second colon stands in this line; put the text in single quotes, or indent what belongs under the key"
	case strings.Contains(message, "did not find expected ',' or"):
		return "this {...} or [...] is not closed, or a text in it needs single quotes"
	case strings.Contains(message, "did not find expected key"), strings.Contains(message, "did not find expected '-' indicator"):
		return "this line stands at an indentation that fits nothing above it, or text follows a closing quote"
	case strings.Contains(message, "could not find expected ':'"):
		return "a key must be followed by a colon"
	case strings.Contains(message, "tab"):
		return "a tab stands where YAML takes only spaces"
	case strings.Contains(message, "found unexpected end of stream"):
		return "a quote is not closed"
	case strings.Contains(message, "exceeded max depth"):
		return "this is nested too deep"
	case strings.Contains(message, "control characters"):
		return "the file holds a control character"
	}
	return "this is no YAML: " + message
}

// quotedLine mends a line that has a second colon.
func quotedLine(src *source, line int, message string) string {
	if !strings.Contains(message, "mapping values are not allowed") || line > len(src.lines()) {
		return ""
	}
	key, value, ok := strings.Cut(strings.TrimSpace(src.lines()[line-1]), ": ")
	if !ok || strings.HasPrefix(value, "'") || strings.HasPrefix(value, `"`) {
		return ""
	}
	return key + ": " + quote(value)
}

// whereItStopped reads the file again and returns where the library had read to, never before line.
func whereItStopped(src *source, line int) Position {
	in := &slowReader{text: src.text}
	decoder := yaml.NewDecoder(in)
	for {
		var n yaml.Node
		if decoder.Decode(&n) != nil {
			break
		}
	}
	before := strings.TrimRight(src.text[:max(in.read-1, 0)], " \r\n")
	reached := strings.Count(before, "\n") + 1
	row := before[strings.LastIndexByte(before, '\n')+1:]
	col := len([]rune(row)) - len([]rune(strings.TrimLeft(row, " "))) + 1
	if reached < line && line <= len(src.lines()) {
		return Position{src.name, line, 1}
	}
	return Position{src.name, reached, col}
}

// firstLine returns the first place at or after a line where find finds something in it.
func firstLine(src *source, line int, find func(row string) int) Position {
	rows := src.lines()
	for i := max(line-1, 0); i < len(rows); i++ {
		if at := find(rows[i]); at >= 0 {
			return Position{src.name, i + 1, len([]rune(rows[i][:at])) + 1}
		}
	}
	return Position{src.name, line, 1}
}

// slowReader gives one byte at a time, so that read says how far a parser came.
type slowReader struct {
	text string
	read int
}

func (s *slowReader) Read(to []byte) (int, error) {
	if s.read >= len(s.text) {
		return 0, io.EOF
	}
	to[0] = s.text[s.read]
	s.read++
	return 1, nil
}
