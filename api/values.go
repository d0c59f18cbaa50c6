package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"waybill/definitions/value"
)

// Values are process values by their names, in a request. Null is none.
type Values struct{ json.RawMessage }

// Schema describes an object with any members: which there are is said by the pack.
func (Values) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Nullable: true}
}

// read reads the values of a field of the request; nothing is none.
func (v Values) read(field string) (map[string]any, error) {
	if len(v.RawMessage) == 0 || string(v.RawMessage) == "null" {
		return map[string]any{}, nil
	}
	decoded, err := value.Decode(v.RawMessage)
	read, isObject := decoded.(map[string]any)
	if err == nil && isObject {
		return read, nil
	}
	message := "expected an object of values by name"
	if err != nil {
		message = err.Error()
	}
	return nil, newProblem(http.StatusUnprocessableEntity, "invalid", field+": "+message, ProblemField{Field: field, Message: message})
}
