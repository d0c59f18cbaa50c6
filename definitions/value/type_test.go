package value

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// types are the records of the tests: an order with lines, and a part that holds parts.
func types(name string) *Type {
	line := &Type{Kind: Record, Name: "Line", Fields: []Field{
		{Name: "sku", Type: &Type{Kind: Ref, Name: "stock.product"}},
		{Name: "ordered", Type: &Type{Kind: Quantity}},
		{Name: "price", Type: &Type{Kind: MoneyKind}},
		{Name: "promised", Type: &Type{Kind: Date, Optional: true}},
	}}
	part := &Type{Kind: Record, Name: "Part"}
	part.Fields = []Field{{Name: "name", Type: &Type{Kind: Text}}, {Name: "parts", Type: &Type{Kind: List, Elem: part}}}
	switch name {
	case "Line":
		return line
	case "Part":
		return part
	case "订单":
		return &Type{Kind: Record, Name: "订单", Fields: []Field{
			{Name: "number", Type: &Type{Kind: Text}},
			{Name: "grade", Type: &Type{Kind: Choice, Choices: []string{"A", "B"}}, Default: "B"},
			{Name: "lines", Type: &Type{Kind: List, Elem: line}},
		}}
	}
	return nil
}

func mustType(t testing.TB, text string) *Type {
	made, err := ParseType(text, types)
	require.NoError(t, err, text)
	return made
}

func TestATypeIsReadAsWritten(t *testing.T) {
	for _, text := range []string{
		"text", "integer", "number", "quantity", "money", "percent", "boolean", "date", "time", "moment", "duration", "file",
		"list of text", "map of money", "optional date", "ref crm.customer", "Line", "订单", "A | B | C", "optional A | B",
		"list of optional Line", "optional list of list of A | B", "make to order | buy in",
	} {
		require.Equal(t, text, mustType(t, text).String())
	}
	require.Equal(t, []string{"A", "B-2"}, mustType(t, " A|B-2 ").Choices)
	require.True(t, mustType(t, "optional  list of A | B").Elem.Kind == Choice)
}

func TestAMistakeInATypeIsFoundWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		text    string
		offset  int
		message string
	}{
		{"", 0, "missing"},
		{"txt", 0, `did you mean "text"`},
		{"list of Lime", 8, `unknown type "Lime"`},
		{"list", 0, "says what it holds"},
		{"list of", 7, "missing"},
		{"map of", 6, "missing"},
		{"optional", 0, "unknown type"},
		{"ref", 3, "ref crm.customer"},
		{"ref customer", 4, "ref crm.customer"},
		{"ref crm.customer x", 4, "ref crm.customer"},
		{"A | | B", 4, "choice is missing"},
		{"A | B | A", 8, "stands twice"},
		{"客户 | 客户", 5, "stands twice"},
		{"list of list of list of list of list of list of list of list of list of list of text", 72, "nested deeper"},
	} {
		_, err := ParseType(c.text, types)
		var mistake *SyntaxError
		require.True(t, errors.As(err, &mistake), c.text)
		require.Equal(t, c.offset, mistake.Offset, c.text)
		require.ErrorContains(t, err, c.message, c.text)
	}
}

func TestSameTypes(t *testing.T) {
	require.True(t, types("Part").Same(types("Part")), "a record that holds itself")
	require.True(t, types("订单").Same(types("订单")))
	for _, pair := range [][2]string{{"text", "date"}, {"A | B", "A | C"}, {"A | B", "A | B | C"}, {"list of text", "list of date"}, {"Line", "Part"}, {"optional text", "text"}, {"ref crm.customer", "ref crm.contact"}} {
		require.False(t, mustType(t, pair[0]).Same(mustType(t, pair[1])), pair)
	}
	require.False(t, types("Part").Same(nil))
	require.True(t, (*Type)(nil).Same(nil))
	require.True(t, mustType(t, "text").AsPersonal().Same(mustType(t, "text")), "personal data have the same values")
}

