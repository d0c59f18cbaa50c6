package formula

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func compiled(t testing.TB, source string, want *value.Type) *Formula {
	f, problems := Compile(source, world(), want)
	require.Empty(t, problems, source)
	return f
}

func TestAFormulaGivesItsValue(t *testing.T) {
	for _, c := range []struct{ source, typ, want string }{
		{`order.total > settings.controller_limit && credit.result != "pass"`, "boolean", `true`},
		{`0.1 + 0.2`, "number", `0.3`},
		{`0.1 + 0.2 == 0.3`, "boolean", `true`},
		{`1.10`, "number", `1.10`},
		{`1_000 * 3`, "integer", `3000`},
		{`.5 + 5.`, "number", `5.5`},
		{`0x10`, "integer", `16`},
		{`-count_of`, "integer", `-7`},
		{`-5 + +2`, "integer", `-3`},
		{`10 / 4`, "number", `2.5`},
		{`10 / 3`, "number", `3.333333333333`},
		{`7 % 4`, "integer", `3`},
		{`weight - 2`, "quantity", `10.50`},
		{`weight * 2`, "quantity", `25.00`},
		{`weight / weight`, "number", `1`},
		{`margin + 1`, "percent", `19.5`},
		{`margin >= 18.50`, "boolean", `true`},
		{`order.total + 100`, "money", `{"amount":81100.00,"currency":"CNY"}`},
		{`order.total * 2`, "money", `{"amount":162000.00,"currency":"CNY"}`},
		{`rate * order.total`, "money", `{"amount":24300.0000,"currency":"CNY"}`},
		{`order.total / 3`, "money", `{"amount":27000,"currency":"CNY"}`},
		{`order.total / order.total`, "number", `1`},
		{`order.total == 81000`, "boolean", `true`},
		{`work_between("2026-03-02T10:00+08:00", "2026-03-02T11:00+08:00") == "1h"`, "boolean", `true`},
		{`work_between("2026-03-02T10:00+08:00", "2026-03-02T11:00+08:00") in ["2h", "1h"]`, "boolean", `true`},
		{`order.total == "81000 CNY"`, "boolean", `true`},
		{`order.total != "81000 USD"`, "boolean", `true`},
		{`order.total.currency`, "text", `"CNY"`},
		{`{amount: 5, currency: "USD"}`, "money", `{"amount":5,"currency":"USD"}`},
		{`part(order.total, margin)`, "money", `{"amount":14985.00000,"currency":"CNY"}`},
		{`round(part(order.total, margin), 2)`, "money", `{"amount":14985.00,"currency":"CNY"}`},
		{`order.number + "/" + credit.reason`, "text", `"SO-1/near limit"`},
		{`order.客户等级 == "B"`, "boolean", `true`},
		{`订单.number`, "text", `"SO-1"`},
		{`order.customer.grade`, "A | B | C", `"B"`},
		{`buyer.grade == "B" ? "b" : "other"`, "text", `"b"`},
		{`if order.urgent { 1 } else { 2.5 }`, "number", `1`},
		{`contact ?? "nobody"`, "text", `"nobody"`},
		{`contact`, "optional text", `null`},
		{`order.wanted ?? today`, "date", `"2026-03-02"`},
		{`earlier?.result ?? "none yet"`, "text", `"none yet"`},
		{`earlier?.result`, "optional pass | review | block", `null`},
		{`earlier == nil || earlier.share > 5`, "boolean", `true`},
		{`earlier != nil && earlier.share > 5`, "boolean", `false`},
		{`earlier != nil ? earlier.reason : "first"`, "text", `"first"`},
		{`agreed == true`, "boolean", `false`},
		{`contact == "x"`, "boolean", `false`},
		{`contact == nil`, "boolean", `true`},
		{`order.buyer_note ?? 1`, "", ``},
		{`len(order.lines)`, "integer", `3`},
		{`len("客户")`, "integer", `2`},
		{`count(order.lines, .open > 0)`, "integer", `2`},
		{`sum(order.lines, .ordered)`, "quantity", `6.5`},
		{`sum(order.lines, .price * .ordered)`, "money", `{"amount":90.800,"currency":"CNY"}`},
		{`sum(filter(order.lines, .open > 9), .price)`, "money", `{"amount":0,"currency":"CNY"}`},
		{`min(order.lines | map(.price)) ?? 0`, "money", `{"amount":5.55,"currency":"CNY"}`},
		{`max(map(order.lines, .ordered)) ?? 0`, "quantity", `3`},
		{`max(1, 2.5, 2)`, "number", `2.5`},
		{`max(due, today)`, "date", `"2026-03-10"`},
		{`min([])`, "", ``},
		{`map(sortBy(order.lines, .price), .sku)`, "list of ref stock.product", `["BK-3","BK-1","BK-2"]`},
		{`map(sortBy(order.lines, .ordered, "desc"), .sku)`, "list of ref stock.product", `["BK-2","BK-1","BK-3"]`},
		{`map(sortBy(order.lines, .promised), .sku)`, "list of ref stock.product", `["BK-2","BK-1","BK-3"]`},
		{`first(order.lines)?.sku ?? "none"`, "ref stock.product", `"BK-1"`},
		{`last(order.tags)`, "optional text", `"gift"`},
		{`order.lines[1]?.sku`, "optional ref stock.product", `"BK-2"`},
		{`order.tags[9]`, "optional text", `null`},
		{`any(order.lines, .open > 1)`, "boolean", `false`},
		{`all(order.lines, .price > 5 && .ordered > 0)`, "boolean", `true`},
		{`none(order.lines, .sku == order.number)`, "boolean", `true`},
		{`count(order.lines, any(order.tags, # == "web"))`, "integer", `3`},
		{`append(map(order.lines, .sku), "BK-9", "BK-8")`, "list of ref stock.product", `["BK-1","BK-2","BK-3","BK-9","BK-8"]`},
		{`map(order.lines, {sku: .sku, quantity: .open})`, "list of record", `[{"quantity":1,"sku":"BK-1"},{"quantity":0,"sku":"BK-2"},{"quantity":1,"sku":"BK-3"}]`},
		{`filter(order.lines, .promised != nil && .promised < due)`, "list of Line", `[]`},
		{`"web" in order.tags`, "boolean", `true`},
		{`order.tags contains "web"`, "boolean", `true`},
		{`credit.result in ["pass", "review"]`, "boolean", `true`},
		{`credit.result not in ["pass"]`, "boolean", `true`},
		{`"BK-1" in stock`, "boolean", `true`},
		{`stock["BK-1"] ?? 0`, "quantity", `4`},
		{`stock[order.number] ?? 0`, "quantity", `0`},
		{`order.number contains "O-"`, "boolean", `true`},
		{`order.number startsWith "SO" and order.number endsWith "1"`, "boolean", `true`},
		{`order.number matches "^SO-[0-9]+$"`, "boolean", `true`},
		{`join(order.tags, ", ")`, "text", `"web, gift"`},
		{`split("a b", " ")`, "list of text", `["a","b"]`},
		{`upper(trim(" x "))`, "text", `"X"`},
		{`as_text(margin) + " " + as_text(order.total)`, "text", `"18.5 % 81000.00 CNY"`},
		{`as_text(deadline) + " " + as_text(opens) + " " + as_text(order.urgent)`, "text", `"2026-03-04 09:00 09:00 true"`},
		{`now`, "moment", `"2026-03-02T01:00:00.000000Z"`},
		{`today < due`, "boolean", `true`},
		{`due > "2026-03-09"`, "boolean", `true`},
		{`"2026-03-09" < due`, "boolean", `true`},
		{`deadline > now`, "boolean", `true`},
		{`opens <= "09:30"`, "boolean", `true`},
		{`add(now, "2 work days")`, "moment", `"2026-03-04T01:00:00.000000Z"`},
		{`add(now, patience)`, "moment", `"2026-03-02T02:30:00.000000Z"`},
		{`add(due, "-1 work day")`, "date", `"2026-03-09"`},
		{`work_between(now, deadline) > "8 work hours"`, "boolean", `true`},
		{`work_between(now, deadline)`, "duration", `"960m"`},
		{`hours(work_between(now, deadline))`, "number", `16`},
		{`days_between(today, due)`, "integer", `8`},
		{`date_of(deadline)`, "date", `"2026-03-04"`},
		{`patience < settings.patience`, "boolean", `true`},
		{`patience == "90m"`, "boolean", `true`},
		{`settings.patience == "120m"`, "boolean", `true`},
		{`instance.process + " " + actor`, "text", `"make_to_order li.wei"`},
		{`instance.key`, "optional text", `null`},
		{`reached(pick) && !open(pick)`, "boolean", `true`},
		{`done(核对)`, "boolean", `true`},
		{`people(sales)`, "list of text", `["li.wei","wang.fang"]`},
		{`people(sales, skill: "english")`, "list of text", `["wang.fang"]`},
		{`superior(actor) ?? ""`, "text", `"zhao.lei"`},
		{`superior("zhao.lei")`, "optional text", `null`},
		{`let rest = order.total - 1000; rest > 5 ? rest : order.total`, "money", `{"amount":80000.00,"currency":"CNY"}`},
		{`let x = 2; let y = x * x; y + x`, "integer", `6`},
		{`nil`, "nothing", `null`},
		{`[1, 2.5]`, "list of number", `[1,2.5]`},
		{`true or false`, "boolean", `true`},
		{`not order.urgent`, "boolean", `false`},
		{`1 < count_of < 10`, "boolean", `true`},
		{`round(2.5)`, "integer", `3`},
		{`round_up(weight / 5)`, "quantity", `3`},
		{`abs(order.total - 90000)`, "money", `{"amount":9000.00,"currency":"CNY"}`},
	} {
		if c.typ == "" {
			_, problems := Compile(c.source, world(), nil)
			require.NotEmpty(t, problems, c.source)
			continue
		}
		f, problems := Compile(c.source, world(), nil)
		require.Empty(t, problems, c.source)
		got := f.Type().String()
		if f.Type().Kind == value.Nothing {
			got = "nothing"
		}
		require.Equal(t, c.typ, got, c.source)
		v, err := f.Eval(scope(t))
		require.NoError(t, err, c.source)
		text, err := value.Encode(v)
		require.NoError(t, err, c.source)
		require.Equal(t, c.want, string(text), c.source)
	}
}

