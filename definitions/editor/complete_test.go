package editor

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// labels are the items' labels in one line, each with a space around it.
func labels(items []Item) string {
	var out strings.Builder
	out.WriteByte(' ')
	for _, i := range items {
		out.WriteString(i.Label + " ")
	}
	return out.String()
}

func TestCompletionOffersWhatMayStandHere(t *testing.T) {
	process := func(steps string) string {
		return "process: new\ninput: {order: Order}\noutcomes: {sold: keep, lost: undo}\nsteps:\n" + steps
	}
	const process1 = "new.process.yaml"
	for name, c := range map[string]struct {
		file, text string
		want, not  string // labels
	}{
		"the kinds of a new step":                     {process1, process("  - ^"), "task do choose back_to when", "form with"},
		"a kind, half typed":                          {process1, process("  - ta^"), "task", "form"},
		"the keys of a task":                          {process1, process("  - task: pick\n    ^"), "form show due", "with task role2 at_once"},
		"no key twice":                                {process1, process("  - task: pick\n    role: sales\n    ^\n"), "form", "role"},
		"the keys of a task in the middle of it":      {process1, process("  - task: pick\n    ^\n    role: sales\n"), "form", "role with"},
		"the keys of a process":                       {process1, "process: new\n^", "steps events outcomes", "task process"},
		"the keys of an empty file":                   {process1, "^", "process steps", ""},
		"the keys in a step in braces":                {process1, process("  - {task: pick, ^}"), "role form", "task"},
		"the kinds in a stage":                        {process1, process("  - stage: a\n    steps:\n      - ^"), "task do", "form"},
		"what may happen first":                       {process1, process("  - first_of:\n      - ^"), "task message after becomes run", "do stage"},
		"the keys of an event":                        {process1, "process: new\nevents:\n  - ^\nsteps: []\n", "message after becomes cancel interrupts", "task"},
		"the actions":                                 {process1, process("  - do: ^"), "stock.reserve stock.release", ""},
		"the actions, half typed":                     {process1, process("  - do: stock.re^"), "stock.reserve", ""},
		"the inputs of an action":                     {process1, process("  - do: stock.reserve\n    with: {^}"), "order urgent", "shortages"},
		"the inputs of an action, on their own lines": {process1, process("  - do: stock.reserve\n    with:\n      ^"), "order urgent", ""},
		"those that are not given yet":                {process1, process("  - do: stock.reserve\n    with: {order: SO-1, ^}"), "urgent", "order"},
		"unclosed braces":                             {process1, process("  - do: stock.reserve\n    with: {ur^"), "urgent", ""},
		"the input of a process":                      {process1, process("  - run: produce\n    with: {^}"), "sku", "made"},
		"the inputs of a table":                       {process1, process("  - decide: credit\n    with: {^}"), "total", ""},
		"the processes":                               {process1, process("  - run: ^"), "order produce", ""},
		"the tables":                                  {process1, process("  - decide: ^"), "credit", ""},
		"the messages":                                {process1, process("  - wait: {message: ^}"), "goods.arrived", ""},
		"the roles":                                   {process1, process("  - task: a\n    role: ^"), "sales boss", ""},
		"the outcomes":                                {process1, process("  - end: ^"), "sold lost", "delivered"},
		"the steps to go back to":                     {process1, process("  - task: pick\n    role: sales\n  - back_to: ^"), "pick", "order"},
		"a word of a few":                             {process1, process("  - run: produce\n    revision: ^"), "same latest", ""},
		"true or false":                               {process1, process("  - run: produce\n    detached: ^"), "true false", ""},
		"the errors of an action":                     {process1, process("  - do: stock.reserve\n    with: {order: a}\n    on_error:\n      ^"), "stock.short any", ""},
		"a choice among the inputs":                   {process1, process("  - do: stock.reserve\n    with: {order: a, urgent: ^}"), "true false", ""},
		"data in a condition":                         {process1, process("  - end: lost\n    when: ^"), "order settings len now", "sku"},
		"data in a formula":                           {process1, process("  - do: stock.reserve\n    with: {order: = ^}"), "order", ""},
		"data in a formula of an open brace":          {process1, process("  - do: stock.reserve\n    with: {order: = or^"), "order", ""},
		"the fields of a record":                      {process1, process("  - do: stock.reserve\n    with: {order: = order.^}"), "number customer total", "order"},
		"the fields of an object":                     {process1, process("  - end: lost\n    when: order.customer.gr^"), "grade name", ""},
		"the choices that a value is compared with":   {process1, process("  - end: lost\n    when: order.customer.grade == \"^\""), "A B", "order"},
		"the settings":                                {process1, process("  - end: lost\n    when: order.total > settings.^"), "limit", ""},
		"the fields of a list's items":                {process1, process("  - end: lost\n    when: count(order.lines, .^) > 1"), "sku ordered", ""},
		"the fields of the items of a filter":         {process1, process("  - end: lost\n    when: len(filter(order.lines, len(.s^) > 1)) > 1"), "sku", ""},
		"an item in its round":                        {process1, process("  - each: line in order.lines\n    steps:\n      - end: lost\n        when: line.^"), "sku ordered", ""},
		"what a list may be":                          {process1, process("  - each: line in order.^\n    steps: []\n"), "lines", ""},
		"what a task yields":                          {process1, process("  - task: pick\n    role: sales\n    form: {weight: number}\n  - end: lost\n    when: pick.^"), "weight outcome by at", ""},
		"a result that is set only later":             {process1, process("  - end: lost\n    when: ^\n  - task: pick\n    role: sales\n"), "order", "pick"},
		"data that are shown":                         {process1, process("  - task: pick\n    role: sales\n    show: [order.^"), "number", ""},
		"data in a text":                              {process1, process("  - do: stock.reserve\n    with:\n      order: \"No. {{ order.^ }}\"\n"), "number", ""},
		"the steps that a formula asks about":         {process1, process("  - task: pick\n    role: sales\n  - end: lost\n    when: reached(^)"), "pick", "order"},
		"the roles of people":                         {process1, process("  - task: pick\n    candidates: people(^)"), "sales boss", "order"},
		"the types":                                   {process1, "process: new\ninput:\n  a: list of ^\nsteps: []\n", "text Line Order optional", ""},
		"the objects of the catalogue":                {process1, "process: new\ninput:\n  a: ref ^\nsteps: []\n", "crm.customer", "text"},
		"the keys of a field":                         {process1, "process: new\ninput:\n  a: {type: text, ^}\nsteps: []\n", "default title personal", "type"},
		"data to set":                                 {"order.process.yaml", strings.Replace(shopFiles()["order.process.yaml"], "- set: {note:", "- set: {^note:", 1), "note 数量", ""},
		"data with Chinese names":                     {"order.process.yaml", strings.Replace(shopFiles()["order.process.yaml"], "and 数量 ==", "and 数^ ==", 1), "数量", ""},
		"after Chinese text on the line":              {process1, process("  - end: lost\n    when: '\"订单\" == order.^'"), "number", ""},
		"the keys of a table":                         {"new.decision.yaml", "decision: new\n^", "inputs outputs hit rules", ""},
		"the hit policies":                            {"new.decision.yaml", "decision: new\nhit: ^", "unique first", ""},
		"the keys of a pack":                          {"pack.yaml", "name: shop\n^", "roles settings calendar uses", ""},
		"the keys of a case":                          {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    ^", "story expect stub", "complete"},
		"the acts of a story":                         {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    story:\n      - ^", "complete advance message", ""},
		"the tasks of a process":                      {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    story:\n      - complete: ^", "look", ""},
		"what is filled in":                           {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    story:\n      - complete: look\n        with: {^}", "outcome", "by"},
		"the answers to choose from":                  {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    story:\n      - complete: look\n        with: {outcome: ^}", "good bad", ""},
		"what a message brings":                       {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    story:\n      - message: {goods.arrived: {key: a, with: {^}}}", "quantity", ""},
		"what a stub answers":                         {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    stub:\n      stock.reserve: {^}", "shortages", "order"},
		"what a process in a stub answers":            {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    stub:\n      produce: [{^}]", "outcome made", ""},
		"what is given before":                        {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    given:\n      - ^", "stock.reserve", ""},
		"what an action is given before":              {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    given:\n      - stock.reserve: {^}", "order urgent", "shortages"},
		"what an action was called with":              {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    expect: {called: {stock.reserve: {^}}}", "order urgent", "shortages"},
		"the input of a tested process":               {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    start: {order: {^}}", "number customer", ""},
		"the outcomes that are expected":              {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    expect: {outcome: ^}", "delivered refused", ""},
		"the steps of a path":                         {"new.test.yaml", "tests: order\ncases:\n  - name: a\n    expect: {path: [^]}", "look stock.reserve", ""},
	} {
		t.Run(name, func(t *testing.T) {
			text, place := at(t, c.text)
			got := labels(shop(t, map[string]string{c.file: text}).Complete(c.file, place))
			for _, want := range strings.Fields(c.want) {
				require.Contains(t, got, " "+want+" ")
			}
			for _, not := range strings.Fields(c.not) {
				require.NotContains(t, got, " "+not+" ")
			}
		})
	}
}

func TestACompletedWordReplacesWhatIsTyped(t *testing.T) {
	for _, c := range []struct{ text, label, want string }{
		{"process: new\nsteps:\n  - ta^\n", "task", "process: new\nsteps:\n  - task: \n"},
		{"process: new\nsteps:\n  - do: stock.res^\n", "stock.reserve", "process: new\nsteps:\n  - do: stock.reserve\n"},
		{"process: new\ninput: {order: Order}\nsteps:\n  - wait: = order.num^\n", "number", "process: new\ninput: {order: Order}\nsteps:\n  - wait: = order.number\n"},
		{"process: new\nsteps:\n  - stage: a\n    st^\n", "steps", "process: new\nsteps:\n  - stage: a\n    steps:\n"},
		{"process: new\nsteps:\n  - task: a\n    ro^: sales\n", "role", "process: new\nsteps:\n  - task: a\n    role: sales\n"},
	} {
		text, place := at(t, c.text)
		items := shop(t, map[string]string{"new.process.yaml": text}).Complete("new.process.yaml", place)
		chosen := slices.IndexFunc(items, func(i Item) bool { return i.Label == c.label })
		require.GreaterOrEqual(t, chosen, 0, c.label)
		require.Equal(t, c.want, apply(text, Edit{items[chosen].Range, items[chosen].Insert}))
	}
}
