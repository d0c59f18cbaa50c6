package editor

import (
	"slices"
	"strings"

	"waybill/definitions/schema"
	"waybill/definitions/value"
)

// keys completes a key of the map d, or of the map that the text d is about to become.
func (c *completer) keys(d *described, s schema.Shape, typed *node) {
	r := whole(typed)
	switch s.Form {
	case schema.Title:
		for _, language := range []string{"en", "zh-CN"} {
			c.addKey(d, schema.Key{Name: language, Shape: schema.Shape{Form: schema.Text}}, KeyItem, r, typed)
		}
	case schema.Mapping:
		c.keysOf(d, c.pack.language.Map(s.Map), r, typed)
	case schema.Entries:
		c.freeKeys(d, s, r, typed)
	default:
		for _, f := range c.scope(d).fields(c.typeAt(d)) {
			c.addField(d, f, r, typed)
		}
	}
}

// keysOf offers the keys of a map. Where it may be of several kinds, those of the kind that is told, or else the keys
// that tell one.
func (c *completer) keysOf(d *described, m *schema.Map, r Range, typed *node) {
	if m == nil {
		return
	}
	if len(m.Variants) > 0 {
		told := m.Variant(d.node.has)
		if told == "" {
			c.kinds(d, m, r, typed)
			return
		}
		m = c.pack.language.Map(told)
	}
	for _, k := range m.Keys {
		c.addKey(d, k, KeyItem, r, typed)
	}
}

func (c *completer) kinds(d *described, m *schema.Map, r Range, typed *node) {
	for _, v := range m.Variants {
		k, _ := c.pack.language.Map(v.Map).Key(v.Key)
		c.addKey(d, k, StepItem, r, typed)
	}
	if !d.node.flow {
		for _, name := range []string{"id", "title", "when"} {
			if k, ok := c.pack.language.Map(m.Variants[0].Map).Key(name); ok {
				c.addKey(d, k, KeyItem, r, typed)
			}
		}
	}
}

// addKey offers a key that is not written yet.
func (c *completer) addKey(d *described, k schema.Key, kind ItemKind, r Range, typed *node) {
	if written(d, k.Name, typed) {
		return
	}
	insert := k.Name + ": "
	if isBlock(k.Shape) && !d.node.flow {
		insert = k.Name + ":"
	}
	if typed == c.key && !typed.half { // its colon is there already
		insert = k.Name
	}
	c.items = append(c.items, Item{Label: k.Name, Kind: kind, Detail: k.Title, Doc: docOf(k), Insert: insert, Range: r})
}

func written(d *described, name string, typed *node) bool {
	return slices.ContainsFunc(d.node.entries, func(e entry) bool { return e.key != typed && e.key.text() == name })
}

// isBlock reports whether what a key holds stands on lines of its own.
func isBlock(s schema.Shape) bool {
	return s.Form == schema.List && (s.Of.Form == schema.Mapping) || s.Form == schema.Mapping && s.Map != "retry"
}

func docOf(k schema.Key) string {
	var out strings.Builder
	out.WriteString(k.Doc)
	for _, e := range k.Examples {
		out.WriteString("\n\n```yaml\n" + k.Name + ": " + e + "\n```")
	}
	return out.String()
}

func (c *completer) addField(d *described, f value.Field, r Range, typed *node) {
	if written(d, f.Name, typed) {
		return
	}
	detail := f.Type.String()
	c.items = append(c.items, Item{Label: f.Name, Kind: FieldItem, Detail: detail, Doc: fieldDoc(f), Insert: f.Name + ": ", Range: r})
}

// freeKeys offers the names that the keys of a map stand for.
func (c *completer) freeKeys(d *described, s schema.Shape, r Range, typed *node) {
	if s.Defines {
		return
	}
	switch s.Names {
	case schema.Input, schema.Field, schema.Setting, schema.Data:
		for _, f := range c.fieldsOf(d) {
			c.addField(d, f, r, typed)
		}
	case schema.Action:
		for _, name := range c.pack.catalogue.Actions() {
			c.addNamed(d, name, ActionItem, "", r, typed)
		}
	case schema.Answer:
		for _, name := range slices.Concat(c.pack.catalogue.Actions(), c.scope(d).survey.Processes(), c.pack.catalogue.Objects()) {
			c.addNamed(d, name, ActionItem, "", r, typed)
		}
	case schema.Error:
		for _, code := range c.errors(d) {
			c.addNamed(d, code, NameItem, "business error", r, typed)
		}
	default:
		for _, name := range c.named(s.Names) {
			c.addNamed(d, name, NameItem, "", r, typed)
		}
	}
}

func (c *completer) addNamed(d *described, name string, kind ItemKind, detail string, r Range, typed *node) {
	if !written(d, name, typed) {
		c.items = append(c.items, Item{Label: name, Kind: kind, Detail: detail, Insert: name + ": ", Range: r})
	}
}

// errors returns the business errors that may come out of the step that has on_error.
func (c *completer) errors(d *described) []string {
	out := []string{"any"}
	if d.parent != nil {
		if a, ok := c.pack.catalogue.Action(d.parent.node.get("do").text()); ok {
			for _, e := range a.Errors {
				out = append(out, e.Code)
			}
			return out
		}
	}
	out = append(out, c.pack.names().defined(schema.Error, "")...)
	for _, o := range c.pack.names().list {
		if a, ok := c.pack.catalogue.Action(o.name); ok && o.symbol == schema.Action && o.file == c.file {
			for _, e := range a.Errors {
				out = append(out, e.Code)
			}
		}
	}
	slices.Sort(out[1:])
	return slices.Compact(append(out, "too_many_rounds"))
}
