package catalogue

import (
	"fmt"
	"strings"

	"waybill/definitions/value"
)

// check returns what is wrong with a filled registry, in the order of the names.
func (r *Registry) check() []error {
	var problems []error
	report := func(name string, found []error) {
		for _, err := range found {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	for _, name := range r.Objects() {
		report(name, r.checkObject(r.objects[name]))
	}
	for _, name := range r.Actions() {
		report(name, r.checkAction(r.actions[name]))
	}
	return problems
}

func (r *Registry) checkObject(o *object) []error {
	problems := checkName(o.name, o.doc)
	if o.problem == nil {
		problems = append(problems, r.checkFields("", o.typ.Fields)...)
	}
	return problems
}

func (r *Registry) checkAction(a *action) []error {
	problems := checkName(a.Name, a.Doc)
	problems = append(problems, checkErrors(a)...)
	if a.problem != nil {
		return problems
	}
	problems = append(problems, r.checkFields("input ", a.Inputs)...)
	problems = append(problems, r.checkFields("output ", a.Outputs)...)
	return append(problems, r.checkInverse(a)...)
}

func checkName(name, doc string) []error {
	var problems []error
	if !pathPattern.MatchString(name) {
		problems = append(problems, fmt.Errorf("a name is area.what in lower_snake"))
	}
	if strings.TrimSpace(doc) == "" {
		problems = append(problems, fmt.Errorf("documentation missing"))
	}
	return problems
}

func checkErrors(a *action) []error {
	var problems []error
	seen := map[string]bool{}
	for _, e := range a.Errors {
		switch {
		case !pathPattern.MatchString(e.Code):
			problems = append(problems, fmt.Errorf("error %s: a code is area.what in lower_snake", e.Code))
		case area(e.Code) != area(a.Name):
			problems = append(problems, fmt.Errorf("error %s: its area is not %s", e.Code, area(a.Name)))
		}
		if seen[e.Code] {
			problems = append(problems, fmt.Errorf("error %s: declared twice", e.Code))
		}
		seen[e.Code] = true
		if strings.TrimSpace(e.Doc) == "" {
			problems = append(problems, fmt.Errorf("error %s: documentation missing", e.Code))
		}
	}
	return problems
}

// checkInverse follows the rule by which the engine fills an inverse's inputs: by name, from the
// outputs first, then from the inputs.
func (r *Registry) checkInverse(a *action) []error {
	if a.Inverse == "" {
		return nil
	}
	inverse, ok := r.actions[a.Inverse]
	if !ok {
		return []error{fmt.Errorf("inverse %s: no such action", a.Inverse)}
	}
	var problems []error
	for _, want := range inverse.Inputs {
		have, there := field(a.Outputs, want.Name)
		if !there {
			have, there = field(a.Inputs, want.Name)
		}
		switch {
		case !there && !want.Type.Optional:
			problems = append(problems, fmt.Errorf("inverse %s: nothing fills its input %s", a.Inverse, want.Name))
		case there && !fills(have.Type, want.Type):
			problems = append(problems, fmt.Errorf("inverse %s: %s does not fill its input %s, %s",
				a.Inverse, have.Type, want.Name, want.Type))
		}
	}
	return problems
}

func field(fields []value.Field, name string) (value.Field, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return value.Field{}, false
}

func fills(have, want *value.Type) bool {
	if have.Optional && !want.Optional {
		return false
	}
	return have.AsRequired().Same(want.AsRequired())
}

// checkFields follows the types of fields into lists and records: references need an object, and a
// record's name stands for one set of fields in the whole catalogue.
func (r *Registry) checkFields(path string, fields []value.Field) []error {
	var problems []error
	for _, f := range fields {
		problems = append(problems, r.checkType(path+f.Name, f.Type)...)
	}
	return problems
}

func (r *Registry) checkType(path string, t *value.Type) []error {
	switch t.Kind {
	case value.List, value.Map:
		return r.checkType(path, t.Elem)
	case value.Ref:
		if _, ok := r.objects[t.Name]; !ok {
			return []error{fmt.Errorf("%s: no object %s to refer to", path, t.Name)}
		}
	case value.Record:
		return r.checkRecord(path, t)
	}
	return nil
}

func (r *Registry) checkRecord(path string, t *value.Type) []error {
	known, ok := r.records[t.Name]
	if !ok {
		r.records[t.Name] = &value.Type{Kind: value.Record, Name: t.Name, Fields: t.Fields}
		return r.checkFields(path+".", t.Fields)
	}
	if !known.Same(&value.Type{Kind: value.Record, Name: t.Name, Fields: t.Fields}) {
		return []error{fmt.Errorf("%s: another record is called %s", path, t.Name)}
	}
	return nil
}
