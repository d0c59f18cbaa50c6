package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/value"
)

// processSource is a process on its way from its file to its model.
type processSource struct {
	n     *node
	id    *node
	proc  *Process
	types *typeSet
	state readState

	undoable bool // something in it can be undone; known once it is read
	used     uses
}

type readState int

const (
	unread readState = iota
	reading
	read
)

// processHeader returns a process with what others may know of it: its input and outcomes.
func (l *loader) processHeader(id string) *Process {
	if _, src := l.source(id); src != nil {
		return src.proc
	}
	return nil
}

// resultOf returns what run: yields: the process's outcome and its data, those that some end does not
// know as optional. Of a process that is being read, one that runs itself, only its declared data are known.
func (l *loader) resultOf(id string) *value.Type {
	of, src := l.source(id)
	of.compileProcess(src)
	if src.state == read {
		return src.proc.Result
	}
	t := &value.Type{Kind: value.Record, Name: id, Fields: []value.Field{{Name: "outcome", Type: src.proc.outcomeType()}}}
	for _, f := range src.proc.Data {
		t.Fields = append(t.Fields, value.Field{Name: f.Name, Type: f.Type.AsOptional(), Only: f.Only})
	}
	return t
}

// escaping returns the business errors that come out of a process.
func (l *loader) escaping(id string) raisable {
	if _, src := l.source(id); src != nil && src.state == read {
		return src.proc.raised
	}
	return raisable{open: true}
}

// processUndoable reports whether something in a process can be undone; true while it is not known.
func (l *loader) processUndoable(id string) bool {
	_, src := l.source(id)
	return src == nil || src.state != read || src.undoable
}

// readHeader reads what stands above the steps of a process.
func (l *loader) readHeader(n *node) {
	k := keysOf(n, "a process", l.found)
	id := k.need("process")
	p := &Process{Pack: l.pack, ID: k.scalar("process", id), Title: k.title("title"), Steps: map[string]*Step{}, Names: map[string]Datum{}}
	src := &processSource{n: n, id: id, proc: p, types: l.newTypeSet(l.types, p.ID)}
	src.types.declare(k.entries("types"))
	src.types.resolve()
	p.Input = src.types.fields(k.entries("input"), fieldOfData)
	p.Data = src.types.fields(k.entries("data"), fieldOfData)
	for _, f := range p.Data {
		if _, twice := fieldNamed(p.Input, f.Name); twice {
			l.found.add(k.n.get("data").pos(), codeDuplicateID, "%q is declared under input and under data", f.Name)
		}
	}
	p.Outcomes, p.Only = l.outcomes(k), l.only(k)
	for _, body := range []string{"key", "start", "events", "on_error", "steps"} {
		k.take(body)
	}
	k.need("steps")
	k.done()
	switch {
	case id == nil:
		return
	case !value.IsName(p.ID):
		l.found.badName(id, "name for a process")
	case l.sources[p.ID] != nil:
		l.found.add(id.pos(), codeDuplicateID, "the process %s stands in %s already", p.ID, l.sources[p.ID].n.src.name)
	default:
		l.sources[p.ID] = src
		p.ID = l.prefix + p.ID
	}
}

// outcomes reads the ends of a process: name: keep or undo, or name: {ends: keep or undo, title}. One that
// lists none has the outcome done, which keeps.
func (l *loader) outcomes(k *keys) []Outcome {
	if !k.has("outcomes") {
		k.take("outcomes")
		return []Outcome{{ID: doneOutcome}}
	}
	var out []Outcome
	if list := k.n.get("outcomes"); list.kind == sequence {
		return l.listedOutcomes(k.list("outcomes"), list.pos())
	}
	for _, e := range k.entries("outcomes") {
		if !value.IsName(e.key.text) {
			l.found.badName(e.key, "name for an outcome")
			continue
		}
		out = append(out, l.outcome(e))
	}
	if len(out) == 0 {
		l.found.add(k.at("outcomes"), codeMissingKey, "a process needs at least one outcome")
	}
	return out
}

