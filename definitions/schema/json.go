package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"waybill/definitions"
)

// Draft is the dialect of the schemas: the newest that every release of the editors' YAML language server reads.
const Draft = "http://json-schema.org/draft-07/schema#"

// object is a JSON object; encoding/json writes its keys in order.
type object = map[string]any

// JSON writes the schema of a kind of file, with a newline at its end.
func (l *Language) JSON(f File) ([]byte, error) {
	w := writer{language: l, definitions: object{}}
	root := w.mapping(l.maps[f.Map])
	root["$schema"], root["title"], root["description"] = Draft, f.Title, f.Doc
	if len(w.definitions) > 0 {
		root["definitions"] = w.definitions
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("schema %s: %w", f.Name, err)
	}
	return out.Bytes(), nil
}

// writer gathers the definitions that a schema refers to.
type writer struct {
	language    *Language
	definitions object
}

// ref refers to the definition of a map.
func (w *writer) ref(name string) object {
	if _, known := w.definitions[name]; !known {
		w.definitions[name] = nil // a step that holds steps finds its name taken
		w.definitions[name] = w.mapping(w.language.maps[name])
	}
	return object{"$ref": "#/definitions/" + name}
}

func (w *writer) mapping(m *Map) object {
	if len(m.Variants) > 0 {
		return w.variants(m)
	}
	properties, required := object{}, []any{}
	for _, k := range m.Keys {
		properties[k.Name] = w.key(k)
		if k.Required {
			required = append(required, k.Name)
		}
	}
	out := object{
		"type": "object", "description": m.Doc, "properties": properties, "required": required, "additionalProperties": false,
	}
	if len(m.OneOf) > 0 {
		one := make([]any, len(m.OneOf))
		for i, name := range m.OneOf {
			one[i] = object{"required": []any{name}}
		}
		out["anyOf"] = one
	}
	return out
}

// variants are alternatives of which each needs the key that tells it: editors then report a mistake against the one
// that fits best, and complete its keys alone.
func (w *writer) variants(m *Map) object {
	var alternatives []any
	seen := map[string]bool{}
	for _, v := range m.Variants {
		if !seen[v.Map] {
			seen[v.Map] = true
			alternatives = append(alternatives, w.ref(v.Map))
		}
	}
	return object{"description": m.Doc, "oneOf": alternatives}
}

func (w *writer) key(k Key) object {
	s := w.shape(k.Shape)
	if _, refers := s["$ref"]; refers {
		s = object{"allOf": []any{s}} // what stands beside a reference does not count
	}
	s["title"], s["description"] = k.Title, k.Doc
	examples := make([]any, len(k.Examples))
	for i, e := range k.Examples {
		examples[i] = example(e)
	}
	if len(examples) > 0 {
		s["examples"] = examples
	}
	return s
}

const (
	namePattern = `^[\p{L}_][\p{L}\p{Nd}_]*$`
	pathPattern = `^[\p{L}_][\p{L}\p{Nd}_]*(\.[\p{L}_][\p{L}\p{Nd}_]*)*$`
)

func (w *writer) shape(s Shape) object {
	switch s.Form {
	case Word:
		return wordSchema(s.Words)
	case Flag:
		return object{"type": "boolean"}
	case Count:
		return object{"type": "integer", "minimum": 1}
	case Name:
		return nameSchema(s.Names)
	case Title:
		return object{"anyOf": []any{scalar(), object{
			"type": "object", "propertyNames": object{"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]+)*$"}, "additionalProperties": scalar(),
		}}}
	case Text, Condition, Formula:
		return scalar()
	case Type, Duration, Time, Moment, EachIn, Rules:
		return object{"type": "string"}
	case Value, Plain:
		return object{"type": []any{"string", "number", "boolean", "object", "array"}}
	}
	return w.composed(s)
}

func (w *writer) composed(s Shape) object {
	switch s.Form {
	case List:
		return object{"type": "array", "items": w.shape(*s.Of)}
	case OneOrMore:
		one := w.shape(*s.Of)
		return object{"anyOf": []any{one, object{"type": "array", "items": one}}}
	case Entries:
		return object{"type": "object", "additionalProperties": w.shape(*s.Of)}
	case Either:
		alternatives := make([]any, len(s.Any))
		for i, alternative := range s.Any {
			alternatives[i] = w.shape(alternative)
		}
		return object{"anyOf": alternatives}
	}
	return w.ref(s.Map)
}

func wordSchema(words []string) object {
	enum := make([]any, len(words))
	for i, word := range words {
		enum[i] = word
	}
	return object{"type": "string", "enum": enum}
}

func nameSchema(s Symbol) object {
	switch s {
	case Action, Process, Table, Message, Error, Place:
		return object{"type": "string", "pattern": pathPattern}
	case NoSymbol, Person:
		return scalar()
	}
	return object{"type": "string", "pattern": namePattern}
}

// scalar is any text: what looks like a number or like true is one to a reader of YAML.
func scalar() object { return object{"type": []any{"string", "number", "boolean"}} }

// example reads an example as a YAML reader does.
func example(text string) any {
	n, found := definitions.ReadYAML("example.yaml", []byte(text))
	if n == nil || len(found) > 0 {
		return text
	}
	return Resolve(n)
}

// Resolve gives a written value the types that YAML 1.2's core schema gives it: what JSON Schemas see.
func Resolve(w *definitions.Written) any {
	switch w.Kind {
	case definitions.WrittenMap:
		out := make(map[string]any, len(w.Entries))
		for _, e := range w.Entries {
			out[e.Key.Text] = Resolve(e.Value)
		}
		return out
	case definitions.WrittenList:
		out := make([]any, len(w.Items))
		for i, item := range w.Items {
			out[i] = Resolve(item)
		}
		return out
	}
	return resolved(w)
}

func resolved(w *definitions.Written) any {
	text := w.Text
	switch {
	case !w.Plain:
		return text
	case text == "true", text == "True", text == "TRUE":
		return true
	case text == "false", text == "False", text == "FALSE":
		return false
	case text == "", text == "~", text == "null", text == "Null", text == "NULL":
		return nil
	}
	if strings.Trim(text, "0123456789.eE+-") != "" || !strings.ContainsAny(text, "0123456789") {
		return text
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return text
}
