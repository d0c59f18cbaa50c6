// Package mutation breaks a pack in small ways, one at a time, and asks whether the check or the
// scenario tests find it. What nobody finds shows where a test or a check is missing.
//
// A mutation is breaking where it changes what an instance does, who may do what, what they see and fill
// in, what is called and sent with which data, when, or what runs elsewhere may name: ids, fields and
// outcomes. Not breaking, and never made, is what only people read: titles, labels, help, notes,
// comments, the industry, the texts of choices. A mutant whose compiled pack is the same as before is
// equivalent: it says in other words what holds anyway, such as a default that was written out. Nothing
// else counts as equivalent.
package mutation

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"waybill/definitions"
)

// Kind is a way to break a pack.
type Kind string

// The ways.
const (
	DeleteKey     Kind = "delete a key"
	DropItem      Kind = "drop an item" // of a list: shown data, reminders, holidays
	DropBranch    Kind = "drop a branch"
	DropStep      Kind = "drop a step"
	SwapSteps     Kind = "swap two steps"
	RenameName    Kind = "rename a name"
	SwapType      Kind = "swap a type"
	Negate        Kind = "negate a condition"
	SwapOperator  Kind = "change an operator"
	ChangeNumber  Kind = "change a number"
	SwapWord      Kind = "change a word" // keep and undo, true and false, cancel and ignore
	ChangeText    Kind = "change a text" // that an action, a sub-process or a message is given
	ChangeOutcome Kind = "change an outcome"
	DropRow       Kind = "drop a table row"
	ChangeRow     Kind = "change a table row"
)

// Kinds returns all ways, in a fixed order.
func Kinds() []Kind {
	return []Kind{
		DeleteKey, DropItem, DropBranch, DropStep, SwapSteps, RenameName, SwapType, Negate, SwapOperator, ChangeNumber,
		SwapWord, ChangeText, ChangeOutcome, DropRow, ChangeRow,
	}
}

// Mutant is a pack that is broken in one place.
type Mutant struct {
	Pos  definitions.Position
	Kind Kind
	What string // what was done, in a few words
	Text string // of the whole file, broken
}

func (m Mutant) String() string { return fmt.Sprintf("%s: %s: %s", m.Pos, m.Kind, m.What) }

// Mutants returns every mutant of the pack whose folder is the root of fsys, by file and place.
// Scenario tests are not broken: they are what is measured.
func Mutants(fsys fs.FS) ([]Mutant, error) {
	var all []Mutant
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".test.yaml") {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		all = append(all, mutantsOf(name, string(text))...)
		return nil
	})
	return all, err
}

func mutantsOf(name, text string) []Mutant {
	b := &breaker{name: name, text: text}
	root := read(text)
	if root == nil {
		return nil
	}
	b.outcomes = outcomesOf(root)
	b.tree(root, context{})
	slices.SortStableFunc(b.made, func(x, y Mutant) int {
		return cmp.Or(x.Pos.Line-y.Pos.Line, x.Pos.Column-y.Pos.Column, strings.Compare(string(x.Kind), string(y.Kind)))
	})
	return b.made
}

// breaker makes the mutants of one file.
type breaker struct {
	name, text string
	outcomes   []string // of the process
	made       []Mutant
}

// replace makes a mutant that has other text from one place to another.
func (b *breaker) replace(kind Kind, from, to int, by, what string) {
	if b.text[from:to] == by {
		return
	}
	b.made = append(b.made, Mutant{Pos: b.place(from), Kind: kind, What: what, Text: b.text[:from] + by + b.text[to:]})
}

func (b *breaker) place(at int) definitions.Position {
	start := strings.LastIndexByte(b.text[:at], '\n') + 1
	return definitions.Position{
		File: b.name, Line: strings.Count(b.text[:at], "\n") + 1, Column: len([]rune(b.text[start:at])) + 1,
	}
}

// context is where a value stands.
type context struct {
	key    string // its own key; for an item that of its list
	parent string // the key above
	step   string // the kind of the step that it is a key of; "" for none
}

func (b *breaker) tree(t *tree, in context) {
	if t == nil || documentation(in.key) {
		return
	}
	switch t.shape {
	case mapping:
		b.mapping(t, in)
	case list:
		b.list(t, in)
	case lines:
		b.rows(t)
	case scalar:
		b.scalar(t, in)
	}
}

// documentation tells whether a key holds what only people read.
func documentation(key string) bool {
	return slices.Contains([]string{"title", "note", "help", "industry"}, key)
}

func (b *breaker) mapping(t *tree, in context) {
	if labels(t) {
		return
	}
	step := kindOf(t, in)
	for _, p := range t.pairs {
		if documentation(p.key) {
			continue
		}
		if in.key == "on_error" {
			b.replace(DropBranch, p.cut, p.end, "", "the handler of "+p.key)
		} else {
			b.replace(DeleteKey, p.cut, p.end, "", p.key)
		}
		if names(in) {
			b.rename(p.from, p.key)
		}
		if in.key == "outcomes" && in.step != "" || in.key == "roles" && in.parent == "" && in.step == "" {
			continue // the value is a label
		}
		b.tree(p.value, context{key: p.key, parent: in.key, step: step})
	}
}

// labels tells whether a map is a text in several languages.
func labels(t *tree) bool {
	return len(t.pairs) > 0 && !slices.ContainsFunc(t.pairs, func(p pair) bool {
		return p.key != "en" && !strings.HasPrefix(p.key, "zh") && p.key != "de"
	})
}

// names tells whether the keys of a map are names that the analyst gave.
func names(in context) bool {
	return slices.Contains([]string{"data", "input", "inputs", "outputs", "form", "settings", "roles", "messages", "outcomes", "on_error"}, in.key) ||
		in.parent == "types" || in.key == "with" && in.step == ""
}

func (b *breaker) list(t *tree, in context) {
	for i, it := range t.items {
		b.replace(dropped(in), it.cut, it.end, "", fmt.Sprintf("%s %d", in.key, i+1))
		if i > 0 && steps(in) {
			b.swap(t.items[i-1], it, i)
		}
		b.tree(it.value, context{key: in.key, parent: in.parent, step: in.step})
	}
}

// dropped is the kind of mutation that dropping an item is.
func dropped(in context) Kind {
	switch {
	case steps(in):
		return DropStep
	case slices.Contains([]string{"choose", "parallel", "first_of", "events", "start", "by", "escalate"}, in.key):
		return DropBranch
	}
	return DropItem
}

// steps tells whether the items of a list are steps.
func steps(in context) bool {
	return slices.Contains([]string{"steps", "else", "on_reject", "compensation", "then_each"}, in.key) || in.parent == "on_error"
}

// swap exchanges two items that stand one after the other.
func (b *breaker) swap(first, second item, at int) {
	between := b.text[first.end:second.cut]
	text := b.text[second.cut:second.end] + between + b.text[first.cut:first.end]
	b.replace(SwapSteps, first.cut, second.end, text, fmt.Sprintf("steps %d and %d", at, at+1))
}
