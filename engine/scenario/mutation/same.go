package mutation

import (
	"reflect"
	"slices"

	"waybill/definitions"
	"waybill/definitions/decision"
	"waybill/definitions/formula"
)

// same tells whether two packs run alike: their models are equal but for the places in files, the texts
// that only people read, and the hash. Formulas are equal as written, tables as their rows are written.
func same(a, b *definitions.Pack) bool {
	return equal(reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem())
}

// counts tells whether a field of the model says how a pack runs.
func counts(f reflect.StructField) bool {
	switch f.Name {
	case "Pos", "Title", "Note", "Help", "Hash", "Pack", "Industry":
		return false
	}
	return f.IsExported() && f.Type.Kind() != reflect.Func && f.Type != reflect.TypeFor[*decision.Table]()
}

func equal(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		if a.Kind() == reflect.Pointer && a.Pointer() == b.Pointer() {
			return true
		}
		if f, ok := a.Interface().(*formula.Formula); ok {
			g := b.Interface().(*formula.Formula)
			return f.Source() == g.Source() && f.Type().String() == g.Type().String()
		}
		return equal(a.Elem(), b.Elem())
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equal(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, key := range a.MapKeys() {
			if !equal(a.MapIndex(key), b.MapIndex(key)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return equalStructs(a, b)
	}
	return a.Equal(b)
}

// told is what a decide says of its inputs beyond what holds anyway: that an input is read from the
// process data of its own name.
func told(with []definitions.Assignment) []definitions.Assignment {
	return slices.DeleteFunc(slices.Clone(with), func(a definitions.Assignment) bool { return a.Value.Source() == a.Name })
}

// equalStructs compares the parts of the model field by field, and what they are made of, such as
// decimals and calendars, as a whole.
func equalStructs(a, b reflect.Value) bool {
	if d, ok := a.Interface().(definitions.Decide); ok {
		e := b.Interface().(definitions.Decide)
		return equal(reflect.ValueOf(d.Decision), reflect.ValueOf(e.Decision)) && equal(reflect.ValueOf(told(d.With)), reflect.ValueOf(told(e.With)))
	}
	if a.Type().PkgPath() != reflect.TypeFor[definitions.Pack]().PkgPath() {
		if hides(a.Type()) {
			return reflect.DeepEqual(a.Interface(), b.Interface())
		}
	}
	for i := range a.NumField() {
		if f := a.Type().Field(i); f.Name == "Hit" && unique(a.Field(i)) && unique(b.Field(i)) {
			continue
		}
		if counts(a.Type().Field(i)) && !equal(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}

// unique tells whether a hit policy is the one that holds where none is written.
func unique(hit reflect.Value) bool {
	return hit.String() == "" || hit.String() == string(decision.Unique)
}

func hides(t reflect.Type) bool {
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}
