package value

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Encode writes an untyped value as JSON: no spaces, the keys of maps sorted, numbers with their digits.
// The same value gives the same bytes. Anything that is no value of this package is an error.
func Encode(v any) ([]byte, error) { return Append(nil, v) }

// Append is Encode into a buffer that the caller reuses.
func Append(to []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(to, "null"...), nil
	case bool:
		if v {
			return append(to, "true"...), nil
		}
		return append(to, "false"...), nil
	case string:
		return appendString(to, v), nil
	case Decimal:
		return v.append(to), nil
	case Money:
		to = append(to, `{"amount":`...)
		to = v.Amount.append(to)
		to = append(to, `,"currency":`...)
		to = appendString(to, v.Currency)
		return append(to, '}'), nil
	case []any:
		return appendList(to, v)
	case map[string]any:
		return appendMap(to, v)
	}
	return to, fmt.Errorf("encode: %T is no value of process data", v)
}

func appendList(to []byte, list []any) (_ []byte, err error) {
	to = append(to, '[')
	for i, item := range list {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = Append(to, item); err != nil {
			return to, err
		}
	}
	return append(to, ']'), nil
}

func appendMap(to []byte, m map[string]any) (_ []byte, err error) {
	var room [16]string
	keys := room[:0]
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	to = append(to, '{')
	for i, key := range keys {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendString(to, key)
		to = append(to, ':')
		if to, err = Append(to, m[key]); err != nil {
			return to, err
		}
	}
	return append(to, '}'), nil
}

const hexDigits = "0123456789abcdef"

// appendString quotes s as JSON. Bytes that are no UTF-8 become U+FFFD.
func appendString(to []byte, s string) []byte {
	to = append(to, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				to = append(to, s[from:i]...)
				to = append(to, "\uFFFD"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		to = append(to, s[from:i]...)
		to = appendEscaped(to, c)
		i++
		from = i
	}
	to = append(to, s[from:]...)
	return append(to, '"')
}

func appendEscaped(to []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(to, '\\', c)
	case '\n':
		return append(to, '\\', 'n')
	case '\t':
		return append(to, '\\', 't')
	case '\r':
		return append(to, '\\', 'r')
	}
	return append(to, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
