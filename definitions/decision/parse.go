package decision

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/definitions/value"
)

// ParseText reads and checks a table from a text block. The table is nil where a problem is no warning.
func ParseText(s Source) (*Table, []Problem) {
	p := parser{source: s, separated: true}
	return p.parse(textLines(s.Rules))
}

// ParseCSV reads and checks a table from a CSV. The table is nil where a problem is no warning.
func ParseCSV(s Source) (*Table, []Problem) {
	lines, problem := csvLines(s.Rules)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	p := parser{source: s}
	return p.parse(lines)
}

type parser struct {
	source    Source
	separated bool // || stands between inputs and outputs
	problems  []Problem
	columns   []column
	ranks     []any // with priority: the values of the first output, the most important first
	row       int   // that is being read, 0 the header
}

// column says which input or output a column of the text is.
type column struct {
	field  value.Field
	index  int // among the inputs or the outputs
	output bool
}

func (p *parser) problem(code string, column, offset int, format string, args ...any) *Problem {
	text := p.source.Rules
	p.problems = append(p.problems, Problem{
		Row: p.row, Column: column, Code: code, Message: fmt.Sprintf(format, args...),
		Offset: utf8.RuneCountInString(text[:min(offset, len(text))]),
	})
	return &p.problems[len(p.problems)-1]
}

func (p *parser) parse(lines []line) (*Table, []Problem) {
	t := &Table{inputs: p.source.Inputs, outputs: p.source.Outputs, currency: p.source.Defaults.Currency}
	if !p.hit(t) {
		return nil, p.problems
	}
	if len(lines) < 2 {
		p.problem(codeEmpty, 0, 0, "the table has no rows: its first line repeats the names, the rows follow")
		return nil, p.problems
	}
	if len(lines) > maxRows+1 {
		p.problem(codeTooLarge, 0, lines[maxRows+1].offset, "the table has more than %d rows", maxRows)
		return nil, p.problems
	}
	if !p.header(lines[0]) {
		return nil, p.problems
	}
	for i, l := range lines[1:] {
		p.row = i + 1
		if r, ok := p.readRow(l, lines[0]); ok {
			t.rows = append(t.rows, r)
		}
	}
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	t.readSettings()
	problems := p.analyse(t)
	for _, found := range problems {
		if !found.Warning {
			return nil, problems
		}
	}
	t.index = indexed(t)
	return t, problems
}

// header reads the names of the columns: all inputs, then all outputs, each once.
func (p *parser) header(l line) bool {
	if p.separated && l.split < 0 {
		p.problem(codeHeader, 0, l.offset, "|| is missing between the inputs and the outputs")
		return false
	}
	if len(l.cells) > maxCells {
		p.problem(codeTooLarge, 0, l.offset, "the table has more than %d columns", maxCells)
		return false
	}
	for i, f := range l.cells {
		p.headerCell(f, i+1)
	}
	if p.separated && len(p.problems) == 0 {
		p.sides(l)
	}
	if len(p.problems) > 0 {
		return false
	}
	for _, c := range p.allColumns() {
		stands := slices.ContainsFunc(p.columns, func(d column) bool { return d.output == c.output && d.index == c.index })
		if !stands {
			p.problem(codeHeader, 0, l.offset, "the column %s is missing", c.field.Name)
		}
	}
	return len(p.problems) == 0
}

// headerCell reads the name of a column. An input and an output may have one name: the second is the
// output.
func (p *parser) headerCell(f field, at int) {
	var same []column
	for _, c := range p.allColumns() {
		if c.field.Name == f.text {
			same = append(same, c)
		}
	}
	stood := 0
	for _, c := range p.columns {
		if c.field.Name == f.text {
			stood++
		}
	}
	switch {
	case len(same) == 0:
		p.unknownColumn(f, at)
	case stood == len(same):
		p.problem(codeHeader, at, f.offset, "%s stands twice", f.text)
	default:
		p.columns = append(p.columns, same[stood])
		p.named(f.offset, f.text, same[stood].output)
	}
}

// named tells who wants to know that an input or an output is named.
func (p *parser) named(offset int, name string, output bool) {
	if p.source.Named != nil {
		p.source.Named(utf8.RuneCountInString(p.source.Rules[:offset]), name, output)
	}
}

// sides checks that inputs stand before || and outputs after it.
func (p *parser) sides(l line) {
	for i, c := range p.columns {
		switch {
		case c.output && i < l.split:
			p.problem(codeHeader, i+1, l.cells[i].offset, "%s is an output: it stands after ||", c.field.Name)
		case !c.output && i >= l.split:
			p.problem(codeHeader, i+1, l.cells[i].offset, "%s is an input: it stands before ||", c.field.Name)
		}
	}
}

