package formula

import (
	"errors"
	"fmt"

	"golang.org/x/text/currency"

	"waybill/definitions/value"
)

// ErrNoRate is the error of converting money whose currency has no rate in the settings.
var ErrNoRate = errors.New("no rate")

// ratesSetting is the setting that holds the rates: what one unit of a currency is worth in the pack's
// own, by ISO 4217 code.
const ratesSetting = "rates"

// checkConvert checks convert(money, currency).
func checkConvert(c *checker, n call) typed {
	if !c.count(n, 2, 2) {
		return bad()
	}
	amount := c.fit(c.check(n.args[0], nil), &value.Type{Kind: value.MoneyKind}, n.args[0])
	to := c.fit(c.check(n.args[1], nil), &value.Type{Kind: value.Text}, n.args[1])
	if amount.bad() || to.bad() {
		return bad()
	}
	if code, written := to.value.(string); written && !isCurrency(code) {
		return c.problem(n.args[1], codeWrongValue, "%q: no currency of ISO 4217, such as EUR", code)
	}
	if !c.hasRates() {
		return c.problem(n, codeNoRates, "convert needs the setting rates, which says what one unit of each currency is worth in the pack's own; write it in pack.yaml, under settings, as rates: {type: map of number, default: {EUR: 7.80}}")
	}
	c.outside = true
	return operation("exchange", personal(&value.Type{Kind: value.MoneyKind}, amount, to), environment(), amount.emit(), to.emit(), constantNode(c.static.Currency))
}

func (c *checker) hasRates() bool {
	if c.static.Settings == nil {
		return false
	}
	rates, ok := c.static.Settings.Field(ratesSetting)
	return ok && rates.Type.Kind == value.Map && rates.Type.Elem.Kind.IsNumber()
}

// exchange is (frame, money, currency, the pack's currency). The result is rounded to the smallest unit of
// its currency, a half to the even neighbour, as ISO 4217 and common practice in accounting have it.
func exchange(args ...any) (any, error) {
	f := args[0].(*frame)
	m, okMoney := args[1].(value.Money)
	to, okText := args[2].(string)
	own, _ := args[3].(string)
	if !okMoney || !okText {
		return nil, ErrNothingThere
	}
	if m.Currency == to {
		return m, nil
	}
	unit, err := currency.ParseISO(to)
	if err != nil {
		return nil, fmt.Errorf("convert to %q: no currency of ISO 4217", to)
	}
	from, err := f.rate(m.Currency, own)
	if err != nil {
		return nil, err
	}
	into, err := f.rate(to, own)
	if err != nil {
		return nil, err
	}
	digits, _ := currency.Standard.Rounding(unit)
	amount, err := m.Amount.Mul(from).Quo(into, int32(digits), value.HalfEven)
	return boxedMoney(value.Money{Amount: amount, Currency: to}, err)
}

// rate returns what one unit of a currency is worth in the pack's own.
func (f *frame) rate(code, own string) (value.Decimal, error) {
	if code == own {
		return value.Int(1), nil
	}
	rates, _ := f.Settings[ratesSetting].(map[string]any)
	rate, ok := rates[code].(value.Decimal)
	if !ok || rate.Sign() <= 0 {
		return value.Decimal{}, fmt.Errorf("settings.%s: %w for %s", ratesSetting, ErrNoRate, code)
	}
	return rate, nil
}

func isCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil
}
