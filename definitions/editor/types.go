package editor

import (
	"waybill/definitions"
	"waybill/definitions/value"
)

// scope is what is known at a place: the process data in reach, and what the checker knows of the pack.
type scope struct {
	survey    *definitions.Survey
	catalogue definitions.Catalogue
	process   string
	names     map[string]*value.Type
}

// field returns the type of what stands behind a dot after a value of type t; nil where nothing does.
func (s *scope) field(t *value.Type, name string) *value.Type {
	if t != nil && t.Kind == value.Map {
		return t.Elem
	}
	for _, f := range s.fields(t) {
		if f.Name == name {
			return f.Type
		}
	}
	return nil
}

// fields returns what may stand behind a dot after a value of type t.
func (s *scope) fields(t *value.Type) []value.Field {
	if t == nil {
		return nil
	}
	switch t.Kind {
	case value.Record:
		return t.Fields
	case value.Ref:
		if object, ok := s.catalogue.Object(t.Name); ok && object != nil {
			return object.Fields
		}
	case value.MoneyKind:
		return []value.Field{{Name: "amount", Type: &value.Type{Kind: value.Number}}, {Name: "currency", Type: &value.Type{Kind: value.Text}}}
	}
	return nil
}

// name returns the type of a name that stands alone in a formula.
func (s *scope) name(name string) *value.Type {
	switch name {
	case "settings":
		return &value.Type{Kind: value.Record, Name: "settings", Fields: s.survey.Pack().Settings}
	case "now":
		return &value.Type{Kind: value.Moment}
	case "today":
		return &value.Type{Kind: value.Date}
	case "actor":
		return &value.Type{Kind: value.Text}
	case "instance":
		text := &value.Type{Kind: value.Text}
		return &value.Type{Kind: value.Record, Name: "instance", Fields: []value.Field{
			{Name: "id", Type: text}, {Name: "process", Type: text}, {Name: "key", Type: text.AsOptional()}, {Name: "started", Type: &value.Type{Kind: value.Moment}},
		}}
	}
	if t := s.names[name]; t != nil {
		return t
	}
	return s.survey.Made(s.process, name)
}

// path returns the type of the first n words of a path; list and at say in which formula it stands.
func (s *scope) path(p dotted, n int, list []token) *value.Type {
	var t *value.Type
	words := p.words[:n]
	if p.item {
		t = s.item(list, p.words[0].from, 0)
	} else if n > 0 {
		t, words = s.name(words[0].text), words[1:]
	}
	for _, w := range words {
		t = s.field(t, w.text)
	}
	return t
}

// overLists are the functions that look at each item of a list.
func overLists() []string {
	return []string{"count", "all", "any", "none", "filter", "map", "sum", "min", "max", "sortBy"}
}

// item returns the type of the items that a place of a formula looks at, in filter(list, .open > 0).
func (s *scope) item(list []token, at, depth int) *value.Type {
	if depth > deepest {
		return nil
	}
	for _, c := range callsAround(list, at) {
		if !contains(overLists(), c.name) || len(c.first) == 0 || c.first[0].from >= at {
			continue
		}
		if t := s.listOf(c.first, depth); t != nil && t.Kind == value.List {
			return t.Elem
		}
		return nil
	}
	return nil
}

// listOf returns the type of a list that is written as a path, or as a function that keeps its items.
func (s *scope) listOf(list []token, depth int) *value.Type {
	all := paths(list)
	if len(all) == 0 {
		return nil
	}
	first := all[0]
	if first.called {
		name := first.words[0].text
		if len(list) < 3 || name != "filter" && name != "sortBy" {
			return nil
		}
		return s.listOf(firstArgument(list[2:]), depth+1)
	}
	if len(all) > 1 {
		return nil
	}
	return s.path(first, len(first.words), list)
}
