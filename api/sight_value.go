package api

import (
	"encoding/json"
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// lacks tells whether something in values of a type does not exist for the viewer. Types around it were
// looked at already.
func (v *viewer) lacks(t *value.Type, around []*value.Type) bool {
	if t == nil || slices.Contains(around, t) {
		return false
	}
	around = append(around, t)
	return v.lacks(t.Elem, around) || slices.ContainsFunc(t.Fields, func(f value.Field) bool {
		return !v.may(f.Only) || v.lacks(f.Type, around)
	})
}

// cut takes the fields away from a value that do not exist for the viewer. The value itself stays as it is.
func (v *viewer) cut(x any, t *value.Type) any {
	switch x := x.(type) {
	case []any:
		if t.Elem == nil {
			return x
		}
		seen := make([]any, len(x))
		for i, item := range x {
			seen[i] = v.cut(item, t.Elem)
		}
		return seen
	case map[string]any:
		seen := make(map[string]any, len(x))
		for name, member := range x {
			f, known := t.Field(name)
			switch {
			case t.Kind == value.Map:
				seen[name] = v.cut(member, t.Elem)
			case !known:
				seen[name] = member
			case v.may(f.Only):
				seen[name] = v.cut(member, f.Type)
			}
		}
		return seen
	}
	return x
}

// filter takes away from process data what is not seen. The data themselves stay as they are.
func (s *sight) filter(data map[string]any) map[string]any {
	if s.all() {
		return data
	}
	seen := map[string]any{}
	for name, v := range data {
		if !s.data[name] {
			seen[name] = s.part(name, v)
		}
	}
	return seen
}

// part takes away what is not seen of the process data of a name.
func (s *sight) part(name string, v any) any {
	for _, t := range s.records[name] {
		v = s.viewer.cut(v, t)
	}
	record, isRecord := v.(map[string]any)
	if s.parts[name] == nil || !isRecord {
		return v
	}
	seen := map[string]any{}
	for field, v := range record {
		if !s.parts[name][field] {
			seen[field] = v
		}
	}
	return seen
}

// work takes away what is not seen of a task: in what it shows, in its form, and its instance's key.
func (s *sight) work(t *Task) error {
	if s.all() {
		return nil
	}
	if !s.keyed() {
		t.Key = ""
	}
	shown, form := asked(s.process.Steps[t.Step])
	var items []map[string]json.RawMessage
	if err := json.Unmarshal(t.Show, &items); err != nil {
		return err
	}
	seen := []map[string]json.RawMessage{}
	for _, item := range items {
		there, err := s.shown(item, shown)
		if err != nil {
			return err
		}
		if there {
			seen = append(seen, item)
		}
	}
	var err error
	if t.Show, err = json.Marshal(seen); err != nil {
		return err
	}
	return s.form(t, form)
}

// asked is what a step shows and asks the people for who do it.
func asked(step *definitions.Step) ([]definitions.Shown, []value.Field) {
	if step == nil {
		return nil, nil
	}
	switch spec := step.Spec.(type) {
	case *definitions.Task:
		return spec.Show, spec.Form
	case *definitions.Approve:
		form := slices.Clone(spec.Form)
		for _, l := range spec.Levels {
			form = append(form, l.Form...)
		}
		return spec.Show, form
	}
	return nil, nil
}

// shown tells whether an item exists that a task shows, and takes away what is not seen of its value. One
// that the definition does not know is not seen.
func (s *sight) shown(item map[string]json.RawMessage, all []definitions.Shown) (bool, error) {
	var name string
	if err := json.Unmarshal(item["name"], &name); err != nil {
		return false, err
	}
	at := slices.IndexFunc(all, func(d definitions.Shown) bool { return d.Name == name })
	if at < 0 || !s.formula(all[at].Value) {
		return false, nil
	}
	v, err := value.Decode(item["value"])
	if err != nil {
		return false, err
	}
	item["value"], err = value.Encode(s.part(name, s.viewer.cut(v, all[at].Value.Type())))
	return true, err
}

// form takes the fields away that do not exist for the viewer.
func (s *sight) form(t *Task, fields []value.Field) error {
	if !slices.ContainsFunc(fields, func(f value.Field) bool { return !s.viewer.may(f.Only) }) {
		return nil
	}
	var items []struct {
		Name string `json:"name"`
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(t.Form, &items); err != nil {
		return err
	}
	if err := json.Unmarshal(t.Form, &raw); err != nil {
		return err
	}
	seen := []json.RawMessage{}
	for i, item := range items {
		at := slices.IndexFunc(fields, func(f value.Field) bool { return f.Name == item.Name })
		if at < 0 || s.viewer.may(fields[at].Only) {
			seen = append(seen, raw[i])
		}
	}
	var err error
	t.Form, err = json.Marshal(seen)
	return err
}
