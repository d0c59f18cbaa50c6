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

// Round brings an amount to the smallest unit of the pack's currency (ISO 4217: 0.01 for CNY, 1 for
// JPY), a half away from zero, as in trade.
func (c Call) Round(amount value.Decimal) value.Decimal {
	places := 2
	if unit, err := currency.ParseISO(c.Currency); err == nil {
		places, _ = currency.Standard.Rounding(unit)
	}
	return amount.Round(int32(places), value.HalfUp)
}

// Nullable is an optional text as an argument of a statement: "" is null.
func Nullable(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
