package decision

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"waybill/definitions/value"
)

func TestAMistakeInATableIsFoundWithItsPlace(t *testing.T) {
	const header = "grade | exposure | overdue_days || result | reason\n"
	for _, c := range []struct {
		situation, rules string
		row, column      int
		at               string // what stands at the offset
		code, message    string
		mend             string
	}{
		{"no rows", header, 0, 0, "grade", codeEmpty, "no rows", ""},
		{"no separator", "grade | exposure\nA | 5", 0, 0, "grade", codeHeader, "|| is missing", ""},
		{"unknown column", "grad | exposure | overdue_days || result | reason\n- | - | - || pass | x", 0, 1, "grad", codeHeader, `did you mean "grade"`, "grade"},
		{"a column twice", "grade | grade | exposure | overdue_days || result | reason\n- | - | - | - || pass | x", 0, 2, "grade | exposure", codeHeader, "stands twice", ""},
		{"a column too few", "grade | exposure || result | reason\n- | - || pass | x", 0, 0, "grade", codeHeader, "overdue_days is missing", ""},
		{"an output before", "grade | exposure | overdue_days | result || reason\n- | - | - | pass || x", 0, 4, "result ||", codeHeader, "it stands after ||", ""},
		{"an input behind", "grade | exposure || overdue_days | result | reason\n- | - || - | pass | x", 0, 3, "overdue_days", codeHeader, "it stands before ||", ""},
		{"a cell too few", header + "- | - || pass | x", 1, 0, "- | - ||", codeWidth, "2 cells before ||, the first line has 3", ""},
		{"an output too many", header + "- | - | - || pass | x | y", 1, 0, "- | - | -", codeWidth, "6 cells", ""},
		{"no outputs", header + "- | - | -", 1, 0, "- | - | -", codeWidth, "no ||", ""},
		{"unknown choice", header + "- | - | - || pass | x\nE | - | - || pass | x", 2, 1, "E |", codeUnknownChoice, `"E": none of the choices A, B, C, D`, ""},
		{"mistyped output", header + "- | - | - || pas | x", 1, 4, "pas |", codeUnknownChoice, `did you mean "pass"`, "pass"},
		{"a word for a number", header + "- | many | - || pass | x", 1, 2, "many", codeCell, "not a number", ""},
		{"order of choices", header + "> A | - | - || pass | x", 1, 1, "> A", codeCell, "are not compared with >", ""},
		{"an empty cell", header + "A |  | - || pass | x", 1, 2, "", codeCell, "write - for any value", "-"},
		{"an empty output", header + "A | - | - || pass | ", 1, 5, "", codeCell, "is empty", ""},
		{"no output", header + "A | - | - || - | x", 1, 4, "- | x", codeCell, "result needs a value", ""},
		{"a range without brackets", header + "A | 1..5 | - || pass | x", 1, 2, "1..5", codeCell, "a range is written [1..5]", "[1..5]"},
		{"an empty range", header + "A | [5..1] | - || pass | x", 1, 2, "[5..1]", codeCell, "nothing lies in", ""},
		{"equals", header + "A | = 5 | - || pass | x", 1, 2, "= 5", codeCell, "write the value alone", ""},
		{"unknown setting", header + "A | > settings.limt | - || pass | x", 1, 2, "> settings.limt", codeSetting, `did you mean "limit"`, "> settings.limit"},
		{"a setting of another type", header + "A | > settings.word | - || pass | x", 1, 2, "> settings.word", codeCell, "settings.word is text", ""},
		{"an input of another type", header + "A | > grade | - || pass | x", 1, 2, "> grade", codeCell, "grade is A | B | C | D", ""},
		{"compared with itself", header + "A | > exposure | - || pass | x", 1, 2, "> exposure", codeCell, "compared with itself", ""},
		{"an output setting of another type", header + "A | - | - || settings.limit | x", 1, 4, "settings.limit", codeCell, "settings.limit is percent", ""},
		{"a comma too many", header + "A, | - | - || pass | x", 1, 1, "A,", codeCell, "beside the comma", ""},
		{"Chinese text before", "grade | exposure | overdue_days || result | reason\n- | - | - || pass | 可以\n- | x | - || pass | 好", 2, 2, "x |", codeCell, "not a number", ""},
	} {
		t.Run(c.situation, func(t *testing.T) {
			table, problems := ParseText(credit(c.rules, "first"))
			require.Nil(t, table)
			require.Len(t, problems, 1)
			p := problems[0]
			require.Equal(t, c.code, p.Code, p.Message)
			require.Contains(t, p.Message, c.message)
			require.Equal(t, [2]int{c.row, c.column}, [2]int{p.Row, p.Column})
			require.True(t, strings.HasPrefix(string([]rune(c.rules)[p.Offset:]), c.at), "at %q", string([]rune(c.rules)[p.Offset:]))
			require.Equal(t, c.mend, p.Mend)
		})
	}
}

