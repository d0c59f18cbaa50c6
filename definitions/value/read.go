package value

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"waybill/definitions/calendar"
)

// Defaults fill in what a written value leaves out.
type Defaults struct {
	Currency string         // of a bare number where money is meant
	Zone     *time.Location // of a moment without a zone; nil: the zone must be written
}

// Parse reads a text as a value of type t, in canonical form. An empty text is nothing where t is
// optional. Lists, maps and records are never one text.
func (t *Type) Parse(text string, d Defaults) (any, error) {
	if t.Optional && text == "" {
		return nil, nil
	}
	if strings.ContainsRune(text, 0) {
		return nil, errors.New("a text may not hold the character U+0000")
	}
	plain := strings.TrimSpace(text)
	switch t.Kind {
	case Text:
		return text, nil
	case File, Ref:
		if plain == "" {
			return nil, fmt.Errorf("a %s may not be empty", t.Kind)
		}
		return plain, nil
	case Choice:
		return t.choose(plain)
	case Boolean:
		return parseBoolean(plain)
	case MoneyKind:
		return anyOf(ParseMoney(plain, d.Currency))
	case Integer, Number, Quantity, Percent:
		return t.parseNumber(plain)
	}
	return t.parseTime(plain, d)
}

func (t *Type) parseTime(text string, d Defaults) (any, error) {
	switch t.Kind {
	case Date:
		day, err := ParseDate(text)
		return FormatDate(day), err
	case Time:
		return anyOf(ParseTime(text))
	case Moment:
		moment, err := ParseMoment(text, d.Zone)
		return FormatMoment(moment), err
	case Duration:
		span, err := calendar.ParseDuration(text)
		return span.String(), err
	}
	return nil, fmt.Errorf("%s is not written as one text", article(t.Kind))
}

// anyOf makes the result of a typed reader untyped.
func anyOf[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func parseBoolean(text string) (any, error) {
	switch strings.ToLower(text) {
	case "true", "yes":
		return true, nil
	case "false", "no":
		return false, nil
	}
	return nil, fmt.Errorf("%q: neither true nor false", clip(text))
}

func (t *Type) parseNumber(text string) (any, error) {
	if t.Kind == Percent {
		text = strings.TrimSpace(strings.TrimSuffix(text, "%"))
	}
	n, err := ParseDecimal(text)
	if err != nil {
		return nil, err
	}
	return t.number(n)
}

// number checks that n may stand for t; whole numbers lose their zeros after the point.
func (t *Type) number(n Decimal) (any, error) {
	if n.Written() > MaxDigits {
		return nil, ErrTooLong
	}
	if t.Kind != Integer {
		return n, nil
	}
	if !n.IsInteger() {
		return nil, fmt.Errorf("%s: not a whole number", n)
	}
	return n.Trim(0), nil
}

func (t *Type) choose(text string) (any, error) {
	for _, c := range t.Choices {
		if c == text {
			return text, nil
		}
	}
	err := fmt.Errorf("%q: none of the choices %s", clip(text), strings.Join(t.Choices, ", "))
	if near := Nearest(text, t.Choices); near != "" {
		err = fmt.Errorf("%w; did you mean %q?", err, near)
	}
	return nil, err
}

func article(k Kind) string {
	switch k {
	case Integer:
		return "an integer"
	case MoneyKind:
		return "an amount of money"
	}
	return "a " + k.String()
}
