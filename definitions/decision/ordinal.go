package decision

import (
	"fmt"
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// hasOrder reports whether values of a kind lie on a line, so that a cell may be a range.
func hasOrder(k value.Kind) bool {
	switch k {
	case value.MoneyKind, value.Date, value.Time, value.Moment, value.Duration:
		return true
	}
	return k.IsNumber()
}

// discrete reports whether nothing lies between two neighbours: whole numbers, days, seconds,
// microseconds.
func discrete(k value.Kind) bool {
	switch k {
	case value.Integer, value.Date, value.Time, value.Moment, value.Duration:
		return true
	}
	return false
}

// ordinal returns a value's place on its line: a number itself, the amount of money, days since 1970 of
// a date, seconds of a time of day and of a duration, microseconds since 1970 of a moment.
func ordinal(v any, k value.Kind, currency string) (value.Decimal, error) {
	switch v := v.(type) {
	case value.Decimal:
		return v, nil
	case value.Money:
		if v.Currency != currency {
			return value.Decimal{}, fmt.Errorf("%s in a table in %s: %w", v, currency, value.ErrTwoCurrencies)
		}
		return v.Amount, nil
	case string:
		return textOrdinal(v, k)
	}
	return value.Decimal{}, fmt.Errorf("%s has no order", written(v))
}

func textOrdinal(text string, k value.Kind) (value.Decimal, error) {
	switch k {
	case value.Date:
		t, err := value.ParseDate(text)
		return value.Int(t.Unix() / secondsOfDay), err
	case value.Time:
		t, err := time.Parse(time.TimeOnly, text)
		return value.Int(int64(t.Hour()*3600 + t.Minute()*60 + t.Second())), err
	case value.Moment:
		t, err := value.ParseMoment(text, nil)
		return value.Int(t.UnixMicro()), err
	case value.Duration:
		d, err := calendar.ParseDuration(text)
		if err != nil {
			return value.Decimal{}, err
		}
		fixed, ok := d.Fixed()
		if !ok {
			return value.Decimal{}, fmt.Errorf("%s: its length depends on the calendar", d)
		}
		return value.Int(int64(fixed / time.Second)), nil
	}
	return value.Decimal{}, fmt.Errorf("%q has no order", text)
}

const secondsOfDay = 24 * 3600

// settingOrdinal is ordinal for a setting, whose kind shows in its canonical text.
func settingOrdinal(v any, currency string) (value.Decimal, error) {
	text, ok := v.(string)
	if !ok {
		return ordinal(v, value.Nothing, currency)
	}
	for _, k := range []value.Kind{value.Date, value.Time, value.Moment} {
		if n, err := textOrdinal(text, k); err == nil {
			return n, nil
		}
	}
	return textOrdinal(text, value.Duration)
}

// fromOrdinal returns the value at a place of the line, for an example.
func fromOrdinal(n value.Decimal, k value.Kind, currency string) any {
	whole, _ := n.Int64()
	switch k {
	case value.MoneyKind:
		return value.Money{Amount: n, Currency: currency}
	case value.Date:
		return value.FormatDate(time.Unix(whole*secondsOfDay, 0).UTC())
	case value.Time:
		return time.Unix(whole, 0).UTC().Format(time.TimeOnly)
	case value.Moment:
		return value.FormatMoment(time.UnixMicro(whole))
	case value.Duration:
		return calendar.Duration{N: whole, Unit: calendar.Second}.String()
	}
	return n
}