func TestAnUnknownHitPolicyIsRefused(t *testing.T) {
	table, problems := ParseText(credit(creditTable, "collect"))
	require.Nil(t, table)
	require.Equal(t, codeHit, problems[0].Code)
}

func TestABrokenCSVIsRefused(t *testing.T) {
	table, problems := ParseCSV(credit("grade,exposure\n\"A,5\n", "first"))
	require.Nil(t, table)
	require.Equal(t, codeCSV, problems[0].Code)
	require.LessOrEqual(t, problems[0].Offset, 21)
}

func TestATableIsCheckedAsAWhole(t *testing.T) {
	for _, c := range []struct {
		situation string
		inputs    []string
		hit       string
		rows      []string
		want      []string // row code message
	}{
		{"complete", []string{"x: integer"}, "", []string{"< 5", "5", ">= 6"}, nil},
		{"a gap between whole numbers is none", []string{"x: integer"}, "", []string{"< 5", "> 4"}, nil},
		{"a gap between numbers", []string{"x: number"}, "", []string{"<= 4", ">= 5"}, []string{"0 table-gap no row matches, for example, x = 4.5"}},
		{"a gap at a bound", []string{"x: number"}, "", []string{"< 4", "> 4"}, []string{"0 table-gap no row matches, for example, x = 4"}},
		{"a gap below", []string{"x: percent"}, "", []string{"[0..90]", "> 90"}, []string{"0 table-gap no row matches, for example, x = -1"}},
		{"a choice is missing", []string{"x: A | B | C"}, "", []string{"A", "B"}, []string{"0 table-gap no row matches, for example, x = C"}},
		{"not covers the rest", []string{"x: A | B | C"}, "", []string{"A", "not A"}, nil},
		{"a boolean is missing", []string{"x: A | B", "y: boolean"}, "", []string{"A | -", "B | true"}, []string{"0 table-gap no row matches, for example, x = B, y = false"}},
		{"a text that no row names", []string{"x: text"}, "", []string{"a", "b"}, []string{"0 table-gap no row matches, for example, x = any other"}},
		{"what is missing", []string{"x: optional integer"}, "", []string{"< 5", ">= 5"}, []string{"0 table-gap no row matches, for example, x = nothing"}},
		{"dates", []string{"x: date"}, "", []string{"<= 2026-03-01", ">= 2026-03-03"}, []string{"0 table-gap no row matches, for example, x = 2026-03-02"}},
		{"times end at midnight", []string{"x: time"}, "", []string{"[00:00..12:00)", "[12:00..23:59:59]"}, nil},
		{"money", []string{"x: money"}, "", []string{"< 10", "> 10"}, []string{"0 table-gap no row matches, for example, x = 10 CNY"}},
		{"durations", []string{"x: duration"}, "", []string{"< 1h", "> 60m"}, []string{"0 table-gap no row matches, for example, x = 3600s"}},
		{"moments", []string{"x: moment"}, "", []string{"< 2026-03-02T01:00Z", "> 2026-03-02T01:00Z"}, []string{"0 table-gap no row matches, for example, x = 2026-03-02T01:00:00.000000Z"}},
		{"an overlap", []string{"x: integer"}, "unique", []string{"<= 5", ">= 5"}, []string{"2 table-overlap rows 1 and 2 both match, for example, x = 5"}},
		{"an overlap is none under first", []string{"x: integer"}, "first", []string{"<= 5", ">= 5"}, nil},
		{"an overlap of two columns", []string{"x: A | B", "y: boolean"}, "", []string{"A | -", "- | true", "B | false"}, []string{"2 table-overlap rows 1 and 2 both match, for example, x = A, y = true"}},
		{"a row that never wins", []string{"x: integer"}, "first", []string{"> 5", "-", "3"}, []string{"3 row-never-wins this row can never win: earlier rows take all it matches, for example row 2 takes x = 3"}},
		{"a row taken by two others", []string{"x: integer"}, "first", []string{"> 5", "<= 5", "[4..7]"}, []string{"3 row-never-wins this row can never win: earlier rows take all it matches, for example row 2 takes x = 4"}},
		{"a row that nothing matches", []string{"x: A | B"}, "first", []string{"not A, B", "-"}, []string{"1 row-never-wins this row can never win: no input matches it"}},
		{"no whole number between", []string{"x: integer"}, "first", []string{"(1..2)", "-"}, []string{"1 row-never-wins this row can never win: no input matches it"}},
		{"settings count with their defaults", []string{"x: percent"}, "", []string{"<= 90", "> settings.limit"}, []string{"0 table-gap no row matches, for example, x = 95"}},
		{"a setting without default", []string{"x: percent"}, "", []string{"> settings.unset"}, []string{"0 table-not-checked not checked for gaps and overlaps: settings.unset has no default"}},
		{"a gap between two inputs", []string{"x: number", "y: number"}, "", []string{"< y | -", "> y | -"}, []string{"0 table-gap no row matches, for example, x = -1, y = -1"}},
		{"two inputs cover each other", []string{"x: number", "y: number"}, "", []string{"< y | -", "[y..10] | -", "> 10 | <= 10", "> 10 | (10..x]"}, nil},
	} {
		t.Run(c.situation, func(t *testing.T) {
			names := make([]string, len(c.inputs))
			for i, input := range c.inputs {
				names[i], _, _ = strings.Cut(input, ":")
			}
			rules := strings.Join(names, " | ") + " || y1\n"
			for _, row := range c.rows {
				rules += row + " || yes\n"
			}
			table, problems := ParseText(Source{Inputs: fields(c.inputs...), Outputs: fields("y1: yes | no"), Hit: c.hit, Rules: rules, Settings: settings(), Defaults: value.Defaults{Currency: "CNY"}})
			var got []string
			broken := false
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d %s %s", p.Row, p.Code, p.Message))
				broken = broken || !p.Warning
			}
			require.Equal(t, c.want, got)
			require.Equal(t, broken, table == nil)
		})
	}
}

