package definitions

import (
	"slices"
	"strconv"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

func (t *testReader) expectation(n *node) Expectation {
	k := keysOf(n, "what is expected", t.found)
	e := Expectation{Pos: n.pos(), Error: k.text("error")}
	if outcome := k.take("outcome"); outcome != nil {
		if v := t.literal(outcome, t.proc.outcomeType()); v != nil {
			e.Outcome = outcome.text
		}
	}
	for _, step := range k.list("path") {
		e.Path = append(e.Path, t.place(step))
	}
	for _, step := range k.list("never") {
		e.Never = append(e.Never, t.place(step))
	}
	if k.has("undone") {
		undone := k.flag("undone")
		e.Undone = &undone
	}
	for _, n := range k.list("told") {
		e.Told = append(e.Told, t.told(n))
	}
	for _, m := range k.list("sent") {
		if x, ok := t.sent(m); ok {
			e.Sent = append(e.Sent, x)
		}
	}
	for _, n := range k.oneOrMore("detached") {
		e.Detached = append(e.Detached, t.child(n))
	}
	for _, p := range k.entries("called") {
		if x, ok := t.called(p); ok {
			e.Called = append(e.Called, x)
		}
	}
	for _, p := range k.entries("data") {
		if d, ok := t.expectedData(p); ok {
			e.Data = append(e.Data, d)
		}
	}
	for _, p := range k.entries("decided") {
		e.Decided = append(e.Decided, t.decided(p))
	}
	k.done()
	return e
}

// sent reads a message that must have been sent: its name, or its name with key and with.
func (t *testReader) sent(n *node) (ExpectedMessage, bool) {
	if n.kind == mapping && len(n.pairs) == 1 {
		return t.messageLike(n.pairs[0])
	}
	if n.kind != scalar {
		t.found.add(n.pos(), codeWrongShape, "a message that was sent is written as goods.arrived, or as {goods.arrived: {key: PO-1, with: {...}}}")
		return ExpectedMessage{}, false
	}
	return t.messageLike(pair{key: n, value: &node{src: n.src, kind: mapping, line: n.line, col: n.col}})
}

// told reads a notice about a task.
func (t *testReader) told(n *node) ExpectedNotice {
	k := keysOf(n, "a notice", t.found)
	e := ExpectedNotice{Pos: n.pos(), Why: k.oneOf("why", "", "reminder", "escalation", "withdrawn"), To: k.text("to")}
	if task := k.need("task"); task != nil {
		e.Task = t.task(task)
	}
	k.done()
	return e
}

// child reads the name of a process.
func (t *testReader) child(n *node) string {
	if t.pack.Processes[n.text] == nil {
		t.found.unknown(n, codeUnknownProcess, sortedKeys(t.pack.Processes), "unknown process %q")
	}
	return n.text
}

// called reads the inputs that an action or a sub-process must have been called with: a map, or a list
// of maps for several calls.
func (t *testReader) called(p pair) (ExpectedCalls, bool) {
	c := ExpectedCalls{Pos: p.key.pos(), Name: p.key.text}
	var fields []value.Field
	var home string
	action, isAction := t.pack.catalogue.Action(c.Name)
	child := t.pack.Processes[c.Name]
	switch {
	case isAction:
		fields = action.Inputs
	case child != nil:
		fields, home = child.Input, homeOf(DataHome, child.ID)
	default:
		known := slices.Concat(t.pack.catalogue.Actions(), sortedKeys(t.pack.Processes))
		t.found.unknown(p.key, codeUnknownAction, known, "no action or process is called %q")
		return c, false
	}
	calls := []*node{p.value}
	if p.value.kind == sequence {
		calls = p.value.items
	}
	for _, n := range calls {
		if n.kind != mapping {
			t.found.add(n.pos(), codeWrongShape, "a call is a map of the inputs that it must have had, not %s", n.kind)
			continue
		}
		t.found.survey.mentionKeys(n.pairs, home)
		c.Inputs = append(c.Inputs, t.values(n.pairs, fields, c.Name, codeUnknownInput))
	}
	return c, true
}

// expectedData reads a condition over value, or a plain value.
func (t *testReader) expectedData(p pair) (ExpectedData, bool) {
	d := ExpectedData{Pos: p.key.pos(), Name: p.key.text}
	f, ok := fieldNamed(t.proc.Result.Fields, d.Name)
	if !ok {
		t.found.unknown(p.key, codeUnknownName, fieldNames(t.proc.Result.Fields), "the process has no data %q")
		return d, false
	}
	if !isFormula(p.value) {
		d.Value = t.literal(p.value, f.Type.AsOptional())
		return d, true
	}
	text := strings.TrimLeft(p.value.text, " \n=")
	offset := len([]rune(p.value.text)) - len([]rune(text))
	static := &formula.Static{
		Names:    map[string]*value.Type{"value": f.Type.AsRequired()},
		Settings: &value.Type{Kind: value.Record, Name: "settings", Fields: t.pack.Settings},
		Object:   t.pack.catalogue.Object,
		Currency: t.pack.Currency,
		Zone:     t.pack.Calendar.Zone(),
	}
	var names []named
	if t.found.survey != nil {
		static.Named = func(at int, home, name string) { names = append(names, named{at, home, name}) }
	}
	holds, problems := formula.Compile(text, static, &value.Type{Kind: value.Boolean})
	for _, problem := range problems {
		t.found.add(p.value.at(offset+problem.Offset), problem.Code, "%s", problem.Message).Mend = problem.Mend
	}
	t.found.survey.mentionIn(nil, p.value, offset, names)
	d.Holds = holds
	return d, holds != nil
}

// decided reads the rows of a table that must have won.
func (t *testReader) decided(p pair) ExpectedRows {
	rows := ExpectedRows{Pos: p.key.pos(), Table: p.key.text}
	table := t.pack.Decisions[rows.Table]
	if table == nil {
		t.found.unknown(p.key, codeUnknownDecision, sortedKeys(t.pack.Decisions), "unknown decision table %q")
	}
	items := p.value.items
	if p.value.kind == mapping {
		items = []*node{p.value}
	}
	for _, item := range items {
		if item.kind == mapping && table != nil {
			t.found.survey.mentionKeys(item.pairs, homeOf(outputHome, table.home))
			rows.Outputs = append(rows.Outputs, t.values(item.pairs, table.Table.Result(), rows.Table, codeUnknownField))
			continue
		}
		row, err := strconv.Atoi(item.text)
		if err != nil || row < 1 {
			t.found.add(item.pos(), codeWrongValue, "%q is no row; rows count from 1", clip(item.text))
			continue
		}
		if table != nil && row > table.Table.Rows() {
			t.found.add(item.pos(), codeWrongValue, "the table has %d rows, so there is no row %d", table.Table.Rows(), row)
		}
		rows.Rows = append(rows.Rows, row)
	}
	if p.value.kind == scalar {
		t.found.add(p.value.pos(), codeWrongShape, "what a table decides is a list of rows such as [5], or a map of its outputs, not %s", p.value.kind)
	}
	return rows
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
