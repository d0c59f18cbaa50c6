package editor

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
	"waybill/definitions/schema"
	"waybill/definitions/value"
)

// catalogue is what the packs of these tests may call.
type catalogue struct {
	actions map[string]*definitions.Action
	objects map[string]*value.Type
}

func (c catalogue) Action(name string) (*definitions.Action, bool) {
	a, ok := c.actions[name]
	return a, ok
}

func (c catalogue) Object(name string) (*value.Type, bool) {
	o, ok := c.objects[name]
	return o, ok
}

func (c catalogue) Actions() []string { return slices.Sorted(maps.Keys(c.actions)) }
func (c catalogue) Objects() []string { return slices.Sorted(maps.Keys(c.objects)) }

func kind(k value.Kind) *value.Type { return &value.Type{Kind: k} }

func shopCatalogue() catalogue {
	short := &value.Type{Kind: value.Record, Name: "Shortage", Fields: []value.Field{
		{Name: "sku", Type: kind(value.Text)}, {Name: "quantity", Type: kind(value.Quantity)},
	}}
	return catalogue{
		actions: map[string]*definitions.Action{
			"stock.reserve": {
				Name: "stock.reserve", Doc: "Reserves goods for an order.", Inverse: "stock.release",
				Inputs:  []value.Field{{Name: "order", Type: kind(value.Text)}, {Name: "urgent", Type: kind(value.Boolean).AsOptional()}},
				Outputs: []value.Field{{Name: "shortages", Type: &value.Type{Kind: value.List, Elem: short}}},
				Errors:  []definitions.BusinessError{{Code: "stock.short"}},
			},
			"stock.release": {Name: "stock.release", Inputs: []value.Field{{Name: "order", Type: kind(value.Text)}}},
		},
		objects: map[string]*value.Type{"crm.customer": {Kind: value.Record, Name: "customer", Fields: []value.Field{
			{Name: "name", Type: kind(value.Text)}, {Name: "grade", Type: &value.Type{Kind: value.Choice, Choices: []string{"A", "B"}}},
		}}},
	}
}

// shopFiles is a small pack without mistakes.
func shopFiles() map[string]string {
	return map[string]string{
		"pack.yaml": `name: shop
currency: CNY
roles: {sales: {en: Sales, zh-CN: 销售}, boss: {en: Boss}}
settings:
  limit: {type: money, default: 5000, title: {en: Limit, zh-CN: 额度}}
`,
		"shop.types.yaml": `types:
  Order: {number: text, customer: ref crm.customer, total: money, lines: list of Line}
  Line: {sku: text, ordered: quantity}
messages:
  goods.arrived: {with: {quantity: quantity}}
`,
		"credit.decision.yaml": `decision: credit
inputs: {total: money}
outputs: {result: pass | block}
hit: first
rules: |
  total            || result
  > settings.limit || block
  -                || pass
`,
		"order.process.yaml": `process: order
title: {en: Order, zh-CN: 订单处理}
key: = order.number
start:
  - manual: {roles: [sales]}
input:
  order: Order
outcomes: {delivered: keep, refused: undo}
data:
  note: optional text
  数量: {type: quantity, default: 0}
steps:
  - decide: credit
    with: {total: = order.total}
  - stage: check
    title: {en: Check, zh-CN: 检查}
    steps:
      - task: look
        title: {en: 看一下 order, zh-CN: 查看}
        role: sales
        show: [order.number, credit.result]
        outcomes: [good, bad]
        due: 2 work days
      - end: refused
        when: look.outcome == "bad" and 数量 == 0
      - do: stock.reserve
        with: {order: = order.number}
        result: reservation
  - each: short in reservation.shortages
    steps:
      - run: produce
        with: {sku: = short.sku}
      - set: {数量: = 数量 + short.quantity}
  - wait: {message: goods.arrived, key: = order.number, result: came}
  - set: {note: "{{ order.number }} for {{ order.customer.name }}"}
`,
		"produce.process.yaml": `process: produce
input:
  sku: text
outcomes: {done: keep}
data:
  made: {type: quantity, default: 0}
steps:
  - task: make
    role: boss
    form: {made: quantity}
  - set: {made: = make.made}
`,
		"order.test.yaml": `tests: order
cases:
  - name: all is well
    start: {order: {number: SO-1}}
    stub:
      stock.reserve: {shortages: []}
    story:
      - complete: look
        as: li.wei
        with: {outcome: good}
      - message: {goods.arrived: {key: SO-1, with: {quantity: 2}}}
    expect:
      outcome: delivered
      path: [look, stock.reserve]
      decided: {credit: [2]}
`,
	}
}

// shop opens the small pack, with other texts for some of its files.
func shop(t testing.TB, other map[string]string) *Pack {
	t.Helper()
	return Open(schema.Describe(), Overlay(folderOf(shopFiles()), other), shopCatalogue())
}

func folderOf(texts map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// at returns the place of the cursor, written ^, and the text without it.
func at(t testing.TB, text string) (string, Point) {
	t.Helper()
	before, after, ok := strings.Cut(text, "^")
	require.True(t, ok, "no ^ in %q", text)
	rows := rowsOf(before)
	return before + after, Point{len(rows) - 1, len(rows[len(rows)-1])}
}

// placeOf returns where a word stands in a file for the nth time, counted from 1.
func placeOf(t testing.TB, text, word string, nth int) Point {
	t.Helper()
	from := 0
	for range nth {
		i := strings.Index(text[from:], word)
		require.GreaterOrEqual(t, i, 0, "%q", word)
		from += i + len(word)
	}
	rows := rowsOf(text[:from-len(word)])
	return Point{len(rows) - 1, len(rows[len(rows)-1])}
}

// errorsOf returns the mistakes that keep a pack from running.
func errorsOf(p *Pack) []Mistake {
	return slices.DeleteFunc(p.Mistakes(), func(m Mistake) bool { return m.Severity != definitions.Error })
}

func TestTheShopHasNoMistakes(t *testing.T) {
	require.Empty(t, errorsOf(shop(t, nil)))
}
