package difference

import (
	"maps"
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// How says what became of something.
type How string

// What may become of something. Suspected: a step went and a much alike one came, so it was probably
// renamed; only whoever wrote it knows.
const (
	Added     How = "added"
	Removed   How = "removed"
	Moved     How = "moved"
	Renamed   How = "renamed"
	Suspected How = "renamed?"
	Changed   How = "changed"
)

// Change is one difference between two revisions.
type Change struct {
	How     How    `json:"how"`
	Process string `json:"process,omitempty"` // "" where it concerns the pack
	What    string `json:"what"`              // step, event, branch, data, outcome, row, setting, role ...
	Name    string `json:"name"`              // for people: task pick, do stock.reserve
	ID      string `json:"id,omitempty"`      // of a step: its id in the newer revision, where it is there
	Where   string `json:"where,omitempty"`   // of what was added, removed or moved
	Key     string `json:"key,omitempty"`     // of what was changed
	Before  string `json:"before,omitempty"`
	After   string `json:"after,omitempty"`
}

// Packs returns what differs between two revisions of a pack: first what concerns the pack, then each
// process in the order of its steps.
func Packs(from, to *definitions.Pack) []Change {
	changes := slices.Concat(
		texts("", "pack", map[string]string{"title": titleText(from.Title), "currency": from.Currency, "zone": zoneOf(from)},
			map[string]string{"title": titleText(to.Title), "currency": to.Currency, "zone": zoneOf(to)}),
		fields("", "setting", from.Settings, to.Settings),
		entries("", "role", roles(from), roles(to)),
		entries("", "message", messages(from), messages(to)),
		entries("", "type", types(from), types(to)),
		entries("", "used pack", uses(from), uses(to)),
		tables(from, to),
	)
	for _, id := range both(from.Processes, to.Processes) {
		a, b := from.Processes[id], to.Processes[id]
		switch {
		case a == nil:
			changes = append(changes, Change{How: Added, What: "process", Name: id})
		case b == nil:
			changes = append(changes, Change{How: Removed, What: "process", Name: id})
		default:
			changes = append(changes, Processes(a, b)...)
		}
	}
	return changes
}

func zoneOf(p *definitions.Pack) string {
	if p.Calendar == nil {
		return ""
	}
	return p.Calendar.Zone().String()
}

func roles(p *definitions.Pack) map[string]string {
	m := map[string]string{}
	for _, r := range p.Roles {
		m[r.ID] = titleText(r.Title)
	}
	return m
}

func messages(p *definitions.Pack) map[string]string {
	m := map[string]string{}
	for id, message := range p.Messages {
		m[id] = "with " + fieldTexts(message.With) + ", keep " + message.Keep
	}
	return m
}

func types(p *definitions.Pack) map[string]string {
	m := map[string]string{}
	for id, t := range p.Types {
		m[id] = fieldTexts(t.Fields)
	}
	return m
}

func uses(p *definitions.Pack) map[string]string {
	m := map[string]string{}
	for name, used := range p.Uses {
		m[name] = used.Hash
	}
	return m
}

func fieldTexts(fields []value.Field) string {
	text := ""
	for i, f := range fields {
		if i > 0 {
			text += ", "
		}
		text += fieldText(f)
	}
	return "{" + text + "}"
}

// fields compares fields by their names, in the order in which they are written.
func fields(process, what string, from, to []value.Field) []Change {
	return entries(process, what, byName(from), byName(to))
}

func byName(fields []value.Field) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		m[f.Name] = fieldText(f)[len(f.Name)+2:]
	}
	return m
}

// entries compares what is known by a name and described by a text.
func entries(process, what string, from, to map[string]string) []Change {
	var changes []Change
	for _, name := range both(from, to) {
		before, was := from[name]
		after, is := to[name]
		c := Change{Process: process, What: what, Name: name, Before: before, After: after}
		switch {
		case !was:
			c.How = Added
		case !is:
			c.How = Removed
		case before != after:
			c.How = Changed
		default:
			continue
		}
		changes = append(changes, c)
	}
	return changes
}

// texts compares the keys of one thing.
func texts(process, what string, from, to map[string]string) []Change {
	var changes []Change
	for _, key := range both(from, to) {
		if from[key] != to[key] {
			changes = append(changes, Change{How: Changed, Process: process, What: what, Name: process, Key: key, Before: from[key], After: to[key]})
		}
	}
	return changes
}

// both returns the keys of two maps, sorted.
func both[V any](a, b map[string]V) []string {
	keys := maps.Clone(a)
	if keys == nil {
		keys = map[string]V{}
	}
	maps.Copy(keys, b)
	return slices.Sorted(maps.Keys(keys))
}
