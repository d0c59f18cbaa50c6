package difference

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"waybill/definitions"
)

// Processes returns what differs between two revisions of a process.
func Processes(from, to *definitions.Process) []Change {
	w := &walk{from: from, to: to, pairing: Pair(from, to, nil), suspected: map[string]string{}}
	if suspects := w.suspects(); len(suspects) > 0 {
		w.suspected, w.pairing = suspects, Pair(from, to, suspects)
	}
	w.beforeAt, w.afterAt = locate(from), locate(to)
	changes := slices.Concat(
		texts(from.ID, "process", processTexts(from), processTexts(to)),
		fields(from.ID, "input", from.Input, to.Input),
		fields(from.ID, "data", from.Data, to.Data),
		entries(from.ID, "outcome", outcomes(from), outcomes(to)),
	)
	w.parts(processParts(from), processParts(to), Change{Name: from.ID})
	for _, s := range inOrder(to) {
		w.step(s)
	}
	for _, s := range inOrder(from) {
		if _, stays := w.pairing.Step(s.ID); !stays {
			w.add(Change{How: Removed, What: "step", Name: Describe(s), Where: w.beforeAt[s.ID].text})
		}
	}
	return append(changes, w.changes...)
}

func processTexts(d *definitions.Process) map[string]string {
	starts := make([]string, len(d.Starts))
	for i, s := range d.Starts {
		switch {
		case s.Message != "":
			starts[i] = "message " + s.Message
		case s.Every != nil:
			starts[i] = "every " + s.Every.Text
		default:
			starts[i] = strings.TrimSpace("manual " + strings.Join(s.Manual, " "))
		}
	}
	return map[string]string{
		"title": titleText(d.Title), "key": sourceOf(d.Key), "start": strings.Join(starts, ", "), "only": strings.Join(d.Only, ", "),
	}
}

func outcomes(d *definitions.Process) map[string]string {
	m := map[string]string{}
	for _, o := range d.Outcomes {
		m[o.ID] = "keep"
		if o.Undo {
			m[o.ID] = "undo"
		}
	}
	return m
}

// walk goes through two revisions of a process and gathers what differs.
type walk struct {
	from, to          *definitions.Process
	pairing           *Pairing
	suspected         map[string]string
	beforeAt, afterAt map[string]location
	changes           []Change
}

func (w *walk) add(c Change) {
	c.Process = w.from.ID
	w.changes = append(w.changes, c)
}

// step compares a step of the newer revision with what it was.
func (w *walk) step(s *definitions.Step) {
	name := Change{Name: Describe(s), ID: s.ID}
	old, was := w.pairing.Before(s.ID)
	if !was {
		name.How, name.What, name.Where = Added, "step", w.afterAt[s.ID].text
		w.add(name)
		return
	}
	before := w.from.Steps[old]
	if before.Named && s.Named && old != s.ID {
		name.How, name.What, name.Before, name.After = Renamed, "step", old, s.ID
		if w.suspected[old] == s.ID {
			name.How = Suspected
		}
		w.add(name)
	}
	if w.moved(old, s.ID) {
		w.add(Change{How: Moved, What: "step", Name: name.Name, ID: s.ID, Before: w.beforeAt[old].text, Where: w.afterAt[s.ID].text})
	}
	if before.Kind() != s.Kind() {
		w.add(Change{How: Changed, What: "step", Name: name.Name, ID: s.ID, Key: "kind", Before: string(before.Kind()), After: string(s.Kind())})
		return
	}
	w.facets(before, s, name)
	w.parts(partsOf(before), partsOf(s), name)
}

func (w *walk) facets(before, after *definitions.Step, name Change) {
	was, is := map[string]string{}, map[string]string{}
	var keys []string
	for _, f := range Facets(before) {
		was[f.Key] = f.Text
		keys = append(keys, f.Key)
	}
	for _, f := range Facets(after) {
		if is[f.Key] = f.Text; !slices.Contains(keys, f.Key) {
			keys = append(keys, f.Key)
		}
	}
	for _, key := range keys {
		if was[key] != is[key] {
			w.add(Change{How: Changed, What: "step", Name: name.Name, ID: name.ID, Key: key, Before: was[key], After: is[key]})
		}
	}
}

// parts compares the branches, events and handlers of a step, not the steps in them.
func (w *walk) parts(from, to []part, of Change) {
	was := map[Place]part{}
	for _, a := range from {
		if at, ok := w.pairing.Place(a.Place); ok {
			was[at] = a
		} else if a.Role != Steps {
			w.add(Change{How: Removed, What: string(a.Role), Name: a.label, Where: "of " + of.Name})
		}
	}
	for _, b := range to {
		a, there := was[b.Place]
		switch {
		case !there && b.Role != Steps:
			w.add(Change{How: Added, What: string(b.Role), Name: b.label, Where: "of " + of.Name})
		case there:
			for _, key := range both(w.partTexts(w.from, a), w.partTexts(w.to, b)) {
				before, after := w.partTexts(w.from, a)[key], w.partTexts(w.to, b)[key]
				if before != after {
					w.add(Change{How: Changed, What: string(b.Role), Name: cmp.Or(b.label, of.Name), Where: "of " + of.Name, Key: key, Before: before, After: after})
				}
			}
		}
	}
}

// suspects pairs steps that went with much alike ones that came: the same kind, in blocks that are the
// same, and the same but for few keys.
func (w *walk) suspects() map[string]string {
	suspects := map[string]string{}
	before, after := locate(w.from), locate(w.to)
	for _, old := range inOrder(w.from) {
		if _, stays := w.pairing.Step(old.ID); stays || !old.Named {
			continue
		}
		for _, s := range inOrder(w.to) {
			_, was := w.pairing.Before(s.ID)
			at, ok := w.pairing.Place(before[old.ID].place)
			if was || !s.Named || !ok || at != after[s.ID].place || slices.Contains(slices.Collect(maps.Values(suspects)), s.ID) {
				continue
			}
			if old.Kind() == s.Kind() && alike(old, s) {
				suspects[old.ID] = s.ID
				break
			}
		}
	}
	return suspects
}

// alike reports whether at least half of what two steps say is the same.
func alike(a, b *definitions.Step) bool {
	x, y := Facets(a), Facets(b)
	same := 0
	for _, f := range x {
		if slices.Contains(y, f) {
			same++
		}
	}
	return 2*same >= max(len(x), len(y))
}
