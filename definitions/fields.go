package definitions

import (
	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// fieldUse says what a list of fields is for. Names of process data must not be those of functions; what
// people see of an instance may be there only for some roles: its data, with the records and the forms in
// them.
type fieldUse int

const (
	fieldOfCall fieldUse = iota // of a message, a table or the settings
	fieldOfRecord
	fieldOfData
)

// fields reads name: type, or name: {type, title, help, default, personal, only}.
func (ts *typeSet) fields(entries []pair, use fieldUse) []value.Field {
	out := make([]value.Field, 0, len(entries))
	for _, e := range entries {
		if !value.IsName(e.key.text) {
			ts.found.badName(e.key, "name")
			continue
		}
		if use == fieldOfData && !checkName(e.key, ts.found) || e.value.missing {
			continue
		}
		if f, ok := ts.field(e, use); ok {
			out = append(out, f)
		}
	}
	return out
}

func (ts *typeSet) field(e pair, use fieldUse) (value.Field, bool) {
	f := value.Field{Name: e.key.text}
	if e.value.kind == scalar {
		f.Type = ts.parse(e.value)
		return f, f.Type != nil
	}
	k := keysOf(e.value, "a field", ts.found)
	if n := k.need("type"); n != nil {
		f.Type = ts.parse(n)
	}
	f.Title, f.Help = k.title("title"), k.title("help")
	personal, standard := k.flag("personal"), k.take("default")
	if use != fieldOfCall {
		f.Only = ts.only(k)
	}
	k.done()
	if f.Type == nil {
		return f, false
	}
	if personal {
		f.Type = f.Type.AsPersonal()
	}
	if standard != nil {
		f.Default = ts.plain.literal(standard, f.Type)
	}
	return f, true
}

// checkName reports a name of process data that formulas could not read.
func checkName(key *node, f *findings) bool {
	switch {
	case !value.IsName(key.text):
		f.badName(key, "name")
	case key.text == "error":
		f.add(key.pos(), codeBadName, "error is what a handler reads; give this another name")
	case formula.IsFunction(key.text):
		f.add(key.pos(), codeFunctionName, "%q is a word of the formulas; give this another name", key.text)
	default:
		return true
	}
	return false
}

func fieldNames(fields []value.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// fieldNamed returns the field of that name.
func fieldNamed(fields []value.Field, name string) (value.Field, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return value.Field{}, false
}
