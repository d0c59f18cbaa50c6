// Package difference tells what differs between two revisions of a pack, in the words of the process:
// steps added, removed, moved, renamed and changed, rows of tables, settings, roles, messages, types.
// It also says which step of the one revision is which step of the other, by which a running instance
// moves from one to the other.
package difference

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"waybill/definitions"
	"waybill/definitions/calendar"
	"waybill/definitions/decision"
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// Facet is one key of a step as written, such as due: 2 work days. Of a key that says nothing there is
// no facet.
type Facet struct{ Key, Text string }

// Facets returns what a step says, without the steps inside it. It reads the model field by field, so
// that no key of any kind can be forgotten.
func Facets(s *definitions.Step) []Facet {
	facets := facetsOf(reflect.ValueOf(s.Spec).Elem())
	common := struct {
		Title       value.Title
		When, While *formula.Formula
		Hold        *formula.Formula
	}{s.Title, s.When, s.While, s.Hold}
	return append(facets, facetsOf(reflect.ValueOf(common))...)
}

func facetsOf(v reflect.Value) []Facet {
	var facets []Facet
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case !f.IsExported() || structural(f.Type):
		case f.Anonymous:
			facets = append(facets, facetsOf(v.Field(i))...)
		default:
			if text := render(v.Field(i)); text != "" {
				facets = append(facets, Facet{keyOf(f.Name), text})
			}
		}
	}
	return facets
}

// structural reports whether a field holds steps, which are compared as such, or a place in a file.
func structural(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[definitions.Block](), reflect.TypeFor[definitions.Position](), reflect.TypeFor[[]definitions.Branch](),
		reflect.TypeFor[[]definitions.Arm](), reflect.TypeFor[[]*definitions.Event](), reflect.TypeFor[*definitions.ThenEach](),
		reflect.TypeFor[[]definitions.Handler]():
		return true
	}
	return false
}

// keyOf writes SuperiorOf as the key superior_of.
func keyOf(field string) string {
	var key strings.Builder
	lower := false
	for _, r := range field {
		if unicode.IsUpper(r) && lower {
			key.WriteByte('_')
		}
		lower = unicode.IsLower(r)
		key.WriteRune(unicode.ToLower(r))
	}
	return key.String()
}

// render writes a value of the model shortly; "" where it says nothing.
func render(v reflect.Value) string {
	if text, known := renderKnown(v); known {
		return text
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ""
		}
		return render(v.Elem())
	case reflect.Slice:
		texts := make([]string, 0, v.Len())
		for i := range v.Len() {
			texts = append(texts, render(v.Index(i)))
		}
		return strings.Join(texts, ", ")
	case reflect.Struct:
		var parts []string
		for _, f := range facetsOf(v) {
			parts = append(parts, f.Key+": "+f.Text)
		}
		if len(parts) == 0 {
			return ""
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if v.IsZero() {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// renderKnown writes what is more to people than its fields.
func renderKnown(v reflect.Value) (text string, known bool) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return "", true
	}
	switch x := v.Interface().(type) {
	case *formula.Formula:
		return x.Source(), true
	case *definitions.Action:
		return x.Name, true
	case *definitions.Decision:
		return x.ID, true
	case *definitions.Message:
		return x.ID, true
	case *value.Type:
		return x.String(), true
	case calendar.Duration:
		if x.IsZero() {
			return "", true
		}
		return x.String(), true
	case time.Duration:
		if x == 0 {
			return "", true
		}
		return x.String(), true
	case definitions.Span:
		if x.Formula != nil {
			return "= " + x.Formula.Source(), true
		}
		return x.Duration.String(), true
	case definitions.Assignment:
		return x.Name + " = " + x.Value.Source(), true
	case definitions.Outcome:
		if title := titleText(x.Title); title != "" {
			return x.ID + " (" + title + ")", true
		}
		return x.ID, true
	case value.Title:
		return titleText(x), true
	case value.Field:
		return fieldText(x), true
	case decision.Source:
		return "", true
	}
	return "", false
}

func titleText(t value.Title) string {
	languages := make([]string, 0, len(t))
	for l := range t {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	for i, l := range languages {
		languages[i] = strings.TrimSpace(l + " " + t[l])
	}
	return strings.Join(languages, " / ")
}

// fieldText writes a field as an analyst declares it, with its default.
func fieldText(f value.Field) string {
	text := f.Name + ": " + f.Type.String()
	if f.Type.Personal {
		text += ", personal"
	}
	if f.Default != nil {
		text += ", default " + valueText(f.Default)
	}
	if len(f.Only) > 0 {
		text += ", only " + strings.Join(f.Only, " ")
	}
	return text
}

func valueText(v any) string {
	text, err := value.Encode(v)
	if err != nil {
		return err.Error()
	}
	return strings.Trim(string(text), `"`)
}

// Describe names a step for people: by its kind and its id, or what it does where it has none.
func Describe(s *definitions.Step) string {
	kind := string(s.Kind())
	if s.Named {
		return kind + " " + s.ID
	}
	if main := mainWord(s); main != "" {
		return kind + " " + main
	}
	return kind
}

// mainWord is what stands behind the keyword of a step, where it is no id.
func mainWord(s *definitions.Step) string {
	switch spec := s.Spec.(type) {
	case *definitions.Do:
		return spec.Action.Name
	case *definitions.Decide:
		return spec.Decision.ID
	case *definitions.Run:
		return spec.Process
	case *definitions.Send:
		return spec.Message.ID
	case *definitions.Raise:
		return spec.Code
	case *definitions.End:
		return spec.Outcome
	case *definitions.Each:
		return spec.Item
	case *definitions.Set:
		names := make([]string, len(spec.Values))
		for i, v := range spec.Values {
			names[i] = v.Name
		}
		return strings.Join(names, ", ")
	case *definitions.Wait:
		switch {
		case spec.For != nil:
			return render(reflect.ValueOf(*spec.For))
		case spec.Message != nil:
			return spec.Message.Message.ID
		}
	}
	return ""
}

// facetMap returns what a part of the model says by key, ids that are places left out.
func facetMap(of any) map[string]string {
	m := map[string]string{}
	for _, f := range facetsOf(reflect.ValueOf(of)) {
		m[f.Key] = f.Text
	}
	delete(m, "id")
	return m
}
