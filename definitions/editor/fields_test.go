package editor

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/definitions/schema"
)

// workshop is a pack that names fields in every way there is.
func workshop(t testing.TB, other map[string]string) *Pack {
	t.Helper()
	return Open(schema.Describe(), Overlay(folderOf(workshopFiles()), other), shopCatalogue())
}

func workshopFiles() map[string]string {
	return map[string]string{
		"pack.yaml": "name: workshop\ncurrency: CNY\nroles: {sales: Sales, boss: Boss}\n",
		"work.types.yaml": `types:
  Order: {number: text, lines: list of Line, spare: {type: Line, default: {sku: none, ordered: 1}}}
  Line:
    sku: text
    ordered: {type: quantity, default: 1}
messages:
  goods.arrived: {with: {quantity: quantity, line: Line}}
  order.ready: {with: {number: text, first: Line}, to: outside}
`,
		"rate.decision.yaml": `decision: rate
inputs: {amount: quantity, floor: quantity}
outputs: {level: low | high, reason: text}
hit: first
rules: |
  amount         | floor || level | reason
  > floor        | -     || high  | above floor
  [0..floor]     | -     || low   | "amount, not floor"
  -              | -     || low   | less
`,
		"weight.decision.yaml": "decision: weight\ninputs: {数: quantity}\noutputs: {grams: integer}\nhit: first\n",
		"weight.decision.csv":  "数,grams\n> 5,500\n-,100\n",
		"work.process.yaml": `process: work
types:
  Note: {text: text, line: optional Line}
key: = order.number
start:
  - manual: {roles: [sales]}
input:
  order: Order
outcomes: {done: keep}
data:
  note: optional Note
  lines: {type: list of Line, default: [{sku: A, ordered: 2}]}
steps:
  - decide: rate
    with:
      amount: = sum(order.lines, .ordered)
      floor: 5
  - decide: weight
    with: {数: "= count(order.lines, .sku == 'A')"}
  - task: look
    role: sales
    show: [order.number, rate.reason, "= filter(order.lines, .ordered > 1)", order.spare.sku]
    form:
      found: quantity
      remark: optional text
      line: Line
  - approve: release
    role: boss
    form: {comment: optional text}
    outcomes: [later]
    on_reject: [{end: done}]
  - each: line in order.lines
    steps:
      - set:
          note:
            text: "{{ line.sku }} of {{ order.number }}: {{ look.remark ?? rate.level }} {{ 'sku' }}"
            line: '= {sku: line.sku, "ordered": look.found}'
      - set: {lines: '= append(lines, {sku: look.line.sku, ordered: weight.grams})'}
        when: note != nil and note?.line?.sku != "sku" and any(release.votes, .comment != nil)
  - wait: {message: goods.arrived, key: = order.number, result: came}
  - send: order.ready
    key: = order.number
    with: {number: = order.number, first: = came.line}
  - set: {lines: '= map(lines, {sku: .sku + "!", ordered: .ordered})'}
    when: came.quantity > 0 or order["number"] == "x"
`,
		"work.test.yaml": `tests: work
cases:
  - name: all is well
    start: {order: {number: SO-1, lines: [{sku: A, ordered: 3}]}}
    story:
      - expect: {task: look, show: [order.number, rate.reason, "filter(order.lines, .ordered > 1)", order.spare.sku], form: [found, remark, line], where: {number: SO-1}}
      - complete: look
        as: li.wei
        with: {found: 2, line: {sku: B}}
        where: {order.number: SO-1}
      - complete: release
        as: zhao
        with: {outcome: approved, comment: fine}
      - message: {goods.arrived: {key: SO-1, with: {quantity: 2, line: {sku: C}}}}
    expect:
      outcome: done
      decided: {rate: [{level: low}], weight: [2]}
      sent: [{order.ready: {key: SO-1, with: {number: SO-1, first: {sku: C, ordered: 1}}}}]
      data:
        lines: '= value[0]?.sku == "A"'
        note: {text: x, line: {sku: A}}
`,
	}
}

func TestTheWorkshopHasNoMistakes(t *testing.T) {
	require.Empty(t, errorsOf(workshop(t, nil)))
}

