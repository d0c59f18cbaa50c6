package editor

import (
	"strings"

	"waybill/definitions/schema"
)

// described is a node with what the language says about its place.
type described struct {
	node   *node
	shape  schema.Shape // one alternative where the shape was an either; the whole either for a text
	m      *schema.Map  // what a mapping is, nil where its keys are free
	key    schema.Key   // the key whose value this is; its Name is "" for an item or a free key
	word   string       // the key as written
	name   *node        // the key itself; nil for an item
	parent *described
}

// describer walks a file along the description of its kind.
type describer struct {
	language *schema.Language
	visit    func(d *described)
}

// describe calls visit for every value of a file, those around before those in them.
func describe(l *schema.Language, name string, root *node, visit func(d *described)) {
	file, known := l.FileOf(name)
	if !known || root == nil {
		return
	}
	w := &describer{language: l, visit: visit}
	w.walk(&described{node: root, shape: schema.Shape{Form: schema.Mapping, Map: file.Map}})
}

func (w *describer) walk(d *described) {
	if d.node == nil {
		return
	}
	d.shape = w.narrowed(d.shape, d.node)
	if d.shape.Form == schema.Mapping {
		d.m = w.mapOf(d.shape.Map, d.node)
	}
	w.visit(d)
	for _, item := range d.node.items {
		w.walk(&described{node: item, shape: itemShape(d.shape), parent: d})
	}
	for _, e := range d.node.entries {
		child := &described{node: e.value, word: e.key.text(), name: e.key, parent: d, shape: schema.Shape{Form: schema.Plain}}
		switch {
		case d.m != nil:
			if k, ok := d.m.Key(child.word); ok {
				child.key, child.shape = k, k.Shape
			}
		case d.shape.Form == schema.Entries:
			child.shape = *d.shape.Of
		case d.shape.Form == schema.Title:
			child.shape = schema.Shape{Form: schema.Text}
		case d.shape.Form == schema.Value:
			child.shape = schema.Shape{Form: schema.Value}
		}
		w.walk(child)
	}
}

// mapOf returns the map that a name means for a mapping: of a step, that of its kind.
func (w *describer) mapOf(name string, n *node) *schema.Map {
	m := w.language.Map(name)
	if m == nil || len(m.Variants) == 0 {
		return m
	}
	if told := m.Variant(n.has); told != "" {
		return w.language.Map(told)
	}
	return m
}

func itemShape(s schema.Shape) schema.Shape {
	switch s.Form {
	case schema.List, schema.OneOrMore:
		return *s.Of
	case schema.Value, schema.Plain:
		return s
	}
	return schema.Shape{Form: schema.Plain}
}

// narrowed takes the alternative that fits how a value is written. A text that is none of an either's words keeps all
// that a text may be.
func (w *describer) narrowed(s schema.Shape, n *node) schema.Shape {
	switch {
	case s.Form == schema.OneOrMore && n.kind != sequence:
		return w.narrowed(*s.Of, n)
	case s.Form != schema.Either:
		return s
	}
	var left []schema.Shape
	for _, one := range s.Any {
		if fitsWritten(one, n) {
			left = append(left, one)
		}
	}
	if len(left) == 1 {
		return left[0]
	}
	for _, one := range left {
		if one.Form == schema.Word && contains(one.Words, n.text()) {
			return one
		}
	}
	if len(left) > 0 {
		return schema.Shape{Form: schema.Either, Any: left}
	}
	return s
}

func fitsWritten(s schema.Shape, n *node) bool {
	switch s.Form {
	case schema.Mapping, schema.Entries:
		return n.kind == mapping
	case schema.List:
		return n.kind == sequence
	case schema.OneOrMore, schema.Title, schema.Value, schema.Plain:
		return true
	}
	return n.kind == scalar
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

// forms returns the shapes that a text at a place may have.
func forms(s schema.Shape) []schema.Shape {
	switch s.Form {
	case schema.Either:
		var out []schema.Shape
		for _, one := range s.Any {
			out = append(out, forms(one)...)
		}
		return out
	case schema.OneOrMore:
		return forms(*s.Of)
	}
	return []schema.Shape{s}
}

// isFormula reports whether a text with one of these shapes is read as a formula, and from which character on.
func isFormula(d *described) (from int, ok bool) {
	text := d.node.text()
	trimmed := strings.TrimLeft(text, " \n")
	from = len([]rune(text)) - len([]rune(trimmed))
	for _, s := range forms(d.shape) {
		switch s.Form {
		case schema.Condition, schema.Formula:
			if strings.HasPrefix(trimmed, "=") {
				from++
			}
			return from, true
		case schema.Value, schema.Time, schema.Plain, schema.Entries:
			if strings.HasPrefix(trimmed, "=") {
				return from + 1, true
			}
		case schema.EachIn:
			if at := strings.Index(text, " in "); at >= 0 {
				return len([]rune(text[:at])) + len(" in "), true
			}
		}
	}
	return 0, false
}
