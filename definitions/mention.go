package definitions

import (
	"maps"
	"path"
	"slices"
	"strings"

	"waybill/definitions/formula"
)

// Mention is a place where a field is named that something in the pack declares.
type Mention struct {
	Pos     Position
	Home    string // what declares it: fields of the same home and name are the same
	Name    string
	Defines bool // it is declared here
}

// Mentions returns every place where a field is named, of records, forms, messages and tables, as far as what
// stands there could be read; also names of process data where a text in a test names them.
func (s *Survey) Mentions() []Mention {
	out := slices.Collect(maps.Values(s.mentions))
	slices.SortFunc(out, func(a, b Mention) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if c := a.Pos.Line - b.Pos.Line; c != 0 {
			return c
		}
		return a.Pos.Column - b.Pos.Column
	})
	return out
}

// The homes of fields. DataHome is that of the data of a process, which are no fields.
const (
	typeHome    = "type "
	formHome    = "form "
	messageHome = "message "
	inputHome   = "input "
	outputHome  = "output "
	DataHome    = "data "
)

// homeOf says what declares something: a kind of home, and its name in the pack.
func homeOf(kind string, parts ...string) string { return kind + strings.Join(parts, " ") }

// adopt takes over what was noted of a pack in a folder that this one uses.
func (s *Survey) adopt(used *Survey, folder string) {
	for _, m := range used.mentions {
		m.Pos.File = path.Join(folder, m.Pos.File)
		s.mention(m)
	}
}

func (s *Survey) mention(m Mention) {
	if s == nil || m.Home == "" {
		return
	}
	if before, again := s.mentions[m.Pos]; !again || m.Defines && !before.Defines {
		s.mentions[m.Pos] = m
	}
}

// mentionKeys notes fields that stand as keys.
func (s *Survey) mentionKeys(entries []pair, home string) {
	for _, e := range entries {
		s.mention(Mention{Pos: e.key.at(0), Home: home, Name: e.key.text})
	}
}

// declareKeys notes fields that are declared.
func (s *Survey) declareKeys(entries []pair, home string) {
	for _, e := range entries {
		s.mention(Mention{Pos: e.key.at(0), Home: home, Name: e.key.text, Defines: true})
	}
}

// named is a name in a formula, so many characters from its start; the home of process data is "".
type named struct {
	at         int
	home, name string
}

// mentionIn notes the fields that a formula names whose text begins offset characters into n, and keeps them
// with the formula.
func (s *Survey) mentionIn(f *formula.Formula, n *node, offset int, names []named) {
	if s == nil {
		return
	}
	for _, x := range names {
		s.mention(Mention{Pos: n.at(offset + x.at), Home: x.home, Name: x.name})
	}
	if f != nil {
		s.named[f] = names
	}
}

// mentionShown notes what a text in a test names that stands for what a task of a process shows: the formula, or
// the last part of its path.
func (s *Survey) mentionShown(n *node, f *formula.Formula, process string) {
	if s == nil {
		return
	}
	skipped := len([]rune(f.Source())) - len([]rune(n.text))
	for _, x := range s.named[f] {
		if x.home == "" {
			x.home = homeOf(DataHome, process)
		}
		if x.at >= skipped {
			s.mention(Mention{Pos: n.at(x.at - skipped), Home: x.home, Name: x.name})
		}
	}
}

// columns returns what a table's parser tells of the names of inputs and outputs; nil where nobody looks.
func (s *Survey) columns(d *Decision, at func(offset int) Position) func(offset int, name string, output bool) {
	if s == nil {
		return nil
	}
	return func(offset int, name string, output bool) {
		kind := inputHome
		if output {
			kind = outputHome
		}
		s.mention(Mention{Pos: at(offset), Home: homeOf(kind, d.home), Name: name})
	}
}