func TestTooManyCombinationsAreSaidToBeSo(t *testing.T) {
	var inputs, names []string
	for i := range 24 {
		inputs = append(inputs, fmt.Sprintf("x%d: boolean", i))
		names = append(names, fmt.Sprintf("x%d", i))
	}
	rules := strings.Join(names, " | ") + " || y\n"
	for i := range inputs {
		for _, v := range []string{"true", "false"} {
			row := make([]string, len(inputs))
			for k := range row {
				row[k] = "-"
			}
			row[i] = v
			rules += strings.Join(row, " | ") + " || yes\n"
		}
	}
	table, problems := ParseText(Source{Inputs: fields(inputs...), Outputs: fields("y: yes | no"), Hit: "first", Rules: rules})
	require.NotNil(t, table)
	require.Len(t, problems, 1)
	require.Equal(t, codeNotChecked, problems[0].Code)
	require.True(t, problems[0].Warning)
}

// anyCell draws a cell of a whole number from 0 to 6, compared with the other input now and then.
func anyCell(t *rapid.T, other, name string) string {
	n := rapid.IntRange(0, 6)
	bound := func(label string) string {
		if rapid.IntRange(0, 5).Draw(t, label+" is an input") == 0 {
			return other
		}
		return fmt.Sprint(n.Draw(t, label))
	}
	switch rapid.IntRange(0, 5).Draw(t, name) {
	case 0:
		return rapid.SampledFrom([]string{"<", "<=", ">", ">="}).Draw(t, "operator") + " " + bound("bound")
	case 1:
		low := n.Draw(t, "low")
		return fmt.Sprintf("[%d..%d]", low, low+n.Draw(t, "more"))
	case 2:
		return "not " + bound("a")
	case 3:
		return bound("a") + ", " + bound("b")
	case 4:
		return "(" + bound("low") + ".." + other + "]"
	}
	return "-"
}

func TestTheCheckAgreesWithTryingEveryInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hit := rapid.SampledFrom([]string{"unique", "first", "any", "priority"}).Draw(t, "hit")
		rules := "a | b || y | z\n"
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			rules += anyCell(t, "b", "cell a") + " | " + anyCell(t, "a", "cell b") +
				rapid.SampledFrom([]string{" || yes | 1\n", " || no | 1\n", " || no | 2\n"}).Draw(t, "outputs")
		}
		s := Source{Inputs: fields("a: integer", "b: integer"), Outputs: fields("y: yes | no", "z: integer"), Hit: hit, Rules: rules}
		if hit == "priority" {
			s.Order = []string{"yes", "no"}
		}
		_, problems := ParseText(s)
		found := map[string]bool{}
		for _, p := range problems {
			switch p.Code {
			case codeGap, codeOverlap, codeNeverWins:
				found[fmt.Sprint(p.Code, p.Row)] = true
			default:
				return // a range that holds nothing
			}
		}
		want := tryEveryInput(t, s)
		for key := range want {
			if !found[key] && !strings.HasPrefix(key, codeOverlap) {
				t.Fatalf("missed %s in\n%s", key, rules)
			}
		}
		overlaps := func(m map[string]bool) bool {
			for key := range m {
				if strings.HasPrefix(key, codeOverlap) {
					return true
				}
			}
			return false
		}
		if overlaps(want) != overlaps(found) {
			t.Fatalf("overlaps %v, found %v in\n%s", want, found, rules)
		}
		for key := range found {
			if !want[key] && !strings.HasPrefix(key, codeOverlap) {
				t.Fatalf("%s is none in\n%s", key, rules)
			}
		}
	})
}

// tryEveryInput finds the problems of a table of two whole numbers the slow and obvious way.
func tryEveryInput(t *rapid.T, s Source) map[string]bool {
	p := parser{source: s, separated: true}
	table := &Table{inputs: s.Inputs, outputs: s.Outputs}
	if !p.hit(table) {
		t.Fatal(p.problems)
	}
	lines := textLines(s.Rules)
	if !p.header(lines[0]) {
		t.Fatal(p.problems)
	}
	for _, l := range lines[1:] {
		r, _ := p.readRow(l, lines[0])
		table.rows = append(table.rows, r)
	}
	found := map[string]bool{}
	matched, won := make([]bool, len(table.rows)), make([]bool, len(table.rows))
	for a := int64(-4); a < 18; a++ {
		for b := int64(-4); b < 18; b++ {
			at := point{table: table, values: []any{value.Int(a), value.Int(b)}}
			var rows []int
			for n := range table.rows {
				holds, err := at.matches(&table.rows[n])
				if err != nil {
					t.Fatal(err)
				}
				if holds {
					rows = append(rows, n+1)
					matched[n] = true
				}
			}
			if len(rows) > 1 && table.hit == First {
				rows = rows[:1]
			}
			switch winners, err := table.winners(rows, nil); {
			case errors.Is(err, ErrNoRow):
				found[fmt.Sprint(codeGap, 0)] = true
			case err != nil:
				found[fmt.Sprint(codeOverlap, winners[1])] = true
				fallthrough
			default:
				for _, n := range winning(table, rows) {
					won[n-1] = true
				}
			}
		}
	}
	for n := range table.rows {
		if !matched[n] || (table.hit == First || table.hit == Priority) && !won[n] {
			found[fmt.Sprint(codeNeverWins, n+1)] = true
		}
	}
	return found
}

// winning returns the rows that win or contradict the winner.
func winning(t *Table, rows []int) []int {
	switch t.hit {
	case Priority:
		return t.foremost(rows)
	case Any:
		return rows
	}
	return rows[:1]
}

func FuzzParse(f *testing.F) {
	f.Add(creditTable)
	f.Add("grade | exposure | overdue_days || result | reason\nnot \"A\", B | (5..exposure] | >= settings.limit || pass | \"|\"")
	f.Add("grade,exposure,overdue_days,result,reason\n-,-,-,pass,\"x\"")
	f.Add("||\n||")
	f.Fuzz(func(t *testing.T, rules string) {
		for _, parse := range []func(Source) (*Table, []Problem){ParseText, ParseCSV} {
			s := credit(rules, Hits()[len(rules)%len(Hits())])
			switch Hit(s.Hit) {
			case Priority:
				s.Order = []string{"block", "review", "pass"}
			case Collect:
				s.Collect = []string{"list", "count"}[len(rules)/8%2]
			}
			table, problems := parse(s)
			for _, p := range problems {
				if p.Offset < 0 || p.Offset > len([]rune(rules)) || p.Message == "" {
					t.Fatalf("%q: %+v", rules, p)
				}
			}
			if table != nil {
				table.Evaluate(map[string]any{"grade": "A", "exposure": dec("5"), "overdue_days": dec("0")}, map[string]any{})
			}
		}
	})
}
