package definitions

// Written is a value of a pack's file as it is written: a map, a list or a text. Nothing is converted; a
// number is the text of its digits.
type Written struct {
	Pos     Position
	Kind    WrittenKind
	Text    string // of a text
	Plain   bool   // the text stands without quotes and not in a block
	Entries []WrittenEntry
	Items   []*Written // of a list
}

// WrittenEntry is an entry of a map.
type WrittenEntry struct{ Key, Value *Written }

// WrittenKind is what a value of a file is.
type WrittenKind string

// The kinds of written values.
const (
	WrittenText WrittenKind = "text"
	WrittenMap  WrittenKind = "map"
	WrittenList WrittenKind = "list"
)

// ReadYAML reads one file as packs are read, for those who look at its structure only: editors and tools
// that compare it. It is nil where the file is no YAML; what else a pack must not hold is found, too.
func ReadYAML(name string, text []byte) (*Written, []Finding) {
	f := &findings{}
	var n *node
	f.gather(func() { n = parseYAML(name, text, f) })
	if n == nil {
		return nil, f.sorted()
	}
	return n.written(), f.sorted()
}

func (n *node) written() *Written {
	w := &Written{Pos: n.pos(), Kind: WrittenText, Text: n.text, Plain: n.style == plain}
	switch n.kind {
	case mapping:
		w.Kind, w.Plain = WrittenMap, false
		for _, p := range n.pairs {
			w.Entries = append(w.Entries, WrittenEntry{p.key.written(), p.value.written()})
		}
	case sequence:
		w.Kind, w.Plain = WrittenList, false
		for _, item := range n.items {
			w.Items = append(w.Items, item.written())
		}
	}
	return w
}
