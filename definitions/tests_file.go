package definitions

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"waybill/definitions/value"
)

// LoadTests reads the scenario tests of a pack that Load returned, from the same folder. Tests with an
// error finding are left out.
func LoadTests(fsys fs.FS, p *Pack) ([]*TestFile, []Finding) {
	f := &findings{}
	var out []*TestFile
	f.gather(func() {
		for _, name := range packFiles(fsys, &findings{}) {
			if !strings.HasSuffix(name, testFile) {
				continue
			}
			before := len(f.list)
			if t := readTests(fsys, name, p, f); t != nil && len(f.list) == before {
				out = append(out, t)
			}
		}
	})
	return out, f.sorted()
}

func readTests(fsys fs.FS, name string, p *Pack, f *findings) *TestFile {
	text, ok := readFile(fsys, name, f)
	if !ok {
		return nil
	}
	n := parseYAML(name, text, f)
	if n == nil {
		return nil
	}
	for _, a := range allowsOf(n, f) {
		f.add(a.pos, codeWrongAllow, "tests have no warnings that could be accepted; leave the comment out")
	}
	return newTestReader(p, f).file(n)
}

// testReader reads the tests of one process.
type testReader struct {
	*literals
	pack  *Pack
	found *findings
	proc  *Process
}

func newTestReader(p *Pack, f *findings) *testReader {
	in := value.Defaults{Currency: p.Currency, Zone: p.Calendar.Zone()}
	return &testReader{literals: &literals{found: f, in: &in, leavesOut: true}, pack: p, found: f}
}

func (t *testReader) file(n *node) *TestFile {
	k := keysOf(n, "a file of tests", t.found)
	process := k.need("tests")
	cases := k.list("cases")
	k.need("cases")
	k.done()
	if process == nil {
		return nil
	}
	t.proc = t.pack.Processes[k.scalar("tests", process)]
	if t.proc == nil {
		t.found.unknown(process, codeUnknownProcess, sortedKeys(t.pack.Processes), "unknown process %q")
		return nil
	}
	file := &TestFile{Pos: n.pos(), Process: t.proc}
	names := map[string]int{}
	for _, item := range cases {
		c := t.testCase(item)
		if first, twice := names[c.Name]; twice && c.Name != "" {
			t.found.add(item.pos(), codeDuplicateID, "two cases have the name %q; the first is in line %d", clip(c.Name), first)
		}
		names[c.Name] = item.line
		file.Cases = append(file.Cases, c)
	}
	return file
}

func (t *testReader) testCase(n *node) *Case {
	k := keysOf(n, "a case", t.found)
	c := &Case{Pos: n.pos()}
	if name := k.need("name"); name != nil {
		c.Name = k.scalar("name", name)
	}
	c.At = t.moment(k, "at")
	c.StartedBy = t.startedBy(k)
	c.Settings = t.values(k.entries("settings"), t.pack.Settings, "the pack", codeUnknownField)
	c.Start = t.values(k.entries("start"), t.proc.Input, "the process "+t.proc.ID, codeUnknownInput)
	if m := t.pack.Messages[c.StartedBy]; m != nil {
		t.values(k.entries("start"), m.With, "the message "+m.ID, codeUnknownField)
	}
	for _, n := range k.list("given") {
		if g, ok := t.given(n); ok {
			c.Given = append(c.Given, g)
		}
	}
	c.Taken = t.texts(k, "taken")
	for _, e := range k.entries("stub") {
		if s, ok := t.stub(e); ok {
			c.Stubs = append(c.Stubs, s)
		}
	}
	for _, act := range k.list("story") {
		c.Story = append(c.Story, t.act(act))
	}
	if expect := k.need("expect"); expect != nil {
		c.Expect = t.expectation(expect)
	}
	k.done()
	return c
}

// startedByClock is what starts a process of which a case says that its schedule does.
const startedByClock = "clock"

// startedBy reads what starts the process: a message, a role, or the clock.
func (t *testReader) startedBy(k *keys) string {
	n := k.take("started_by")
	by := k.scalar("started_by", n)
	if by == "" {
		return ""
	}
	var known []string
	for _, s := range t.proc.Starts {
		switch {
		case s.Message != "":
			known = append(known, s.Message)
		case s.Every != nil:
			known = append(known, startedByClock)
		default:
			known = append(known, s.Manual...)
		}
	}
	if !slices.Contains(known, by) {
		t.found.unknown(n, codeWrongValue, known, "nothing called %q starts the process")
	}
	return by
}

