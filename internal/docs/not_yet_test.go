package docs_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/activities"
	"waybill/definitions"
)

func TestWhatThePageSaysIsNotThereYetIsRefused(t *testing.T) {
	catalogue, err := activities.Catalogue()
	require.NoError(t, err)
	page := readPage(t, "language.md")
	_, table, ok := strings.Cut(page, "\n## What is not there yet\n")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n## ")
	const process = "order.process.yaml"
	steps := func(text string) [2]string { return [2]string{process, "process: order\nsteps:\n" + text} }
	hit := func(name string) [2]string {
		return [2]string{"freight.decision.yaml", "decision: freight\ninputs: {w: number}\noutputs: {p: money}\nhit: " + name + "\nrules: |\n  w || p\n  - || 5\n"}
	}
	for what, file := range map[string][2]string{
		"send":          steps("  - send: goods.arrived\n"),
		"lock":          steps("  - lock: shelf\n    steps: []\n"),
		"back_to":       steps("  - {task: pack, role: sales}\n  - back_to: pack\n    at_most: 2\n"),
		"cancel":        steps("  - {task: pack, role: sales}\n  - cancel: [pack]\n"),
		"while":         steps("  - {task: pack, role: sales, while: true}\n"),
		"hold":          steps("  - {task: pack, role: sales, hold: true}\n"),
		"becomes":       steps("  - first_of:\n      - becomes: true\n      - after: 1d\n"),
		"then_each":     steps("  - parallel:\n      - steps: []\n    then_each: []\n"),
		"open_until":    steps("  - each: x in [1]\n    steps: []\n    open_until: true\n"),
		"only":          {process, "process: order\ndata: {price: {type: money, default: 1, only: [sales]}}\nsteps: []\n"},
		"hit: any":      hit("any"),
		"hit: priority": hit("priority"),
		"hit: collect":  hit("collect"),
		"uses":          {"pack.yaml", "name: shop\nuses: [common]\n"},
		"convert(money, currency)": {process, "process: order\ndata: {price: {type: money, default: 1}}\nsteps:\n" +
			"  - set:\n      price: '= convert(price, \"EUR\")'\n"},
	} {
		require.True(t, strings.Contains(table, "`"+what+"`"), "the page does not say that %s is not there yet", what)
		files := fstest.MapFS{
			"pack.yaml":       {Data: []byte("name: shop\ncurrency: CNY\nroles: {sales: {en: Sales}}\n")},
			"shop.types.yaml": {Data: []byte("messages: {goods.arrived: {with: {quantity: quantity}}}\n")},
		}
		files[file[0]] = &fstest.MapFile{Data: []byte(file[1])}
		_, found := definitions.Load(files, catalogue)
		require.True(t, definitions.HasErrors(found), "%s is there: the page must not say otherwise", what)
		require.Len(t, found, 1, listed(found))
	}
}
