package editor

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/schema"
	"waybill/definitions/value"
)

// Place is a range of a file.
type Place struct {
	File  string
	Range Range
}

// Definition returns where the name at a place is made known.
func (p *Pack) Definition(file string, at Point) []Place {
	return p.places(file, at, func(o occurrence) bool { return o.defines })
}

// References returns every place where the name at a place stands, that where it is made known included.
func (p *Pack) References(file string, at Point) []Place {
	return p.places(file, at, func(occurrence) bool { return true })
}

func (p *Pack) places(file string, at Point, wanted func(occurrence) bool) []Place {
	o, ok := p.at(file, at)
	if !ok {
		return nil
	}
	var out []Place
	for _, other := range p.sameAs(o) {
		if wanted(other) {
			out = append(out, Place{other.file, other.at})
		}
	}
	return out
}

// The reasons for which a name is not changed.
var (
	ErrNoName     = errors.New("here stands no name that could be changed")
	ErrNotOurs    = errors.New("the name belongs to the catalogue or to another pack")
	ErrImplied    = errors.New("the step has the name of its table or process: give it an id of its own first")
	ErrTaken      = errors.New("the name is taken")
	ErrBadName    = errors.New("a name has letters, digits and _, a letter first")
	ErrIsFunction = errors.New("this is the name of a function")
	ErrMistakes   = errors.New("the pack has a mistake: mend it first, so that every place is known where the field is named")
	ErrBreaks     = errors.New("with the new name the pack would have a mistake")
)

// Renameable returns the range of the name at a place, or why it cannot be changed.
func (p *Pack) Renameable(file string, at Point) (Range, error) {
	o, err := p.toRename(file, at)
	return o.at, err
}

func (p *Pack) toRename(file string, at Point) (occurrence, error) {
	o, ok := p.at(file, at)
	if !ok {
		return o, ErrNoName
	}
	own := false
	for _, other := range p.sameAs(o) {
		own = own || other.defines && usedPrefix(other.file) == ""
		if other.implied && o.symbol == schema.Step {
			return o, ErrImplied
		}
	}
	if !own || o.symbol == schema.Pack {
		return o, ErrNotOurs
	}
	return o, nil
}

// Rename returns the places that have to be changed so that the name at a place becomes another, by file, each with its
// new text.
func (p *Pack) Rename(file string, at Point, name string) (map[string][]Edit, error) {
	o, err := p.toRename(file, at)
	if err != nil {
		return nil, err
	}
	if err := p.mayBe(o, name); err != nil {
		return nil, err
	}
	edits := map[string][]Edit{}
	change := func(o occurrence) { edits[o.file] = append(edits[o.file], Edit{o.at, name}) }
	for _, other := range p.sameAs(o) {
		change(other)
	}
	if o.symbol == schema.Table || o.symbol == schema.Process {
		for _, step := range p.names().impliedBy(o.name) {
			change(step)
		}
	}
	if o.symbol == schema.Field {
		if err := p.stillFits(edits); err != nil {
			return nil, err
		}
	}
	return edits, nil
}

// Edit puts a text in the place of a range.
type Edit struct {
	Range Range
	Text  string
}

// mayBe reports why a name cannot be what o stands for.
func (p *Pack) mayBe(o occurrence, name string) error {
	parts := []string{name}
	if o.symbol == schema.Message || o.symbol == schema.Error {
		parts = strings.Split(name, ".")
	}
	for _, part := range parts {
		if !value.IsName(part) {
			return fmt.Errorf("%q: %w", name, ErrBadName)
		}
	}
	if o.symbol == schema.Step && (formula.IsFunction(name) || name == "error") {
		return fmt.Errorf("%q: %w", name, ErrIsFunction)
	}
	for _, other := range slices.Concat(p.names().list, p.fields()) {
		if other.symbol == o.symbol && other.scope == o.scope && other.name == name && other.defines {
			return fmt.Errorf("%q in %s: %w", name, other.file, ErrTaken)
		}
	}
	return nil
}

// impliedBy returns where steps are read that have the name of a table or process.
func (x *index) impliedBy(name string) []occurrence {
	scopes := map[string]bool{}
	for _, o := range x.list {
		if o.implied && o.name == name {
			scopes[o.scope] = true
		}
	}
	var out []occurrence
	for _, o := range x.list {
		if o.symbol == schema.Step && o.name == name && scopes[o.scope] && !o.implied {
			out = append(out, o)
		}
	}
	return out
}
