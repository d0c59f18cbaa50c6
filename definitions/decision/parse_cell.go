package decision

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"waybill/definitions/value"
)

// readCell reads what a row asks of an input.
func (p *parser) readCell(f field, c column, at int) cell {
	if f.text == "" {
		p.problem(codeCell, at, f.offset, "the cell of %s is empty: write - for any value", c.field.Name).Mend = "-"
		return cell{}
	}
	if f.text == "-" {
		return cell{}
	}
	made := cell{}
	rest := f.text
	if after, ok := strings.CutPrefix(rest, "not "); ok {
		made.negated, rest = true, strings.TrimSpace(after)
	}
	for _, part := range alternatives(rest) {
		if a, ok := p.alternative(part, f, c, at); ok {
			made.alternatives = append(made.alternatives, a)
		}
	}
	return made
}

// alternatives divides A, B at the commas outside of quotes.
func alternatives(text string) []string {
	var parts []string
	from, quoted := 0, false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ',' && !quoted:
			parts = append(parts, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(text[from:]))
}

func (p *parser) alternative(text string, f field, c column, at int) (alternative, bool) {
	if text == "" {
		p.problem(codeCell, at, f.offset, "%s: a value is missing beside the comma", c.field.Name)
		return alternative{}, false
	}
	if operator := comparisonOf(text); operator != "" {
		return p.comparison(operator, strings.TrimSpace(text[len(operator):]), f, c, at)
	}
	if hasOrder(c.field.Type.Kind) && strings.Contains(text, "..") {
		return p.interval(text, f, c, at)
	}
	if hasOrder(c.field.Type.Kind) {
		b, ok := p.bound(text, f, c, at)
		return alternative{low: b, high: b}, ok
	}
	return p.exact(text, f, c, at)
}

// exact reads a text, a choice or a boolean.
func (p *parser) exact(text string, f field, c column, at int) (alternative, bool) {
	plain, quoted := unquoted(text)
	if strings.HasPrefix(plain, settingsPrefix) && !quoted {
		p.problem(codeCell, at, f.offset, "%s: a setting stands only for a number, money or a time", c.field.Name)
		return alternative{}, false
	}
	v, err := c.field.Type.AsRequired().Parse(plain, p.source.Defaults)
	if err != nil {
		p.wrongValue(err, plain, c.field, f, at)
		return alternative{}, false
	}
	return alternative{equal: v}, true
}

func comparisonOf(text string) string {
	for _, operator := range []string{">=", "<=", "!=", ">", "<", "="} {
		if strings.HasPrefix(text, operator) {
			return operator
		}
	}
	return ""
}

func (p *parser) comparison(operator, of string, f field, c column, at int) (alternative, bool) {
	if !hasOrder(c.field.Type.Kind) {
		p.problem(codeCell, at, f.offset, "%s is %s: its values are not compared with %s", c.field.Name, c.field.Type, operator)
		return alternative{}, false
	}
	b, ok := p.bound(of, f, c, at)
	switch operator {
	case ">":
		return alternative{low: b, lowOut: true}, ok
	case ">=":
		return alternative{low: b}, ok
	case "<":
		return alternative{high: b, highOut: true}, ok
	case "<=":
		return alternative{high: b}, ok
	}
	p.problem(codeCell, at, f.offset, "%s: write the value alone, or not and the value", c.field.Name)
	return alternative{}, false
}

// interval reads [a..b], where a round bracket leaves the end out.
func (p *parser) interval(text string, f field, c column, at int) (alternative, bool) {
	if len(text) < 2 || !strings.ContainsRune("[(", rune(text[0])) || !strings.ContainsRune("])", rune(text[len(text)-1])) {
		p.problem(codeCell, at, f.offset, "%s: a range is written [1..5], and (1..5] without the 1", c.field.Name).Mend = "[" + strings.Trim(text, "[]() ") + "]"
		return alternative{}, false
	}
	low, high, _ := strings.Cut(text[1:len(text)-1], "..")
	a := alternative{lowOut: text[0] == '(', highOut: text[len(text)-1] == ')'}
	var okLow, okHigh bool
	a.low, okLow = p.bound(strings.TrimSpace(low), f, c, at)
	a.high, okHigh = p.bound(strings.TrimSpace(high), f, c, at)
	if !okLow || !okHigh {
		return a, false
	}
	fixed := func(b *bound) bool { return b.setting == "" && b.input == 0 }
	if fixed(a.low) && fixed(a.high) {
		if order := a.low.number.Cmp(a.high.number); order > 0 || order == 0 && (a.lowOut || a.highOut) {
			p.problem(codeCell, at, f.offset, "%s: nothing lies in %s", c.field.Name, text)
			return a, false
		}
	}
	return a, true
}

// bound reads a number, a setting or the name of another input.
func (p *parser) bound(text string, f field, c column, at int) (*bound, bool) {
	if name, ok := strings.CutPrefix(text, settingsPrefix); ok {
		t, ok := p.setting(name, f, at)
		if ok && !comparable(t, c.field.Type) {
			p.problem(codeCell, at, f.offset, "settings.%s is %s, but %s is %s", name, t, c.field.Name, c.field.Type)
			return nil, false
		}
		return &bound{setting: name}, ok
	}
	for i, other := range p.source.Inputs {
		if other.Name != text {
			continue
		}
		if i == c.index {
			p.problem(codeCell, at, f.offset, "%s is compared with itself", text)
			return nil, false
		}
		if !comparable(other.Type, c.field.Type) {
			p.problem(codeCell, at, f.offset, "%s is %s, but %s is %s", text, other.Type, c.field.Name, c.field.Type)
			return nil, false
		}
		p.namedIn(f, text)
		return &bound{input: i + 1}, true
	}
	plain, _ := unquoted(text)
	v, err := boundType(c.field.Type).Parse(plain, p.source.Defaults)
	if err != nil {
		p.problem(codeCell, at, f.offset, "%s: %s", c.field.Name, err.Error())
		return nil, false
	}
	n, err := ordinal(v, c.field.Type.Kind, p.source.Defaults.Currency)
	if err != nil {
		p.problem(codeCell, at, f.offset, "%s: %s", c.field.Name, err.Error())
		return nil, false
	}
	return &bound{number: n}, true
}

// namedIn tells where a cell names an input.
func (p *parser) namedIn(f field, name string) {
	if p.source.Named == nil {
		return
	}
	isName := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for from := 0; ; {
		at := strings.Index(f.text[from:], name)
		if at < 0 {
			return
		}
		at += from
		from = at + len(name)
		before, _ := utf8.DecodeLastRuneInString(f.text[:at])
		after, _ := utf8.DecodeRuneInString(f.text[from:])
		if !isName(before) && !isName(after) {
			p.named(f.offset+at, name, false)
		}
	}
}

// boundType is the type a written bound has: between whole numbers a fraction is no mistake.
func boundType(t *value.Type) *value.Type {
	if t.Kind == value.Integer {
		return &value.Type{Kind: value.Number}
	}
	return t.AsRequired()
}

// comparable reports whether values of two types lie on one line.
func comparable(a, b *value.Type) bool {
	if a.Kind.IsNumber() && (b.Kind.IsNumber() || b.Kind == value.MoneyKind) || b.Kind.IsNumber() && a.Kind == value.MoneyKind {
		return a.Kind == b.Kind || a.Kind == value.Integer || a.Kind == value.Number || b.Kind == value.Integer || b.Kind == value.Number
	}
	return a.Kind == b.Kind && hasOrder(a.Kind)
}
