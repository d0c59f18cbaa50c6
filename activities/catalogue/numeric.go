package catalogue

import (
	"database/sql"
	"fmt"

	"golang.org/x/text/currency"

	"waybill/definitions/value"
)

// Into makes d the target of a numeric column; a null leaves it 0. As an argument of a statement a
// Decimal goes by its text.
func Into(d *value.Decimal) sql.Scanner { return numeric{d} }

type numeric struct{ to *value.Decimal }

// Scan takes a number as the driver gives it: as text, or nil.
func (n numeric) Scan(from any) error {
	switch v := from.(type) {
	case nil:
		*n.to = value.Decimal{}
		return nil
	case string:
		d, err := value.ParseDecimal(v)
		*n.to = d
		return err
	}
	return fmt.Errorf("numeric: %T", from)
}

// IntoOptional makes d the target of a numeric column; a null leaves it nil.
func IntoOptional(d **value.Decimal) sql.Scanner { return optionalNumeric{d} }

type optionalNumeric struct{ to **value.Decimal }

// Scan takes a number as the driver gives it: as text, or nil.
func (n optionalNumeric) Scan(from any) error {
	if from == nil {
		*n.to = nil
		return nil
	}
	var d value.Decimal
	if err := (numeric{&d}).Scan(from); err != nil {
		return err
	}
	*n.to = &d
	return nil
}

// Money is an amount in the pack's currency, with at least the digits that the currency has.
func (c Call) Money(amount value.Decimal) value.Money {
	if places := c.places(); amount.Scale() < places {
		amount = amount.Round(places, value.HalfUp)
	}
	return value.Money{Amount: amount, Currency: c.Currency}
}

// Round brings an amount to the smallest unit of the pack's currency (ISO 4217: 0.01 for CNY, 1 for
// JPY), a half away from zero, as in trade.
func (c Call) Round(amount value.Decimal) value.Decimal {
	return amount.Round(c.places(), value.HalfUp)
}

// places are the digits of the pack's currency after the point; 2 for one that ISO 4217 does not know.
func (c Call) places() int32 {
	unit, err := currency.ParseISO(c.Currency)
	if err != nil {
		return 2
	}
	places, _ := currency.Standard.Rounding(unit)
	return int32(places)
}

// Nullable is an optional text as an argument of a statement: "" is null.
func Nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
