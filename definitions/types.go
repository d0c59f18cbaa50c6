package definitions

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// typeSet holds the named types of a pack, or of a process beside those of its pack.
type typeSet struct {
	outer *typeSet
	found *findings
	decl  map[string]pair
	order []string
	done  map[string]*value.Type
	open  map[string]bool // records whose fields are being read
	plain *literals       // reads defaults
	only  func(k *keys) []string
	used  func(name string) *value.Type // a type of another pack, as pack.Type
	home  func(name string) string      // what a type's fields are declared by

	objects Catalogue // what references may lead to
}

func (l *loader) newTypeSet(outer *typeSet, of string) *typeSet {
	return &typeSet{
		outer: outer, home: func(name string) string { return homeOf(typeHome, l.prefix+of, name) }, found: l.found, plain: &literals{found: l.found, in: &l.defaults}, only: l.only, used: l.usedType, objects: l.catalogue,
		decl: map[string]pair{}, done: map[string]*value.Type{}, open: map[string]bool{},
	}
}

// declare notes the named types of a types: key; they may be used before and after it.
func (ts *typeSet) declare(entries []pair) {
	for _, e := range entries {
		name := e.key.text
		switch first, twice := ts.decl[name]; {
		case e.value.missing:
			continue
		case !value.IsName(name):
			ts.found.badName(e.key, "name for a type")
			continue
		case twice:
			ts.found.add(e.key.pos(), codeDuplicateType, "the type %s stands twice; the first is at %s", name, first.key.pos())
			continue
		case ts.outer != nil && ts.outer.has(name):
			ts.found.add(e.key.pos(), codeDuplicateType, "the pack has a type %s already; give this one another name", name)
			continue
		}
		ts.decl[name] = e
		ts.order = append(ts.order, name)
	}
}

func (ts *typeSet) has(name string) bool {
	_, ok := ts.decl[name]
	return ok || ts.outer != nil && ts.outer.has(name)
}

// resolve reads every declared type.
func (ts *typeSet) resolve() {
	for _, name := range ts.order {
		ts.named(name)
	}
	seen := map[*value.Type]bool{}
	for _, name := range ts.order {
		ts.close(ts.done[name], seen)
	}
	whole := map[string]bool{}
	for _, name := range ts.order {
		ts.circle(ts.done[name], nil, whole)
	}
}

// named returns a declared type, nil where there is none. A record that is still being read has no
// fields yet; close fills them in where it was copied.
func (ts *typeSet) named(name string) *value.Type {
	if t := ts.done[name]; t != nil {
		return t
	}
	e, ok := ts.decl[name]
	if !ok {
		if ts.outer != nil {
			return ts.outer.named(name)
		}
		return ts.used(name)
	}
	if e.value.kind == scalar {
		return ts.alias(name, e)
	}
	t := &value.Type{Kind: value.Record, Name: name}
	t.Home = ts.home(name)
	ts.done[name] = t
	if e.value.kind != mapping {
		ts.found.add(e.value.pos(), codeWrongShape, "the type %s is a map of its fields, not %s", name, e.value.kind)
		return t
	}
	t.Fields = ts.fields(e.value.pairs, fieldOfRecord)
	ts.found.survey.declareKeys(e.value.pairs, t.Home)
	if _, money := t.Field("amount"); money && len(t.Fields) == 2 {
		if _, both := t.Field("currency"); both {
			ts.found.add(e.key.pos(), codeMoneyRecord, "an amount and its currency are the type money; %s is not needed", name)
		}
	}
	return t
}

// alias reads a name for a type that is written as one text: Grade: A | B | C.
func (ts *typeSet) alias(name string, e pair) *value.Type {
	if ts.open[name] {
		ts.found.add(e.key.pos(), codeCyclicType, "the type %s stands for itself", name)
		return &value.Type{Kind: value.Text}
	}
	ts.open[name] = true
	t := ts.parse(e.value)
	if t == nil {
		t = &value.Type{Kind: value.Text}
	}
	ts.done[name] = t
	return t
}

// parse reads a type as written, nil after a finding.
func (ts *typeSet) parse(n *node) *value.Type {
	if n.kind != scalar {
		ts.found.add(n.pos(), codeWrongShape, "a type is a text such as list of text, not %s", n.kind)
		return nil
	}
	t, err := value.ParseType(n.text, ts.named)
	if err == nil {
		ts.leads(n, t)
		return t
	}
	pos, message := n.pos(), err.Error()
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		pos = n.at(syntax.Offset)
	}
	words := strings.Fields(n.text)
	found := ts.found.add(pos, codeUnknownType, "%s", message)
	switch {
	case len(words) == 0 || syntax == nil:
	case syntax.Mend != "" && syntax.Offset == 0:
		found.Mend = mendLine(n, n.text, syntax.Mend)
	case syntax.Mend == "":
		last := words[len(words)-1]
		if near := nearest(last, ts.names()); near != "" {
			found.Message += fmt.Sprintf("; did you mean %q?", near)
			found.Mend = mendLine(n, n.text, strings.TrimSuffix(n.text, last)+near)
		}
	}
	return nil
}

// leads checks that references lead to objects of the catalogue.
func (ts *typeSet) leads(n *node, t *value.Type) {
	for t.Elem != nil {
		t = t.Elem
	}
	at := strings.Index(n.text, "ref "+t.Name)
	if t.Kind != value.Ref || at < 0 {
		return
	}
	if _, known := ts.objects.Object(t.Name); known || len(ts.objects.Objects()) == 0 {
		return
	}
	at += len("ref ")
	found := ts.found.add(n.at(len([]rune(n.text[:at]))), codeUnknownObject, "the catalogue has no object %s", t.Name)
	if near := nearest(t.Name, ts.objects.Objects()); near != "" {
		found.Message += fmt.Sprintf("; did you mean %q?", near)
		found.Mend = mendLine(n, n.text, n.text[:at]+near+n.text[at+len(t.Name):])
	}
}

func (ts *typeSet) names() []string {
	if ts.outer == nil {
		return ts.order
	}
	return append(ts.outer.names(), ts.order...)
}

// close gives every copy of a record, made while the record was being read, the record's fields.
func (ts *typeSet) close(t *value.Type, seen map[*value.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	if t.Kind == value.Record && t.Fields == nil {
		if whole := ts.named(t.Name); whole != nil && whole != t {
			t.Fields = whole.Fields
		}
	}
	ts.close(t.Elem, seen)
	for _, f := range t.Fields {
		ts.close(f.Type, seen)
	}
}

// circle reports the records that hold themselves through fields that must be there. around are the
// records that hold t; whole are those that were looked at.
func (ts *typeSet) circle(t *value.Type, around []string, whole map[string]bool) {
	if t.Kind != value.Record || whole[t.Name] || ts.decl[t.Name].key == nil {
		return
	}
	if at := slices.Index(around, t.Name); at >= 0 {
		for _, name := range around[at:] {
			ts.found.add(ts.decl[name].key.pos(), codeCyclicType,
				"every %s would hold another %s, without end; let it be optional, or a list", name, name)
		}
		return
	}
	around = append(around, t.Name)
	for _, f := range t.Fields {
		if !f.Type.Optional {
			ts.circle(f.Type, around, whole)
		}
	}
	whole[t.Name] = true
}