// listedOutcomes are outcomes that do not say whether they keep what was done.
func (l *loader) listedOutcomes(names []*node, at Position) []Outcome {
	var out []Outcome
	var said []string
	for _, n := range present(names) {
		if n.kind == scalar && value.IsName(n.text) {
			out, said = append(out, Outcome{ID: n.text}), append(said, n.text+": keep")
		}
	}
	if len(out) == 0 {
		said = []string{"delivered: keep", "refused: undo"}
	}
	l.found.add(at, codeWrongValue, "an outcome says keep or undo: {%s}", strings.Join(said, ", "))
	return out
}

func (l *loader) outcome(e pair) Outcome {
	o := Outcome{ID: e.key.text}
	ends := e.value
	if e.value.kind == mapping {
		k := keysOf(e.value, "an outcome", l.found)
		o.Title, ends = k.title("title"), k.need("ends")
		k.done()
	}
	if ends == nil {
		return o
	}
	if !ends.is("keep") && !ends.is("undo") && !ends.missing {
		l.found.add(ends.pos(), codeWrongValue, "an outcome says keep or undo: {delivered: keep, refused: undo}")
	}
	o.Undo = ends.is("undo")
	return o
}

// compileProcess reads the body of a process, once.
func (l *loader) compileProcess(src *processSource) {
	if src.state != unread {
		return
	}
	src.state = reading
	p := src.proc
	c := l.newCompiler(p, src.types)
	k := keysOf(src.n, "a process", l.found)
	c.whole = src.n
	c.data()
	for _, name := range []string{"steps", "events", "on_error"} {
		if n := k.take(name); n != nil {
			c.collectIDs(n)
		}
	}
	p.Key = c.key(k.take("key"))
	if p.Starts = c.starts(k); l.prefix != "" {
		p.Starts = nil // who uses the pack runs it; its starts are those of the pack itself
	}
	c.wholeBody(k)
	c.besideRest()
	for _, check := range c.later {
		check()
	}
	p.raised = l.uncaught(l.raisedInProcess(p), p.OnError)
	src.undoable, src.used = l.undoableIn(p.blocks()...), c.used
	p.Result, p.endings = c.resultType(), c.ends
	l.pack.Processes[p.ID] = p
	src.state = read
}

// data makes the input and the declared data known. A value that nothing has set yet is not there.
func (c *compiler) data() {
	for _, f := range slices.Concat(c.proc.Input, c.proc.Data) {
		c.made(f.Name, f.Type, f.Only)
	}
	for _, f := range c.proc.Input {
		c.flow.declare(f.Name, f.Type)
		c.flow.set(f.Name, f.Type)
	}
	for _, f := range c.proc.Data {
		c.flow.declare(f.Name, f.Type)
		t := f.Type
		if f.Default == nil {
			t = t.AsOptional()
		}
		c.flow.set(f.Name, t)
	}
	c.hideBroken(c.whole.get("input"), c.proc.Input)
	c.hideBroken(c.whole.get("data"), c.proc.Data)
}

// hideBroken notes declared names whose type could not be read, so that they are not reported again.
func (c *compiler) hideBroken(n *node, fields []value.Field) {
	for _, e := range n.entryNodes() {
		if _, ok := fieldNamed(fields, e.key.text); !ok {
			c.hidden[e.key.text] = true
		}
	}
}

// wholeBody reads the steps, the events beside them and what catches their errors.
func (c *compiler) wholeBody(k *keys) {
	p := c.proc
	ran := c.flow.try(func() { p.Body = c.steps(k, "steps", "") })
	writes := append([]write(nil), c.flow.writes...)
	c.runsOff(ran)
	var ways []way
	p.Events, ways = c.events(k.list("events"), ran, p.Body, writes, "")
	for _, w := range ways[:len(ways)-1] {
		c.runsOff(w)
	}
	p.OnError, ways = c.handlers(k.entries("on_error"), ran, c.raisedInProcess(p), "")
	for _, w := range ways {
		c.runsOff(w)
	}
}

// raisedInProcess returns the errors that reach the process's own on_error.
func (l *loader) raisedInProcess(p *Process) raisable {
	r := l.raisedIn(p.Body)
	for _, e := range p.Events {
		r.addAll(l.raisedIn(e.Steps))
	}
	return r
}

// blocks returns the outermost blocks of a process.
func (p *Process) blocks() []Block {
	out := []Block{p.Body}
	for _, e := range p.Events {
		out = append(out, e.Steps)
	}
	for _, h := range p.OnError {
		out = append(out, h.Steps)
	}
	return out
}
