package value

import (
	"errors"
	"fmt"
	"strings"
)

// ErrTwoCurrencies is the error of adding or comparing money of different currencies.
var ErrTwoCurrencies = errors.New("two currencies")

// Money is an amount in one currency, an ISO 4217 code.
type Money struct {
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency"`
}

// Add returns m + n; the currencies must be the same.
func (m Money) Add(n Money) (Money, error) {
	if err := m.beside(n); err != nil {
		return Money{}, err
	}
	return Money{m.Amount.Add(n.Amount), m.Currency}, nil
}

// Sub returns m - n; the currencies must be the same.
func (m Money) Sub(n Money) (Money, error) { return m.Add(n.Neg()) }

// Neg returns -m.
func (m Money) Neg() Money { return Money{m.Amount.Neg(), m.Currency} }

// Mul returns m times a number, exactly.
func (m Money) Mul(by Decimal) Money { return Money{m.Amount.Mul(by), m.Currency} }

// Cmp compares the amounts; the currencies must be the same.
func (m Money) Cmp(n Money) (int, error) {
	if err := m.beside(n); err != nil {
		return 0, err
	}
	return m.Amount.Cmp(n.Amount), nil
}

// Equal reports whether m and n are the same amount of the same currency.
func (m Money) Equal(n Money) bool { return m.Currency == n.Currency && m.Amount.Equal(n.Amount) }

// String writes m as an analyst does: 150.00 CNY.
func (m Money) String() string { return m.Amount.String() + " " + m.Currency }

func (m Money) beside(n Money) error {
	if m.Currency != n.Currency {
		return fmt.Errorf("%s and %s: %w", m, n, ErrTwoCurrencies)
	}
	return nil
}

// ParseMoney reads "150 CNY", or "150" in the given currency; "" for none is an error then.
func ParseMoney(text, currency string) (Money, error) {
	number, code, written := strings.Cut(strings.TrimSpace(text), " ")
	if written {
		currency = strings.TrimSpace(code)
	}
	amount, err := ParseDecimal(number)
	if err != nil {
		return Money{}, err
	}
	if !isCurrency(currency) {
		return Money{}, fmt.Errorf("%q: no currency, which is three capital letters such as CNY", clip(currency))
	}
	return Money{amount, currency}, nil
}

func isCurrency(code string) bool {
	for _, c := range []byte(code) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(code) == 3
}
