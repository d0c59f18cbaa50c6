package definitions

import "slices"

// known is what is sure about process data at a place, from the conditions that led there. It goes back
// by a journal, as the flow does.
type known struct {
	is      map[string]fact            // by path, and by the text of a condition
	byName  map[string]map[string]bool // the keys of is that depend on a name of process data
	journal []learnt
	shared  map[string]bool // names that something beside may set at any time: nothing is sure of them
}

func newKnown(shared map[string]bool) *known {
	return &known{is: map[string]fact{}, byName: map[string]map[string]bool{}, shared: shared}
}

// fact is what is sure of one path or condition.
type fact struct {
	value string   // what it is, "" where that is not known
	never []string // what it is not
	names []string // the process data that it depends on
}

// mostNever is how many values that something is not are kept in mind.
const mostNever = 50

type learnt struct {
	key    string
	before *fact
}

// verdict says whether a condition holds.
type verdict int

const (
	perhaps verdict = iota
	holds
	fails
)

func verdictOf(text string) verdict {
	return map[string]verdict{"true": holds, "false": fails}[text]
}

func (v verdict) denied() verdict {
	switch v {
	case holds:
		return fails
	case fails:
		return holds
	}
	return perhaps
}

// judge says whether a condition holds, as far as that is sure.
func (k *known) judge(c *claim) verdict {
	switch {
	case c.all != nil:
		return joined(k, c.all, fails)
	case c.any != nil:
		return joined(k, c.any, holds)
	case c.path == "" && (c.text == "true" || c.text == "false"):
		return verdictOf(c.text)
	case c.path == "":
		return verdictOf(k.is[c.text].value)
	}
	v, f := perhaps, k.is[c.path]
	switch {
	case f.value == c.value && f.value != "":
		v = holds
	case f.value != "" || slices.Contains(f.never, c.value):
		v = fails
	}
	if c.not {
		return v.denied()
	}
	return v
}

// joined judges conditions of which one with the deciding verdict settles all. Each is looked at knowing
// that those before it did not settle it.
func joined(k *known, parts []*claim, deciding verdict) verdict {
	mark, out := len(k.journal), deciding.denied()
	otherwise := yes
	if deciding == holds {
		otherwise = no
	}
	for _, part := range parts {
		v := k.judge(part)
		if v == deciding {
			out = deciding
			break
		}
		if v == perhaps {
			out = perhaps
		}
		k.learn(part, otherwise, nil)
	}
	k.back(mark)
	return out
}

// learn notes that a condition over the names holds, or that it does not.
func (k *known) learn(c *claim, answer answer, names []string) {
	switch {
	case slices.ContainsFunc(names, func(name string) bool { return k.shared[name] }):
	case c.all != nil && answer == yes:
		for _, part := range c.all {
			k.learn(part, yes, names)
		}
	case c.any != nil && answer == no:
		for _, part := range c.any {
			k.learn(part, no, names)
		}
	case c.path != "":
		f := k.is[c.path]
		switch {
		case c.not == (answer == no):
			f.value = c.value
		case c.value == "true":
			f.value = "false"
		case len(f.never) < mostNever:
			f.never = append(slices.Clip(f.never), c.value)
		}
		f.names = names
		k.note(c.path, &f)
	default:
		f := fact{value: "false", names: names}
		if answer == yes {
			f.value = "true"
		}
		k.note(c.text, &f)
	}
}

// note puts a fact into place; nil takes it away.
func (k *known) note(key string, f *fact) {
	var before *fact
	if there, ok := k.is[key]; ok {
		before = &there
	}
	k.journal = append(k.journal, learnt{key, before})
	k.put(key, f)
}

func (k *known) put(key string, f *fact) {
	for _, name := range k.is[key].names {
		delete(k.byName[name], key)
	}
	if f == nil {
		delete(k.is, key)
		return
	}
	k.is[key] = *f
	for _, name := range f.names {
		if k.byName[name] == nil {
			k.byName[name] = map[string]bool{}
		}
		k.byName[name][key] = true
	}
}

// forget notes that a name of process data is set: nothing is sure of it any more.
func (k *known) forget(name string) {
	for _, key := range sortedKeys(k.byName[name]) {
		k.note(key, nil)
	}
}

// back goes back to what was known at a mark of the journal.
func (k *known) back(mark int) {
	for i := len(k.journal) - 1; i >= mark; i-- {
		k.put(k.journal[i].key, k.journal[i].before)
	}
	k.journal = k.journal[:mark]
}
