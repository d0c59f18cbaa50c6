package catalogue

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"waybill/definitions/value"
)

// plan is the conversion between one Go type and one type of the process language, worked out once.
type plan struct {
	typ    *value.Type
	decode func(v any, to reflect.Value) error
	encode func(from reflect.Value) (any, error)
}

// planner works out plans. A record is planned once, so that it may hold itself through a list.
type planner struct {
	records map[reflect.Type]*plan
}

func (p *planner) of(t reflect.Type, tag string) (*plan, error) {
	switch t {
	case reflect.TypeFor[value.Decimal]():
		return decimalPlan(tag)
	case reflect.TypeFor[value.Money]():
		return untagged(tag, moneyPlan())
	case reflect.TypeFor[time.Time]():
		return untagged(tag, momentPlan())
	}
	switch t.Kind() {
	case reflect.String:
		return textPlan(tag)
	case reflect.Bool:
		return untagged(tag, boolPlan())
	case reflect.Int, reflect.Int64:
		return untagged(tag, integerPlan())
	case reflect.Pointer:
		return p.pointer(t, tag)
	case reflect.Slice:
		return p.list(t, tag)
	case reflect.Map:
		return p.mapping(t, tag)
	case reflect.Struct:
		if tag != "" {
			return nil, fmt.Errorf("type %q: a record has no tag", tag)
		}
		if t.Name() == "" {
			return nil, fmt.Errorf("%s: a record needs a name", t)
		}
		return p.struc(t)
	}
	return nil, fmt.Errorf("%s: the process language has no such type", t)
}

func untagged(tag string, made *plan) (*plan, error) {
	if tag != "" {
		return nil, fmt.Errorf("type %q: a %s has no tag", tag, made.typ)
	}
	return made, nil
}

func textPlan(tag string) (*plan, error) {
	if object, ok := strings.CutPrefix(tag, "ref "); ok {
		return stringPlan(&value.Type{Kind: value.Ref, Name: strings.TrimSpace(object)}), nil
	}
	if strings.Contains(tag, "|") {
		choices := strings.Split(tag, "|")
		for i := range choices {
			choices[i] = strings.TrimSpace(choices[i])
		}
		return stringPlan(&value.Type{Kind: value.Choice, Choices: choices}), nil
	}
	kind, err := kindOf(tag, value.Text, value.Date, value.Time, value.Moment, value.Duration, value.File)
	if err != nil {
		return nil, fmt.Errorf("type %q: a Go string cannot stand for it", tag)
	}
	return stringPlan(&value.Type{Kind: kind}), nil
}

func decimalPlan(tag string) (*plan, error) {
	kind, err := kindOf(tag, value.Number, value.Quantity, value.Percent, value.Integer)
	if err != nil {
		return nil, fmt.Errorf("type %q: a value.Decimal cannot stand for it", tag)
	}
	return exactPlan(&value.Type{Kind: kind}), nil
}

var errNoKind = errors.New("no such kind")

// kindOf finds the kind that a tag names; without a tag it is the first.
func kindOf(tag string, kinds ...value.Kind) (value.Kind, error) {
	if tag == "" {
		return kinds[0], nil
	}
	for _, kind := range kinds {
		if tag == kind.String() {
			return kind, nil
		}
	}
	return value.Nothing, errNoKind
}

func (p *planner) pointer(t reflect.Type, tag string) (*plan, error) {
	elem, err := p.of(t.Elem(), tag)
	if err != nil {
		return nil, err
	}
	return optionalPlan(t.Elem(), elem), nil
}

func (p *planner) list(t reflect.Type, tag string) (*plan, error) {
	elem, err := p.of(t.Elem(), tag)
	if err != nil {
		return nil, err
	}
	return listPlan(t, elem), nil
}

func (p *planner) mapping(t reflect.Type, tag string) (*plan, error) {
	if t.Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%s: a map of the process language has text keys", t)
	}
	elem, err := p.of(t.Elem(), tag)
	if err != nil {
		return nil, err
	}
	return mapPlan(t, elem), nil
}

// struc plans a struct: the inputs or outputs of an action, an object, or a record within one.
func (p *planner) struc(t reflect.Type) (*plan, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s: a struct is needed", t)
	}
	if made, ok := p.records[t]; ok {
		return made, nil
	}
	made := &plan{typ: &value.Type{Kind: value.Record, Name: t.Name()}}
	p.records[t] = made
	r := &record{typ: made.typ, byName: map[string]int{}}
	made.decode, made.encode = r.decode, r.encode
	for i := range t.NumField() {
		if err := r.add(p, t.Field(i)); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Name(), t.Field(i).Name, err)
		}
	}
	return made, nil
}

func (r *record) add(p *planner, f reflect.StructField) error {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case !f.IsExported() || f.Anonymous:
		return fmt.Errorf("only exported, named fields stand for data")
	case !wordPattern.MatchString(name):
		return fmt.Errorf("json:%q: a lower_snake name is needed", name)
	case options != "" && options != "omitempty":
		return fmt.Errorf("json:%q: only omitempty is known", options)
	}
	made, err := p.of(f.Type, f.Tag.Get("type"))
	if err != nil {
		return err
	}
	if options == "omitempty" && f.Type.Kind() != reflect.Pointer {
		if made, err = zeroIsNothing(f.Type, made); err != nil {
			return err
		}
	}
	typ := made.typ
	if f.Tag.Get("personal") == "true" {
		typ = typ.AsPersonal()
	}
	field := value.Field{Name: name, Type: typ}
	if doc := f.Tag.Get("doc"); doc != "" {
		field.Help = value.Title{"": doc}
	}
	r.byName[name] = len(r.fields)
	r.typ.Fields = append(r.typ.Fields, field)
	r.fields = append(r.fields, recordField{name: name, index: f.Index[0], plan: made, optional: typ.Optional})
	return nil
}