func TestAFormulaTakesTheTypeItsPlaceWants(t *testing.T) {
	for _, c := range []struct{ source, want, value string }{
		{`"2026-03-02"`, "date", `"2026-03-02"`},
		{`"2 work  days"`, "duration", `"2 work days"`},
		{`100`, "money", `{"amount":100,"currency":"CNY"}`},
		{`rate`, "money", `{"amount":0.30,"currency":"CNY"}`},
		{`count_of`, "quantity", `7`},
		{`"pass"`, "pass | block", `"pass"`},
		{`order.urgent ? "make" : "buy"`, "make | buy", `"make"`},
		{`contact ?? "none"`, "text", `"none"`},
		{`nil`, "optional date", `null`},
		{`order.urgent ? due : nil`, "optional date", `"2026-03-10"`},
		{`[]`, "list of Line", `[]`},
		{`["pass"]`, "list of pass | block", `["pass"]`},
		{`order.number`, "ref sales.order", `"SO-1"`},
		{`buyer`, "text", `"C-7"`},
		{`{result: "pass", reason: "r", share: 5}`, "Credit", `{"reason":"r","result":"pass","share":5}`},
		{`order.lines`, "list of Line", ``},
		{`credit`, "optional Credit", ``},
		{`[{sku: "a", ordered: 1, open: 0, price: 5}]`, "list of Line", `[{"open":0,"ordered":1,"price":{"amount":5,"currency":"CNY"},"sku":"a"}]`},
		{`map(order.lines, {sku: .sku, ordered: .ordered, open: .open, price: 7, promised: nil})`, "list of Line", ``},
	} {
		f := compiled(t, c.source, typeOf(c.want))
		v, err := f.Eval(scope(t))
		require.NoError(t, err, c.source)
		if c.value == "" {
			continue
		}
		text, err := value.Encode(v)
		require.NoError(t, err)
		require.Equal(t, c.value, string(text), c.source)
	}
}

