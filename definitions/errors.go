package definitions

import "waybill/definitions/value"

const (
	// anyError is the entry of on_error that takes every business error.
	anyError = "any"
	// ErrTooManyRounds is the business error of a repeat or a back_to that reaches its at_most.
	ErrTooManyRounds = "too_many_rounds"
	// ErrClosed is the business error of appending to the list of an each with open_until that is over.
	ErrClosed = "closed"
)

// raisable is the set of business errors that may come out of some steps.
type raisable struct {
	// codes maps each to the data that its sources give with it; nil for one that gives none.
	codes map[string][]*value.Type
	open  bool // others may come too: something in there is unknown
}

func (r *raisable) add(code string, with *value.Type) {
	if r.codes == nil {
		r.codes = map[string][]*value.Type{}
	}
	r.codes[code] = append(r.codes[code], with)
}

func (r *raisable) addAll(other raisable) {
	for code, sources := range other.codes {
		for _, with := range sources {
			r.add(code, with)
		}
	}
	r.open = r.open || other.open
}

// errorType returns the type of error in a handler: its code, its text, and in with what every error
// that the handler takes gives.
func (r raisable) errorType(code string) *value.Type {
	text := &value.Type{Kind: value.Text}
	fields := []value.Field{{Name: "code", Type: text}, {Name: "text", Type: text.AsOptional()}}
	sources := r.codes[code]
	if code == anyError {
		for _, other := range sortedKeys(r.codes) {
			sources = append(sources, r.codes[other]...)
		}
	}
	if with := common(sources); len(with) > 0 {
		fields = append(fields, value.Field{Name: "with", Type: &value.Type{Kind: value.Record, Fields: with}})
	}
	return &value.Type{Kind: value.Record, Name: "error", Fields: fields}
}

// common returns the fields of all records, optional where one of them has none of that name.
func common(records []*value.Type) []value.Field {
	var out []value.Field
	met := map[string]int{}
	for _, r := range records {
		if r == nil {
			continue
		}
		for _, f := range r.Fields {
			i, known := met[f.Name]
			if !known {
				met[f.Name] = len(out)
				out = append(out, f)
			} else if f.Type.Optional {
				out[i].Type = out[i].Type.AsOptional()
			}
		}
	}
	for i, f := range out {
		for _, r := range records {
			if r == nil {
				out[i].Type = f.Type.AsOptional()
			} else if _, ok := r.Field(f.Name); !ok {
				out[i].Type = f.Type.AsOptional()
			}
		}
	}
	return out
}

// raisedBy returns the business errors that come out of a step's own part.
func (l *loader) raisedBy(s *Step) raisable {
	var r raisable
	switch spec := s.Spec.(type) {
	case *Do:
		for _, e := range spec.Action.Errors {
			r.add(e.Code, nil)
		}
	case *Raise:
		r.add(spec.Code, spec.withType())
	case *Repeat:
		if spec.AtMost > 0 {
			r.add(ErrTooManyRounds, nil)
		}
	case *BackTo:
		r.add(ErrTooManyRounds, nil)
	case *Set:
		if spec.appends {
			r.add(ErrClosed, nil)
		}
	case *Run:
		if !spec.Detached {
			r.addAll(l.escaping(spec.Process))
		}
	}
	for _, b := range s.own() {
		r.addAll(l.raisedIn(b))
	}
	return r
}

// raisedIn returns the business errors that come out of a block: what its steps do not catch, and
// what their handlers raise.
func (l *loader) raisedIn(b Block) raisable {
	var r raisable
	for _, s := range b {
		own := l.raisedBy(s)
		if s.leavesRest() {
			r.addAll(own) // its handlers are over when those of the rest come
		}
		r.addAll(l.uncaught(own, s.OnError))
	}
	return r
}

// leavesRest reports whether something of a block of branches or rounds may run on after the step is over.
func (s *Step) leavesRest() bool {
	switch spec := s.Spec.(type) {
	case *Parallel:
		return spec.Until.RunsOn()
	case *Each:
		return spec.Until.RunsOn()
	}
	return false
}

// uncaught returns what gets past handlers.
func (l *loader) uncaught(r raisable, handlers []Handler) raisable {
	if len(handlers) == 0 {
		return r
	}
	left := raisable{open: r.open}
	caught := map[string]bool{}
	for _, h := range handlers {
		caught[h.Code] = true
	}
	for code, sources := range r.codes {
		if caught[code] || caught[anyError] {
			continue
		}
		for _, with := range sources {
			left.add(code, with)
		}
	}
	left.open = left.open && !caught[anyError]
	for _, h := range handlers {
		left.addAll(l.raisedIn(h.Steps))
	}
	return left
}

// withType returns the record of what a raise gives with its error, nil where it gives nothing.
func (r *Raise) withType() *value.Type {
	if len(r.With) == 0 {
		return nil
	}
	t := &value.Type{Kind: value.Record}
	for _, w := range r.With {
		t.Fields = append(t.Fields, value.Field{Name: w.Name, Type: w.Value.Type()})
	}
	return t
}