// moment reads the moment of a key, zero where it is not there.
func (t *testReader) moment(k *keys, name string) time.Time {
	n := k.take(name)
	text := k.scalar(name, n)
	if text == "" {
		return time.Time{}
	}
	at, err := value.ParseMoment(text, t.in.Zone)
	if err != nil {
		t.found.add(n.pos(), codeWrongType, "%q is a moment such as 2026-03-02T09:00+08:00: %v", name, err)
	}
	return at
}

// values reads plain values for some of the fields.
func (t *testReader) values(entries []pair, fields []value.Field, what, code string) map[string]any {
	out := make(map[string]any, len(entries))
	for _, e := range entries {
		f, ok := fieldNamed(fields, e.key.text)
		if !ok {
			t.found.unknown(e.key, code, fieldNames(fields), "%s has no %q", what)
			continue
		}
		if v := t.literal(e.value, f.Type); v != nil {
			out[f.Name] = v
		}
	}
	return out
}

// stub reads the answers in the place of an action, a process or an object.
func (t *testReader) stub(e pair) (Stub, bool) {
	name := e.key.text
	s := Stub{Pos: e.key.pos(), Name: name}
	var fields []value.Field
	var errors []string
	object, isObject := t.pack.catalogue.Object(name)
	action, isAction := t.pack.catalogue.Action(name)
	switch child := t.pack.Processes[name]; {
	case isAction:
		s.Kind, fields = StubAction, action.Outputs
		for _, e := range action.Errors {
			errors = append(errors, e.Code)
		}
	case child != nil:
		s.Kind, fields, errors = StubProcess, child.Result.Fields, sortedKeys(child.raised.codes)
	case isObject:
		s.Kind, fields = StubObject, object.Fields
	default:
		known := slices.Concat(t.pack.catalogue.Actions(), sortedKeys(t.pack.Processes), t.pack.catalogue.Objects())
		t.found.unknown(e.key, codeUnknownAction, known, "no action, process or object is called %q")
		return s, false
	}
	answers := []*node{e.value}
	if e.value.kind == sequence {
		answers = e.value.items
	}
	for _, n := range answers {
		if n.missing {
			continue
		}
		s.Answers = append(s.Answers, t.answer(n, s, fields, errors))
	}
	return s, len(s.Answers) > 0
}

// given reads an action that runs before the process starts.
func (t *testReader) given(n *node) (Given, bool) {
	if n.kind != mapping || len(n.pairs) != 1 {
		t.found.add(n.pos(), codeWrongShape, "what is given is written as crm.save_customer: {number: C-1, ...}")
		return Given{}, false
	}
	name := n.pairs[0].key
	action, known := t.pack.catalogue.Action(name.text)
	if !known {
		t.found.unknown(name, codeUnknownAction, t.pack.catalogue.Actions(), "unknown action %q")
		return Given{}, false
	}
	k := keysOf(n, "what is given", t.found)
	return Given{Pos: name.pos(), Action: action, Input: t.values(k.entries(name.text), action.Inputs, action.Name, codeUnknownInput)}, true
}

// texts reads the texts of a key that is one or a list of them.
func (t *testReader) texts(k *keys, name string) []string {
	var out []string
	for _, n := range k.oneOrMore(name) {
		if text := k.scalar(name, n); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// answer reads a result, {error, text, with} or {failure: text}.
func (t *testReader) answer(n *node, s Stub, fields []value.Field, errors []string) Answer {
	k := keysOf(n, "an answer", t.found)
	a := Answer{Pos: n.pos()}
	if _, named := fieldNamed(fields, "failure"); n.get("failure") != nil && !named && s.Kind == StubAction {
		a.Failure = k.text("failure")
		k.done()
		return a
	}
	_, named := fieldNamed(fields, "error")
	if code := n.get("error"); code != nil && !named {
		a.Error, a.Text = k.text("error"), k.text("text")
		a.With = t.loose(k.take("with"))
		k.done()
		if !slices.Contains(errors, a.Error) && !code.missing {
			t.found.unknown(code, codeUnknownError, errors, "%s does not raise %q", s.Name)
		}
		return a
	}
	a.Result = t.values(k.n.pairs, fields, s.Name, codeUnknownField)
	if s.Kind == StubProcess {
		t.found.survey.mentionKeys(k.n.pairs, homeOf(DataHome, s.Name))
		a.Outcome, _ = a.Result["outcome"].(string)
		delete(a.Result, "outcome")
		if a.Outcome == "" && n.get("outcome") == nil {
			t.found.add(n.pos(), codeMissingField, "the answer of a process says its outcome")
		}
	}
	return a
}

// loose reads values that no type describes, as texts.
func (t *testReader) loose(n *node) map[string]any {
	if n == nil {
		return nil
	}
	out := map[string]any{}
	for _, p := range n.pairs {
		if p.value.kind == scalar {
			out[p.key.text] = p.value.text
		}
	}
	return out
}
