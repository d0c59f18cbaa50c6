package language

import (
	"context"
	"fmt"
	"strings"
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/decision"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// each is how often something of nanoseconds is done in one run.
const each = 20_000

// nanoseconds is the median time of doing something once.
func (m measuring) nanoseconds(do func(i int) error) (float64, error) {
	took, err := m.median(func() error {
		for i := range each {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	})
	return float64(took.Nanoseconds()) / each, err
}

// formulas are conditions and values as they stand in processes.
func formulas() []string {
	return []string{
		`order.total > settings.limit and order.grade != "A"`,
		`order.number`,
		`line.ordered - line.reserved`,
		`part(order.total, settings.share)`,
		`line.open == 0 or order.total <= settings.limit`,
	}
}

// formulaNS is how long one of the formulas takes, on average.
func (m measuring) formulaNS(context.Context) (float64, error) {
	number := &value.Type{Kind: value.Quantity}
	money := &value.Type{Kind: value.MoneyKind}
	text := &value.Type{Kind: value.Text}
	static := &formula.Static{
		Names: map[string]*value.Type{
			"order": {Kind: value.Record, Name: "Order", Fields: []value.Field{{Name: "number", Type: text}, {Name: "grade", Type: text}, {Name: "total", Type: money}}},
			"line":  {Kind: value.Record, Name: "Line", Fields: []value.Field{{Name: "ordered", Type: number}, {Name: "reserved", Type: number}, {Name: "open", Type: number}}},
		},
		Settings: &value.Type{Kind: value.Record, Name: "settings", Fields: []value.Field{{Name: "limit", Type: money}, {Name: "share", Type: &value.Type{Kind: value.Percent}}}},
		Currency: "CNY",
		Zone:     time.UTC,
	}
	yuan := func(n int64) value.Money { return value.Money{Amount: value.Int(n), Currency: "CNY"} }
	data := map[string]any{
		"order": map[string]any{"number": "SO-1", "grade": "B", "total": yuan(57_000)},
		"line":  map[string]any{"ordered": value.Int(20), "reserved": value.Int(17), "open": value.Int(3)},
	}
	scope := &formula.Scope{
		Get:      func(name string) any { return data[name] },
		Settings: map[string]any{"limit": yuan(50_000), "share": value.Int(30)},
		Now:      time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Calendar: calendar.UTC(),
	}
	var compiled []*formula.Formula
	for _, source := range formulas() {
		f, problems := formula.Compile(source, static, nil)
		if f == nil {
			return 0, fmt.Errorf("%s: %v", source, problems)
		}
		compiled = append(compiled, f)
	}
	return m.nanoseconds(func(i int) error {
		_, err := compiled[i%len(compiled)].Eval(scope)
		return err
	})
}

// decisionNS is how long a decision by a table of 1,000 rows takes, on average over inputs that all of
// its rows answer.
func (m measuring) decisionNS(context.Context) (float64, error) {
	source := decision.Source{
		Inputs: []value.Field{
			{Name: "zone", Type: &value.Type{Kind: value.Choice, Choices: zones()}},
			{Name: "weight", Type: &value.Type{Kind: value.Number}},
			{Name: "express", Type: &value.Type{Kind: value.Boolean}},
		},
		Outputs: []value.Field{{Name: "price", Type: &value.Type{Kind: value.Number}}},
		Rules:   tariff(),
	}
	table, problems := decision.ParseText(source)
	if table == nil {
		return 0, fmt.Errorf("the table is not in order: %v", problems)
	}
	if table.Rows() != 1000 {
		return 0, fmt.Errorf("the table has %d rows", table.Rows())
	}
	var asked []map[string]any
	for i := range 1000 {
		asked = append(asked, map[string]any{"zone": zones()[i%20], "weight": value.Int(int64(i * 7 % 300)), "express": i%3 == 0})
	}
	return m.nanoseconds(func(i int) error {
		_, _, err := table.Evaluate(asked[i%len(asked)], nil)
		return err
	})
}

func zones() []string {
	var all []string
	for i := range 20 {
		all = append(all, fmt.Sprintf("Z%d", i))
	}
	return all
}

// tariff has a row for each of 20 zones, 25 ranges of weight, and express or not.
func tariff() string {
	var out strings.Builder
	out.WriteString("zone | weight | express || price\n")
	for zone := range 20 {
		for step := range 25 {
			weight := fmt.Sprintf("[%d..%d)", step*10, step*10+10)
			switch step {
			case 0:
				weight = "< 10"
			case 24:
				weight = ">= 240"
			}
			for _, express := range []string{"true", "false"} {
				fmt.Fprintf(&out, "Z%d | %s | %s || %d.50\n", zone, weight, express, zone+step)
			}
		}
	}
	return out.String()
}
