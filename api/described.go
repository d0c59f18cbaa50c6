package api

import (
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// undecided is what 202 means.
const undecided = "Committed, but not decided about yet; GET /api/v1/inbox/{id} tells later what became of it."

// beside describes an answer that an operation gives under another status than its own, beside problems.
func beside[T any](api huma.API, status int, meaning string) map[string]*huma.Response {
	return map[string]*huma.Response{
		strconv.Itoa(status): {Description: meaning, Content: contentOf[T](api, "application/json")},
		"default":            {Description: "Error", Content: contentOf[Problem](api, (*Problem)(nil).ContentType(""))},
	}
}

func contentOf[T any](api huma.API, kind string) map[string]*huma.MediaType {
	t := reflect.TypeFor[T]()
	return map[string]*huma.MediaType{kind: {Schema: api.OpenAPI().Components.Schemas.Schema(t, true, t.Name())}}
}
