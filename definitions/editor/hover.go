package editor

import (
	"fmt"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/schema"
)

// Hint is what an editor shows of a word.
type Hint struct {
	Markdown string
	Range    Range
}

// Hover explains the word at a place; false where there is nothing to say.
func (p *Pack) Hover(file string, at Point) (Hint, bool) {
	root := read(p.texts[file])
	h := &hoverer{pack: p, file: file, at: at, root: root}
	describe(p.language, file, root, h.find)
	if h.found == nil {
		return Hint{}, false
	}
	if h.onKey != nil {
		return h.key()
	}
	if hint, ok := h.word(); ok {
		return hint, true
	}
	if h.found.key.Name == "" {
		return Hint{}, false
	}
	return Hint{keyDoc(h.found.key), h.found.node.span}, true
}

// hoverer finds what stands at a place.
type hoverer struct {
	pack  *Pack
	file  string
	at    Point
	root  *node
	found *described
	onKey *node
}

func (h *hoverer) find(d *described) {
	if d.node.kind == scalar && d.node.span.holds(h.at) {
		h.found, h.onKey = d, nil
	}
	for _, e := range d.node.entries {
		if e.key.span.holds(h.at) {
			h.found, h.onKey = d, e.key
		}
	}
}

func keyDoc(k schema.Key) string {
	return fmt.Sprintf("**%s** (`%s`)\n\n%s", k.Title, k.Name, docOf(k))
}

// key explains a key: one of the language, or a name that stands as a key.
func (h *hoverer) key() (Hint, bool) {
	name := h.onKey.text()
	if h.found.m != nil {
		if k, ok := h.found.m.Key(name); ok {
			return Hint{keyDoc(k), h.onKey.span}, true
		}
		return Hint{}, false
	}
	if hint, ok := h.symbol(); ok {
		return hint, true
	}
	c := h.completer()
	for _, f := range c.fieldsOf(h.found) {
		if f.Name == name {
			return Hint{fmt.Sprintf("`%s`: %s\n\n%s", name, f.Type, fieldDoc(f)), h.onKey.span}, true
		}
	}
	return Hint{}, false
}

func (h *hoverer) completer() *completer {
	return &completer{pack: h.pack, file: h.file, at: h.at, root: h.root}
}

// word explains a word of a value.
func (h *hoverer) word() (Hint, bool) {
	n := h.found.node
	if from, ok := isFormula(h.found); ok {
		if hint, ok := h.inFormula(tokens(n.letters, from)); ok {
			return hint, true
		}
	}
	for _, inside := range filledIn(n) {
		if hint, ok := h.inFormula(inside); ok {
			return hint, true
		}
	}
	return h.symbol()
}

// inFormula explains a function, or a part of a path with its type.
func (h *hoverer) inFormula(list []token) (Hint, bool) {
	n := h.found.node
	for _, p := range paths(list) {
		for i, w := range p.words {
			r := n.part(w.from, w.to)
			if !r.holds(h.at) {
				continue
			}
			if p.called {
				return functionHint(w.text, r)
			}
			if o, ok := h.pack.at(h.file, h.at); ok && o.symbol == schema.Role {
				return h.symbol()
			}
			c := h.completer()
			t := c.scope(h.found).path(p, i+1, list)
			if t == nil {
				return Hint{}, false
			}
			return Hint{fmt.Sprintf("`%s`: %s\n\n%s", textOf(n.letters[p.words[0].from:w.to]), t, typeDoc(t)), r}, true
		}
	}
	return Hint{}, false
}

func functionHint(name string, r Range) (Hint, bool) {
	for _, f := range formula.Functions() {
		if f.Name == name {
			return Hint{fmt.Sprintf("`%s`\n\n%s", f.Signature, functionDoc(f)), r}, true
		}
	}
	return Hint{}, false
}

// symbol explains what the name at the place stands for.
func (h *hoverer) symbol() (Hint, bool) {
	o, ok := h.pack.at(h.file, h.at)
	if !ok {
		return Hint{}, false
	}
	text := h.pack.explain(h.completer().scope(h.found).survey, o)
	return Hint{text, o.at}, text != ""
}

// explain says in Markdown what a name stands for, "" where nothing is known of it.
func (p *Pack) explain(s *definitions.Survey, o occurrence) string {
	heading := fmt.Sprintf("**%s** (%s)", o.name, o.symbol)
	pack := s.Pack()
	switch o.symbol {
	case schema.Action:
		if a, ok := p.catalogue.Action(o.name); ok {
			return joined([]string{heading, actionDoc(a)})
		}
	case schema.Process:
		return joined([]string{heading, processDoc(s.Process(o.name))})
	case schema.Table:
		return joined([]string{heading, tableDoc(pack.Decisions[o.name])})
	case schema.Message:
		if m := pack.Messages[o.name]; m != nil {
			return joined([]string{heading, listed("Brings", m.With), "Kept: " + m.Keep})
		}
	case schema.Record:
		if t := s.Type(o.scope, o.name); t != nil {
			return joined([]string{heading, t.String(), typeDoc(t)})
		}
	case schema.Role:
		for _, r := range pack.Roles {
			if r.ID == o.name {
				return joined([]string{heading, titleText(r.Title)})
			}
		}
	case schema.Setting:
		for _, f := range pack.Settings {
			if f.Name == o.name {
				return joined([]string{heading, "`" + f.Type.String() + "`", fieldDoc(f)})
			}
		}
	case schema.Step:
		if t := s.Made(o.scope, o.name); t != nil {
			return joined([]string{fmt.Sprintf("`%s`: %s", o.name, t), typeDoc(t)})
		}
		if t := declared(s, o.scope)[o.name]; t != nil {
			return joined([]string{fmt.Sprintf("`%s`: %s", o.name, t), typeDoc(t)})
		}
		return heading
	}
	return ""
}
