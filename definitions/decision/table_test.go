package decision

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func typeOf(text string) *value.Type {
	t, err := value.ParseType(text, nil)
	if err != nil {
		panic(err)
	}
	return t
}

// fields makes fields of name: type pairs.
func fields(pairs ...string) []value.Field {
	var made []value.Field
	for _, pair := range pairs {
		name, text, _ := strings.Cut(pair, ": ")
		made = append(made, value.Field{Name: name, Type: typeOf(text)})
	}
	return made
}

func dec(text string) value.Decimal {
	d, err := value.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func settings() *value.Type {
	t := &value.Type{Kind: value.Record, Name: "settings", Fields: fields("limit: percent", "buyer_limit: number", "free: duration", "fee: money", "word: text")}
	for i, v := range []any{dec("100"), dec("5000"), "3d", value.Money{Amount: dec("9.90"), Currency: "CNY"}, "w"} {
		t.Fields[i].Default = v
	}
	t.Fields = append(t.Fields, value.Field{Name: "unset", Type: typeOf("number")})
	return t
}

// creditTable is the example of the process language.
const creditTable = `
grade | exposure  | overdue_days || result | reason
-     | > 100     | -            || block  | over limit
-     | -         | > 30         || block  | overdue, any amount
D     | -         | -            || review | grade
-     | [90..100] | -            || review | near limit
-     | -         | -            || pass   | ok
`

func credit(rules, hit string) Source {
	return Source{
		Inputs:   fields("grade: A | B | C | D", "exposure: percent", "overdue_days: integer"),
		Outputs:  fields("result: pass | review | block", "reason: text"),
		Hit:      hit,
		Rules:    rules,
		Settings: settings(),
		Defaults: value.Defaults{Currency: "CNY"},
	}
}

func TestTheFirstRowThatMatchesWins(t *testing.T) {
	table, problems := ParseText(credit(creditTable, "first"))
	require.Empty(t, problems)
	require.Equal(t, 5, table.Rows())
	for _, c := range []struct {
		grade, exposure, overdue string
		row                      int
		result, reason           string
	}{
		{"A", "100.01", "0", 1, "block", "over limit"},
		{"A", "100", "31", 2, "block", "overdue, any amount"},
		{"D", "10", "30", 3, "review", "grade"},
		{"B", "90", "0", 4, "review", "near limit"},
		{"B", "89.99", "0", 5, "pass", "ok"},
	} {
		outputs, rows, err := table.Evaluate(map[string]any{"grade": c.grade, "exposure": dec(c.exposure), "overdue_days": dec(c.overdue)}, nil)
		require.NoError(t, err)
		require.Equal(t, []int{c.row}, rows, c)
		require.Equal(t, map[string]any{"result": c.result, "reason": c.reason}, outputs)
	}
}

func TestSettingsInForceCount(t *testing.T) {
	s := Source{
		Inputs:   fields("total: money", "rise: percent", "age: duration"),
		Outputs:  fields("level: buyer | manager", "fee: optional money", "within: optional duration"),
		Hit:      "first",
		Rules:    "total | rise | age || level | fee | within\n>= settings.buyer_limit | - | - || manager | settings.fee | settings.free\n- | > settings.limit | - || manager | 5 | -\n- | - | > settings.free || manager | 20 USD | 1d\n- | - | - || buyer | - | -\n",
		Settings: settings(), Defaults: value.Defaults{Currency: "CNY"},
	}
	table, problems := ParseText(s)
	require.Empty(t, problems)
	require.Equal(t, []string{"buyer_limit", "fee", "free", "limit"}, table.Reads())
	inputs := map[string]any{"total": value.Money{Amount: dec("4000"), Currency: "CNY"}, "rise": dec("0"), "age": "2d"}
	inForce := map[string]any{"buyer_limit": dec("5000"), "limit": dec("100"), "free": "3d", "fee": value.Money{Amount: dec("9.90"), Currency: "CNY"}}
	outputs, rows, err := table.Evaluate(inputs, inForce)
	require.NoError(t, err)
	require.Equal(t, []int{4}, rows)
	require.Equal(t, map[string]any{"level": "buyer"}, outputs)

	inForce["buyer_limit"] = dec("4000")
	outputs, _, err = table.Evaluate(inputs, inForce)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"level": "manager", "fee": value.Money{Amount: dec("9.90"), Currency: "CNY"}, "within": "3d"}, outputs)

	delete(inForce, "buyer_limit")
	_, _, err = table.Evaluate(inputs, inForce)
	require.ErrorContains(t, err, "settings.buyer_limit: nothing there")
	inForce["buyer_limit"] = dec("5000")
	inputs["total"] = value.Money{Amount: dec("1"), Currency: "USD"}
	_, _, err = table.Evaluate(inputs, inForce)
	require.ErrorIs(t, err, value.ErrTwoCurrencies)
	delete(inputs, "total")
	_, _, err = table.Evaluate(inputs, inForce)
	require.ErrorContains(t, err, "input total: nothing there")
}

func TestASettingThatWasChangedMayLeaveAGapOrAnOverlap(t *testing.T) {
	s := Source{
		Inputs: fields("rate: percent"), Outputs: fields("level: low | high"), Settings: settings(),
		Rules: "rate || level\n<= settings.limit || low\n> 100 || high\n",
	}
	table, problems := ParseText(s)
	require.Empty(t, problems)
	_, _, err := table.Evaluate(map[string]any{"rate": dec("95")}, map[string]any{"limit": dec("90")})
	require.ErrorIs(t, err, ErrNoRow)
	require.ErrorContains(t, err, "rate = 95")
	_, rows, err := table.Evaluate(map[string]any{"rate": dec("105")}, map[string]any{"limit": dec("110")})
	require.ErrorIs(t, err, ErrSeveralRows)
	require.Equal(t, []int{1, 2}, rows)
}

