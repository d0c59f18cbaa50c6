package editor

import (
	"strings"

	"waybill/definitions/schema"
)

// occurrence is a place where a name stands for something.
type occurrence struct {
	symbol  schema.Symbol // data are steps here: both are known by one name in a process
	scope   string        // the process that knows the name; "" where the pack does
	name    string
	file    string
	at      Range
	defines bool
	// implied says that the name is that of a table or a process, and also names the step that uses it.
	implied bool
	data    bool // the name is made known as data, not as a step
}

// index holds the names of a pack's files.
type index struct {
	list      []occurrence
	processes map[string]processFile // by the process's id
	types     map[string]bool        // process and type name
}

// processFile is what the index knows of a process.
type processFile struct {
	file string
	root *node
	runs map[string]string // the process that a step of this id runs
}

// indexFiles finds every name in the files of a pack. trees are the files by name.
func indexFiles(l *schema.Language, trees map[string]*node) *index {
	x := &index{processes: map[string]processFile{}, types: map[string]bool{}}
	for _, name := range sortedNames(trees) {
		root := trees[name]
		f, _ := l.FileOf(name)
		if id := root.get("process").text(); f.Name == "process" && id != "" {
			p := processFile{file: name, root: root, runs: map[string]string{}}
			p.findRuns(root)
			x.processes[usedPrefix(name)+id] = p
			for _, e := range entriesOf(root.get("types")) {
				x.types[usedPrefix(name)+id+" "+e.key.text()] = true
			}
		}
	}
	for _, name := range sortedNames(trees) {
		root := trees[name]
		r := &indexer{index: x, file: name, prefix: usedPrefix(name)}
		if scope := root.get("process"); scope != nil {
			r.scope = r.prefix + scope.text()
		} else if tested := root.get("tests"); tested != nil {
			r.scope = r.prefix + tested.text()
		}
		describe(l, name, root, r.visit)
	}
	return x
}

func entriesOf(n *node) []entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// usedPrefix is what stands before the names of a pack that this one uses: its files lie in uses/common.
func usedPrefix(file string) string {
	rest, ok := strings.CutPrefix(file, "uses/")
	if !ok {
		return ""
	}
	pack, _, _ := strings.Cut(rest, "/")
	return pack + "."
}

// findRuns notes which process each step runs.
func (p processFile) findRuns(n *node) {
	if n == nil {
		return
	}
	if run := n.get("run"); run != nil && run.kind == scalar {
		id := n.get("id").text()
		if id == "" {
			id = lastPart(run.text())
		}
		p.runs[id] = run.text()
	}
	for _, e := range n.entries {
		p.findRuns(e.value)
	}
	for _, item := range n.items {
		p.findRuns(item)
	}
}

