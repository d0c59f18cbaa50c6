package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"waybill/api"
	"waybill/definitions/value"
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
	server, err := c.connect(out)
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
	Name     *string  `help:"The person's name. Default for a new one: the id." placeholder:"NAME"`
	Role     []string `help:"A role of the packs; give it once for each. They replace those the person had; one that is empty takes all away." placeholder:"ROLE"`
	Skill    []string `help:"A skill; give it once for each. They replace those the person had." placeholder:"SKILL"`
	Superior *string  `help:"The id of the person's superior; empty: nobody." placeholder:"PERSON"`
}

func (peoplePutCommand) Help() string {
	return `Adds a person, or changes one: what is not given stays as it was.

Examples:
  waybill people put li.wei --name "李伟" --role sales --role credit
  waybill people put wang.fang --role warehouse --superior li.wei
  waybill people put wang.fang --role ''      (no role any more)`
}

func (c *peoplePutCommand) Run(ctx context.Context, out *printer) error {
	server, err := c.connect(out)
	if err != nil {
		return err
	}
	var people page[api.Person]
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/people"}, &people); err != nil {
		return err
	}
	known, err := c.rolesOfOthers(ctx, server, people.Items)
	if err != nil {
		return err
	}
	person := c.person(people.Items)
	var put api.Person
	err = server.do(ctx, request{method: http.MethodPut, path: "/api/v1/people/" + url.PathEscape(c.ID), body: person}, &put)
	if err != nil {
		return err
	}
	c.hint(out, known)
	return out.show(put, func() {
		out.line("%s: %s, %s", put.ID, put.Name, orElse(strings.Join(put.Roles, ", "), "no role"))
	})
}

// rolesOfOthers are the roles that other people have, and those that open tasks are offered to.
func (c *peoplePutCommand) rolesOfOthers(ctx context.Context, server *client, people []api.Person) ([]string, error) {
	var tasks page[api.Task]
	if err := server.do(ctx, request{method: http.MethodGet, path: "/api/v1/tasks"}, &tasks); err != nil {
		return nil, err
	}
	var roles []string
	for _, person := range people {
		if person.ID != c.ID {
			roles = append(roles, person.Roles...)
		}
	}
	for _, task := range tasks.Items {
		roles = append(roles, task.Roles...)
	}
	return roles, nil
}

// hint tells of a role that is given and not known, where its name is near to one that is: it may be mistyped.
func (c *peoplePutCommand) hint(out *printer, known []string) {
	for _, role := range withoutBlank(c.Role) {
		if near := value.Nearest(role, known); near != "" && !slices.Contains(known, role) {
			out.note("nobody else has the role %q; did you mean %q?", role, near)
		}
	}
}

// person is the person as known, with what is given.
func (c *peoplePutCommand) person(people []api.Person) api.Person {
	person := api.Person{Name: c.ID, Roles: []string{}}
	for _, known := range people {
		if known.ID == c.ID {
			person = known
		}
	}
	person.ID = ""
	if c.Name != nil {
		person.Name = *c.Name
	}
	if c.Superior != nil {
		person.Superior = *c.Superior
	}
	if c.Role != nil {
		person.Roles = withoutBlank(c.Role)
	}
	if c.Skill != nil {
		person.Skills = withoutBlank(c.Skill)
	}
	return person
}

func withoutBlank(texts []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return text == "" })
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
