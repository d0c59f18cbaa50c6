package catalogue_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
	"waybill/engine"
)

type line struct {
	SKU      string         `json:"sku" type:"ref stock.product" doc:"what is sold"`
	Quantity value.Decimal  `json:"quantity" type:"quantity"`
	Price    *value.Money   `json:"price"`
	Parts    []line         `json:"parts,omitempty"`
	Share    *value.Decimal `json:"share" type:"percent"`
}

type orderIn struct {
	Number  string           `json:"number"`
	Policy  string           `json:"policy" type:"whole | partial"`
	Phone   string           `json:"phone,omitempty" personal:"true"`
	Wanted  string           `json:"wanted,omitempty" type:"date"`
	At      time.Time        `json:"at,omitempty"`
	Rush    bool             `json:"rush"`
	Times   int              `json:"times"`
	Lines   []line           `json:"lines"`
	Weights map[string]int64 `json:"weights,omitempty"`
}

type orderOut orderIn

type product struct {
	Number string `json:"number"`
}

func echo(_ context.Context, _ catalogue.Tx, _ catalogue.Call, in orderIn) (orderOut, error) {
	return orderOut(in), nil
}

func products() catalogue.Definition {
	return catalogue.Object("stock.product", "A product.",
		func(_ context.Context, _ catalogue.Tx, id string) (product, bool, error) {
			return product{Number: id}, id != "nothing", nil
		})
}

func registry(t *testing.T, defs ...catalogue.Definition) *catalogue.Registry {
	t.Helper()
	r, err := catalogue.New(append(defs, products())...)
	require.NoError(t, err)
	return r
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	v, err := value.Decode([]byte(text))
	require.NoError(t, err)
	return v.(map[string]any)
}

const fullOrder = `{"at":"2026-03-02T01:00:00.000000Z","lines":[{"parts":[{"quantity":3,"sku":"P-2"}],` +
	`"price":{"amount":19.90,"currency":"CNY"},"quantity":0.10000000000000000001,"share":12.50,"sku":"P-1"}],` +
	`"number":"SO-1","phone":"139","policy":"partial","rush":true,"times":9007199254740993,` +
	`"wanted":"2026-03-09","weights":{"a":1}}`

func TestWhatAnActionGetsAndGivesIsExact(t *testing.T) {
	r := registry(t, catalogue.Define("sales.echo", "Gives back what it got.", echo))
	for _, text := range []string{fullOrder, `{"lines":[],"number":"","policy":"whole","rush":false,"times":-1}`} {
		out, err := r.Run(t.Context(), nil, catalogue.Call{}, "sales.echo", decode(t, text))
		require.NoError(t, err)
		back, err := value.Encode(out)
		require.NoError(t, err)
		require.Equal(t, text, string(back))
	}
}

func TestAWrongInputNamesItsPlace(t *testing.T) {
	r := registry(t, catalogue.Define("sales.echo", "Gives back what it got.", echo))
	for _, c := range []struct{ change, want string }{
		{`{"lines":[{"sku":"P-1"}]}`, "input: lines[0].quantity: missing"},
		{`{"lines":[{"sku":7,"quantity":1}]}`, "input: lines[0].sku: ref stock.product expected, got number"},
		{`{"lines":[{"sku":"P","quantity":1,"parts":[{"sku":"Q","quantity":"1"}]}]}`, "input: lines[0].parts[0].quantity: quantity expected, got text"},
		{`{"lines":[{"sku":"P","quantity":1,"price":5}]}`, "input: lines[0].price: money expected, got number"},
		{`{"lines":[{"sku":"P","quantity":1,"colour":"red","amount":2}]}`, "input: lines[0].amount: no such field"},
		{`{"lines":{}}`, "input: lines: list of line expected, got record"},
		{`{"policy":"all"}`, `input: policy: "all" is none of whole | partial`},
		{`{"times":1.5}`, "input: times: 1.5 is not a whole number in range"},
		{`{"rush":"yes"}`, "input: rush: boolean expected, got text"},
		{`{"at":"yesterday"}`, "input: at: "},
		{`{"weights":{"a":"heavy"}}`, "input: weights.a: integer expected, got text"},
		{`{"number":null}`, "input: number: missing"},
	} {
		input := decode(t, fullOrder)
		for name, v := range decode(t, c.change) {
			input[name] = v
		}
		_, err := r.Run(t.Context(), nil, catalogue.Call{}, "sales.echo", input)
		require.ErrorContains(t, err, "sales.echo: "+c.want, c.change)
	}
}

