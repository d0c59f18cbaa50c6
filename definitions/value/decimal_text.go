package value

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// ParseDecimal reads 12, -3.50, 1_000 or 1.5e3. It keeps the digits as written.
func ParseDecimal(text string) (Decimal, error) {
	if d, ok := parseShort(text); ok {
		return d, nil
	}
	return parseLong(text)
}

// parseShort reads what fits an int64 without an exponent, nearly every number there is.
func parseShort(text string) (Decimal, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	if len(digits) == 0 || len(digits) > 19 {
		return Decimal{}, false
	}
	var coef int64
	var scale int32
	point := false
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			if coef > (maxInt64-9)/10 {
				return Decimal{}, false
			}
			coef = coef*10 + int64(c-'0')
			if point {
				scale++
			}
		case c == '.' && !point && i > 0 && i < len(digits)-1:
			point = true
		default:
			return Decimal{}, false
		}
	}
	if negative {
		coef = -coef
	}
	return Decimal{coef: coef, scale: scale}, true
}

func parseLong(text string) (Decimal, error) {
	plain, err := plainNumber(text)
	if err != nil {
		return Decimal{}, err
	}
	mantissa, exponent, _ := strings.Cut(plain, "e")
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	power := 0
	if exponent != "" {
		if power, err = strconv.Atoi(exponent); err != nil || max(power, -power) > MaxDigits {
			return Decimal{}, fmt.Errorf("%s: %w", clip(text), ErrTooLong)
		}
	}
	if len(whole)+len(fraction)+max(power, -power) > 2*MaxDigits || len(whole)+len(fraction) > MaxDigits {
		return Decimal{}, fmt.Errorf("%s: %w", clip(text), ErrTooLong)
	}
	r := &apd.Decimal{Exponent: int32(power - len(fraction)), Negative: plain[0] == '-'}
	if _, ok := r.Coeff.SetString(whole+fraction, 10); !ok {
		return Decimal{}, fmt.Errorf("%q: %w", clip(text), ErrNotANumber)
	}
	d := fromBig(r)
	if d.Written() > MaxDigits {
		return Decimal{}, fmt.Errorf("%s: %w", clip(text), ErrTooLong)
	}
	return d, nil
}

// plainNumber checks the shape -123_456.78e-9 and takes the underscores out.
func plainNumber(text string) (string, error) {
	wrong := fmt.Errorf("%q: %w", clip(text), ErrNotANumber)
	var b strings.Builder
	last, point, power := byte(0), false, false
	for i := range len(text) {
		c := text[i]
		digit := last >= '0' && last <= '9'
		switch {
		case c >= '0' && c <= '9':
		case c == '_' && digit:
			last = c
			continue
		case c == '.' && digit && !point && !power:
			point = true
		case (c == 'e' || c == 'E') && digit && !power:
			c, power = 'e', true
		case (c == '-' || c == '+') && (i == 0 || last == 'e'):
		default:
			return "", wrong
		}
		b.WriteByte(c)
		last = c
	}
	if last < '0' || last > '9' {
		return "", wrong
	}
	return b.String(), nil
}

func clip(text string) string {
	if len(text) > 40 {
		return strings.ToValidUTF8(text[:40], "") + "..."
	}
	return text
}

// String writes d plainly, never with an exponent: -3.50.
func (d Decimal) String() string { return string(d.append(make([]byte, 0, 24))) }

func (d Decimal) append(to []byte) []byte {
	if d.big != nil {
		return d.big.Append(to, 'f')
	}
	if d.coef < 0 {
		to = append(to, '-')
	}
	var room [20]byte
	text := strconv.AppendUint(room[:0], magnitude(d.coef), 10)
	scale := int(d.scale)
	if scale == 0 {
		return append(to, text...)
	}
	if missing := scale + 1 - len(text); missing > 0 {
		to = append(to, "0."...)
		for ; missing > 1; missing-- {
			to = append(to, '0')
		}
		return append(to, text...)
	}
	to = append(to, text[:len(text)-scale]...)
	to = append(to, '.')
	return append(to, text[len(text)-scale:]...)
}

// MarshalJSON writes a JSON number that keeps its digits.
func (d Decimal) MarshalJSON() ([]byte, error) { return d.append(nil), nil }

// UnmarshalJSON reads a JSON number.
func (d *Decimal) UnmarshalJSON(text []byte) error {
	read, err := ParseDecimal(string(text))
	if err == nil {
		*d = read
	}
	return err
}
