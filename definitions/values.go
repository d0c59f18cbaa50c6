package definitions

import (
	"fmt"
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// value compiles what a key is given: a formula after =, a text with {{ }}, or a plain value that want
// reads. want nil takes anything. It returns nil after a finding.
func (c *compiler) value(n *node, want *value.Type) *formula.Formula {
	switch {
	case n.missing:
		return nil
	case n.kind == sequence:
		return c.listValue(n, want)
	case n.kind == mapping:
		return c.recordValue(n, want)
	}
	if isFormula(n) {
		return c.formula(n, want)
	}
	if strings.Contains(n.text, "{{") {
		return c.compile(n, 0, n.text, want, formula.CompileText)
	}
	return c.constant(n, want)
}

// isFormula reports whether a text is written with = in front.
func isFormula(n *node) bool {
	return n.kind == scalar && strings.HasPrefix(strings.TrimLeft(n.text, " \n"), "=")
}

// formula compiles a formula, with or without = in front.
func (c *compiler) formula(n *node, want *value.Type) *formula.Formula {
	if n.kind != scalar {
		c.found.add(n.pos(), codeWrongShape, "a formula is a text, not %s", n.kind)
		return nil
	}
	text := strings.TrimLeft(n.text, " \n")
	if cut, ok := strings.CutPrefix(text, "="); ok {
		text = strings.TrimLeft(cut, " \n")
	}
	return c.compile(n, len([]rune(n.text))-len([]rune(text)), text, want, formula.Compile)
}

// compile runs one of package formula's compilers and turns its problems into findings.
func (c *compiler) compile(n *node, offset int, text string, want *value.Type,
	run func(string, *formula.Static, *value.Type) (*formula.Formula, []formula.Problem),
) *formula.Formula {
	c.found.survey.noteReach(n, c.flow.names)
	c.noteReads(text)
	if c.readsHidden(text) {
		return nil
	}
	var names []named
	if c.found.survey != nil {
		c.static.Named = func(at int, home, name string) { names = append(names, named{at, home, name}) }
	}
	f, problems := run(text, &c.static, want)
	c.found.survey.mentionIn(f, n, offset, names)
	if f != nil {
		c.noteUse(f, text)
	}
	if len(problems) > 0 && c.cutByComment(n, text) {
		return nil
	}
	for _, p := range problems {
		found := c.found.add(n.at(offset+p.Offset), p.Code, "%s", p.Message)
		if p.Code == codeUnknownName && c.setElsewhere(found, text, p.Offset) {
			continue
		}
		if p.Mend == "" {
			p.Mend = c.misnamed(found, text, p.Offset)
		}
		if mended := strings.TrimSpace(p.Mend); !strings.Contains(mended, "\n") && n.style == plain && mended != "" {
			found.Mend = mendLine(n, n.text, plainly(n, n.text[:len(n.text)-len(text)]+mended))
		}
	}
	return f
}

// setElsewhere says of an unknown name where it is set, if it is.
func (c *compiler) setElsewhere(found *Finding, text string, offset int) bool {
	name := nameAt(text, offset)
	at, ok := c.set[name]
	if !ok {
		if at, ok = c.stepIDs[name]; !ok {
			return false
		}
	}
	where := "what line %d sets stays within its round, branch or handler"
	if at.Line >= found.Pos.Line {
		where = "it is set only later, in line %d"
	}
	found.Message = fmt.Sprintf("%q is not known here: "+where, name, at.Line)
	return true
}

// misnamed says which role a formula may have meant, and returns it mended.
func (c *compiler) misnamed(found *Finding, text string, offset int) string {
	if found.Code != codeUnknownRole {
		return ""
	}
	name := nameAt(text, offset)
	near := nearest(name, c.roleNames())
	if near == "" {
		return ""
	}
	found.Message += fmt.Sprintf("; did you mean %q?", near)
	runes := []rune(text)
	return string(runes[:offset]) + near + string(runes[offset+len([]rune(name)):])
}

// nameAt returns the name that begins at a place of a formula.
func nameAt(text string, offset int) string {
	runes := []rune(text)
	end := offset
	for end < len(runes) && isNameRune(runes[end]) {
		end++
	}
	return string(runes[min(offset, end):end])
}

// cutByComment reports a formula that a # ended early.
func (c *compiler) cutByComment(n *node, text string) bool {
	if n.style != plain {
		return false
	}
	tail := n.tail()
	if !strings.HasPrefix(strings.TrimLeft(tail, " \t"), "#") {
		return false
	}
	if !unfinished(text) {
		return false
	}
	c.found.add(n.pos(), codeCommentCut, "YAML takes the # as the beginning of a comment, which cuts this formula short; write it in single quotes").
		Mend = mendLine(n, n.text+tail, quote(n.text+tail))
	return true
}

// unfinished reports whether a formula breaks off: in brackets, or behind an operator.
func unfinished(text string) bool {
	for _, brackets := range []string{"()", "[]", "{}"} {
		if strings.Count(text, brackets[:1]) > strings.Count(text, brackets[1:]) {
			return true
		}
	}
	text = strings.TrimSpace(text)
	for _, word := range []string{" and", " or", " not", " in", " =="} {
		if strings.HasSuffix(text, word) {
			return true
		}
	}
	return text == "" || strings.ContainsAny(text[len(text)-1:], "+-*/<>=,.?:&|")
}

// constant reads a plain value.
func (c *compiler) constant(n *node, want *value.Type) *formula.Formula {
	if n.style == plain && c.isName(n.text) && !isChoice(want, n.text) {
		c.found.add(n.pos(), codeMissingEquals, "%q is process data; write = in front of it, or put it in single quotes if the text is meant", n.text).
			Mend = mendLine(n, n.text, "= "+n.text)
		return nil
	}
	if want == nil {
		want = &value.Type{Kind: value.Text}
	}
	v, err := want.Parse(n.text, c.defaults)
	if err != nil {
		c.found.add(n.pos(), codeWrongType, "%s was expected: %v", want, err)
		return nil
	}
	return formula.Constant(v, want)
}

// isName reports whether a text is the name of process data, or of a part of it.
func (c *compiler) isName(text string) bool {
	root, _ := cutPath(text)
	if c.flow.names[root] == nil && !c.hidden[root] {
		return false
	}
	for part := range strings.SplitSeq(text, ".") {
		if !value.IsName(part) {
			return false
		}
	}
	return true
}

func isChoice(t *value.Type, text string) bool {
	if t == nil || t.Kind != value.Choice {
		return false
	}
	_, err := t.Parse(text, value.Defaults{})
	return err == nil
}

// longestLine is the length beyond which a line is not shown mended.
const longestLine = 400

// mendLine writes the line on which n stands with another text in the place of the old one. A value
// that goes over several lines, or stands in a very long one, is written alone.
func mendLine(n *node, old, text string) string {
	row := n.src.row(n.line)
	if len(row) > longestLine {
		return text
	}
	before, after := row[:min(n.col-1, len(row))], string(row[min(n.col-1, len(row)):])
	rest, ok := strings.CutPrefix(after, old)
	if !ok {
		return text
	}
	return strings.TrimSpace(string(before) + text + rest)
}

func (c *compiler) listValue(n *node, want *value.Type) *formula.Formula {
	var elem *value.Type
	switch {
	case want == nil:
	case want.Kind != value.List:
		c.found.add(n.pos(), codeWrongType, "this is a list, but %s was expected", want)
		return nil
	default:
		elem = want.Elem
	}
	parts := make([]*formula.Formula, 0, len(n.items))
	for _, item := range n.items {
		f := c.value(item, elem)
		if f == nil {
			continue
		}
		if parts = append(parts, f); elem == nil {
			elem = f.Type()
		}
	}
	if len(parts) < len(n.items) {
		return nil
	}
	if elem == nil {
		elem = &value.Type{Kind: value.Text}
	}
	return formula.List(parts, elem)
}

func (c *compiler) recordValue(n *node, want *value.Type) *formula.Formula {
	if isMoneyMap(n, want) {
		c.found.moneyMap(n)
		return nil
	}
	if want != nil && want.Kind != value.Record && want.Kind != value.Map {
		c.found.add(n.pos(), codeWrongType, "this is a map, but %s was expected", want)
		return nil
	}
	made := &value.Type{Kind: value.Record}
	members := make([]formula.Member, 0, len(n.pairs))
	whole := true
	for _, p := range n.pairs {
		var t *value.Type
		switch {
		case want == nil:
		case want.Kind == value.Map:
			t = want.Elem
		default:
			f, ok := want.Field(p.key.text)
			if !ok {
				c.found.unknown(p.key, codeUnknownField, fieldNames(want.Fields), "%s has no %q", want)
				continue
			}
			t = f.Type
			c.found.survey.mention(Mention{Pos: p.key.at(0), Home: want.Home, Name: f.Name})
		}
		f := c.value(p.value, t)
		if f == nil {
			whole = false
			continue
		}
		members = append(members, formula.Member{Name: p.key.text, Value: f})
		made.Fields = append(made.Fields, value.Field{Name: p.key.text, Type: f.Type()})
	}
	if want == nil {
		want = made
	}
	if want.Kind == value.Record {
		members = c.missingFields(n, want, members)
	}
	if !whole {
		return nil
	}
	return formula.Record(members, want)
}

// missingFields fills in defaults, and reports the fields that have none.
func (c *compiler) missingFields(n *node, want *value.Type, members []formula.Member) []formula.Member {
	for _, f := range want.Fields {
		switch {
		case n.get(f.Name) != nil:
		case f.Default != nil:
			members = append(members, formula.Member{Name: f.Name, Value: formula.Constant(f.Default, f.Type)})
		case !f.Type.Optional:
			c.found.add(n.pos(), codeMissingField, "%s needs %q", want, f.Name)
		}
	}
	return members
}

// condition compiles a formula that is true or false; n nil gives nil.
func (c *compiler) condition(n *node) *formula.Formula {
	if n == nil {
		return nil
	}
	f := c.formula(n, &value.Type{Kind: value.Boolean})
	if f != nil && c.missesNothing(f.Source()) {
		c.futile[f] = true
	}
	return f
}

// missesNothing reports whether a condition holds only where something is missing that is always there.
func (c *compiler) missesNothing(source string) bool {
	if len(source) > longestClaim || !strings.Contains(source, "nil") || len(splitOutside(source, " or ", "||", "?")) > 1 {
		return false
	}
	return slices.ContainsFunc(splitOutside(bare(source), " and ", "&&"), func(part string) bool {
		path, ok := strings.CutSuffix(bare(part), " == nil")
		t := c.typeAt(path)
		return ok && isPath(path) && t != nil && !t.Optional
	})
}

// assume narrows the process data to what is known where a condition has the answer.
func (c *compiler) assume(f *formula.Formula, answer answer) {
	if f == nil {
		return
	}
	c.testedOutcome(f, answer)
	ifTrue, ifFalse := f.Guards()
	if answer == yes {
		c.flow.narrow(ifTrue)
	} else {
		c.flow.narrow(ifFalse)
	}
}

type answer int

const (
	no answer = iota
	yes
)

// assignments compiles with: keys against the inputs they fill. Inputs that are not given, have no
// default and must be there are reported at pos.
func (c *compiler) assignments(entries []pair, inputs []value.Field, what string, pos Position) []Assignment {
	return c.fill(entries, filled{inputs, what, "input", pos})
}

// filled is what the keys of with: fill.
type filled struct {
	fields []value.Field
	what   string // in words: the table credit
	part   string // what it calls its fields: input
	pos    Position
}

func (c *compiler) fill(entries []pair, into filled) []Assignment {
	given := make(map[string]bool, len(entries))
	out := make([]Assignment, 0, len(entries))
	for _, e := range entries {
		f, ok := fieldNamed(into.fields, e.key.text)
		if !ok {
			c.found.unknown(e.key, codeUnknownInput, fieldNames(into.fields), "%s has no %s %q", into.what, into.part)
			continue
		}
		given[f.Name] = true
		if v := c.value(e.value, f.Type); v != nil {
			out = append(out, Assignment{Name: f.Name, Pos: e.key.pos(), Value: v})
		}
	}
	for _, f := range into.fields {
		if !given[f.Name] && !f.Type.Optional && f.Default == nil {
			c.found.add(into.pos, codeMissingInput, "%s needs the %s %q (%s)", into.what, into.part, f.Name, f.Type)
		}
	}
	return out
}
