package formula

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func TestMoneyMeetsOtherMoneyThroughTheRatesInForce(t *testing.T) {
	s := scope(t)
	for _, c := range []struct{ source, want string }{
		{`convert(order.total, "CNY") == order.total`, "true"},
		{`convert("100 EUR", "CNY")`, "780.00 CNY"},
		{`convert("100 CNY", "EUR")`, "12.82 EUR"},
		{`convert("1 EUR", "JPY")`, "162 JPY"}, // the yen has no smaller unit
		{`convert("0.10 CNY", "EUR")`, "0.01 EUR"},
		{`convert("10 EUR", "CNY") + 2`, "80.00 CNY"},
	} {
		v, err := compiled(t, c.source, nil).Eval(s)
		require.NoError(t, err, c.source)
		if m, ok := v.(value.Money); ok {
			v = m.String()
		} else if v == true {
			v = "true"
		}
		require.Equal(t, c.want, v, c.source)
	}
}

func TestMoneyWithoutARateStandsStill(t *testing.T) {
	s := scope(t)
	for source, want := range map[string]string{
		`convert(order.total, "GBP")`:        "settings.rates: no rate for GBP",
		`convert(order.total, "USD")`:        "settings.rates: no rate for USD", // one that is 0
		`convert(order.total, order.number)`: `no currency of ISO 4217`,
	} {
		_, err := compiled(t, source, nil).Eval(s)
		require.ErrorContains(t, err, want)
	}
	s.Settings = nil
	_, err := compiled(t, `convert("100 EUR", "CNY")`, nil).Eval(s)
	require.ErrorIs(t, err, ErrNoRate)
}

func TestConvertWantsTheRatesAmongTheSettings(t *testing.T) {
	w := world()
	w.Settings = nil
	_, problems := Compile(`convert(order.total, "EUR")`, w, nil)
	require.Len(t, problems, 1)
	require.Equal(t, codeNoRates, problems[0].Code)
	require.Contains(t, problems[0].Message, "rates: {type: map of number")
}
