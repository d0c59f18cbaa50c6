package editor

import (
	"strings"

	"waybill/definitions/schema"
)

// Item is one thing that may stand at a place.
type Item struct {
	Label  string
	Kind   ItemKind
	Detail string // its type or signature
	Doc    string // Markdown
	Insert string // what is written in the place of Range
	Range  Range
}

// ItemKind says what an item is, for the sign that editors show.
type ItemKind string

// The kinds of items.
const (
	KeyItem      ItemKind = "key"
	StepItem     ItemKind = "step"
	DataItem     ItemKind = "data"
	FieldItem    ItemKind = "field"
	FunctionItem ItemKind = "function"
	ActionItem   ItemKind = "action"
	NameItem     ItemKind = "name"
	WordItem     ItemKind = "word"
	TypeItem     ItemKind = "type"
	SettingItem  ItemKind = "setting"
)

// marker stands where the cursor is while the file is read: no text holds it.
const marker = '\uE000'

// Complete returns what may stand at a place of a file.
func (p *Pack) Complete(file string, at Point) []Item {
	text, ok := p.texts[file]
	if !ok {
		return nil
	}
	at = within(text, at)
	root := read(insert(text, at, string(marker)))
	c := &completer{pack: p, file: file, at: at, root: root}
	describe(p.language, file, root, c.find)
	switch {
	case c.key != nil:
		c.keys(c.around, c.around.shape, c.key)
	case c.value != nil:
		c.ofValue()
	}
	return c.items
}

// completer gathers what may stand at the marker.
type completer struct {
	pack *Pack
	file string
	at   Point
	root *node

	around *described // the map in which the marker stands in a key
	key    *node
	value  *described // the text in which the marker stands
	known  *scope
	items  []Item
}

func hasMarker(n *node) bool { return n != nil && markerIn(n) >= 0 }

// markerIn returns the index of the marker among the characters of a text, -1 where it is not there.
func markerIn(n *node) int {
	for i, l := range n.letters {
		if l.r == marker {
			return i
		}
	}
	return -1
}

// find looks for the marker.
func (c *completer) find(d *described) {
	if hasMarker(d.node) {
		c.value = d
	}
	for _, e := range d.node.entries {
		if hasMarker(e.key) {
			c.around, c.key = d, e.key
		}
	}
}

// scope returns what is known at a described place; it is asked for only where it matters, since it costs the most.
func (c *completer) scope(d *described) *scope {
	if c.known != nil {
		return c.known
	}
	process := c.root.get("process").text()
	if process == "" {
		process = c.root.get("tests").text()
	}
	survey := c.pack.knowledge(c.file, c.root, c.at)
	names := namesAt(survey, c.file, d)
	if len(names) == 0 {
		names = declared(survey, process)
	}
	c.known = &scope{survey: survey, catalogue: c.pack.catalogue, process: process, names: names}
	return c.known
}

// ofValue completes a text that is the value of a key, or an item of a list.
func (c *completer) ofValue() {
	d := c.value
	if from, ok := isFormula(d); ok && markerIn(d.node) >= from {
		c.formula(d, from)
		return
	}
	if inside, from := c.filledIn(d.node); inside {
		c.formula(d, from)
		return
	}
	ownLine := d.name == nil || d.name.span.From.Line != d.node.span.From.Line
	for _, s := range forms(d.shape) {
		switch s.Form {
		case schema.Mapping, schema.Entries, schema.Title:
			if ownLine {
				c.keys(d, s, d.node)
			}
		case schema.Value, schema.Plain:
			if t := c.typeAt(d); ownLine && len(c.scope(d).fields(t)) > 0 {
				c.keys(d, s, d.node)
			} else {
				c.plain(d, t)
			}
		default:
			c.text(d, s)
		}
	}
}

// filledIn reports whether the marker stands between {{ and }}, and from which character on.
func (c *completer) filledIn(n *node) (bool, int) {
	before := textOf(n.letters[:markerIn(n)])
	open := strings.LastIndex(before, "{{")
	if open < 0 || strings.Contains(before[open:], "}}") {
		return false, 0
	}
	return true, len([]rune(before[:open])) + len("{{")
}

// whole is the range of a text without the marker.
func whole(n *node) Range {
	r := n.span
	if i := markerIn(n); i >= 0 && r.To.Line == n.letters[i].at.Line {
		r.To.Column--
	}
	return r
}

func (c *completer) add(label string, kind ItemKind, detail, doc string, r Range) {
	c.items = append(c.items, Item{Label: label, Kind: kind, Detail: detail, Doc: doc, Insert: label, Range: r})
}