func TestNilAndTheEmptyListTakeTheTypeWanted(t *testing.T) {
	require.Equal(t, "optional date", compiled(t, `nil`, typeOf("optional date")).Type().String())
	require.Equal(t, "list of Line", compiled(t, `[]`, typeOf("list of Line")).Type().String())
}

func TestARecordIsCutToTheOneWanted(t *testing.T) {
	short := record("Short", "sku: text", "price: money")
	v, err := compiled(t, "order.lines", &value.Type{Kind: value.List, Elem: short}).Eval(scope(t))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"sku": "BK-1", "price": yuan("10.10")}, v.([]any)[0])
}

func TestAnObjectThatWasNotFetchedIsAskedFor(t *testing.T) {
	s := scope(t)
	s.Lookup = func(string, string) (any, bool) { return nil, false }
	for source, want := range map[string]NeedLookup{
		`order.customer.grade == "A"`: {"crm.customer", "C-7"},
		`people(sales)`:               {"people", "sales"},
		`superior(actor)`:             {"superior", "li.wei"},
	} {
		_, err := compiled(t, source, nil).Eval(s)
		var need *NeedLookup
		require.True(t, errors.As(err, &need), source)
		require.Equal(t, want, *need)
	}
	s.Lookup = func(string, string) (any, bool) { return nil, true }
	_, err := compiled(t, `order.customer.grade`, nil).Eval(s)
	require.ErrorIs(t, err, ErrNothingThere)
	require.ErrorContains(t, err, "crm.customer C-7")
}