func TestEveryKindOfCell(t *testing.T) {
	for _, c := range []struct {
		typ, cell string
		takes     []any
		refuses   []any
	}{
		{"A | B | C", "A, B", []any{"A", "B"}, []any{"C"}},
		{"A | B | C", "not A", []any{"B", "C"}, []any{"A"}},
		{"A | B | C", "not A, B", []any{"C"}, []any{"A", "B"}},
		{"boolean", "true", []any{true}, []any{false}},
		{"boolean", "no", []any{false}, []any{true}},
		{"integer", "3", []any{dec("3"), dec("3.0")}, []any{dec("4")}},
		{"integer", "not 3", []any{dec("4")}, []any{dec("3")}},
		{"number", "(1..2.5]", []any{dec("1.001"), dec("2.5")}, []any{dec("1"), dec("2.51")}},
		{"number", "[1..2)", []any{dec("1"), dec("1.99")}, []any{dec("2"), dec("0.99")}},
		{"number", "< 1, [5..6], > 9", []any{dec("0"), dec("5.5"), dec("10")}, []any{dec("1"), dec("7"), dec("9")}},
		{"percent", ">= 5 %", []any{dec("5")}, []any{dec("4.9")}},
		{"money", "> 100", []any{value.Money{Amount: dec("101"), Currency: "CNY"}}, []any{value.Money{Amount: dec("100"), Currency: "CNY"}}},
		{"date", "[2026-03-01..2026-03-31]", []any{"2026-03-01", "2026-03-31"}, []any{"2026-02-28", "2026-04-01"}},
		{"time", "< 12:00", []any{"11:59:59"}, []any{"12:00:00"}},
		{"moment", ">= 2026-03-02T09:00+08:00", []any{"2026-03-02T01:00:00.000000Z"}, []any{"2026-03-02T00:59:59.999999Z"}},
		{"duration", "> 4h", []any{"5 work hours", "1d"}, []any{"4h", "30m"}},
		{"text", `"a, b", c`, []any{"a, b", "c"}, []any{"a"}},
		{"text", `"-"`, []any{"-"}, []any{"x"}},
		{"ref crm.customer", "C-1", []any{"C-1"}, []any{"C-2"}},
		{"optional integer", "-", []any{nil, dec("1")}, nil},
		{"optional integer", "> 0", []any{dec("1")}, []any{nil, dec("0")}},
		{"optional A | B", "not A", []any{nil, "B"}, []any{"A"}},
	} {
		s := Source{
			Inputs: fields("x: " + c.typ), Outputs: fields("y: yes | no"), Hit: "first", Settings: settings(),
			Rules: "x || y\n" + c.cell + " || yes\n- || no\n", Defaults: value.Defaults{Currency: "CNY"},
		}
		table, problems := ParseText(s)
		require.NotNil(t, table, "%v: %v", c, problems)
		for want, values := range map[string][]any{"yes": c.takes, "no": c.refuses} {
			for _, v := range values {
				outputs, _, err := table.Evaluate(map[string]any{"x": v}, nil)
				require.NoError(t, err)
				require.Equal(t, want, outputs["y"], "%s of %v", c.cell, v)
			}
		}
	}
}

func TestAnInputIsABoundOfAnother(t *testing.T) {
	s := Source{
		Inputs: fields("stock: quantity", "needed: quantity"), Outputs: fields("route: take | make"),
		Rules: "stock | needed || route\n>= needed | - || take\n< needed | - || make\n",
	}
	table, problems := ParseText(s)
	require.Empty(t, problems)
	outputs, _, err := table.Evaluate(map[string]any{"stock": dec("5.0"), "needed": dec("5")}, nil)
	require.NoError(t, err)
	require.Equal(t, "take", outputs["route"])
}

func TestACSVHasTheSameColumns(t *testing.T) {
	s := credit("\ufeffresult,exposure,grade,reason,overdue_days\nblock,> 100,-,\"over, far over\",-\nreview,<= 100,\"C, D\",grade,-\npass,[1..],-,x,-\n", "first")
	_, problems := ParseCSV(s)
	require.Len(t, problems, 1)
	require.Equal(t, 3, problems[0].Row)
	s.Rules = strings.Replace(s.Rules, "[1..]", "-", 1)
	table, problems := ParseCSV(s)
	require.Empty(t, problems)
	outputs, rows, err := table.Evaluate(map[string]any{"grade": "D", "exposure": dec("5"), "overdue_days": dec("0")}, nil)
	require.NoError(t, err)
	require.Equal(t, []int{2}, rows)
	require.Equal(t, map[string]any{"result": "review", "reason": "grade"}, outputs)
}

func TestAnInputAndAnOutputMayHaveOneName(t *testing.T) {
	s := Source{Inputs: fields("priority: P1 | P2"), Outputs: fields("priority: high | low"), Rules: "priority || priority\nP1 || high\nP2 || low"}
	table, problems := ParseText(s)
	require.Empty(t, problems)
	outputs, _, err := table.Evaluate(map[string]any{"priority": "P2"}, nil)
	require.NoError(t, err)
	require.Equal(t, "low", outputs["priority"])
}

func BenchmarkEvaluate(b *testing.B) {
	table, problems := ParseText(credit(creditTable, "first"))
	require.Empty(b, problems)
	inputs := map[string]any{"grade": "B", "exposure": dec("50"), "overdue_days": dec("3")}
	for b.Loop() {
		if _, _, err := table.Evaluate(inputs, nil); err != nil {
			b.Fatal(err)
		}
	}
}
