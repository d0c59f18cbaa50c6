package editor

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// writtenPlaces writes places as file:line:column, counted from 1.
func writtenPlaces(places []Place) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = fmt.Sprintf("%s:%d:%d", p.File, p.Range.From.Line+1, p.Range.From.Column+1)
	}
	slices.Sort(out)
	return out
}

func TestANameLeadsToWhereItIsMadeKnown(t *testing.T) {
	for name, c := range map[string]struct {
		file, word string
		nth        int
		want       string
	}{
		"a step in a condition":          {"order.process.yaml", "look", 2, "order.process.yaml:18:15"},
		"a task in a story":              {"order.test.yaml", "look", 1, "order.process.yaml:18:15"},
		"data in a formula":              {"order.process.yaml", "数量", 2, "order.process.yaml:11:3"},
		"input in a formula":             {"order.process.yaml", "order.total", 1, "order.process.yaml:7:3"},
		"a message that is awaited":      {"order.process.yaml", "goods.arrived", 1, "shop.types.yaml:5:3"},
		"a message in a story":           {"order.test.yaml", "goods.arrived", 1, "shop.types.yaml:5:3"},
		"a table":                        {"order.process.yaml", "credit", 1, "credit.decision.yaml:1:11"},
		"a process":                      {"order.process.yaml", "produce", 1, "produce.process.yaml:1:10"},
		"the input of a process":         {"order.process.yaml", "sku", 1, "produce.process.yaml:3:3"},
		"a type":                         {"order.process.yaml", "Order", 2, "shop.types.yaml:2:3"},
		"a type in a list":               {"shop.types.yaml", "Line", 1, "shop.types.yaml:3:3"},
		"a role":                         {"order.process.yaml", "sales", 2, "pack.yaml:3:9"},
		"a setting in a table":           {"credit.decision.yaml", "limit", 1, "pack.yaml:5:3"},
		"an item of a list":              {"order.process.yaml", "short", 3, "order.process.yaml:29:11"},
		"an outcome":                     {"order.process.yaml", "refused", 2, "order.process.yaml:8:29"},
		"the result of a decision table": {"order.process.yaml", "credit.result", 1, "order.process.yaml:13:13"},
		"the process of a file of tests": {"order.test.yaml", "order", 1, "order.process.yaml:1:10"},
		"the table of an expectation":    {"order.test.yaml", "credit", 1, "credit.decision.yaml:1:11"},
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, nil)
			places := p.Definition(c.file, placeOf(t, p.Text(c.file), c.word, c.nth))
			require.Equal(t, []string{c.want}, writtenPlaces(places))
		})
	}
}

func TestAnActionOfTheCatalogueIsMadeKnownNowhereInThePack(t *testing.T) {
	p := shop(t, nil)
	require.Empty(t, p.Definition("order.process.yaml", placeOf(t, p.Text("order.process.yaml"), "stock.reserve", 1)))
}

func TestAllWhoReadANameAreFound(t *testing.T) {
	p := shop(t, nil)
	text := p.Text("order.process.yaml")
	require.Equal(t, []string{
		"order.process.yaml:11:3", "order.process.yaml:25:41", "order.process.yaml:33:15", "order.process.yaml:33:21",
	}, writtenPlaces(p.References("order.process.yaml", placeOf(t, text, "数量", 1))))
	require.Equal(t, []string{
		"order.process.yaml:34:21", "order.test.yaml:11:19", "shop.types.yaml:5:3",
	}, writtenPlaces(p.References("order.process.yaml", placeOf(t, text, "goods.arrived", 1))))
}

// renamed returns the changed files after a name has become another.
func renamed(t *testing.T, p *Pack, file string, at Point, name string) map[string]string {
	t.Helper()
	edits, err := p.Rename(file, at, name)
	require.NoError(t, err)
	out := map[string]string{}
	for file, list := range edits {
		slices.SortFunc(list, func(a, b Edit) int { return -compare(a.Range.From, b.Range.From) })
		text := p.Text(file)
		for _, e := range list {
			text = apply(text, e)
		}
		out[file] = text
	}
	return out
}

func compare(a, b Point) int {
	switch {
	case a.before(b):
		return -1
	case b.before(a):
		return 1
	}
	return 0
}

func TestARenamedPackHasNoMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		file, word string
		nth        int
		to         string
		files      string // those that change
		gone       string
	}{
		"a step":             {"order.process.yaml", "look", 1, "inspect", "order.process.yaml order.test.yaml", "look"},
		"a step, from afar":  {"order.test.yaml", "look", 1, "检查", "order.process.yaml order.test.yaml", "look"},
		"data":               {"order.process.yaml", "数量", 1, "amount", "order.process.yaml", "数量"},
		"input of a process": {"produce.process.yaml", "sku", 1, "item", "order.process.yaml produce.process.yaml", ""},
		"the result of a do": {"order.process.yaml", "reservation", 1, "held", "order.process.yaml", "reservation"},
		"an item":            {"order.process.yaml", "short in", 1, "missing", "order.process.yaml", ""},
		"a message":          {"shop.types.yaml", "goods.arrived", 1, "stock.came", "order.process.yaml order.test.yaml shop.types.yaml", "goods.arrived"},
		"a type":             {"shop.types.yaml", "Line", 2, "Row", "shop.types.yaml", "Line"},
		"a setting":          {"pack.yaml", "limit", 1, "most", "credit.decision.yaml pack.yaml", "limit"},
		"a role":             {"pack.yaml", "boss", 1, "chief", "pack.yaml produce.process.yaml", "boss"},
		"a table":            {"credit.decision.yaml", "credit", 1, "release", "credit.decision.yaml order.process.yaml order.test.yaml", "credit"},
		"a process":          {"produce.process.yaml", "produce", 1, "build", "order.process.yaml produce.process.yaml", "produce"},
		"an outcome":         {"order.process.yaml", "delivered", 1, "handed_over", "order.process.yaml order.test.yaml", "delivered"},
	} {
		t.Run(name, func(t *testing.T) {
			p := shop(t, nil)
			changed := renamed(t, p, c.file, placeOf(t, p.Text(c.file), c.word, c.nth), c.to)
			require.Equal(t, c.files, strings.Join(sortedNames(changed), " "))
			require.Empty(t, errorsOf(shop(t, changed)))
			for _, text := range changed {
				require.Contains(t, text, c.to)
				if c.gone != "" {
					require.NotContains(t, strings.ReplaceAll(text, "result", ""), c.gone)
				}
			}
		})
	}
}

func TestANameThatCannotBeChangedIsLeft(t *testing.T) {
	p := shop(t, nil)
	text := p.Text("order.process.yaml")
	look := placeOf(t, text, "look", 1)
	for name, want := range map[string]error{"len": ErrIsFunction, "2nd": ErrBadName, "a b": ErrBadName, "note": ErrTaken, "": ErrBadName} {
		_, err := p.Rename("order.process.yaml", look, name)
		require.ErrorIs(t, err, want, name)
	}
	_, err := p.Renameable("order.process.yaml", placeOf(t, text, "stock.reserve", 1))
	require.ErrorIs(t, err, ErrNotOurs)
	_, err = p.Renameable("order.process.yaml", placeOf(t, text, "credit.result", 1))
	require.ErrorIs(t, err, ErrImplied)
	_, err = p.Renameable("order.process.yaml", placeOf(t, text, "title", 1))
	require.ErrorIs(t, err, ErrNoName)
	r, err := p.Renameable("order.process.yaml", placeOf(t, text, "数量", 2))
	require.NoError(t, err)
	require.Equal(t, 2, r.To.Column-r.From.Column)
}

func TestNamesOfAUsedPackAreFoundThereAndNotChanged(t *testing.T) {
	files := map[string]string{
		"pack.yaml":                         "name: shop\nuses: [common]\n",
		"new.process.yaml":                  "process: new\nsteps:\n  - run: common.check\n",
		"uses/common/pack.yaml":             "name: common\n",
		"uses/common/check.process.yaml":    "process: check\noutcomes: {fine: keep}\nsteps: []\n",
		"uses/common/unrelated.types.yaml":  "types: {Line: {sku: text}}\n",
		"uses/common/second.process.yaml":   "process: second\nsteps: [{run: check}]\n",
		"uses/common/credit.decision.yaml":  "decision: credit\ninputs: {a: text}\noutputs: {b: text}\nhit: first\nrules: |\n  a || b\n  - || x\n",
		"uses/common/messages.types.yaml":   "messages: {goods.arrived: {}}\n",
		"uses/common/not_read.process.yaml": "process: x\nsteps: []\n",
	}
	p := Open(shop(t, nil).language, folderOf(files), shopCatalogue())
	at := placeOf(t, files["new.process.yaml"], "common.check", 1)
	require.Equal(t, []string{"uses/common/check.process.yaml:1:10"}, writtenPlaces(p.Definition("new.process.yaml", at)))
	_, err := p.Renameable("new.process.yaml", at)
	require.ErrorIs(t, err, ErrNotOurs)
}