// allColumns returns the inputs, then the outputs.
func (p *parser) allColumns() []column {
	var all []column
	for i, f := range p.source.Inputs {
		all = append(all, column{f, i, false})
	}
	for i, f := range p.source.Outputs {
		all = append(all, column{f, i, true})
	}
	return all
}

func (p *parser) unknownColumn(f field, at int) {
	if near := value.Nearest(f.text, p.names()); near != "" {
		p.problem(codeHeader, at, f.offset, "%q is no input and no output; did you mean %q?", f.text, near).Mend = near
		return
	}
	p.problem(codeHeader, at, f.offset, "%q is no input and no output; the first line repeats their names", f.text)
}

func (p *parser) names() []string {
	var names []string
	for _, c := range p.allColumns() {
		names = append(names, c.field.Name)
	}
	return names
}

func (p *parser) readRow(l, header line) (row, bool) {
	before := len(p.problems)
	if p.separated && l.split != header.split {
		p.problem(codeWidth, 0, l.offset, "this row has %s before ||, the first line has %d", cells(l.split), header.split)
		return row{}, false
	}
	if len(l.cells) != len(p.columns) {
		p.problem(codeWidth, 0, l.offset, "this row has %s, the first line has %d", cells(len(l.cells)), len(p.columns))
		return row{}, false
	}
	r := row{cells: make([]cell, len(p.source.Inputs)), outputs: make([]output, len(p.source.Outputs)), offset: l.offset}
	for i, f := range l.cells {
		c := p.columns[i]
		if c.output {
			r.outputs[c.index] = p.readOutput(f, c.field, i+1)
			continue
		}
		r.cells[c.index] = p.readCell(f, c, i+1)
	}
	if len(p.problems) == before {
		r.rank = p.rank(&r)
	}
	return r, len(p.problems) == before
}

func cells(n int) string {
	switch {
	case n < 0:
		return "no ||, so no cells"
	case n == 1:
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}

// readOutput reads an output: a value, a setting, or - for nothing.
func (p *parser) readOutput(f field, out value.Field, at int) output {
	text, quoted := unquoted(f.text)
	if name, ok := strings.CutPrefix(text, settingsPrefix); ok && !quoted && value.IsName(name) {
		setting, ok := p.setting(name, f, at)
		if ok && !fitsOutput(setting, out.Type) {
			p.problem(codeCell, at, f.offset, "settings.%s is %s, but %s is %s", name, setting, out.Name, out.Type)
		}
		return output{setting: name, typ: out.Type}
	}
	if text == "-" && !quoted {
		if !out.Type.Optional {
			p.problem(codeCell, at, f.offset, "%s needs a value: - gives none", out.Name)
		}
		return output{}
	}
	if text == "" && !quoted {
		p.problem(codeCell, at, f.offset, "the cell of %s is empty", out.Name)
		return output{}
	}
	v, err := out.Type.Parse(text, p.source.Defaults)
	if err != nil {
		p.wrongValue(err, text, out, f, at)
	}
	return output{value: v}
}

const settingsPrefix = "settings."

// setting returns the type of a setting.
func (p *parser) setting(name string, f field, at int) (*value.Type, bool) {
	if p.source.Settings != nil {
		if s, ok := p.source.Settings.Field(name); ok {
			return s.Type, true
		}
	}
	var known []string
	if p.source.Settings != nil {
		for _, s := range p.source.Settings.Fields {
			known = append(known, s.Name)
		}
	}
	found := p.problem(codeSetting, at, f.offset, "this pack has no setting %q", name)
	if near := value.Nearest(name, known); near != "" {
		found.Message += fmt.Sprintf("; did you mean %q?", near)
		found.Mend = strings.Replace(f.text, settingsPrefix+name, settingsPrefix+near, 1)
	}
	return nil, false
}

// fitsOutput reports whether a setting's value may be the output's.
func fitsOutput(setting, out *value.Type) bool {
	switch {
	case setting.Optional && !out.Optional:
		return false
	case setting.Kind.IsNumber() && (out.Kind == value.Integer) && setting.Kind != value.Integer:
		return false
	case setting.Kind.IsNumber():
		return out.Kind.IsNumber() || out.Kind == value.MoneyKind
	}
	return setting.AsRequired().Same(out.AsRequired()) || out.Kind == value.Text && setting.Kind == value.Choice
}

func (p *parser) wrongValue(err error, text string, of value.Field, f field, at int) {
	code := codeCell
	if of.Type.Kind == value.Choice {
		code = codeUnknownChoice
	}
	found := p.problem(code, at, f.offset, "%s: %s", of.Name, err.Error())
	if near := value.Nearest(text, of.Type.Choices); near != "" {
		found.Mend = strings.Replace(f.text, text, near, 1)
	}
}

// unquoted takes the quotes from a value that stands in them.
func unquoted(text string) (string, bool) {
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		return strings.ReplaceAll(text[1:len(text)-1], `""`, `"`), true
	}
	return text, false
}
