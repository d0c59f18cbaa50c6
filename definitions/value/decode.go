package value

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep lists and maps may stand in each other in JSON that is decoded.
const MaxDepth = 100

var errDepth = fmt.Errorf("nested deeper than %d", MaxDepth)

// Decode reads JSON as an untyped value: numbers become Decimal, an object with exactly the members
// amount (a number) and currency (a text) becomes Money. A repeated key, anything after the value, and
// numbers longer than MaxDigits are errors.
func Decode(text []byte) (any, error) {
	d := decoder{text: text}
	v, err := d.value(0)
	if err == nil {
		if d.space(); d.at < len(text) {
			err = errors.New("more after the end of the value")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("json at byte %d: %w", d.at, err)
	}
	return v, nil
}

type decoder struct {
	text []byte
	at   int
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\n', '\t', '\r':
			d.at++
		default:
			return
		}
	}
}

// peek skips white space and returns the next byte, 0 at the end.
func (d *decoder) peek() byte {
	d.space()
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *decoder) value(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, errDepth
	}
	switch c := d.peek(); {
	case c == '"':
		return d.string()
	case c == '{':
		return d.object(depth)
	case c == '[':
		return d.list(depth)
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	case c == 't':
		return true, d.word("true")
	case c == 'f':
		return false, d.word("false")
	case c == 'n':
		return nil, d.word("null")
	case c == 0 && d.at == len(d.text):
		return nil, errors.New("the text ends too early")
	}
	return nil, fmt.Errorf("unexpected %q", d.text[d.at])
}

func (d *decoder) word(word string) error {
	if !strings.HasPrefix(string(d.text[d.at:min(d.at+len(word), len(d.text))]), word) {
		return fmt.Errorf("expected %s", word)
	}
	d.at += len(word)
	return nil
}

func (d *decoder) number() (any, error) {
	from := d.at
	for d.at < len(d.text) {
		c := d.text[d.at]
		if c >= '0' && c <= '9' || c == '-' || c == '.' || c == 'e' || c == 'E' || c == '+' {
			d.at++
			continue
		}
		break
	}
	n, err := ParseDecimal(string(d.text[from:d.at]))
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (d *decoder) string() (string, error) {
	d.at++
	from := d.at
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			s := string(d.text[from:d.at])
			d.at++
			if !utf8.ValidString(s) {
				s = strings.ToValidUTF8(s, "\uFFFD")
			}
			return s, nil
		case c == '\\':
			return d.escaped(from)
		case c < ' ':
			return "", errors.New("control character in a text")
		}
		d.at++
	}
	return "", errors.New("a text has no end")
}

// escaped reads the rare string that has escapes, from its first character on.
func (d *decoder) escaped(from int) (string, error) {
	for d.at < len(d.text) && d.text[d.at] != '"' {
		if d.text[d.at] == '\\' {
			d.at++
		}
		d.at++
	}
	if d.at >= len(d.text) {
		d.at = len(d.text)
		return "", errors.New("a text has no end")
	}
	d.at++
	var s string
	if err := json.Unmarshal(d.text[from-1:d.at], &s); err != nil {
		return "", err
	}
	return s, nil
}

func (d *decoder) list(depth int) (any, error) {
	d.at++
	list := []any{}
	if d.peek() == ']' {
		d.at++
		return list, nil
	}
	for {
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
		more, err := d.more(']')
		if err != nil {
			return nil, err
		}
		if !more {
			return list, nil
		}
	}
}

// more takes the comma between members (true) or the closing bracket (false).
func (d *decoder) more(closing byte) (bool, error) {
	switch d.peek() {
	case ',':
		d.at++
		return true, nil
	case closing:
		d.at++
		return false, nil
	}
	return false, fmt.Errorf("expected a comma or %q", closing)
}

func (d *decoder) object(depth int) (any, error) {
	d.at++
	m := map[string]any{}
	if d.peek() == '}' {
		d.at++
		return m, nil
	}
	for {
		if d.peek() != '"' {
			return nil, errors.New("expected a name in quotes")
		}
		key, err := d.string()
		if err != nil {
			return nil, err
		}
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("%q stands twice", clip(key))
		}
		if d.peek() != ':' {
			return nil, errors.New("expected a colon")
		}
		d.at++
		if m[key], err = d.value(depth + 1); err != nil {
			return nil, err
		}
		more, err := d.more('}')
		if err != nil {
			return nil, err
		}
		if !more {
			return money(m), nil
		}
	}
}

// money recognises the object that stands for Money.
func money(m map[string]any) any {
	if len(m) == 2 {
		amount, a := m["amount"].(Decimal)
		currency, c := m["currency"].(string)
		if a && c {
			return Money{amount, currency}
		}
	}
	return m
}
