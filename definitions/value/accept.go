package value

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// Fault is one reason why a value is not of a type. Path leads to it: lines[0].sku; "" is the value itself.
type Fault struct {
	Path    string
	Message string
}

// Faults are all reasons found, at most twenty. It is the error of Accept.
type Faults []Fault

const mostFaults = 20

// Under are the faults of a value that is a member of another.
func (f Faults) Under(name string) Faults {
	under := make(Faults, len(f))
	for i, fault := range f {
		switch {
		case fault.Path == "":
			fault.Path = name
		case strings.HasPrefix(fault.Path, "["):
			fault.Path = name + fault.Path
		default:
			fault.Path = name + "." + fault.Path
		}
		under[i] = fault
	}
	return under
}

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Message
		if fault.Path != "" {
			lines[i] = fault.Path + ": " + fault.Message
		}
	}
	return strings.Join(lines, "; ")
}

// Accept checks an untyped value against t and returns it in canonical form: texts that stand for
// dates, numbers or money are read, a bare number beside money takes the default currency, missing
// fields take their defaults, and what is nil in a record is left out. The value is not changed; the
// error is of type Faults. Numbers are Decimal, json.Number, int or int64, never floating point.
func (t *Type) Accept(v any, d Defaults) (any, error) {
	a := acceptor{defaults: d}
	accepted := a.accept(t, v, "", 0)
	if len(a.faults) > 0 {
		return nil, a.faults
	}
	return accepted, nil
}

// AcceptFields is Accept for the fields of an input, a form or an action, which have no record type of
// their own. A nil map is one without members.
func AcceptFields(fields []Field, values map[string]any, d Defaults) (map[string]any, error) {
	a := acceptor{defaults: d}
	accepted := a.fields(fields, values, "", 0)
	if len(a.faults) > 0 {
		return nil, a.faults
	}
	return accepted, nil
}

type acceptor struct {
	defaults Defaults
	faults   Faults
}

func (a *acceptor) fault(path, format string, args ...any) any {
	if len(a.faults) < mostFaults {
		a.faults = append(a.faults, Fault{path, fmt.Sprintf(format, args...)})
	}
	return nil
}

func (a *acceptor) accept(t *Type, v any, path string, depth int) any {
	if depth > MaxDepth {
		return a.fault(path, "%v", errDepth)
	}
	if v == nil {
		if t.Optional || t.Kind == Nothing {
			return nil
		}
		return a.fault(path, "missing; it must be %s", article(t.Kind))
	}
	switch t.Kind {
	case List:
		return a.list(t, v, path, depth)
	case Map, Record:
		return a.members(t, v, path, depth)
	}
	accepted, err := t.scalar(v, a.defaults)
	if err != nil {
		return a.fault(path, "%s", err.Error())
	}
	return accepted
}

func (a *acceptor) list(t *Type, v any, path string, depth int) any {
	items, ok := v.([]any)
	if !ok {
		return a.fault(path, "expected a list, got %s", describe(v))
	}
	list := make([]any, len(items))
	for i, item := range items {
		list[i] = a.accept(t.Elem, item, path+"["+strconv.Itoa(i)+"]", depth+1)
	}
	return list
}

func (a *acceptor) members(t *Type, v any, path string, depth int) any {
	values, ok := v.(map[string]any)
	if !ok {
		return a.fault(path, "expected a %s, got %s", t.bare(), describe(v))
	}
	if t.Kind == Record {
		return a.fields(t.Fields, values, path, depth)
	}
	m := make(map[string]any, len(values))
	for _, name := range sortedKeys(values) {
		m[name] = a.accept(t.Elem, values[name], under(path, name), depth+1)
	}
	return m
}

func (a *acceptor) fields(fields []Field, values map[string]any, path string, depth int) map[string]any {
	m := make(map[string]any, len(fields))
	found := 0
	for _, f := range fields {
		v, given := values[f.Name]
		if given {
			found++
		}
		if v == nil {
			v = f.Default
		}
		if accepted := a.accept(f.Type, v, under(path, f.Name), depth+1); accepted != nil {
			m[f.Name] = accepted
		}
	}
	if found < len(values) {
		a.unknown(fields, values, path)
	}
	return m
}

func (a *acceptor) unknown(fields []Field, values map[string]any, path string) {
	names := make([]string, len(fields))
	known := make(map[string]bool, len(fields))
	for i, f := range fields {
		names[i] = f.Name
		known[f.Name] = true
	}
	for _, name := range sortedKeys(values) {
		if known[name] {
			continue
		}
		if near := Nearest(name, names); near != "" {
			a.fault(under(path, name), "unknown field; did you mean %q?", near)
			continue
		}
		a.fault(under(path, name), "unknown field")
	}
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// scalar canonicalises a value of a kind that holds no others.
func (t *Type) scalar(v any, d Defaults) (any, error) {
	switch v := v.(type) {
	case string:
		required := t.AsRequired()
		return required.Parse(v, d)
	case bool:
		if t.Kind == Boolean {
			return v, nil
		}
	case Money:
		if t.Kind == MoneyKind {
			return v, v.check()
		}
	case map[string]any:
		if m, ok := money(v).(Money); ok && t.Kind == MoneyKind {
			return m, m.check()
		}
	}
	if n, ok := decimalOf(v); ok {
		switch {
		case t.Kind.IsNumber():
			return t.number(n)
		case t.Kind == MoneyKind:
			m := Money{n, d.Currency}
			return m, m.check()
		}
	}
	return nil, fmt.Errorf("expected %s, got %s", article(t.Kind), describe(v))
}

func (m Money) check() error {
	if m.Amount.Written() > MaxDigits {
		return ErrTooLong
	}
	if !isCurrency(m.Currency) {
		return errors.New("money without a currency, which is three capital letters such as CNY")
	}
	return nil
}

func decimalOf(v any) (Decimal, bool) {
	switch v := v.(type) {
	case Decimal:
		return v, true
	case json.Number:
		n, err := ParseDecimal(string(v))
		return n, err == nil
	case int:
		return Int(int64(v)), true
	case int64:
		return Int(v), true
	}
	return Decimal{}, false
}

// describe names a value's kind for an error.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return "the text " + strconv.Quote(clip(v))
	case bool:
		return strconv.FormatBool(v)
	case Money:
		return "money"
	case []any:
		return "a list"
	case map[string]any:
		return "a record"
	}
	if _, ok := decimalOf(v); ok {
		return "a number"
	}
	return fmt.Sprintf("a %T", v)
}
