package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"waybill/api"
)

type peopleCommand struct {
	List peopleListCommand `cmd:"" help:"List the people and their roles."`
	Put  peoplePutCommand  `cmd:"" help:"Say who a person is and which roles the person has."`
}

type peopleListCommand struct{ serverFlags }

func (peopleListCommand) Help() string {
	return `Examples:
  waybill people list
  waybill people list --json`
}

func (c *peopleListCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	var people page[api.Person]
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/people"}, &people); err != nil {
		return err
	}
	return out.show(people, func() {
		var rows [][]string
		for _, p := range people.Items {
			rows = append(rows, []string{p.ID, p.Name, strings.Join(p.Roles, ", "), p.Superior})
		}
		out.table([]string{"ID", "NAME", "ROLES", "SUPERIOR"}, rows)
	})
}

type peoplePutCommand struct {
	serverFlags
	ID       string   `arg:"" help:"The person's id, which --as names."`
	Name     string   `help:"The person's name. Default: the id." placeholder:"NAME"`
	Role     []string `help:"A role of the packs; give it once for each. They replace those the person had." placeholder:"ROLE"`
	Skill    []string `help:"A skill; give it once for each." placeholder:"SKILL"`
	Superior string   `help:"The id of the person's superior." placeholder:"PERSON"`
}

func (peoplePutCommand) Help() string {
	return `Examples:
  waybill people put li.wei --name "李伟" --role sales --role credit
  waybill people put wang.fang --role warehouse --superior li.wei`
}

func (c *peoplePutCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	person := api.Person{Name: c.Name, Roles: c.Role, Skills: c.Skill, Superior: c.Superior}
	if person.Name == "" {
		person.Name = c.ID
	}
	if person.Roles == nil {
		person.Roles = []string{}
	}
	var put api.Person
	err = server.do(ctx, request{method: http.MethodPut, path: "/api/v1/people/" + url.PathEscape(c.ID), body: person}, &put)
	if err != nil {
		return err
	}
	return out.show(put, func() {
		out.line("%s: %s, %s", put.ID, put.Name, orElse(strings.Join(put.Roles, ", "), "no role"))
	})
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
