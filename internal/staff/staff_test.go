package staff

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/value"
)

func field(name, typ, fallback string, choices ...string) Field {
	f := Field{Name: name, Type: typ, Default: json.RawMessage(fallback)}
	f.Schema.Enum = choices
	return f
}

func show(name, text string) Shown { return Shown{Name: name, Value: json.RawMessage(text)} }

func TestATaskThatNobodyWroteARuleForIsFilledInByItsTypes(t *testing.T) {
	s := New(Options{})
	task := &Task{
		Step: "newly_invented", Outcomes: []string{"go_on", "stop"},
		Show: []Shown{show("order.number", `"SO-1"`), show("weight", `12.5`)},
		Form: []Field{
			field("note", "text", `null`), field("pieces", "quantity", `null`), field("weight", "number", `null`),
			field("kind", "call | visit", `null`, "call", "visit"), field("scrap", "quantity", `0`), field("fine", "boolean", `null`),
			field("lines", "list of OrderLine", `null`),
			{Name: "remark", Type: "optional text", Optional: true},
		},
	}
	answer := s.answer(task)
	require.Equal(t, "go_on", answer.Outcome, "what goes on as usual is written first")
	text, err := json.Marshal(answer.Form)
	require.NoError(t, err)
	require.JSONEq(t, `{"note": "as agreed", "pieces": 1, "weight": 12.5, "kind": "call", "fine": true, "lines": []}`, string(text))
}

func TestGoodsAreCountedOnceAndTheRestNextTime(t *testing.T) {
	s := New(Options{Seed: 1})
	delivery := func(id string) *Task {
		return &Task{ID: id, Step: "count_goods", memory: &s.memory, Show: []Shown{
			show("purchase_order", `"PO-1"`), show("lines", `[{"line": 1, "product": "RIM", "quantity": 10}]`),
		}}
	}
	counted := func(a Answer) string {
		text, err := json.Marshal(a.Form["counted"])
		require.NoError(t, err)
		return string(text)
	}
	first := counted(s.answer(delivery("a")))
	require.Equal(t, `[{"line":1,"product":"RIM","quantity":10}]`, first)
	require.Equal(t, first, counted(s.answer(delivery("a"))), "asked again, the answer is the same")
	s.memory.rejected[lineOf{"PO-1", "1"}] = map[string]value.Decimal{"inspection": value.Int(2)}
	require.Equal(t, `[{"line":1,"product":"RIM","quantity":2}]`, counted(s.answer(delivery("b"))), "two came instead of the rejected")
}

func TestATaskGoesToSomebodyOfItsRoleWhoMayDoIt(t *testing.T) {
	p := newPeople([]person{{"ann", []string{"sales"}}, {"bao", []string{"sales", "buyer"}}, {"cem", []string{"buyer"}}})
	for _, c := range []struct {
		name string
		task Task
		want []string
	}{
		{"offered to a role", Task{Roles: []string{"sales"}}, []string{"ann", "bao"}},
		{"to two roles", Task{Roles: []string{"sales", "buyer"}}, []string{"ann", "bao", "cem"}},
		{"to a person by name", Task{People: []string{"cem"}}, []string{"cem"}},
		{"not by who did the step before", Task{Roles: []string{"sales"}, NotBy: []string{"ann"}}, []string{"bao"}},
		{"with somebody already", Task{Roles: []string{"sales"}, Assignee: "cem"}, []string{"cem"}},
		{"nobody left", Task{Roles: []string{"sales"}, NotBy: []string{"ann", "bao"}}, []string{}},
	} {
		require.ElementsMatch(t, c.want, p.candidates(&c.task), c.name)
	}
}

func TestChancesComeAsOftenAsTheyShouldAndTheSameEachTime(t *testing.T) {
	for _, percent := range []float64{0, 4.3, 25, 76, 100} {
		hits := 0
		for i := range 20_000 {
			text := fmt.Sprintf("PO-%06d", i)
			hit := chance(7, percent, "count_goods", text)
			require.Equal(t, hit, chance(7, percent, "count_goods", text))
			if hit {
				hits++
			}
		}
		require.InDelta(t, percent, float64(hits)/200, 1)
	}
}
