package editor

import (
	"waybill/definitions/schema"
)

// Heading is an entry of a file's outline.
type Heading struct {
	Name   string
	Detail string
	Kind   HeadingKind
	Range  Range // of all that belongs to it
	Title  Range // of its name
	Below  []Heading
}

// HeadingKind says what an entry of an outline is.
type HeadingKind string

// The kinds of headings.
const (
	FileHeading    HeadingKind = "file"
	SectionHeading HeadingKind = "section"
	StepHeading    HeadingKind = "step"
	NameHeading    HeadingKind = "name"
	CaseHeading    HeadingKind = "case"
)

// Outline returns what stands in a file, from the outside in.
func (p *Pack) Outline(file string) []Heading {
	root := read(p.texts[file])
	if root == nil || root.kind != mapping || len(root.entries) == 0 {
		return nil
	}
	f, known := p.language.FileOf(file)
	if !known {
		return nil
	}
	o := outliner{kinds: p.language.Map("step")}
	top := Heading{Name: file, Detail: f.Title, Kind: FileHeading, Range: root.span, Title: root.entries[0].key.span}
	for _, key := range []string{"process", "decision", "name", "tests"} {
		if n := root.get(key); n != nil && n.kind == scalar && n.text() != "" {
			top.Name, top.Title = n.text(), n.span
		}
	}
	for _, e := range root.entries {
		if h, ok := o.section(e); ok {
			top.Below = append(top.Below, h)
		}
	}
	return []Heading{top}
}

// outliner makes headings of steps and of names.
type outliner struct{ kinds *schema.Map }

// section makes a heading of a key that holds more than a text.
func (o outliner) section(e entry) (Heading, bool) {
	if e.value == nil || e.value.kind == scalar {
		return Heading{}, false
	}
	h := Heading{Name: e.key.text(), Kind: SectionHeading, Range: Range{e.key.span.From, e.value.span.To}, Title: e.key.span}
	for _, item := range e.value.items {
		if below, ok := o.item(item); ok {
			h.Below = append(h.Below, below)
		}
	}
	for _, inner := range e.value.entries {
		h.Below = append(h.Below, o.name(inner))
	}
	return h, true
}

func (o outliner) name(e entry) Heading {
	h := Heading{Name: shown(e.key.text()), Kind: NameHeading, Range: e.key.span, Title: e.key.span}
	if e.value == nil {
		return h
	}
	h.Range.To = e.value.span.To
	if e.value.kind == scalar {
		h.Detail = e.value.text()
	} else if t := e.value.get("type"); t != nil {
		h.Detail = t.text()
	}
	for _, item := range e.value.items {
		if below, ok := o.item(item); ok {
			h.Below = append(h.Below, below)
		}
	}
	return h
}

// item makes a heading of a step, a branch, an event or a case.
func (o outliner) item(n *node) (Heading, bool) {
	if n.kind != mapping || len(n.entries) == 0 {
		return Heading{}, false
	}
	told := n.entries[0]
	kind := StepHeading
	for _, e := range n.entries {
		if o.kinds.Variant(func(key string) bool { return key == e.key.text() }) != "" {
			told = e
			break
		}
	}
	h := Heading{Name: told.key.text(), Kind: kind, Range: n.span, Title: told.key.span}
	if told.key.text() == "name" {
		h.Kind = CaseHeading
	}
	switch {
	case n.get("id").text() != "":
		h.Name, h.Detail = n.get("id").text(), told.key.text()
	case told.value != nil && told.value.kind == scalar && told.value.text() != "":
		h.Name, h.Detail, h.Title = told.value.text(), told.key.text(), told.value.span
	}
	h.Name = shown(h.Name)
	for _, e := range n.entries {
		if e.value == nil || e.value.kind != sequence {
			continue
		}
		for _, item := range e.value.items {
			if below, ok := o.item(item); ok {
				h.Below = append(h.Below, below)
			}
		}
	}
	return h, true
}

// shown keeps a name from being empty, which editors refuse.
func shown(name string) string {
	if name == "" {
		return "(no name)"
	}
	return name
}
