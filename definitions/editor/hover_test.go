package editor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHoverExplainsTheWordUnderTheCursor(t *testing.T) {
	for name, c := range map[string]struct {
		file, word string
		nth        int
		want       string
	}{
		"a kind of step":         {"order.process.yaml", "task:", 1, "A person fills in a form"},
		"a key":                  {"order.process.yaml", "show:", 1, "The data that are shown with it."},
		"a value of the key":     {"order.process.yaml", "2 work days", 1, "When it is late."},
		"an action":              {"order.process.yaml", "stock.reserve", 1, "Reserves goods for an order."},
		"what undoes an action":  {"order.process.yaml", "stock.reserve", 1, "Undone by `stock.release`"},
		"an input":               {"order.process.yaml", "order: = order.number", 1, "`order`: text"},
		"data in a formula":      {"order.process.yaml", "order.number", 2, "`order`: Order"},
		"a field in a formula":   {"order.process.yaml", "number", 2, "`order.number`: text"},
		"a field of a reference": {"order.process.yaml", "name }}", 1, "`order.customer.name`: text"},
		"what a step yields":     {"order.process.yaml", "look.outcome", 1, "`look`: task"},
		"the id of a task":       {"order.process.yaml", "look", 1, "- `outcome`: good | bad"},
		"a role":                 {"order.process.yaml", "sales", 2, "Sales / 销售"},
		"a table":                {"order.process.yaml", "credit", 1, "- `result`: pass | block"},
		"a process":              {"order.process.yaml", "produce", 1, "- `sku`: text"},
		"a message":              {"order.process.yaml", "goods.arrived", 1, "- `quantity`: quantity"},
		"a setting":              {"credit.decision.yaml", "limit", 1, "Limit / 额度"},
		"a type":                 {"shop.types.yaml", "Line", 1, "- `sku`: text"},
		"an item of a list":      {"order.process.yaml", "short.sku", 1, "`short`: Shortage"},
		"Chinese data":           {"order.process.yaml", "数量", 2, "`数量`: quantity"},
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, nil)
			hint, ok := p.Hover(c.file, placeOf(t, p.Text(c.file), c.word, c.nth))
			require.True(t, ok)
			require.Contains(t, hint.Markdown, c.want)
		})
	}
}

func TestHoverOfAFunctionShowsItsExample(t *testing.T) {
	text := "process: new\nsteps:\n  - wait: = len([1]) > 2\n"
	hint, ok := shop(t, map[string]string{"new.process.yaml": text}).Hover("new.process.yaml", placeOf(t, text, "len", 1))
	require.True(t, ok)
	require.Contains(t, hint.Markdown, "`len([3, 5])` is `2`")
}

func TestWhereNothingStandsThereIsNothingToSay(t *testing.T) {
	p := shop(t, nil)
	for _, at := range []Point{{0, 100}, {100, 0}, {-1, -1}, {10, 0}} {
		_, ok := p.Hover("order.process.yaml", at)
		require.False(t, ok, at)
	}
	_, ok := p.Hover("nowhere.yaml", Point{})
	require.False(t, ok)
}

func TestTheOutlineNamesStepsInTheirPlace(t *testing.T) {
	top := shop(t, nil).Outline("order.process.yaml")
	require.Len(t, top, 1)
	require.Equal(t, "order", top[0].Name)
	var steps Heading
	for _, h := range top[0].Below {
		if h.Name == "steps" {
			steps = h
		}
	}
	require.Equal(t, "credit", steps.Below[0].Name)
	stage := steps.Below[1]
	require.Equal(t, "check", stage.Name)
	require.Equal(t, "stage", stage.Detail)
	require.Equal(t, "look", stage.Below[0].Name)
	require.Equal(t, "stock.reserve", stage.Below[2].Name)
}
