package formula

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func TestConditionsThatCoverEveryCaseAreFound(t *testing.T) {
	types := map[string]*value.Type{
		"grade":  {Kind: value.Choice, Choices: []string{"A", "B", "C"}},
		"answer": {Kind: value.Choice, Choices: []string{"yes", "no"}, Optional: true},
		"pieces": {Kind: value.Integer},
		"weight": {Kind: value.Number},
		"total":  {Kind: value.MoneyKind},
		"limit":  {Kind: value.MoneyKind},
		"late":   {Kind: value.Boolean},
		"urgent": {Kind: value.Boolean},
		"city":   {Kind: value.Text},
		"wanted": {Kind: value.Date, Optional: true},
	}
	static := &Static{Names: types, Currency: "CNY"}
	for _, test := range []struct {
		conditions string // parted by ;
		covered    bool
	}{
		{"true", true},
		{"late; not late", true},
		{"late; urgent", false},
		{"late; not late and urgent; not urgent", true},
		{"late and urgent; late and not urgent; not late", true},
		{"late or urgent; not late", true},
		{"late ? urgent : true; late and not urgent", true},
		{"late == true; late == false", true},
		{`grade == "A"; grade == "B"; grade == "C"`, true},
		{`grade == "A"; grade == "B"`, false},
		{`grade in ["A", "B"]; grade == "C"`, true},
		{`grade in ["A", "B"]; grade != "A"`, true},
		{`grade == "A" and late; grade == "A" and not late; grade != "A"`, true},
		{`grade == "A" and late; grade != "A"`, false},
		{`answer == "yes"; answer == "no"`, false},
		{`answer == "yes"; answer == "no"; answer == nil`, true},
		{`answer == nil; answer == "yes"; answer != "yes"`, true},
		{`city == "Suzhou"; city != "Suzhou"`, true},
		{`city == "Suzhou"; city == "Beijing"`, false},
		{"pieces < 5; pieces >= 5", true},
		{"pieces < 5; pieces > 5", false},
		{"pieces <= 5; pieces >= 6", true},
		{"weight <= 5; weight >= 6", false},
		{"weight < 5; weight >= 5 and weight <= 30; weight > 30", true},
		{"weight < 5; 5 <= weight; late", true},
		{"weight < 5; weight > 5; weight == 5", true},
		{"weight < -1.5; weight >= -1.5", true},
		{"pieces > 2.5; pieces <= 2", true},
		{"total > limit; total <= limit", true},
		{"total > limit; limit > total", false},
		{"total > limit; limit > total; total == limit", true},
		{"total > 5; total <= 5", true},
		{`len(city) > 0; len(city) == 0`, true},
		{`len(city) > 1; len(city) == 0`, false},
		{`city startsWith "S"; not (city startsWith "S")`, true},
		{`city startsWith "S"; city startsWith "T"`, false},
		{`wanted == nil; wanted != nil`, true},
		{`(wanted ?? "2026-01-01") < "2026-06-01"; (wanted ?? "2026-01-01") >= "2026-06-01"`, true},
	} {
		t.Run(test.conditions, func(t *testing.T) {
			var conditions []*Formula
			for text := range strings.SplitSeq(test.conditions, ";") {
				f, problems := Compile(strings.TrimSpace(text), static, &value.Type{Kind: value.Boolean})
				require.Empty(t, problems)
				conditions = append(conditions, f)
			}
			covered := Cover(conditions, func(path string) *value.Type { return types[path] })
			require.Equal(t, test.covered, covered)
		})
	}
}

func TestConditionsTooManyToTellApartAreNotDecided(t *testing.T) {
	types, names := map[string]*value.Type{}, []string{}
	for name := range strings.SplitSeq("abcdefghijklmnop", "") {
		types["x"+name] = &value.Type{Kind: value.Boolean}
		names = append(names, "x"+name)
	}
	static := &Static{Names: types}
	all := strings.Join(names, " and ")
	var conditions []*Formula
	for _, text := range []string{all, "not (" + all + ")"} {
		f, problems := Compile(text, static, &value.Type{Kind: value.Boolean})
		require.Empty(t, problems)
		conditions = append(conditions, f)
	}
	require.False(t, Cover(conditions, func(path string) *value.Type { return types[path] }))
}
