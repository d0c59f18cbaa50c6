package catalogue

import "waybill/definitions/value"

// Schema returns one JSON Schema 2020-12 document that holds the input and the output of every
// action, found by the ids urn:waybill:area.action.input and .output.
func (r *Registry) Schema() map[string]any {
	defs := map[string]any{}
	add := func(id, doc string, fields []value.Field) {
		schema := value.FieldsSchema(fields)
		schema["$id"] = "urn:waybill:" + id
		schema["description"] = doc
		defs[id] = schema
	}
	for _, name := range r.Actions() {
		a := r.actions[name]
		add(name+".input", a.Doc, a.Inputs)
		add(name+".output", "What "+name+" yields.", a.Outputs)
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     "urn:waybill:catalogue",
		"$defs":   defs,
	}
}
