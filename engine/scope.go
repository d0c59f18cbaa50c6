package engine

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// look prepares what formulas see of the event and of the instance.
func (r *run) look(e Event) {
	r.scope = formula.Scope{
		Get:      r.get,
		Settings: e.Settings,
		Instance: r.s.Instance,
		Actor:    e.By,
		Now:      e.At,
		Calendar: r.calendar(),
		Asks:     r.answerAbout,
		Lookup:   r.lookup,
	}
}

func (r *run) calendar() *calendar.Calendar {
	if r.d.Pack == nil || r.d.Pack.Calendar == nil {
		return calendar.UTC()
	}
	return r.d.Pack.Calendar
}

func (r *run) defaults() value.Defaults { return defaults(r.d) }

func defaults(d *definitions.Process) value.Defaults {
	if d.Pack == nil {
		return value.Defaults{}
	}
	of := value.Defaults{Currency: d.Pack.Currency}
	if d.Pack.Calendar != nil {
		of.Zone = d.Pack.Calendar.Zone()
	}
	return of
}

// get returns the process data called name, nearest first. A compensation sees only what it remembers.
func (r *run) get(name string) any {
	if v, ok := r.extra.Get(name); ok {
		return v
	}
	for n := r.here; n != nil; n = r.parent(n) {
		if v, ok := n.Data.Get(name); ok {
			return v
		}
		if n.Role == roleCompensation {
			return nil
		}
	}
	return nil
}

// visible returns all process data that formulas at n see.
func (r *run) visible(n *Node) Data {
	seen := map[string]any{}
	for ; n != nil; n = r.parent(n) {
		for _, x := range n.Data {
			if _, nearer := seen[x.Name]; !nearer {
				seen[x.Name] = x.Value
			}
		}
		if n.Role == roleCompensation {
			break
		}
	}
	return dataOf(seen)
}

// answerAbout answers reached, open and done about a step.
func (r *run) answerAbout(question, step string) bool {
	m := r.s.markOf(step)
	switch question {
	case "reached":
		return m.Node != 0
	case "done":
		return m.Done
	case "open":
		return m.Node != 0 && r.node(m.Node) != nil
	}
	return false
}

func (r *run) lookup(object, id string) (any, bool) {
	ref := Ref{Object: object, ID: id}
	found, ok := r.e.Lookups[ref]
	if ok {
		r.recordLookup(ref, found)
	}
	return found, ok
}

// eval evaluates a formula as it stands at a node. A nil formula gives nil.
func (r *run) eval(f *formula.Formula, at *Node) (any, error) {
	if f == nil {
		return nil, nil
	}
	r.here = at
	v, err := f.Eval(&r.scope)
	if err != nil {
		return nil, formulaError(f, err)
	}
	return v, nil
}

// holds evaluates a condition as it stands at a node. A nil condition holds.
func (r *run) holds(f *formula.Formula, at *Node) (bool, error) {
	if f == nil {
		return true, nil
	}
	r.here = at
	ok, err := f.Bool(&r.scope)
	if err != nil {
		return false, formulaError(f, err)
	}
	return ok, nil
}

// text evaluates a formula that gives one text; nothing is "".
func (r *run) text(f *formula.Formula, at *Node) (string, error) {
	v, err := r.eval(f, at)
	return asText(v), err
}

// texts evaluates a formula that gives a text or a list of texts. Empty ones are left out.
func (r *run) texts(f *formula.Formula, at *Node) ([]string, error) {
	v, err := r.eval(f, at)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var texts []string
	for _, x := range list {
		if t := asText(x); t != "" {
			texts = append(texts, t)
		}
	}
	return texts, nil
}

// values evaluates the assignments of a with. What is nothing is left out.
func (r *run) values(with []definitions.Assignment, at *Node) (map[string]any, error) {
	given := make(map[string]any, len(with))
	for i := range with {
		v, err := r.eval(with[i].Value, at)
		if err != nil {
			return nil, err
		}
		if v != nil {
			given[with[i].Name] = v
		}
	}
	return given, nil
}

// asText returns the text that stands for a value used as a key or a person.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := value.Encode(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// yield gives name the value that a step in the strand sets or results in: where the name already is,
// nearest first, or else, for declared data, in the process. Everything else belongs to the innermost round,
// event, handler or strand of then_each around the step, as the checker has it. In a compensation what
// stands for the process is the compensation. "" keeps nothing.
func (r *run) yield(strand *Node, name string, v any) {
	if name == "" {
		return
	}
	n := r.owner(strand, name)
	n.Data = n.Data.With(name, v)
	r.changed = append(r.changed, name)
}

func (r *run) owner(n *Node, name string) *Node {
	var local *Node
	for ; ; n = r.parent(n) {
		if _, here := n.Data.Get(name); here {
			return n
		}
		if n.Parent == 0 || n.Role == roleCompensation {
			break
		}
		if local == nil && r.keeps(n, name) {
			local = n
		}
	}
	if local == nil || r.declared(name) {
		return n
	}
	return local
}

// keeps reports whether process data that is made inside n is its own. What a handler or an event makes that its
// block makes too is not. The results of a repeat's round are its own until the last round is over.
func (r *run) keeps(n *Node, name string) bool {
	switch n.Role {
	case roleRound:
		each, ok := r.step(n).Spec.(*definitions.Each)
		return !ok || slices.Contains(each.Own, name)
	case roleEvent:
		return slices.Contains(r.event(n).Own, name)
	case roleHandler:
		return slices.Contains(r.handler(n).Own, name)
	case roleThen:
		return slices.Contains(r.thenEach(n).Own, name)
	}
	return n.Aside != nil && slices.Contains(n.Aside.Own, name)
}

func (r *run) declared(name string) bool {
	return hasField(r.d.Data, name) || hasField(r.d.Input, name)
}

func hasField(fields []value.Field, name string) bool {
	for i := range fields {
		if fields[i].Name == name {
			return true
		}
	}
	return false
}