func TestWhatIsMissingAgainstThePromiseIsAnErrorNotAPanic(t *testing.T) {
	s := scope(t)
	s.Get = func(string) any { return nil }
	for _, source := range []string{
		`order.total > 5`, `order.number + "x"`, `sum(order.lines, .ordered)`, `count(order.lines, .open > 0)`, `margin`, `-margin`,
		`order.urgent ? 1 : 2`, `!order.urgent`, `part(margin, 5)`, `due < today`, `date_of(deadline)`, `len(order.tags)`, `"x" in order.tags`, `map(order.lines, .sku)`,
		`as_text(margin)`, `round(margin)`, `add(due, "2d")`, `order.total + 5`, `order.total / order.total`, `upper(order.number)`, `order.number matches "x"`, `patience < "1h"`,
	} {
		_, err := compiled(t, source, nil).Eval(s)
		require.ErrorIs(t, err, ErrNothingThere, source)
	}
	empty := &Scope{}
	for _, source := range []string{`order.total`, `settings.free_days`, `instance.id`, `reached(pick)`, `people(sales)`} {
		_, err := compiled(t, source, nil).Eval(empty)
		require.Error(t, err, source)
	}
}

func TestMoneyOfTwoCurrenciesIsAnErrorWhenItMeets(t *testing.T) {
	for _, source := range []string{
		`order.total + {amount: 5, currency: "USD"}`, `order.total < {amount: 5, currency: "USD"}`, `order.total / {amount: 5, currency: "USD"}`,
		`sum([order.total, {amount: 5, currency: "USD"}])`, `max(order.total, {amount: 5, currency: "USD"})`,
	} {
		_, err := compiled(t, source, nil).Eval(scope(t))
		require.ErrorIs(t, err, value.ErrTwoCurrencies, source)
	}
}

func TestAFormulaKnowsWhatItReads(t *testing.T) {
	f := compiled(t, `let x = margin; order.total > settings.controller_limit && x > 5 && any(order.lines, .open > weight)`, nil)
	require.Equal(t, []string{"margin", "order", "weight"}, f.Reads())
	require.False(t, f.UsesNow())
	require.True(t, compiled(t, `today < due`, nil).UsesNow())
}

func TestPersonalDataMakeTheFormulaPersonal(t *testing.T) {
	for source, personal := range map[string]bool{
		`phone`: true, `"tel " + phone`: true, `upper(phone)`: true, `contact ?? phone`: true, `order.urgent ? phone : "x"`: true, `[phone]`: true,
		`phone == "x"`: false, `len(phone)`: false, `order.number`: false,
	} {
		require.Equal(t, personal, compiled(t, source, nil).Type().Personal, source)
	}
	f, problems := CompileText("call {{ phone }}", world(), nil)
	require.Empty(t, problems)
	require.True(t, f.Type().Personal)
}

