package value

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/cockroachdb/apd/v3"
)

const (
	maxInt64 = math.MaxInt64
	minInt64 = math.MinInt64
)

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1
	}
	return uint64(n)
}

// signed returns ±size, and false where it does not fit.
func signed(size uint64, negative bool) (int64, bool) {
	switch {
	case negative && size == -minInt64:
		return minInt64, true
	case size > maxInt64:
		return 0, false
	case negative:
		return -int64(size), true
	}
	return int64(size), true
}

// digits counts the decimal digits of n; 0 has one.
func digits(n uint64) int {
	count := 1
	for ; n >= 10; n /= 10 {
		count++
	}
	return count
}

// pow10 returns 10^n, and false where it does not fit.
func pow10(n int32) (int64, bool) {
	if n < 0 || n > 18 {
		return 0, false
	}
	p := int64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p, true
}

// align brings both coefficients to the larger scale, where that fits.
func align(d, e Decimal) (a, b int64, scale int32, ok bool) {
	if d.scale == e.scale {
		return d.coef, e.coef, d.scale, true
	}
	if d.scale < e.scale {
		a, ok = raise(d.coef, e.scale-d.scale)
		return a, e.coef, e.scale, ok
	}
	b, ok = raise(e.coef, d.scale-e.scale)
	return d.coef, b, d.scale, ok
}

// raise returns n × 10^by, and false where it does not fit.
func raise(n int64, by int32) (int64, bool) {
	p, ok := pow10(by)
	if !ok {
		return 0, n == 0
	}
	hi, lo := bits.Mul64(magnitude(n), uint64(p))
	if hi != 0 {
		return 0, false
	}
	return signed(lo, n < 0)
}

// wide returns d in the form that holds any number.
func (d Decimal) wide() *apd.Decimal {
	if d.big != nil {
		return d.big
	}
	return apd.New(d.coef, -d.scale)
}

// fromBig takes over r, in the small form where that fits.
func fromBig(r *apd.Decimal) Decimal {
	if r.Exponent > 0 {
		var ten apd.BigInt
		ten.Exp(apd.NewBigInt(10), apd.NewBigInt(int64(r.Exponent)), nil)
		r.Coeff.Mul(&r.Coeff, &ten)
		r.Exponent = 0
	}
	if r.Coeff.IsUint64() {
		if coef, ok := signed(r.Coeff.Uint64(), r.Negative); ok {
			return Decimal{coef: coef, scale: -r.Exponent}
		}
	}
	return Decimal{scale: -r.Exponent, big: r}
}

// exact takes the outcome of an operation that loses nothing: it can fail only past an exponent of
// 100,000, which no number that was read or computed here reaches.
func exact(_ apd.Condition, err error) {
	if err != nil {
		panic("decimal: " + err.Error())
	}
}

func (d Decimal) trimWide(places int32) Decimal {
	coef := d.big.Coeff.MathBigInt()
	ten, rest := big.NewInt(10), new(big.Int)
	scale := d.scale
	for scale > places {
		next, r := new(big.Int).QuoRem(coef, ten, rest)
		if r.Sign() != 0 {
			break
		}
		coef = next
		scale--
	}
	return fromInt(coef, d.big.Negative, scale)
}

// fromInt returns ±coef / 10^scale for a coef that is not negative.
func fromInt(coef *big.Int, negative bool, scale int32) Decimal {
	r := &apd.Decimal{Negative: negative, Exponent: -scale}
	r.Coeff.SetMathBigInt(coef)
	return fromBig(r)
}

// quotient divides whole numbers: d/e = (dc × 10^(places - ds + es)) / ec / 10^places.
func quotient(d, e Decimal, places int32, r Rounding) Decimal {
	num, den := d.wide().Coeff.MathBigInt(), e.wide().Coeff.MathBigInt()
	shift := int64(places) - int64(d.scale) + int64(e.scale)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(shift, -shift)), nil)
	if shift >= 0 {
		num = power.Mul(power, num)
	} else {
		den = power.Mul(power, den)
	}
	q, rest := new(big.Int).QuoRem(num, den, new(big.Int))
	if awayFromZero(q, rest, den, r) {
		q.Add(q, big.NewInt(1))
	}
	return fromInt(q, (d.Sign() < 0) != (e.Sign() < 0), places)
}

func awayFromZero(q, rest, den *big.Int, r Rounding) bool {
	if rest.Sign() == 0 || r == Down {
		return false
	}
	half := new(big.Int).Lsh(rest, 1).Cmp(den)
	switch {
	case r == Up || half > 0:
		return true
	case half < 0:
		return false
	}
	return r == HalfUp || q.Bit(0) == 1
}
