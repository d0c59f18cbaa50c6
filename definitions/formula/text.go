package formula

import (
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/definitions/value"
)

// CompileText compiles a text with {{ formulas }} in it. Inside, lists of plain values are written with
// commas, and what is missing leaves its place empty. A text without formulas is read as a constant of
// type want, so that 2026-03-02 may stand where a date is wanted. want nil is a text.
func CompileText(source string, s *Static, want *value.Type) (*Formula, []Problem) {
	if want == nil {
		want = &value.Type{Kind: value.Text}
	}
	if !strings.Contains(source, "{{") {
		return compileConstant(source, s, want)
	}
	segments, problem := cut(source)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	if conversion(&value.Type{Kind: value.Text}, want.AsOptional(), 0) != same {
		return nil, []Problem{{Code: codeWrongType, Message: "a text with {{ }} is a text, but " + want.String() + " is wanted here; a formula starts with ="}}
	}
	var problems []Problem
	parts := make([]*Formula, 0, len(segments))
	for _, segment := range segments {
		part, found := segment.compile(s)
		problems = append(problems, found...)
		parts = append(parts, part)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	f := combined(parts, want.AsRequired())
	f.source = source
	f.run = func(scope *Scope) (any, error) { return filled(parts, scope) }
	return f, nil
}

func compileConstant(source string, s *Static, want *value.Type) (*Formula, []Problem) {
	v, err := want.Parse(source, value.Defaults{Currency: s.Currency, Zone: s.Zone})
	if err != nil {
		code := codeWrongValue
		if want.Kind == value.Choice {
			code = codeUnknownChoice
		}
		return nil, []Problem{{Code: code, Message: err.Error(), Mend: value.Nearest(source, want.Choices)}}
	}
	f := Constant(v, want)
	f.source = source
	return f, nil
}

// segment is a stretch of a text: plain, or the formula between {{ and }}.
type segment struct {
	text    string
	formula bool
	offset  int // of its first character in the whole text
}

// cut divides a text at its {{ }}.
func cut(source string) ([]segment, *Problem) {
	var segments []segment
	for at := 0; at < len(source); {
		open := strings.Index(source[at:], "{{")
		if open < 0 {
			return append(segments, segment{text: source[at:]}), nil
		}
		if open > 0 {
			segments = append(segments, segment{text: source[at : at+open]})
		}
		start := at + open + len("{{")
		end := closing(source, start)
		if end < 0 {
			return nil, &Problem{Offset: length(source[:at+open]), Code: codeUnclosedBrackets, Message: "{{ is not closed with }}"}
		}
		inside := source[start:end]
		trimmed := strings.TrimLeft(inside, " \t\n")
		segments = append(segments, segment{strings.TrimSpace(inside), true, length(source[:end-len(trimmed)])})
		at = end + len("}}")
	}
	return segments, nil
}

// closing finds the }} that ends the formula at start: not one in a quoted text or a record.
func closing(source string, start int) int {
	depth, quote := 0, byte(0)
	for i := start; i < len(source); i++ {
		c := source[i]
		switch {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == '}' && i+1 < len(source) && source[i+1] == '}':
			return i
		}
	}
	return -1
}

func (g segment) compile(s *Static) (*Formula, []Problem) {
	if !g.formula {
		return Constant(g.text, &value.Type{Kind: value.Text}), nil
	}
	inside := *s
	if s.Named != nil {
		inside.Named = func(at int, home, name string) { s.Named(g.offset+at, home, name) }
	}
	f, problems := Compile(g.text, &inside, nil)
	for i := range problems {
		problems[i].Offset += g.offset
		problems[i].Mend = ""
	}
	if f == nil {
		return nil, problems
	}
	t := f.Type()
	if t.Kind == value.List {
		t = t.Elem
	}
	if !writable(t) {
		return nil, []Problem{{Offset: g.offset, Code: codeWrongType, Message: f.Type().String() + " has no text; write out its fields"}}
	}
	return f, nil
}

// filled writes the parts one after the other.
func filled(parts []*Formula, s *Scope) (any, error) {
	f := &frame{Scope: s}
	var b strings.Builder
	for _, part := range parts {
		v, err := part.Eval(s)
		if err != nil {
			return nil, err
		}
		texts := []any{v}
		t := part.typ
		if list, ok := v.([]any); ok {
			texts, t = list, t.Elem
		}
		texts = slices.DeleteFunc(slices.Clone(texts), func(v any) bool { return v == nil })
		for i, v := range texts {
			text, err := f.text(t, v)
			if err != nil {
				return nil, err
			}
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(text)
		}
		if b.Len() > maxText {
			break
		}
	}
	return boundedText(strings.ToValidUTF8(b.String(), string(utf8.RuneError)))
}
