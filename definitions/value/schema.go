package value

// JSONSchema describes the JSON form of t in JSON Schema 2020-12. Named records stand under $defs, so
// that a record may hold itself.
func JSONSchema(t *Type) map[string]any {
	s := schemas{defs: map[string]any{}}
	return s.withDefs(s.of(t))
}

// FieldsSchema describes an object of these fields, as JSONSchema does.
func FieldsSchema(fields []Field) map[string]any {
	s := schemas{defs: map[string]any{}}
	return s.withDefs(s.object(fields))
}

type schemas struct{ defs map[string]any }

func (s schemas) withDefs(schema map[string]any) map[string]any {
	if len(s.defs) > 0 {
		schema["$defs"] = s.defs
	}
	return schema
}

func (s schemas) of(t *Type) map[string]any {
	schema := s.bare(t)
	if t.Optional {
		return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
	}
	return schema
}

func (s schemas) bare(t *Type) map[string]any {
	switch t.Kind {
	case Boolean:
		return map[string]any{"type": "boolean"}
	case Integer:
		return map[string]any{"type": "integer"}
	case Number, Quantity, Percent:
		return map[string]any{"type": "number"}
	case MoneyKind:
		return moneySchema()
	case List:
		return map[string]any{"type": "array", "items": s.of(t.Elem)}
	case Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem)}
	case Record:
		return s.record(t)
	case Choice:
		choices := make([]any, len(t.Choices))
		for i, c := range t.Choices {
			choices[i] = c
		}
		return map[string]any{"type": "string", "enum": choices}
	case Nothing:
		return map[string]any{"type": "null"}
	}
	return text(t)
}

// text describes the kinds that are strings. Durations and files have no format of JSON Schema's own.
func text(t *Type) map[string]any {
	schema := map[string]any{"type": "string"}
	switch t.Kind {
	case Date:
		schema["format"] = "date"
	case Time:
		schema["pattern"] = `^\d\d:\d\d(:\d\d)?$`
	case Moment:
		schema["format"] = "date-time"
	case Ref:
		schema["description"] = "id of " + t.Name
	case Duration, File:
		schema["description"] = t.Kind.String()
	}
	return schema
}

func moneySchema() map[string]any {
	return map[string]any{
		"type": "object",
		"properties": map[string]any{
			"amount":   map[string]any{"type": "number"},
			"currency": map[string]any{"type": "string", "pattern": "^[A-Z]{3}$"},
		},
		"required":             []any{"amount", "currency"},
		"additionalProperties": false,
	}
}

func (s schemas) record(t *Type) map[string]any {
	if t.Name == "" {
		return s.object(t.Fields)
	}
	if _, known := s.defs[t.Name]; !known {
		s.defs[t.Name] = nil // a record that holds itself finds its name taken
		s.defs[t.Name] = s.object(t.Fields)
	}
	return map[string]any{"$ref": "#/$defs/" + t.Name}
}

func (s schemas) object(fields []Field) map[string]any {
	properties := map[string]any{}
	required := []any{}
	for _, f := range fields {
		properties[f.Name] = s.of(f.Type)
		if !f.Type.Optional && f.Default == nil {
			required = append(required, f.Name)
		}
	}
	return map[string]any{
		"type":                 "object",
		"properties":           properties,
		"required":             required,
		"additionalProperties": false,
	}
}