func TestAWrittenValueIsReadByItsType(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	d := Defaults{Currency: "CNY", Zone: shanghai}
	for _, c := range []struct {
		typ, text string
		want      any
	}{
		{"text", "0042", "0042"},
		{"text", "NO", "NO"},
		{"boolean", "NO", false},
		{"boolean", "yes", true},
		{"A | NO", "NO", "NO"},
		{"number", "1.10", New(110, 2)},
		{"integer", "42", Int(42)},
		{"integer", "42.0", Int(42)},
		{"percent", "5", Int(5)},
		{"percent", "5 %", Int(5)},
		{"money", "1500.50", Money{New(150050, 2), "CNY"}},
		{"money", "20 USD", Money{Int(20), "USD"}},
		{"date", "2026-03-02", "2026-03-02"},
		{"time", "14:00", "14:00:00"},
		{"moment", "2026-03-02T09:00+08:00", "2026-03-02T01:00:00.000000Z"},
		{"moment", "2026-03-02T09:00", "2026-03-02T01:00:00.000000Z"},
		{"moment", "2026-03-02 09:00:30", "2026-03-02T01:00:30.000000Z"},
		{"moment", "2026-03-02T01:00:00.1234567Z", "2026-03-02T01:00:00.123456Z"},
		{"duration", "2 work  days", "2 work days"},
		{"ref crm.customer", " C-1 ", "C-1"},
		{"optional date", "", nil},
	} {
		got, err := mustType(t, c.typ).Parse(c.text, d)
		require.NoError(t, err, c)
		require.Equal(t, c.want, got, c)
	}
}

func TestAWrittenValueOfTheWrongTypeIsRefused(t *testing.T) {
	for _, c := range []struct{ typ, text, message string }{
		{"boolean", "maybe", "neither true nor false"},
		{"A | B", "a", `did you mean "A"`},
		{"A | B", "pass", "none of the choices A, B"},
		{"integer", "1.5", "not a whole number"},
		{"number", "1,5", "not a number"},
		{"money", "5", "no currency"},
		{"money", "5 yuan", "no currency"},
		{"money", "CNY 5", "not a number"},
		{"date", "2026-02-30", "not a date"},
		{"date", "02.03.2026", "not a date"},
		{"time", "25:00", "not a time of day"},
		{"time", "9:00", "not a time of day"},
		{"moment", "2026-03-02T09:00", "not a moment"},
		{"duration", "two days", "not a duration"},
		{"ref crm.customer", "", "may not be empty"},
		{"list of text", "a, b", "not written as one text"},
		{"text", "a\x00b", "U+0000"},
	} {
		_, err := mustType(t, c.typ).Parse(c.text, Defaults{})
		require.ErrorContains(t, err, c.message, c)
	}
}

func TestAnInputIsAccepted(t *testing.T) {
	given, err := Decode([]byte(`{"number":"SO-1","lines":[{"sku":"BK-1","ordered":"2.50","price":10,"promised":null},{"sku":"BK-2","ordered":1,"price":{"amount":3,"currency":"USD"},"promised":"2026-03-02"}]}`))
	require.NoError(t, err)
	got, err := types("订单").Accept(given, Defaults{Currency: "CNY"})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"number": "SO-1", "grade": "B", "lines": []any{
		map[string]any{"sku": "BK-1", "ordered": New(250, 2), "price": Money{Int(10), "CNY"}},
		map[string]any{"sku": "BK-2", "ordered": Int(1), "price": Money{Int(3), "USD"}, "promised": "2026-03-02"},
	}}, got)
}

func TestEveryFaultOfAnInputIsNamedWithItsPath(t *testing.T) {
	given := map[string]any{
		"nummber": "SO-1", "grade": "C",
		"lines": []any{map[string]any{"sku": 5, "ordered": "many", "price": Int(1)}, "a line"},
	}
	_, err := types("订单").Accept(given, Defaults{})
	var faults Faults
	require.True(t, errors.As(err, &faults))
	paths := map[string]string{}
	for _, f := range faults {
		paths[f.Path] = f.Message
	}
	require.Equal(t, map[string]string{
		"number":           "missing; it must be a text",
		"nummber":          `unknown field; did you mean "number"?`,
		"grade":            `"C": none of the choices A, B`,
		"lines[0].sku":     "expected a ref, got a number",
		"lines[0].ordered": `"many": not a number`,
		"lines[0].price":   "money without a currency, which is three capital letters such as CNY",
		"lines[1]":         `expected a Line, got the text "a line"`,
	}, paths)
	require.Contains(t, err.Error(), "lines[0].sku: expected a ref, got a number; ")
}

