package stock

import "waybill/definitions/value"

// AtLeastZero returns d, or 0 where it is less.
func AtLeastZero(d value.Decimal) value.Decimal {
	if d.Sign() < 0 {
		return value.Int(0)
	}
	return d
}

// Less returns the smaller of both.
func Less(a, b value.Decimal) value.Decimal {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

// Lot is a quantity after a lot rule: at least the minimum, and a whole number of multiples. 0 is no
// rule: the lot is what is needed.
func Lot(quantity, minimum, multiple value.Decimal) value.Decimal {
	lot := quantity
	if lot.Cmp(minimum) < 0 {
		lot = minimum
	}
	if multiple.Sign() <= 0 {
		return lot
	}
	times, err := lot.Quo(multiple, 0, value.Up)
	if err != nil {
		return lot // only a multiple of 0 is an error
	}
	return times.Mul(multiple)
}

// Percent is part of whole, in percent with two digits; 0 of nothing.
func Percent(part, whole value.Decimal) value.Decimal {
	p, err := part.Mul(value.Int(100)).Quo(whole, 2, value.HalfUp)
	if err != nil {
		return value.Int(0) // only a division by 0 is an error
	}
	return p
}
