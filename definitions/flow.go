package definitions

import (
	"slices"

	"waybill/definitions/value"
)

// flow follows the process data through the steps. names holds what formulas may read at the place
// that the compiler has come to: a value that some way to that place has not set is optional there.
// Ways are tried one after the other in the same map, with a journal to go back by.
type flow struct {
	names    map[string]*value.Type
	declared map[string]*value.Type // every name's type as it was made, wherever it is in reach
	dead     bool                   // no way leads here
	made     []string               // the names of declared, in the order in which they came
	journal  []change
	writes   []write
}

type change struct {
	name   string
	before *value.Type // nil: it was not in reach
}

// write is a place that sets process data. One without a name stands where a block is over whose rest
// runs on: beside holds what that rest sets.
type write struct {
	name   string
	pos    Position
	beside []write
}

// way is what running some steps changes, and whether the way ends in them.
type way struct {
	names map[string]*value.Type // nil: no longer in reach
	dead  bool
}

func newFlow() *flow {
	return &flow{names: map[string]*value.Type{}, declared: map[string]*value.Type{}}
}

// set gives a name its type from here on; nil takes it out of reach.
func (f *flow) set(name string, t *value.Type) {
	f.journal = append(f.journal, change{name, f.names[name]})
	f.put(name, t)
}

func (f *flow) put(name string, t *value.Type) {
	if t == nil {
		delete(f.names, name)
		return
	}
	f.names[name] = t
}

// try runs steps, goes back, and returns what they changed.
func (f *flow) try(run func()) way { return f.tryFrom(f.mark(), run) }

// mark is a place to which tryFrom looks back.
func (f *flow) mark() int { return len(f.journal) }

// tryFrom is try for a way that began at an earlier mark: what changed since then belongs to it.
func (f *flow) tryFrom(mark int, run func()) way {
	here, dead := len(f.journal), f.dead
	run()
	w := way{names: make(map[string]*value.Type, len(f.journal)-mark), dead: f.dead}
	for _, c := range f.journal[mark:] {
		w.names[c.name] = f.names[c.name]
	}
	for i := len(f.journal) - 1; i >= here; i-- {
		f.put(f.journal[i].name, f.journal[i].before)
	}
	f.journal, f.dead = f.journal[:here], dead
	return w
}

// follow takes a way that is always gone.
func (f *flow) follow(w way) {
	for _, name := range sortedKeys(w.names) {
		f.set(name, w.names[name])
	}
	f.dead = f.dead || w.dead
}

// join goes on after several ways of which one was gone. Ways that end do not count.
func (f *flow) join(ways ...way) {
	var alive []way
	touched := map[string]bool{}
	for _, w := range ways {
		if w.dead {
			continue
		}
		alive = append(alive, w)
		for name := range w.names {
			touched[name] = true
		}
	}
	if len(alive) == 0 {
		f.dead = f.dead || len(ways) > 0
		return
	}
	for _, name := range sortedKeys(touched) {
		f.set(name, f.meet(name, alive))
	}
}

// meet returns what is known of a name after one of the ways was gone.
func (f *flow) meet(name string, ways []way) *value.Type {
	var met *value.Type
	optional, differ := false, false
	for _, w := range ways {
		t, touched := w.names[name]
		if !touched {
			t = f.names[name]
		}
		switch {
		case t == nil:
			optional = true
			continue
		case met == nil:
			met = t
		case met != t && !met.AsRequired().Same(t.AsRequired()):
			differ = true
		}
		optional = optional || t.Optional
	}
	if met == nil {
		return nil
	}
	if declared := f.declared[name]; differ && declared != nil {
		met = declared
	}
	if optional {
		return met.AsOptional()
	}
	return met.AsRequired()
}

// all goes on after ways that were all gone, side by side.
func (f *flow) all(ways ...way) {
	for _, w := range ways {
		f.follow(w)
	}
}

// maybe makes what a way sets known, as something that may be there.
func (f *flow) maybe(w way) {
	for _, name := range sortedKeys(w.names) {
		t, before := w.names[name], f.names[name]
		switch {
		case t == nil:
		case before == nil:
			f.set(name, t.AsOptional())
		case t.Optional && !before.Optional:
			f.set(name, before.AsOptional())
		}
	}
}

// narrow notes that dotted paths are known to be there.
func (f *flow) narrow(paths []string) {
	for _, path := range paths {
		root, rest := cutPath(path)
		if t := f.names[root]; t != nil {
			if narrowed := there(t, rest); narrowed != t {
				f.set(root, narrowed)
			}
		}
	}
}

// there returns t as the type of a value that is there, and so is what a dotted path in it leads to.
func there(t *value.Type, path string) *value.Type {
	t = t.AsRequired()
	if path == "" || t.Kind != value.Record {
		return t
	}
	name, rest := cutPath(path)
	for i, field := range t.Fields {
		if field.Name != name {
			continue
		}
		inner := there(field.Type, rest)
		if inner == field.Type {
			return t
		}
		other := *t
		other.Fields = append([]value.Field(nil), t.Fields...)
		other.Fields[i].Type = inner
		return &other
	}
	return t
}

// cutPath splits order.customer.grade into order and customer.grade.
func cutPath(path string) (root, rest string) {
	for i := range len(path) {
		if path[i] == '.' {
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

// declare notes the type of a name that is made here.
func (f *flow) declare(name string, t *value.Type) {
	f.declared[name] = t
	f.made = append(f.made, name)
}

// inRound runs the steps of a round, a handler or an event: what they make that was not declared
// outside is theirs alone. It returns those names, sorted, and a way that holds the rest.
func (f *flow) inRound(run func()) (own []string, rest way) {
	made, mark := len(f.made), len(f.writes)
	w := f.try(run)
	local := make(map[string]bool, len(f.made)-made)
	for _, name := range f.made[made:] {
		local[name] = true
		delete(f.declared, name)
	}
	f.made = f.made[:made]
	for name := range w.names {
		if f.declared[name] == nil {
			delete(w.names, name)
		}
	}
	kept := f.writes[:mark]
	for _, written := range f.writes[mark:] {
		written.beside = slices.DeleteFunc(written.beside, func(w write) bool { return local[w.name] })
		if !local[written.name] {
			kept = append(kept, written)
		}
	}
	f.writes = kept
	return sortedKeys(local), w
}
