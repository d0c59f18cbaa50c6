package main

import (
	"fmt"
	"strings"

	"waybill/activities"
	"waybill/definitions"
	"waybill/definitions/value"
)

type actionsCommand struct {
	Name     string `arg:"" optional:"" help:"Of this action only, or of this area."`
	Markdown bool   `help:"Write the whole documentation as Markdown." xor:"form"`
	Schema   bool   `help:"Write a JSON Schema of all inputs and outputs." xor:"form"`
}

func (actionsCommand) Help() string {
	return `The catalogue is part of the binary: it needs no server.

Examples:
  waybill actions
  waybill actions stock
  waybill actions stock.reserve
  waybill actions --markdown > actions.md
  waybill actions --schema > actions.schema.json`
}

// actionInfo is an action, as JSON.
type actionInfo struct {
	Name      string                      `json:"name"`
	Doc       string                      `json:"doc"`
	Inputs    []actionField               `json:"inputs"`
	Outputs   []actionField               `json:"outputs"`
	Errors    []definitions.BusinessError `json:"errors,omitempty"`
	Inverse   string                      `json:"inverse,omitempty"`
	Remote    bool                        `json:"remote,omitempty"`
	Contended bool                        `json:"contended,omitempty"`
}

type actionField struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Optional bool   `json:"optional,omitempty"`
	Doc      string `json:"doc,omitempty"`
}

func (c *actionsCommand) Run(out *printer) error {
	catalogue, err := activities.Catalogue()
	if err != nil {
		return err
	}
	switch {
	case c.Markdown:
		return catalogue.Markdown(out.out)
	case c.Schema:
		return out.writeJSON(catalogue.Schema())
	}
	var found []actionInfo
	for _, name := range catalogue.Actions() {
		if c.Name == "" || name == c.Name || strings.HasPrefix(name, c.Name+".") {
			action, _ := catalogue.Action(name)
			found = append(found, actionOf(action))
		}
	}
	if len(found) == 0 {
		return withCode(exitNotFound, fmt.Errorf("no action and no area is called %q: \"waybill actions\" lists them", c.Name))
	}
	return out.show(found, func() {
		if len(found) == 1 {
			out.action(found[0])
			return
		}
		var rows [][]string
		for _, a := range found {
			first, _, _ := strings.Cut(a.Doc, ". ")
			rows = append(rows, []string{a.Name, strings.TrimSuffix(first, ".")})
		}
		out.table([]string{"ACTION", "WHAT IT DOES"}, rows)
	})
}

func actionOf(a *definitions.Action) actionInfo {
	return actionInfo{
		Name: a.Name, Doc: a.Doc, Inputs: fieldsOf(a.Inputs), Outputs: fieldsOf(a.Outputs), Errors: a.Errors,
		Inverse: a.Inverse, Remote: a.Remote, Contended: a.Contended,
	}
}

func fieldsOf(list []value.Field) []actionField {
	fields := make([]actionField, len(list))
	for i, f := range list {
		fields[i] = actionField{Name: f.Name, Type: f.Type.String(), Optional: f.Type.Optional, Doc: languageFlag{Lang: "en"}.title(f.Help, "")}
	}
	return fields
}

// action writes one action for people.
func (p *printer) action(a actionInfo) {
	p.line("%s\n%s", p.bold(a.Name), a.Doc)
	for _, part := range []struct {
		heading string
		fields  []actionField
	}{{"Inputs", a.Inputs}, {"Outputs", a.Outputs}} {
		if len(part.fields) == 0 {
			continue
		}
		p.line("\n%s", p.bold(part.heading))
		var rows [][]string
		for _, f := range part.fields {
			rows = append(rows, []string{"  " + f.Name, f.Type, f.Doc})
		}
		p.table(nil, rows)
	}
	if len(a.Errors) > 0 {
		p.line("\n%s", p.bold("Business errors"))
		var rows [][]string
		for _, e := range a.Errors {
			rows = append(rows, []string{"  " + e.Code, e.Doc})
		}
		p.table(nil, rows)
	}
	if a.Inverse != "" {
		p.line("\nUndone by %s.", a.Inverse)
	}
}
