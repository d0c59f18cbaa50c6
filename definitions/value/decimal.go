package value

import (
	"errors"
	"math/bits"
	"strconv"

	"github.com/cockroachdb/apd/v3"
)

// MaxDigits is how many digits a number may be written with. Arithmetic in Go is exact beyond it; package
// formula holds every intermediate result to it, so that a formula cannot grow a number without end, and
// what it gives can be written and read again.
const MaxDigits = 128

// The errors of decimal arithmetic and reading.
var (
	ErrNotANumber     = errors.New("not a number")
	ErrTooLong        = errors.New("number too long: more than " + strconv.Itoa(MaxDigits) + " digits")
	ErrDivisionByZero = errors.New("division by zero")
)

// Decimal is an exact decimal number. It remembers how many digits it was written with after the
// point (1.50 stays 1.50), is never changed, and its zero value is 0. Two Decimals of the same number
// may differ in scale: compare with Cmp or Equal, not with ==.
type Decimal struct {
	coef  int64        // the number is coef / 10^scale, where big is nil
	scale int32        // digits after the point, never negative
	big   *apd.Decimal // holds the number where int64 is too small; its exponent is -scale
}

// Rounding says which neighbour a number goes to that lies between two.
type Rounding int

// The roundings. HalfUp takes the half away from zero, as in trade; HalfEven to the even neighbour;
// Down is towards zero, Up away from it.
const (
	HalfUp Rounding = iota
	HalfEven
	Down
	Up
)

// Int returns n as a Decimal.
func Int(n int64) Decimal { return Decimal{coef: n} }

// New returns coef / 10^scale. A negative scale adds zeros.
func New(coef int64, scale int32) Decimal {
	if scale >= 0 {
		return Decimal{coef: coef, scale: scale}
	}
	return fromBig(apd.New(coef, -scale))
}

// Scale returns the number of digits after the point.
func (d Decimal) Scale() int32 { return d.scale }

// Digits returns the number of digits of the coefficient: 1.50 has three.
func (d Decimal) Digits() int {
	if d.big != nil {
		return int(d.big.NumDigits())
	}
	return digits(magnitude(d.coef))
}

// Written returns the number of digits that d is written with: 0.05 has three.
func (d Decimal) Written() int { return max(d.Digits(), int(d.scale)+1) }

// IsZero reports whether d is 0, at any scale.
func (d Decimal) IsZero() bool { return d.Sign() == 0 }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.big != nil:
		return d.big.Sign()
	case d.coef < 0:
		return -1
	case d.coef > 0:
		return 1
	}
	return 0
}

// Neg returns -d.
func (d Decimal) Neg() Decimal {
	if d.big == nil && d.coef != minInt64 {
		return Decimal{coef: -d.coef, scale: d.scale}
	}
	var r apd.Decimal
	r.Neg(d.wide())
	return fromBig(&r)
}

// Abs returns d without its sign.
func (d Decimal) Abs() Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// Add returns d + e, at the larger of both scales.
func (d Decimal) Add(e Decimal) Decimal {
	if d.big == nil && e.big == nil {
		if a, b, scale, ok := align(d, e); ok {
			if sum := a + b; (sum > a) == (b > 0) {
				return Decimal{coef: sum, scale: scale}
			}
		}
	}
	var r apd.Decimal
	exact(apd.BaseContext.Add(&r, d.wide(), e.wide()))
	return fromBig(&r)
}

// Sub returns d - e, at the larger of both scales.
func (d Decimal) Sub(e Decimal) Decimal { return d.Add(e.Neg()) }

// Mul returns d × e, exactly: its scale is the sum of both.
func (d Decimal) Mul(e Decimal) Decimal {
	if d.big == nil && e.big == nil {
		hi, lo := bits.Mul64(magnitude(d.coef), magnitude(e.coef))
		if coef, ok := signed(lo, (d.coef < 0) != (e.coef < 0)); ok && hi == 0 {
			return Decimal{coef: coef, scale: d.scale + e.scale}
		}
	}
	var r apd.Decimal
	exact(apd.BaseContext.Mul(&r, d.wide(), e.wide()))
	return fromBig(&r)
}

// Quo returns d / e with the given number of digits after the point.
func (d Decimal) Quo(e Decimal, places int32, r Rounding) (Decimal, error) {
	if e.IsZero() {
		return Decimal{}, ErrDivisionByZero
	}
	return quotient(d, e, places, r), nil
}

// Round returns d with the given number of digits after the point, adding zeros where it has fewer. A
// negative number of digits rounds to tens, hundreds and so on.
func (d Decimal) Round(places int32, r Rounding) Decimal {
	if d.scale == places {
		return d
	}
	return quotient(d, Int(1), places, r)
}

// Trim returns d without zeros at its end, but with at least the given digits after the point.
func (d Decimal) Trim(places int32) Decimal {
	places = max(places, 0)
	if d.big != nil {
		return d.trimWide(places)
	}
	for d.scale > places && d.coef%10 == 0 {
		d.coef /= 10
		d.scale--
	}
	return d
}

// Cmp returns -1, 0 or 1 as d is less than, equal to or greater than e; the scale does not count.
func (d Decimal) Cmp(e Decimal) int {
	if d.big == nil && e.big == nil {
		if a, b, _, ok := align(d, e); ok {
			switch {
			case a < b:
				return -1
			case a > b:
				return 1
			}
			return 0
		}
	}
	return d.wide().Cmp(e.wide())
}

// Equal reports whether d and e are the same number; the scale does not count.
func (d Decimal) Equal(e Decimal) bool { return d.Cmp(e) == 0 }

// IsInteger reports whether d has no fraction.
func (d Decimal) IsInteger() bool { return d.Trim(0).scale == 0 }

// Int64 returns d as an int64, and false where it has a fraction or is too large.
func (d Decimal) Int64() (int64, bool) {
	t := d.Trim(0)
	if t.scale != 0 || t.big != nil {
		return 0, false
	}
	return t.coef, true
}
