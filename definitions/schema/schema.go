// Package schema describes the files of a pack: every map that may stand in them with its keys, in plain words.
//
// The description is the one source of what an editor shows: the JSON Schemas are written from it, and the language
// server completes and explains by it. Package definitions reads the files; a test compares the keys that it asks for
// with those that are described here.
package schema

import (
	"slices"
	"strings"
)

// Language is the whole description.
type Language struct {
	Files []File
	maps  map[string]*Map
}

// File is a kind of file.
type File struct {
	Name   string // as `waybill schema` takes it: process
	Ending string // of the file's name: .process.yaml
	Title  string
	Doc    string
	Map    string // what the file holds
}

// Map is a mapping that may stand in a file.
type Map struct {
	Name string // unique: task, event
	// What is what the checker calls it in findings: "a task". Several maps may be called alike.
	What string
	Doc  string
	Keys []Key
	// OneOf are keys of which one must be there.
	OneOf []string
	// Variants says that the mapping is one of other maps, by the key that tells which: a step by its kind.
	Variants []Variant
}

// Variant is the map that a key tells.
type Variant struct{ Key, Map string }

// Key is a key of a map.
type Key struct {
	Name     string
	Title    string
	Doc      string
	Examples []string // as written in YAML, from simple to rich
	Shape    Shape
	Required bool
}

// Shape is what a value looks like.
type Shape struct {
	Form  Form
	Map   string  // of a Mapping: the name of its Map
	Of    *Shape  // of a List, OneOrMore and Entries: what they hold
	Any   []Shape // of an Either: the alternatives
	Words []string
	// Names is what a text stands for, or what the keys of Entries stand for.
	Names Symbol
	// Defines says that the text, or each key, makes the symbol known; otherwise it refers to it.
	Defines bool
}

// Form is the family of a shape.
type Form string

// The forms. A Value may be plain, a formula after =, a text with {{ }}, and lists and maps of such.
const (
	Text      Form = "text"
	Name      Form = "name"
	Word      Form = "word"
	Flag      Form = "flag"
	Count     Form = "count"
	Title     Form = "title"
	Type      Form = "type"
	Duration  Form = "duration"
	Time      Form = "time"      // a duration, a moment, or = formula
	Moment    Form = "moment"    // a date and a time of day, or a date
	Condition Form = "condition" // a formula that is true or false, without =
	Formula   Form = "formula"   // a formula with or without =
	Value     Form = "value"
	Plain     Form = "plain" // any value without formulas
	EachIn    Form = "each"  // item in list
	Rules     Form = "rules" // the block of a decision table
	List      Form = "list"
	OneOrMore Form = "one or more"
	Entries   Form = "entries" // a map whose keys are free
	Mapping   Form = "mapping"
	Either    Form = "either"
)

// Symbol is what a name may stand for.
type Symbol string

// The symbols.
const (
	NoSymbol Symbol = ""
	Step     Symbol = "step"
	Data     Symbol = "data"
	Role     Symbol = "role"
	Process  Symbol = "process"
	Table    Symbol = "table"
	Action   Symbol = "action"
	Message  Symbol = "message"
	Record   Symbol = "type"
	Setting  Symbol = "setting"
	Outcome  Symbol = "outcome"
	Error    Symbol = "error"
	Input    Symbol = "input" // of what the map around it calls
	Field    Symbol = "field"
	Pack     Symbol = "pack"
	Person   Symbol = "person"
	Answer   Symbol = "answer" // an action, a process or an object that a test stands in for
	Place    Symbol = "place"  // a step, or the action of a step without an id
)

// Describe returns the description of the language.
func Describe() *Language {
	l := &Language{Files: files(), maps: map[string]*Map{}}
	for _, group := range [][]Map{packMaps(), typeMaps(), decisionMaps(), processMaps(), stepMaps(), blockMaps(), loopMaps(), peopleMaps(), testMaps(), actMaps()} {
		for _, m := range group {
			l.maps[m.Name] = &m
		}
	}
	return l
}

func files() []File {
	return []File{
		{"process", ".process.yaml", "Process", "One process: what starts it, what it knows, its steps and its ends.", "process"},
		{"decision", ".decision.yaml", "Decision table", "A decision table: inputs, outputs and rules.", "decision"},
		{"pack", "pack.yaml", "Pack", "What a pack is called, its calendar, roles and settings.", "pack"},
		{"types", ".types.yaml", "Types and messages", "Records and messages that the processes of a pack share.", "types"},
		{"test", ".test.yaml", "Scenario tests", "Stories that a process must go through.", "tests"},
	}
}

// Map returns the map of a name, nil where there is none.
func (l *Language) Map(name string) *Map { return l.maps[name] }

// Maps returns all maps, sorted by name.
func (l *Language) Maps() []*Map {
	out := make([]*Map, 0, len(l.maps))
	for _, m := range l.maps {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b *Map) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// FileOf returns the kind of a file, by its name.
func (l *Language) FileOf(name string) (File, bool) {
	for _, f := range l.Files {
		if name == f.Ending || strings.HasSuffix(name, "/"+f.Ending) || f.Ending[0] == '.' && strings.HasSuffix(name, f.Ending) {
			return f, true
		}
	}
	return File{}, false
}

// Key returns the key of a name.
func (m *Map) Key(name string) (Key, bool) {
	for _, k := range m.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// Variant returns the map that one of the keys tells, "" where none does. A map may have several kinds of
// keys that tell; the first of the list wins.
func (m *Map) Variant(has func(key string) bool) string {
	for _, v := range m.Variants {
		if has(v.Key) {
			return v.Map
		}
	}
	return ""
}