func lastPart(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// indexer notes the names of one file.
type indexer struct {
	*index
	file, scope, prefix string
}

func (r *indexer) add(o occurrence) {
	if o.name == "" {
		return
	}
	o.data = o.data || o.symbol == schema.Data
	if o.symbol == schema.Data || o.symbol == schema.Place {
		o.symbol = schema.Step
	}
	switch o.symbol {
	case schema.Step, schema.Outcome:
		if o.scope == "" {
			o.scope = r.scope
		}
	case schema.Process, schema.Table:
		o.name = r.prefix + o.name
	case schema.Record:
		if r.types[r.scope+" "+o.name] {
			o.scope = r.scope
		} else {
			o.name = r.prefix + o.name
		}
	case schema.Role, schema.Message, schema.Setting, schema.Action, schema.Error, schema.Pack:
		if r.prefix != "" {
			return // a used pack's own
		}
	default:
		return
	}
	o.file = r.file
	r.list = append(r.list, o)
}

func (r *indexer) visit(d *described) {
	if d.shape.Form == schema.Entries && d.node.kind == mapping {
		r.keys(d)
	}
	if d.node.kind != scalar {
		return
	}
	if from, ok := isFormula(d); ok {
		if d.shape.Form == schema.EachIn {
			r.add(occurrence{symbol: schema.Data, name: strings.TrimSpace(firstWord(d.node)), at: d.node.part(0, len([]rune(firstWord(d.node)))), defines: true})
		}
		r.formula(d.node, tokens(d.node.letters, from))
		return
	}
	for _, s := range forms(d.shape) {
		r.text(d, s)
	}
}

func firstWord(n *node) string {
	before, _, _ := strings.Cut(n.text(), " ")
	return before
}

// text notes what a text names by its shape.
func (r *indexer) text(d *described, s schema.Shape) {
	n := d.node
	switch s.Form {
	case schema.Name:
		o := occurrence{symbol: s.Names, name: n.text(), at: n.part(0, len(n.letters)), defines: s.Defines}
		r.add(o)
		if (o.symbol == schema.Table || o.symbol == schema.Process) && (d.word == "decide" || d.word == "run") && !d.parent.node.has("id") {
			name := lastPart(o.name)
			from := len([]rune(o.name)) - len([]rune(name))
			r.add(occurrence{symbol: schema.Step, name: name, at: n.part(from, len(n.letters)), defines: true, implied: true})
		}
	case schema.Type:
		for _, p := range paths(tokens(n.letters, 0)) {
			last := p.words[len(p.words)-1]
			name := textOf(n.letters[p.words[0].from:last.to])
			if !isTypeWord(name) {
				r.add(occurrence{symbol: schema.Record, name: name, at: n.part(p.words[0].from, last.to)})
			}
		}
	case schema.Rules:
		r.formula(n, onlySettings(tokens(n.letters, 0)))
	case schema.Value, schema.Text:
		for _, inside := range filledIn(n) {
			r.formula(n, inside)
		}
	}
}

func isTypeWord(name string) bool {
	return contains([]string{"list", "map", "of", "optional", "ref"}, name) || contains(plainTypes(), name)
}

// onlySettings keeps settings.name: the other words of a decision table are its own.
func onlySettings(list []token) []token {
	var out []token
	for i, t := range list {
		if t.kind == word && t.text == "settings" && i+2 < len(list) && isDot(list[i+1]) {
			out = append(out, list[i:i+3]...)
		}
	}
	return out
}

// filledIn returns the tokens of each {{ formula }} in a text.
func filledIn(n *node) [][]token {
	var out [][]token
	for i := 0; i+1 < len(n.letters); i++ {
		if n.letters[i].r != '{' || n.letters[i+1].r != '{' {
			continue
		}
		end := i + 2
		for end+1 < len(n.letters) && (n.letters[end].r != '}' || n.letters[end+1].r != '}') {
			end++
		}
		out = append(out, tokens(n.letters[:min(end, len(n.letters))], i+2))
		i = end
	}
	return out
}

// keys notes what the free keys of a map name.
func (r *indexer) keys(d *described) {
	for _, e := range d.node.entries {
		o := occurrence{symbol: d.shape.Names, name: e.key.text(), at: e.key.part(0, len(e.key.letters)), defines: d.shape.Defines}
		switch o.symbol {
		case schema.Input:
			process, ok := r.called(d)
			if !ok {
				continue
			}
			o.symbol, o.scope = schema.Step, process
		case schema.Answer:
			o.symbol = schema.Action
			if _, ok := r.processes[r.prefix+o.name]; ok {
				o.symbol = schema.Process
			}
		case schema.Error:
			o.defines = false
		}
		r.add(o)
	}
}

// called returns the process whose input the keys of a map are.
func (r *indexer) called(d *described) (string, bool) {
	if d.parent == nil {
		return "", false
	}
	if d.word == "start" {
		return r.scope, true
	}
	run := d.parent.node.get("run")
	return r.prefix + run.text(), run != nil
}

// formula notes the names that a formula reads.
func (r *indexer) formula(n *node, list []token) {
	for _, p := range paths(list) {
		first := p.words[0]
		o := occurrence{symbol: schema.Step, name: first.text, at: n.part(first.from, first.to)}
		switch {
		case p.item || p.called || p.key:
			continue
		case first.text == "settings" && len(p.words) > 1:
			second := p.words[1]
			o.symbol, o.name, o.at = schema.Setting, second.text, n.part(second.from, second.to)
		case isRoleOfPeople(list, first):
			o.symbol = schema.Role
		case isAlwaysThere(first.text):
			continue
		case len(p.words) > 1 && r.processes[r.scope].runs[first.text] != "":
			child := r.prefix + r.processes[r.scope].runs[first.text]
			if second := p.words[1]; second.text != "outcome" {
				r.add(occurrence{symbol: schema.Step, scope: child, name: second.text, at: n.part(second.from, second.to)})
			}
		}
		r.add(o)
	}
}

func isRoleOfPeople(list []token, t token) bool {
	for i := 2; i < len(list); i++ {
		if list[i].from == t.from {
			return list[i-1].text == "(" && list[i-2].text == "people"
		}
	}
	return false
}

func isAlwaysThere(name string) bool {
	return contains([]string{"now", "today", "instance", "settings", "actor", "error", "finished", "total", "value", "true", "false", "nil", "and", "or", "not", "in", "let", "matches", "contains", "startsWith", "endsWith"}, name)
}
