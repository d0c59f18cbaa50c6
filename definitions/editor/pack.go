package editor

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"waybill/definitions"
	"waybill/definitions/schema"
	"waybill/definitions/value"
)

// Pack is a pack's files at one moment, unsaved ones included. It is safe for concurrent use.
type Pack struct {
	language  *schema.Language
	catalogue definitions.Catalogue
	files     fs.FS
	texts     map[string]string

	once   sync.Once
	index  *index
	survey *definitions.Survey
	looked sync.Once

	mentions []occurrence
	counted  sync.Once
}

// Open reads the files of a pack, whose folder is the root of files; the packs that it uses lie in uses, as
// definitions.Beside puts them. A file that cannot be read is left out.
func Open(l *schema.Language, files fs.FS, c definitions.Catalogue) *Pack {
	p := &Pack{language: l, catalogue: c, files: files, texts: map[string]string{}}
	p.readFolder(".")
	return p
}

func (p *Pack) readFolder(dir string) {
	entries, err := fs.ReadDir(p.files, dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), "."):
			p.readFolder(name)
		case !entry.IsDir() && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".csv")):
			if text, err := fs.ReadFile(p.files, name); err == nil && len(text) <= largest {
				p.texts[name] = string(text)
			}
		}
	}
}

// largest is the size of a file that is looked at; larger ones are refused by the checker.
const largest = 1 << 20

// Text returns the text of a file of the pack, "" where there is none.
func (p *Pack) Text(file string) string { return p.texts[file] }

// Files returns the names of the pack's files, sorted.
func (p *Pack) Files() []string { return sortedNames(p.texts) }

// names returns the index of all names, made when it is first asked for.
func (p *Pack) names() *index {
	p.once.Do(func() {
		trees := make(map[string]*node, len(p.texts))
		for name, text := range p.texts {
			if n := read(text); n != nil && strings.HasSuffix(name, ".yaml") {
				trees[name] = n
			}
		}
		p.index = indexFiles(p.language, trees)
	})
	return p.index
}

// look returns what the checker knows of the pack as it is.
func (p *Pack) look() *definitions.Survey {
	p.looked.Do(func() { p.survey = definitions.Look(p.files, p.catalogue, "") })
	return p.survey
}

// at returns the occurrence of a name at a place.
func (p *Pack) at(file string, at Point) (occurrence, bool) {
	var best occurrence
	found := false
	for _, o := range p.names().list {
		// Of an implied step and the table that names it, the table is meant.
		if o.file == file && o.at.holds(at) && !(o.implied && found) {
			best, found = o, true
		}
	}
	if found {
		return best, true
	}
	for _, o := range p.fields() {
		if o.file == file && o.at.holds(at) {
			return o, true
		}
	}
	return best, false
}

// sameAs returns all places where the name stands that stands at o.
func (p *Pack) sameAs(o occurrence) []occurrence {
	var out []occurrence
	for _, list := range [][]occurrence{p.names().list, p.fields()} {
		for _, other := range list {
			if other.symbol == o.symbol && other.scope == o.scope && other.name == o.name {
				out = append(out, other)
			}
		}
	}
	return out
}

// defined returns the names of a symbol that are made known, sorted, each once.
func (x *index) defined(s schema.Symbol, scope string) []string {
	var out []string
	for _, o := range x.list {
		if o.symbol == s && o.scope == scope && o.defines {
			out = append(out, o.name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// plainTypes are the types that a single word names.
func plainTypes() []string {
	kinds := []value.Kind{
		value.Text, value.Integer, value.Number, value.Quantity, value.MoneyKind, value.Percent, value.Boolean,
		value.Date, value.Time, value.Moment, value.Duration, value.File,
	}
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = k.String()
	}
	return out
}
