package definitions

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// Survey is what the checker came to know of a pack while it read it, for editors: also of a pack with
// mistakes. What it returns belongs to the reading and is not to be changed.
type Survey struct {
	loader   *loader
	findings []Finding
	only     string
	asked    map[string]map[string]bool
	reach    map[Position]map[string]*value.Type
	made     map[string]map[string]*value.Type
	mentions map[Position]Mention
	named    map[*formula.Formula][]named
}

// Look reads and checks a pack, its tests included, and keeps what it learns on the way. only names the
// one process whose steps are read, with those that it runs; "" is all of them, and the tests.
func Look(fsys fs.FS, c Catalogue, only string) *Survey {
	s := surveyOf(newLoader(c))
	s.only = only
	pack, found := s.loader.load(fsys)
	if pack != nil && only == "" {
		tests := &findings{survey: s}
		tests.gather(func() {
			for _, name := range packFiles(fsys, &findings{}) {
				if strings.HasSuffix(name, testFile) {
					readTests(fsys, name, pack, tests)
				}
			}
		})
		found = append(found, tests.sorted()...)
	}
	s.findings = found
	return s
}

// surveyOf lets a loader keep what it learns.
func surveyOf(l *loader) *Survey {
	s := &Survey{
		loader: l, asked: map[string]map[string]bool{},
		reach: map[Position]map[string]*value.Type{}, made: map[string]map[string]*value.Type{},
		mentions: map[Position]Mention{}, named: map[*formula.Formula][]named{},
	}
	l.found.survey = s
	return s
}

// Findings returns what is wrong, sorted by file and place.
func (s *Survey) Findings() []Finding { return s.findings }

// Pack returns the pack as far as it could be read: parts of it may be missing.
func (s *Survey) Pack() *Pack { return s.loader.pack }

// Process returns a process by its id, nil where there is none. Its input, data and outcomes are known,
// its steps as far as they could be read.
func (s *Survey) Process(id string) *Process { return s.loader.processHeader(id) }

// Processes returns the ids of all processes, sorted, those with mistakes included.
func (s *Survey) Processes() []string { return sortedKeys(s.loader.sources) }

// Types returns the names of the types that a process may use, those of the pack for "".
func (s *Survey) Types(process string) []string {
	if src := s.loader.sources[process]; src != nil {
		return src.types.names()
	}
	return s.loader.types.names()
}

// Type returns the type of a name, as it is known in a process or, for "", in the pack; nil where there
// is none.
func (s *Survey) Type(process, name string) *value.Type {
	types := s.loader.types
	if src := s.loader.sources[process]; src != nil {
		types = src.types
	}
	if !types.has(name) {
		return nil
	}
	return types.named(name)
}

// NamesAt returns the process data in reach at a place where a step or a formula begins; nil where
// neither does. A value that may be missing there is optional.
func (s *Survey) NamesAt(p Position) map[string]*value.Type { return s.reach[p] }

// Made returns the type of what a process's steps make known under a name: the result of a step, of a
// message, or the item of a list. It is nil where there is none.
func (s *Survey) Made(process, name string) *value.Type { return s.made[process][name] }

// Asked returns the keys that the reader asked for, by what it calls the map in findings: "a task".
func (s *Survey) Asked() map[string][]string {
	out := make(map[string][]string, len(s.asked))
	for what, keys := range s.asked {
		out[what] = slices.Sorted(maps.Keys(keys))
	}
	return out
}

// skips reports whether the steps of a process are not wanted. Like all that follow, it may be asked
// where nobody looks.
func (s *Survey) skips(process string) bool { return s != nil && s.only != "" && s.only != process }

// partial reports whether some processes are left out.
func (s *Survey) partial() bool { return s != nil && s.only != "" }

// noteKeys notes which keys a map may have.
func (s *Survey) noteKeys(k *keys) {
	if s == nil {
		return
	}
	if s.asked[k.what] == nil {
		s.asked[k.what] = map[string]bool{}
	}
	for _, name := range k.asked {
		s.asked[k.what][name] = true
	}
}

// noteReach notes what is in reach where n begins. The first to say so knows it best: what is read
// again, as in a branch that is tried, is read with the same data.
func (s *Survey) noteReach(n *node, names map[string]*value.Type) {
	if s != nil && s.reach[n.pos()] == nil {
		s.reach[n.pos()] = maps.Clone(names)
	}
}

// noteMade notes what a step makes known.
func (s *Survey) noteMade(process, name string, t *value.Type) {
	if s == nil || t == nil {
		return
	}
	if s.made[process] == nil {
		s.made[process] = map[string]*value.Type{}
	}
	s.made[process][name] = t
}
