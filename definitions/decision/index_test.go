package decision

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"waybill/definitions/value"
)

func TestTheIndexFindsWhatGoingThroughTheRowsFinds(t *testing.T) {
	inForce := map[string]any{"buyer_limit": dec("3"), "limit": dec("5")}
	rapid.Check(t, func(t *rapid.T) {
		rules := "a | b | c | d || y\n"
		for range rapid.IntRange(fewestIndexed, 40).Draw(t, "rows") {
			rules += anyCell(t, "b", "cell a") + " | " + anyCell(t, "a", "cell b") + " | " +
				rapid.SampledFrom([]string{"-", "A", "not A", "A, B", "not A, C"}).Draw(t, "cell c") + " | " +
				rapid.SampledFrom([]string{"-", "> settings.buyer_limit", "[1..settings.limit]", "not 3"}).Draw(t, "cell d") + " || yes\n"
		}
		s := Source{
			Inputs: fields("a: integer", "b: integer", "c: optional text", "d: optional number"), Outputs: fields("y: yes | no"),
			Hit: "collect", Collect: "count", Rules: rules, Settings: settings(),
		}
		table, problems := ParseText(s)
		require.NotNil(t, table, "%v", problems)
		require.NotNil(t, table.index)
		n := rapid.IntRange(-1, 8)
		p := point{table: table, settings: inForce, values: []any{
			value.Int(int64(n.Draw(t, "a"))), value.Int(int64(n.Draw(t, "b"))),
			rapid.SampledFrom([]any{nil, "A", "B", "C", "Z"}).Draw(t, "c"),
			rapid.SampledFrom([]any{nil, dec("0"), dec("1.0"), dec("3"), dec("4.5"), dec("9")}).Draw(t, "d"),
		}}
		found, err := table.index.matching(&p)
		require.NoError(t, err)
		var want []int
		for i := range table.rows {
			holds, err := p.matches(&table.rows[i])
			require.NoError(t, err)
			if holds {
				want = append(want, i+1)
			}
		}
		require.Equal(t, want, found, rules)
	})
}

// thousand is a table of 1,000 rows: prices by product group and weight, as a carrier writes them.
func thousand(hit string) Source {
	var rules strings.Builder
	rules.WriteString("zone | weight | express || price\n")
	for zone := range 20 {
		for step := range 25 {
			for _, express := range []bool{true, false} {
				fmt.Fprintf(&rules, "Z%d | [%d..%d) | %t || %d.50\n", zone, step*10, step*10+10, express, zone+step)
			}
		}
	}
	zones := make([]string, 20)
	for i := range zones {
		zones[i] = fmt.Sprintf("Z%d", i)
	}
	return Source{
		Inputs: fields("zone: "+strings.Join(zones, " | "), "weight: quantity", "express: boolean"), Outputs: fields("price: money"),
		Hit: hit, Rules: rules.String(), Defaults: value.Defaults{Currency: "CNY"},
	}
}

func TestAThousandRowsAreCheckedInSeconds(t *testing.T) {
	var apart, crossing strings.Builder
	apart.WriteString("a | b | c || y\n")
	crossing.WriteString("a | b | c || y\n")
	for i := range 1000 {
		fmt.Fprintf(&apart, "[%d..%d) | - | - || %d\n", i, i+1, i)
		fmt.Fprintf(&crossing, "[%d..%d] | [%d..%d] | > %d || %d\n", i, i+500, 1000-i, 1600-i, i%7*100, i)
	}
	numbers := func(rules string) Source {
		return Source{Inputs: fields("a: number", "b: number", "c: number"), Outputs: fields("y: integer"), Rules: rules}
	}
	for situation, c := range map[string]struct {
		source Source
		codes  []string
	}{
		"a price list leaves out what is heavier":  {thousand("unique"), []string{codeGap}},
		"one range beside the other":               {numbers(apart.String()), []string{codeGap}},
		"ranges that cross each other in all ways": {numbers(crossing.String()), []string{codeGap, codeOverlap}},
	} {
		t.Run(situation, func(t *testing.T) {
			began := processorTime(t)
			_, problems := ParseText(c.source)
			took := processorTime(t) - began
			codes := map[string]bool{}
			for _, p := range problems {
				codes[p.Code] = true
			}
			for _, code := range c.codes {
				require.True(t, codes[code], "%v", codes)
			}
			t.Logf("%v, %v", took, codes)
			require.Less(t, took, 2*time.Second)
		})
	}
}

// processorTime is what this process has had of the processors: others may have the machine meanwhile.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func BenchmarkThousandRows(b *testing.B) {
	s := thousand("unique")
	s.Rules += "- | < 0 | - || 0\n- | >= 250 | - || 0\n"
	s.Rules = strings.Replace(s.Rules, "Z0 | [0..10) | true || 0.50\nZ0 | [0..10) | false || 0.50\n", "Z0 | [0..10) | - || 0.50\n", 1)
	s.Rules = strings.Replace(s.Rules, "Z0 | [10..20) | true || 1.50\nZ0 | [10..20) | false || 1.50\n", "Z0 | [10..20) | - || 1.50\n", 1)
	table, problems := ParseText(s)
	require.Empty(b, problems)
	require.Equal(b, 1000, table.Rows())
	inputs := map[string]any{"zone": "Z17", "weight": dec("183.2"), "express": false}
	for b.Loop() {
		if _, _, err := table.Evaluate(inputs, nil); err != nil {
			b.Fatal(err)
		}
	}
}
