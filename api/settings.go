package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"waybill/activities"
	"waybill/definitions/value"
)

// Setting is a number or text of the business that processes and decision tables read.
type Setting struct {
	Name    string          `json:"name"`
	Title   value.Title     `json:"title,omitempty"`
	Type    string          `json:"type" doc:"Its type, as a process writes it."`
	Value   json.RawMessage `json:"value" doc:"The value in force."`
	Changed bool            `json:"changed" doc:"Whether it was changed since the pack was deployed; otherwise it is the pack's default."`
}

type settingsInput struct {
	Pack string `path:"pack"`
}

type settingInput struct {
	Doer
	Pack string `path:"pack"`
	Name string `path:"name"`
	Body struct {
		Value json.RawMessage `json:"value"`
	}
}

func (s *server) registerSettings(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "list-settings", Method: http.MethodGet, Path: "/api/v1/packs/{pack}/settings", Tags: []string{"Packs"},
		Summary: "List the settings of a pack, with the values in force",
	}, s.settings)
	huma.Register(api, huma.Operation{
		OperationID: "change-setting", Method: http.MethodPut, Path: "/api/v1/packs/{pack}/settings/{name}", Tags: []string{"Packs"},
		Summary: "Change a setting", Description: "Running instances read the new value from their next turn on. The change is recorded.",
	}, s.changeSetting)
}

func (s *server) settings(ctx context.Context, in *settingsInput) (*struct{ Body list[Setting] }, error) {
	views, err := s.host.Settings(ctx, callerOf(ctx).tenant, in.Pack)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	out := list[Setting]{Items: []Setting{}}
	for _, v := range views {
		shown, err := settingOf(v)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		out.Items = append(out.Items, shown)
	}
	return &struct{ Body list[Setting] }{out}, nil
}

func settingOf(v activities.SettingView) (Setting, error) {
	text, err := value.Encode(v.Value)
	return Setting{Name: v.Name, Title: v.Title, Type: v.Type.String(), Value: text, Changed: v.Changed}, err
}

func (s *server) changeSetting(ctx context.Context, in *settingInput) (*struct{ Body Setting }, error) {
	wanted, err := value.Decode(in.Body.Value)
	if err != nil {
		return nil, newProblem(http.StatusUnprocessableEntity, "invalid", "value: "+err.Error(), ProblemField{Field: "value", Message: err.Error()})
	}
	tenant := callerOf(ctx).tenant
	if err := s.host.ChangeSetting(ctx, tenant, in.Pack, in.Name, wanted, activities.Act{By: in.By}); err != nil {
		return nil, s.problem(ctx, err)
	}
	views, err := s.host.Settings(ctx, tenant, in.Pack)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	for _, v := range views {
		if v.Name == in.Name {
			shown, err := settingOf(v)
			return &struct{ Body Setting }{shown}, err
		}
	}
	return nil, notFound("the setting is gone: the pack was deployed without it meanwhile")
}