func TestNumbersComeExactOrNotAtAll(t *testing.T) {
	quantity := mustType(t, "quantity")
	for _, n := range []any{5, int64(5), json.Number("5"), "5", Int(5)} {
		got, err := quantity.Accept(n, Defaults{})
		require.NoError(t, err)
		require.Equal(t, Int(5), got)
	}
	for _, n := range []any{5.0, float32(5), true, nil, []any{}, Money{Int(5), "CNY"}} {
		_, err := quantity.Accept(n, Defaults{})
		require.Error(t, err)
	}
}

func TestFieldsOfAFormAreAccepted(t *testing.T) {
	fields := []Field{{Name: "note", Type: mustType(t, "optional text")}, {Name: "open", Type: mustType(t, "map of boolean")}}
	got, err := AcceptFields(fields, map[string]any{"open": map[string]any{"a": "yes"}}, Defaults{})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"open": map[string]any{"a": true}}, got)
	_, err = AcceptFields(fields, nil, Defaults{})
	require.EqualError(t, err, "open: missing; it must be a map")
}

func TestTheSchemaAcceptsWhatTheTypeAccepts(t *testing.T) {
	for _, c := range []struct {
		typ, text string
		valid     bool
	}{
		{"订单", `{"number":"SO-1","lines":[{"sku":"a","ordered":1.5,"price":{"amount":1,"currency":"CNY"},"promised":null}]}`, true},
		{"订单", `{"number":"SO-1"}`, false},
		{"订单", `{"number":"SO-1","lines":[],"x":1}`, false},
		{"Part", `{"name":"wheel","parts":[{"name":"tyre","parts":[]}]}`, true},
		{"Part", `{"name":"wheel","parts":[{"name":"tyre"}]}`, false},
		{"A | B", `"C"`, false},
		{"A | B", `"A"`, true},
		{"optional integer", `null`, true},
		{"integer", `1.5`, false},
		{"map of boolean", `{"a":true}`, true},
		{"map of boolean", `{"a":1}`, false},
		{"time", `"14:00"`, true},
		{"time", `"2 pm"`, false},
	} {
		text, err := json.Marshal(JSONSchema(mustType(t, c.typ)))
		require.NoError(t, err)
		require.Equal(t, c.valid, validates(t, text, c.text), c)
		read, err := Decode([]byte(c.text))
		require.NoError(t, err)
		_, err = mustType(t, c.typ).Accept(read, Defaults{Currency: "CNY"})
		require.Equal(t, c.valid, err == nil, "%v: %v", c, err)
	}
}

func validates(t *testing.T, schema []byte, instance string) bool {
	var document any
	require.NoError(t, json.Unmarshal(schema, &document))
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("type.json", document))
	compiled, err := compiler.Compile("type.json")
	require.NoError(t, err)
	var read any
	require.NoError(t, json.Unmarshal([]byte(instance), &read))
	return compiled.Validate(read) == nil
}

func TestMoneyOfTwoCurrenciesDoesNotMeet(t *testing.T) {
	yuan, dollar := Money{New(150, 2), "CNY"}, Money{Int(1), "USD"}
	sum, err := yuan.Add(yuan)
	require.NoError(t, err)
	require.Equal(t, "3.00 CNY", sum.String())
	rest, err := yuan.Sub(Money{Int(1), "CNY"})
	require.NoError(t, err)
	require.True(t, rest.Equal(Money{New(5, 1), "CNY"}))
	require.Equal(t, "4.50 CNY", yuan.Mul(Int(3)).String())
	_, err = yuan.Add(dollar)
	require.ErrorIs(t, err, ErrTwoCurrencies)
	_, err = yuan.Cmp(dollar)
	require.ErrorIs(t, err, ErrTwoCurrencies)
	require.False(t, yuan.Equal(dollar))
}

func TestTheMostLikelyNameIsSuggested(t *testing.T) {
	known := []string{"approve", "task", "客户等级", "order"}
	for word, want := range map[string]string{"aprove": "approve", "tsak": "task", "客户等": "客户等级", "oder": "order", "zebra": "", "": ""} {
		require.Equal(t, want, Nearest(word, known), word)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"order", "订单", "line_2", "_x", "É"} {
		require.True(t, IsName(name), name)
	}
	for _, name := range []string{"", "2nd", "a-b", "a.b", "a b", "\xff"} {
		require.False(t, IsName(name), name)
	}
}