func TestGuards(t *testing.T) {
	for _, c := range []struct {
		source          string
		ifTrue, ifFalse []string
	}{
		{`contact != nil`, []string{"contact"}, nil},
		{`contact == nil`, nil, []string{"contact"}},
		{`nil != contact`, []string{"contact"}, nil},
		{`!(contact == nil)`, []string{"contact"}, nil},
		{`contact != nil && order.wanted != nil`, []string{"contact", "order", "order.wanted"}, nil},
		{`contact == nil || order.wanted == nil`, nil, []string{"contact", "order", "order.wanted"}},
		{`contact != nil || order.urgent`, nil, nil},
		{`contact != nil && margin > 1 || contact != nil`, []string{"contact"}, nil},
		{`contact == "x"`, []string{"contact"}, nil},
		{`contact != "x"`, nil, []string{"contact"}},
		{`earlier?.result == "pass"`, []string{"earlier", "earlier.result"}, nil},
		{`any(order.lines, .promised != nil)`, nil, nil},
		{`contact in ["a"]`, []string{"contact"}, nil},
	} {
		ifTrue, ifFalse := compiled(t, c.source, nil).Guards()
		require.Equal(t, c.ifTrue, ifTrue, c.source)
		require.Equal(t, c.ifFalse, ifFalse, c.source)
	}
}

func TestFormulasCombine(t *testing.T) {
	list := List([]*Formula{compiled(t, "margin", nil), compiled(t, "order.number", nil)}, nil)
	v, err := list.Eval(scope(t))
	require.NoError(t, err)
	require.Equal(t, []any{dec("18.5"), "SO-1"}, v)
	require.Equal(t, []string{"margin", "order"}, list.Reads())

	rec := Record([]Member{{"a", compiled(t, "now", nil)}, {"b", compiled(t, "contact", nil)}}, record("R"))
	v, err = rec.Eval(scope(t))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": "2026-03-02T01:00:00.000000Z"}, v)
	require.True(t, rec.UsesNow())

	_, err = List([]*Formula{compiled(t, "superior(actor)", nil)}, nil).Eval(&Scope{})
	require.Error(t, err)

	yes, err := Constant(true, typeOf("boolean")).Bool(nil)
	require.NoError(t, err)
	require.True(t, yes)
	_, err = Constant("x", typeOf("text")).Bool(nil)
	require.Error(t, err)
}

func TestTheLibrarysExamplesHold(t *testing.T) {
	for _, doc := range Functions() {
		require.True(t, IsFunction(doc.Name))
		require.True(t, strings.HasPrefix(doc.Signature, doc.Name+"("), doc.Name)
		f, problems := Compile(doc.Example, world(), nil)
		require.Empty(t, problems, doc.Example)
		v, err := f.Eval(scope(t))
		require.NoError(t, err, doc.Example)
		if doc.Result == "" {
			continue
		}
		got, err := value.Encode(v)
		require.NoError(t, err)
		require.Equal(t, doc.Result, strings.Trim(string(got), `"`), doc.Example)
	}
	require.True(t, IsFunction("settings"))
	require.False(t, IsFunction("order"))
}

func TestAFormulaSaysWhetherMoreThanProcessDataDecideIt(t *testing.T) {
	for source, only := range map[string]bool{
		"margin > 5": true, "order.number": true, "now": false, "settings.controller_limit": false, "actor": false,
		"reached(pick)": false, "people(sales)": false, "superior(order.number) == nil": false, "order.customer.grade": false,
	} {
		require.Equal(t, only, compiled(t, source, nil).OnlyData(), source)
	}
}

func TestAConditionThatNeverHoldsIsKnown(t *testing.T) {
	for source, never := range map[string]bool{"false": true, "1 > 2": true, "true": false, "margin > 5": false, "instance.key == \"x\"": false, "now < \"2020-01-01T00:00:00Z\"": false, "settings.controller_limit < 0": false} {
		require.Equal(t, never, compiled(t, source, nil).Never(), source)
	}
}
