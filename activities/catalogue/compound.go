package catalogue

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"waybill/definitions/value"
)

// optionalPlan is a pointer: nil stands for nothing.
func optionalPlan(elem reflect.Type, inner *plan) *plan {
	return &plan{
		typ: inner.typ.AsOptional(),
		decode: func(v any, to reflect.Value) error {
			if v == nil {
				return nil
			}
			pointer := reflect.New(elem)
			if err := inner.decode(v, pointer.Elem()); err != nil {
				return err
			}
			to.Set(pointer)
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			if from.IsNil() {
				return nil, nil
			}
			return inner.encode(from.Elem())
		},
	}
}

// zeroIsNothing makes an optional of a type whose zero value no real datum has: an empty text, a
// zero moment, a nil list or map.
func zeroIsNothing(t reflect.Type, inner *plan) (*plan, error) {
	kind := t.Kind()
	if t != reflect.TypeFor[time.Time]() && kind != reflect.String && kind != reflect.Slice && kind != reflect.Map {
		return nil, fmt.Errorf("omitempty: zero is a value of %s; use a pointer", t)
	}
	return &plan{
		typ: inner.typ.AsOptional(),
		decode: func(v any, to reflect.Value) error {
			if v == nil {
				return nil
			}
			return inner.decode(v, to)
		},
		encode: func(from reflect.Value) (any, error) {
			if from.IsZero() {
				return nil, nil
			}
			return inner.encode(from)
		},
	}, nil
}

func listPlan(t reflect.Type, elem *plan) *plan {
	typ := &value.Type{Kind: value.List, Elem: elem.typ}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			items, ok := v.([]any)
			if !ok {
				return wrong(typ, v)
			}
			list := reflect.MakeSlice(t, len(items), len(items))
			for i, item := range items {
				if err := elem.decode(item, list.Index(i)); err != nil {
					return at(fmt.Sprintf("[%d]", i), err)
				}
			}
			to.Set(list)
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			items := make([]any, from.Len())
			for i := range items {
				item, err := elem.encode(from.Index(i))
				if err != nil {
					return nil, at(fmt.Sprintf("[%d]", i), err)
				}
				items[i] = item
			}
			return items, nil
		},
	}
}

func mapPlan(t reflect.Type, elem *plan) *plan {
	typ := &value.Type{Kind: value.Map, Elem: elem.typ}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			entries, ok := v.(map[string]any)
			if !ok {
				return wrong(typ, v)
			}
			made := reflect.MakeMapWithSize(t, len(entries))
			for key, entry := range entries {
				item := reflect.New(t.Elem()).Elem()
				if err := elem.decode(entry, item); err != nil {
					return at(key, err)
				}
				made.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), item)
			}
			to.Set(made)
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			entries := make(map[string]any, from.Len())
			for it := from.MapRange(); it.Next(); {
				item := reflect.New(t.Elem()).Elem() // map elements have no address, plans need one
				item.Set(it.Value())
				entry, err := elem.encode(item)
				if err != nil {
					return nil, at(it.Key().String(), err)
				}
				entries[it.Key().String()] = entry
			}
			return entries, nil
		},
	}
}

// record is a struct's plan, field by field.
type record struct {
	typ    *value.Type
	fields []recordField
	byName map[string]int
}

type recordField struct {
	name     string
	index    int
	plan     *plan
	optional bool
}

var errMissing = errors.New("missing")

func (r *record) decode(v any, to reflect.Value) error {
	data, ok := v.(map[string]any)
	if !ok {
		return wrong(r.typ, v)
	}
	known := 0
	for i := range r.fields {
		f := &r.fields[i]
		item, there := data[f.name]
		if there {
			known++
		}
		if item == nil {
			if !f.optional {
				return at(f.name, errMissing)
			}
			continue
		}
		if err := f.plan.decode(item, to.Field(f.index)); err != nil {
			return at(f.name, err)
		}
	}
	if known < len(data) {
		return r.unknown(data)
	}
	return nil
}

func (r *record) unknown(data map[string]any) error {
	var names []string
	for name := range data {
		if _, ok := r.byName[name]; !ok {
			names = append(names, name)
		}
	}
	return at(slices.Min(names), errors.New("no such field"))
}

// encode leaves out what is not there.
func (r *record) encode(from reflect.Value) (any, error) {
	data := make(map[string]any, len(r.fields))
	for i := range r.fields {
		f := &r.fields[i]
		item, err := f.plan.encode(from.Field(f.index))
		if err != nil {
			return nil, at(f.name, err)
		}
		if item != nil {
			data[f.name] = item
		}
	}
	return data, nil
}
