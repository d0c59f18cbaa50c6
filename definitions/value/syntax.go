package value

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is a mistake in a written type. Offset counts characters from the text's start.
type SyntaxError struct {
	Offset  int
	Message string
	Mend    string // the word to write instead, where it is plain
}

func (e *SyntaxError) Error() string { return e.Message }

// mostNesting bounds how often "list of", "map of" and "optional" may stand in front of each other.
const mostNesting = 8

// ParseType reads a type as written: text, A | B, list of T, map of T, optional T, ref area.object, or
// the name of a record, which named finds (nil: there is none). The error is a *SyntaxError.
func ParseType(text string, named func(name string) *Type) (*Type, error) {
	p := typeParser{text: text, named: named}
	return p.parse(text, 0)
}

type typeParser struct {
	text  string
	named func(string) *Type
}

// fail reports a mistake at the start of rest, the part of the text not yet read.
func (p typeParser) fail(rest, format string, args ...any) *SyntaxError {
	rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	return &SyntaxError{
		Offset:  utf8.RuneCountInString(p.text[:len(p.text)-len(rest)]),
		Message: fmt.Sprintf(format, args...),
	}
}

func (p typeParser) parse(rest string, depth int) (*Type, error) {
	if depth > mostNesting {
		return nil, p.fail(rest, "this type is nested deeper than %d", mostNesting)
	}
	word, after := nextWord(rest)
	second, afterSecond := nextWord(after)
	switch {
	case word == "":
		return nil, p.fail(rest, "a type is missing here, such as text or list of text")
	case strings.Contains(rest, "|"):
		if word == "optional" || word == "list" && second == "of" || word == "map" && second == "of" {
			break
		}
		return p.choices(rest)
	}
	switch {
	case word == "optional" && after != "":
		inner, err := p.parse(after, depth+1)
		if err != nil {
			return nil, err
		}
		return inner.AsOptional(), nil
	case (word == "list" || word == "map") && second == "of":
		kind := List
		if word == "map" {
			kind = Map
		}
		inner, err := p.parse(afterSecond, depth+1)
		if err != nil {
			return nil, err
		}
		return &Type{Kind: kind, Elem: inner}, nil
	case word == "list" || word == "map":
		err := p.fail(rest, "a %s says what it holds", word)
		err.Mend = word + " of text"
		return nil, err
	case word == "ref":
		return p.ref(after)
	}
	return p.name(rest)
}

func nextWord(text string) (word, after string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

// ref reads the area.object after the word ref.
func (p typeParser) ref(rest string) (*Type, error) {
	object, more := nextWord(rest)
	area, name, dotted := strings.Cut(object, ".")
	if !dotted || !IsName(area) || !IsName(name) || more != "" {
		return nil, p.fail(rest, "ref needs the object of the catalogue it leads to, such as ref crm.customer")
	}
	return &Type{Kind: Ref, Name: object}, nil
}

// choices reads A | B | C.
func (p typeParser) choices(rest string) (*Type, error) {
	t := &Type{Kind: Choice}
	seen := map[string]bool{}
	for at := 0; ; {
		word, _, more := strings.Cut(rest[at:], "|")
		choice := strings.TrimSpace(word)
		if choice == "" {
			return nil, p.fail(rest[at:], "a choice is missing beside |")
		}
		if seen[choice] {
			return nil, p.fail(rest[at:], "the choice %q stands twice", choice)
		}
		seen[choice] = true
		t.Choices = append(t.Choices, choice)
		if !more {
			return t, nil
		}
		at += len(word) + 1
	}
}

// plainKinds are the kinds that a single word names.
func plainKinds() []Kind {
	return []Kind{Text, Integer, Number, Quantity, MoneyKind, Percent, Boolean, Date, Time, Moment, Duration, File}
}

// name reads a single word: a kind or a record's name.
func (p typeParser) name(rest string) (*Type, error) {
	word := strings.TrimSpace(rest)
	known := []string{"list of", "map of", "ref", "optional"}
	for _, k := range plainKinds() {
		if word == k.String() {
			return &Type{Kind: k}, nil
		}
		known = append(known, k.String())
	}
	if p.named != nil {
		if t := p.named(word); t != nil {
			return t, nil
		}
	}
	err := p.fail(rest, "unknown type %q", clip(word))
	near := Nearest(word, known)
	if meant := calledElsewhere(word); meant != "" {
		near = meant
	}
	if near != "" {
		err.Message += fmt.Sprintf("; did you mean %q?", near)
		err.Mend = near
	}
	return nil, err
}

// calledElsewhere returns the kind that other languages call by a word, "" where it is none.
func calledElsewhere(word string) string {
	switch strings.ToLower(word) {
	case "string", "str", "varchar", "uuid":
		return Text.String()
	case "int", "long":
		return Integer.String()
	case "float", "double", "decimal", "real":
		return Number.String()
	case "bool", "flag":
		return Boolean.String()
	case "datetime", "timestamp":
		return Moment.String()
	}
	return ""
}

// IsName reports whether a text may name process data: letters of any script, digits and _, not
// starting with a digit.
func IsName(text string) bool {
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return text != "" && utf8.ValidString(text)
}
