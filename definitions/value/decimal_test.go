package value

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyDecimal draws small numbers, numbers about the edge of int64 and long ones.
func anyDecimal(t *rapid.T, name string) Decimal {
	text := rapid.OneOf(
		rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,3})?`),
		rapid.StringMatching(`-?9223372036854775[0-9]{3}(\.[0-9]{1,2})?`),
		rapid.StringMatching(`-?[0-9]{1,60}\.[0-9]{1,60}`),
		rapid.StringMatching(`-?[1-9]e[0-9]{1,2}`),
		rapid.StringMatching(`-?0\.0{1,30}[1-9]`),
	).Draw(t, name)
	d, err := ParseDecimal(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

func rat(d Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic(d.String())
	}
	return r
}

func TestArithmeticAgreesWithFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDecimal(t, "a"), anyDecimal(t, "b")
		check := func(what string, got Decimal, want *big.Rat) {
			if rat(got).Cmp(want) != 0 {
				t.Fatalf("%s of %s and %s is %s, not %s", what, a, b, got, want.FloatString(40))
			}
		}
		check("sum", a.Add(b), new(big.Rat).Add(rat(a), rat(b)))
		check("difference", a.Sub(b), new(big.Rat).Sub(rat(a), rat(b)))
		check("product", a.Mul(b), new(big.Rat).Mul(rat(a), rat(b)))
		check("negation", a.Neg(), new(big.Rat).Neg(rat(a)))
		check("absolute", a.Abs(), new(big.Rat).Abs(rat(a)))
		check("trimmed", a.Trim(1), rat(a))
		if got, want := a.Cmp(b), rat(a).Cmp(rat(b)); got != want {
			t.Fatalf("%s against %s: %d, not %d", a, b, got, want)
		}
		if a.IsInteger() != rat(a).IsInt() || a.Sign() != rat(a).Sign() {
			t.Fatalf("%s: integer %v, sign %d", a, a.IsInteger(), a.Sign())
		}
		if n, ok := a.Int64(); ok != (rat(a).IsInt() && rat(a).Num().IsInt64()) || ok && rat(a).Num().Int64() != n {
			t.Fatalf("%s: %d, %v", a, n, ok)
		}
	})
}

func TestRoundingLeavesLessThanOneUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDecimal(t, "a"), anyDecimal(t, "b")
		places := rapid.Int32Range(-3, 20).Draw(t, "places")
		unit := new(big.Rat).SetFrac64(1, 1)
		for range max(places, -places) {
			unit.Mul(unit, big.NewRat(1, 10))
		}
		if places < 0 {
			unit.Inv(unit)
		}
		half := new(big.Rat).Mul(unit, big.NewRat(1, 2))
		if b.IsZero() {
			if _, err := a.Quo(b, places, HalfUp); !errors.Is(err, ErrDivisionByZero) {
				t.Fatalf("%s / 0: %v", a, err)
			}
			return
		}
		exact := new(big.Rat).Quo(rat(a), rat(b))
		for _, r := range []Rounding{HalfUp, HalfEven, Down, Up} {
			got, err := a.Quo(b, places, r)
			if err != nil {
				t.Fatal(err)
			}
			off := new(big.Rat).Sub(rat(got), exact)
			size := new(big.Rat).Abs(off)
			if r == HalfUp || r == HalfEven {
				if size.Cmp(half) > 0 {
					t.Fatalf("%s / %s to %d places is %s", a, b, places, got)
				}
				continue
			}
			outward := off.Sign() * exact.Sign()
			if size.Cmp(unit) >= 0 || r == Down && outward > 0 || r == Up && outward < 0 {
				t.Fatalf("%s / %s to %d places is %s with rounding %d", a, b, places, got, r)
			}
		}
		one, _ := a.Quo(Int(1), places, HalfEven)
		if !one.Equal(a.Round(places, HalfEven)) {
			t.Fatalf("%s rounded is not %s / 1", a, a)
		}
	})
}

// The magnitude of the smallest int64 is no int64.
func TestTheSmallestWholeNumberIsOneHoweverItIsReached(t *testing.T) {
	const smallest = "-9223372036854775808"
	read, err := ParseDecimal(smallest)
	require.NoError(t, err)
	divided, err := Int(minInt64).Quo(Int(1), 0, HalfUp)
	require.NoError(t, err)
	for way, d := range map[string]Decimal{
		"read":       read,
		"given":      Int(minInt64),
		"scaled":     New(minInt64, 0),
		"trimmed":    New(minInt64, 0).Trim(0),
		"summed":     Int(minInt64 + 1).Add(Int(-1)),
		"multiplied": Int(minInt64 / 2).Mul(Int(2)),
		"negated":    read.Neg().Neg(),
		"divided":    divided,
	} {
		n, ok := d.Int64()
		require.True(t, ok, way)
		require.Equal(t, int64(minInt64), n, way)
		require.Equal(t, smallest, d.String(), way)
		require.Equal(t, "9223372036854775808", d.Abs().String(), way)
	}
	_, ok := read.Neg().Int64()
	require.False(t, ok)
}

func TestRoundingTakesTheHalfAsTradeDoes(t *testing.T) {
	for _, c := range []struct {
		number string
		places int32
		r      Rounding
		want   string
	}{
		{"2.5", 0, HalfUp, "3"},
		{"-2.5", 0, HalfUp, "-3"},
		{"2.5", 0, HalfEven, "2"},
		{"3.5", 0, HalfEven, "4"},
		{"2.9", 0, Down, "2"},
		{"-2.9", 0, Down, "-2"},
		{"2.1", 0, Up, "3"},
		{"-2.1", 0, Up, "-3"},
		{"2.005", 2, HalfUp, "2.01"},
		{"2.5", 2, HalfUp, "2.50"},
		{"1250", -2, HalfUp, "1300"},
		{"0", 2, Up, "0.00"},
	} {
		d, err := ParseDecimal(c.number)
		require.NoError(t, err)
		require.Equal(t, c.want, d.Round(c.places, c.r).String(), c.number)
	}
}

func TestANumberKeepsTheDigitsItWasWrittenWith(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0.50": "-0.50", "1.10": "1.10", "00042": "42", "1_000": "1000", "1.5e3": "1500", "1e-3": "0.001",
		"9223372036854775807": "9223372036854775807", "-9223372036854775808": "-9223372036854775808",
		"9223372036854775808.00": "9223372036854775808.00", "+7": "7", "0.000": "0.000",
	} {
		d, err := ParseDecimal(text)
		require.NoError(t, err, text)
		require.Equal(t, want, d.String(), text)
		written, err := json.Marshal(d)
		require.NoError(t, err)
		var back Decimal
		require.NoError(t, json.Unmarshal(written, &back))
		require.Equal(t, d, back)
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	for _, text := range []string{"", "-", ".", "1.", ".5", "1..2", "1.2.3", "1e", "e5", "1__0", "_1", "1_", "0x10", "NaN", "Inf", "1,000", "１", "--1", "1e5e5", "1-1"} {
		_, err := ParseDecimal(text)
		require.ErrorIs(t, err, ErrNotANumber, text)
	}
	for _, text := range []string{"1e999999999", "1e-999999999", strings.Repeat("9", 129), "1e99999999999999999999", "1e128", "-1e-128", "0.01e-126"} {
		_, err := ParseDecimal(text)
		require.ErrorIs(t, err, ErrTooLong, text)
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"1.50", "-9223372036854775808", "1e128", "1_0.0", "0e-128"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDecimal(text)
		if err != nil {
			return
		}
		back, err := ParseDecimal(d.String())
		if err != nil || !back.Equal(d) || back.Scale() != d.Scale() {
			t.Fatalf("%q reads as %s, and that as %s, %v", text, d, back, err)
		}
	})
}

func BenchmarkDecimal(b *testing.B) {
	x, y := New(12345, 2), New(300, 1)
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			x.Add(y)
		}
	})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			x.Cmp(y)
		}
	})
}
