package decision

import (
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

// risk is a table that several rows may answer.
func risk(rules, hit string) Source {
	return Source{
		Inputs:   fields("amount: money", "country: text", "new: boolean"),
		Outputs:  fields("level: high | medium | low", "points: integer", "fee: optional money"),
		Hit:      hit,
		Rules:    "amount | country | new || level | points | fee\n" + rules,
		Settings: settings(),
		Defaults: value.Defaults{Currency: "CNY"},
	}
}

func order(amount, country string, isNew bool) map[string]any {
	return map[string]any{"amount": value.Money{Amount: dec(amount), Currency: "CNY"}, "country": country, "new": isNew}
}

func cny(amount string) value.Money { return value.Money{Amount: dec(amount), Currency: "CNY"} }

func TestAnyTakesRowsThatAgree(t *testing.T) {
	s := risk("> 1000 | - | - || high | 3 | -\n- | XX | - || high | 3 | -\n<= 1000 | not XX | - || low | 1 | -\n", "any")
	table, problems := ParseText(s)
	require.Empty(t, problems)
	outputs, rows, err := table.Evaluate(order("2000", "XX", false), nil)
	require.NoError(t, err)
	require.Equal(t, []int{1, 2}, rows, "the history tells all rows that say so")
	require.Equal(t, map[string]any{"level": "high", "points": dec("3")}, outputs)

	s.Rules += "[500..600] | XX | - || medium | 2 | -\n"
	_, problems = ParseText(s)
	require.Len(t, problems, 1)
	require.Equal(t, codeOverlap, problems[0].Code)
	require.Contains(t, problems[0].Message, "rows 2 and 4 both match and say different things")
}

func TestPriorityTakesTheMostImportantRow(t *testing.T) {
	s := risk("- | - | - || low | 1 | -\n- | - | true || medium | 2 | -\n> 1000 | - | - || high | 3 | -\n- | XX | - || high | 3 | -\n", "priority")
	s.Order = []string{"high", "medium", "low"}
	table, problems := ParseText(s)
	require.Empty(t, problems)
	for _, c := range []struct {
		amount, country string
		isNew           bool
		row             int
	}{{"5", "CN", false, 1}, {"5", "CN", true, 2}, {"5000", "CN", true, 3}, {"5", "XX", true, 4}, {"5000", "XX", false, 3}} {
		_, rows, err := table.Evaluate(order(c.amount, c.country, c.isNew), nil)
		require.NoError(t, err)
		require.Equal(t, []int{c.row}, rows, "%+v", c)
	}

	s.Rules += "> 2000 | - | - || medium | 2 | -\n- | YY | - || high | 4 | -\n"
	_, problems = ParseText(s)
	require.Len(t, problems, 2)
	require.Contains(t, problems[0].Message, "rows 3 and 6 both match, are equally important and say different things")
	require.Equal(t, codeNeverWins, problems[1].Code)
	require.Contains(t, problems[1].Message, "more important rows take all it matches, for example row 3")
	require.Equal(t, 5, problems[1].Row)
}

func TestCollectGathersAllRowsThatMatch(t *testing.T) {
	const rules = "> 1000 | - | - || high | 3 | 10\n- | XX | - || medium | 2 | -\n- | - | true || medium | 4 | 2.50\n"
	for _, c := range []struct {
		how                    string
		both, none             map[string]any
		level, points, feeType string
	}{
		{
			"list",
			map[string]any{"level": []any{"high", "medium"}, "points": []any{dec("3"), dec("4")}, "fee": []any{cny("10"), cny("2.50")}},
			map[string]any{"level": []any{}, "points": []any{}, "fee": []any{}},
			"list of high | medium | low", "list of integer", "list of money",
		},
		{"count", map[string]any{"count": dec("2")}, map[string]any{"count": dec("0")}, "", "", ""},
	} {
		s := risk(rules, "collect")
		s.Collect = c.how
		table, problems := ParseText(s)
		require.Empty(t, problems, c.how)
		outputs, rows, err := table.Evaluate(order("2000", "CN", true), nil)
		require.NoError(t, err)
		require.Equal(t, []int{1, 3}, rows)
		require.Equal(t, c.both, outputs)
		outputs, rows, err = table.Evaluate(order("1", "CN", false), nil)
		require.NoError(t, err, "that no row matches is no mistake")
		require.Empty(t, rows)
		require.Equal(t, c.none, outputs)
		for _, f := range table.Result() {
			want := map[string]string{"level": c.level, "points": c.points, "fee": c.feeType, "count": "integer"}
			require.Equal(t, want[f.Name], f.Type.String())
		}
	}
}

func TestCollectMakesOneNumber(t *testing.T) {
	charges := Source{
		Inputs: fields("weight: quantity", "express: boolean"), Outputs: fields("charge: money", "days: integer"),
		Hit: "collect", Rules: "weight | express || charge | days\n> 10 | - || 12.50 | 5\n- | true || 30 | 1\n> 100 | - || 80 | 9\n",
		Defaults: value.Defaults{Currency: "CNY"},
	}
	for _, c := range []struct {
		how, weight  string
		express      bool
		charge, days any
		chargeType   string
	}{
		{"sum", "20", true, cny("42.50"), dec("6"), "money"},
		{"sum", "1", false, cny("0"), dec("0"), "money"},
		{"min", "200", false, cny("12.50"), dec("5"), "optional money"},
		{"max", "200", true, cny("80"), dec("9"), "optional money"},
		{"max", "1", false, nil, nil, "optional money"},
	} {
		charges.Collect = c.how
		table, problems := ParseText(charges)
		require.Empty(t, problems)
		outputs, _, err := table.Evaluate(map[string]any{"weight": dec(c.weight), "express": c.express}, nil)
		require.NoError(t, err)
		require.True(t, value.Equal(c.charge, outputs["charge"]), "%s: %v", c.how, outputs)
		require.True(t, value.Equal(c.days, outputs["days"]), "%s: %v", c.how, outputs)
		require.Equal(t, c.chargeType, table.Result()[0].Type.String())
	}
	charges.Collect, charges.Rules = "max", charges.Rules+"- | - || 0 | 0\n"
	table, problems := ParseText(charges)
	require.Empty(t, problems)
	require.Equal(t, "money", table.Result()[0].Type.String(), "some row always matches, so there is a greatest")
}

func TestAMistakeInTheHitPolicyIsFoundAtItsKey(t *testing.T) {
	const rules = "- | - | - || low | 1 | -\n"
	for _, c := range []struct {
		situation, hit, collect string
		order                   []string
		key, code, message      string
	}{
		{"mistyped", "frist", "", nil, "hit", codeUnknownHit, `did you mean "first"`},
		{"unheard of", "output order", "", nil, "hit", codeUnknownHit, "unique, first, any, priority or collect"},
		{"collect without how", "collect", "", nil, "collect", codeHit, "also says how"},
		{"collect in an unknown way", "collect", "median", nil, "collect", codeHit, "list, sum, min, max or count"},
		{"the sum of words", "collect", "sum", nil, "collect", codeHit, "level is high | medium | low: a sum is made of numbers"},
		{"the least of words", "collect", "min", nil, "collect", codeHit, "min needs numbers"},
		{"how without collect", "first", "sum", nil, "collect", codeHit, "only goes with hit: collect"},
		{"priority without an order", "priority", "", nil, "order", codeHit, "also says the order of level"},
		{"an order of unknown values", "priority", "", []string{"low", "lower"}, "order", codeHit, `"lower": none of the choices`},
		{"an order that says a value twice", "priority", "", []string{"low", "low"}, "order", codeHit, "stands twice"},
		{"an order without priority", "first", "", []string{"low"}, "order", codeHit, "only goes with hit: priority"},
		{"an order that leaves a row out", "priority", "", []string{"high"}, "", codeCell, "order has no place for level = low"},
	} {
		t.Run(c.situation, func(t *testing.T) {
			s := risk(rules, c.hit)
			s.Collect, s.Order = c.collect, c.order
			table, problems := ParseText(s)
			require.Nil(t, table)
			require.NotEmpty(t, problems)
			require.Equal(t, c.code, problems[0].Code)
			require.Contains(t, problems[0].Message, c.message)
			require.Equal(t, c.key, problems[0].Key)
		})
	}
}

func TestTheOutputThatDecidesTheOrderIsWritten(t *testing.T) {
	s := Source{
		Inputs: fields("a: boolean"), Outputs: fields("level: integer"), Hit: "priority", Order: []string{"2", "1"},
		Rules: "a || level\ntrue || settings.whole\nfalse || 1\n", Settings: &value.Type{Kind: value.Record, Fields: fields("whole: integer")},
	}
	_, problems := ParseText(s)
	require.Len(t, problems, 1)
	require.Contains(t, problems[0].Message, "written here and not read from a setting")
}