func TestAWrongOutputIsATechnicalError(t *testing.T) {
	type out struct {
		Policy string      `json:"policy" type:"whole | partial"`
		Total  value.Money `json:"total"`
	}
	give := func(o out) catalogue.Definition {
		return catalogue.Define("sales.give", "Gives.", func(context.Context, catalogue.Tx, catalogue.Call, struct{}) (out, error) {
			return o, nil
		})
	}
	for want, o := range map[string]out{
		`sales.give: output: policy: "" is none of whole | partial`: {},
		`sales.give: output: total: 0 has no currency`:              {Policy: "whole"},
	} {
		_, err := registry(t, give(o)).Run(t.Context(), nil, catalogue.Call{}, "sales.give", nil)
		require.EqualError(t, err, want)
	}
}

func TestOnlyDeclaredBusinessErrorsReachTheProcess(t *testing.T) {
	fail := func(name string, err error) catalogue.Definition {
		return catalogue.Define(name, "Fails.", func(context.Context, catalogue.Tx, catalogue.Call, struct{}) (struct{}, error) {
			return struct{}{}, err
		}, catalogue.Errors("stock.short", "too little there"))
	}
	with := map[string]any{"missing": value.Int(3)}
	r := registry(t,
		fail("stock.declared", catalogue.Refuse("stock.short", "3 pieces short", with)),
		fail("stock.undeclared", catalogue.Refuse("stock.gone", "", nil)),
		fail("stock.broken", errors.New("connection lost")))

	_, err := r.Run(t.Context(), nil, catalogue.Call{}, "stock.declared", nil)
	business, ok := catalogue.Refused(err)
	require.True(t, ok)
	require.Equal(t, "stock.short", business.Code)
	require.Equal(t, engine.Values(with), business.With)

	_, err = r.Run(t.Context(), nil, catalogue.Call{}, "stock.undeclared", nil)
	_, ok = catalogue.Refused(err)
	require.False(t, ok)
	require.EqualError(t, err, "stock.undeclared: undeclared business error: stock.gone")

	_, err = r.Run(t.Context(), nil, catalogue.Call{}, "stock.broken", nil)
	_, ok = catalogue.Refused(err)
	require.False(t, ok)
	require.EqualError(t, err, "stock.broken: connection lost")

	_, err = r.Run(t.Context(), nil, catalogue.Call{}, "stock.nowhere", nil)
	require.EqualError(t, err, "stock.nowhere: no such action")
}

func TestAnObjectIsReadByItsIDOrIsNotThere(t *testing.T) {
	r := registry(t)
	found, err := r.Lookup(t.Context(), nil, "stock.product", "P-1")
	require.NoError(t, err)
	require.Equal(t, map[string]any{"number": "P-1"}, found)

	found, err = r.Lookup(t.Context(), nil, "stock.product", "nothing")
	require.NoError(t, err)
	require.Nil(t, found)

	_, err = r.Lookup(t.Context(), nil, "stock.shelf", "1")
	require.EqualError(t, err, "stock.shelf: no such object")
}

func TestTheSignatureComesFromTheGoTypes(t *testing.T) {
	r := registry(t, catalogue.Define("sales.echo", "Gives back what it got.", echo, catalogue.Contended()))
	a, ok := r.Action("sales.echo")
	require.True(t, ok)
	require.True(t, a.Contended)
	var fields []string
	for _, f := range a.Inputs {
		fields = append(fields, f.Name+": "+f.Type.String())
		require.Equal(t, f.Name == "phone", f.Type.Personal, f.Name)
	}
	require.Equal(t, "number: text, policy: whole | partial, phone: optional text, wanted: optional date, at: optional moment, "+
		"rush: boolean, times: integer, lines: list of line, weights: optional map of integer", strings.Join(fields, ", "))
	require.Equal(t, "list of line", a.Inputs[7].Type.Elem.Fields[3].Type.AsRequired().String())
}

func BenchmarkRun(b *testing.B) {
	r, err := catalogue.New(products(), catalogue.Define("sales.echo", "Gives back what it got.", echo))
	require.NoError(b, err)
	v, err := value.Decode([]byte(fullOrder))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Run(b.Context(), nil, catalogue.Call{}, "sales.echo", v.(map[string]any)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAmountsAreRoundedToTheCurrencysSmallestUnit(t *testing.T) {
	for _, c := range []struct{ currency, amount, want string }{
		{"CNY", "10.005", "10.01"},
		{"CNY", "10.0049", "10.00"},
		{"CNY", "-0.005", "-0.01"},
		{"CNY", "7", "7.00"},
		{"JPY", "100.5", "101"},
		{"KWD", "1.00049", "1.000"},
		{"", "1.005", "1.01"},
	} {
		amount, err := value.ParseDecimal(c.amount)
		require.NoError(t, err)
		require.Equal(t, c.want, catalogue.Call{Currency: c.currency}.Round(amount).String(), c.currency+" "+c.amount)
	}
}