func TestARenamedFieldIsAnotherEverywhere(t *testing.T) {
	types, process, rate, csv, tests := "work.types.yaml", "work.process.yaml", "rate.decision.yaml", "weight.decision.csv", "work.test.yaml"
	for name, c := range map[string]struct {
		file, word string
		nth        int
		counts     map[string]int // places by file
	}{
		"a field of a record":                     {types, "sku", 2, map[string]int{types: 2, process: 11, tests: 7}},
		"from a formula, behind two dots":         {process, "sku", 7, map[string]int{types: 2, process: 11, tests: 7}},
		"a field with a default":                  {types, "ordered", 2, map[string]int{types: 2, process: 7, tests: 3}},
		"what tests name by its last part":        {types, "number", 1, map[string]int{types: 1, process: 7, tests: 4}},
		"a field of a message":                    {types, "quantity:", 1, map[string]int{types: 1, process: 1, tests: 1}},
		"a field of a message, from a test":       {tests, "first", 1, map[string]int{types: 1, process: 1, tests: 1}},
		"a field of a form":                       {process, "remark", 1, map[string]int{process: 2, tests: 1}},
		"a field of a form, from a test":          {tests, "found", 2, map[string]int{process: 2, tests: 2}},
		"a field of the form of an approval":      {tests, "comment", 1, map[string]int{process: 2, tests: 1}},
		"a field of a process's own record":       {process, "text: text", 1, map[string]int{process: 2, tests: 1}},
		"an input of a table":                     {rate, "floor", 1, map[string]int{rate: 4, process: 1}},
		"an input of a table, from its first row": {rate, "amount  ", 1, map[string]int{rate: 2, process: 1}},
		"an output of a table":                    {rate, "level", 1, map[string]int{rate: 2, process: 1, tests: 1}},
		"an output that a task shows":             {tests, "reason", 1, map[string]int{rate: 2, process: 1, tests: 1}},
		"a column of a CSV":                       {csv, "grams", 1, map[string]int{csv: 1, "weight.decision.yaml": 1, process: 1}},
		"an input in Chinese":                     {csv, "数", 1, map[string]int{csv: 1, "weight.decision.yaml": 1, process: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			p := workshop(t, nil)
			at := placeOf(t, p.Text(c.file), c.word, c.nth)
			counts := map[string]int{}
			for _, place := range p.References(c.file, at) {
				counts[place.File]++
			}
			require.Equal(t, c.counts, counts)
			require.Len(t, p.Definition(c.file, at), 1)

			changed := renamed(t, p, c.file, at, "改名")
			require.Equal(t, slices.Sorted(maps.Keys(c.counts)), sortedNames(changed))
			other := workshop(t, changed)
			require.Empty(t, errorsOf(other))
			for file, text := range changed {
				require.Equal(t, c.counts[file], strings.Count(text, "改名"), text)
			}
			was, _, _ := strings.Cut(strings.TrimRight(strings.TrimRight(c.word, " "), ":"), ":")
			at = placeOf(t, other.Text(c.file), "改名", 1)
			for file, text := range renamed(t, other, c.file, at, was) {
				require.Equal(t, p.Text(file), text, "and back again")
			}
		})
	}
}

func TestAFieldThatCannotBeRenamedIsLeft(t *testing.T) {
	p := workshop(t, nil)
	sku := placeOf(t, p.Text("work.types.yaml"), "sku", 2)
	for name, want := range map[string]error{"ordered": ErrTaken, "2nd": ErrBadName} {
		_, err := p.Rename("work.types.yaml", sku, name)
		require.ErrorIs(t, err, want, name)
	}
	_, err := p.Rename("work.process.yaml", placeOf(t, p.Text("work.process.yaml"), "remark", 1), "outcome")
	require.ErrorIs(t, err, ErrBreaks, "the result of a task has that name already")

	order := shop(t, nil)
	_, err = order.Renameable("order.process.yaml", placeOf(t, order.Text("order.process.yaml"), "shortages", 1))
	require.ErrorIs(t, err, ErrNoName, "a field of the catalogue's")
	_, err = order.Renameable("order.process.yaml", placeOf(t, order.Text("order.process.yaml"), "outcome ==", 1))
	require.ErrorIs(t, err, ErrNotOurs, "every task yields it")

	broken := workshop(t, map[string]string{"more.process.yaml": "process: more\nsteps:\n  - set: {nothing: 1}\n"})
	_, err = broken.Rename("work.types.yaml", sku, "part")
	require.ErrorIs(t, err, ErrMistakes)
	require.ErrorContains(t, err, "more.process.yaml:3")

	started := workshop(t, map[string]string{
		"more.types.yaml":   "messages:\n  placed: {with: {wanted: date}, from: outside}\n",
		"more.process.yaml": "process: more\nstart: [{message: placed}]\ninput: {wanted: date}\nsteps: []\n",
	})
	_, err = started.Rename("more.types.yaml", placeOf(t, started.Text("more.types.yaml"), "wanted", 1), "due")
	require.ErrorIs(t, err, ErrBreaks, "the message starts the process whose input has that name")
}

func TestAFieldOfAUsedPackIsFoundThereAndNotRenamed(t *testing.T) {
	files := map[string]string{
		"pack.yaml":                     "name: shop\nuses: [common]\n",
		"new.process.yaml":              "process: new\ninput: {line: common.Line}\nsteps:\n  - set: {}\n    when: line.sku == \"A\"\n",
		"own.types.yaml":                "types: {Line: {sku: text}}\n",
		"uses/common/pack.yaml":         "name: common\n",
		"uses/common/common.types.yaml": "types: {Line: {sku: text}}\n",
	}
	p := Open(schema.Describe(), folderOf(files), shopCatalogue())
	require.Empty(t, errorsOf(p))
	at := placeOf(t, files["new.process.yaml"], "sku", 1)
	require.Equal(t, []string{"uses/common/common.types.yaml:1:16"}, writtenPlaces(p.Definition("new.process.yaml", at)))
	_, err := p.Rename("new.process.yaml", at, "part")
	require.ErrorIs(t, err, ErrNotOurs)
	require.Equal(t, []string{"own.types.yaml:1:16"}, writtenPlaces(p.References("own.types.yaml", placeOf(t, files["own.types.yaml"], "sku", 1))))
}
