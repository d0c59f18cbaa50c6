package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5"

	"waybill/store"
)

// Person is somebody who does tasks.
type Person struct {
	ID       string   `json:"id,omitempty"`
	Name     string   `json:"name" minLength:"1" maxLength:"200"`
	Roles    []string `json:"roles" doc:"The roles of the packs that the person has."`
	Skills   []string `json:"skills,omitempty" doc:"What people(role, skill: x) chooses by."`
	Superior string   `json:"superior,omitempty" doc:"The id of the person's superior."`
}

type personInput struct {
	ID   string `path:"id" minLength:"1" maxLength:"200"`
	Body Person
}

func (s *server) registerPeople(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "put-person", Method: http.MethodPut, Path: "/api/v1/people/{id}", Tags: []string{"People"},
		Summary: "Say who a person is and which roles the person has",
	}, s.putPerson)
	huma.Register(api, huma.Operation{
		OperationID: "list-people", Method: http.MethodGet, Path: "/api/v1/people", Tags: []string{"People"}, Summary: "List the people",
	}, s.people)
}

func (s *server) putPerson(ctx context.Context, in *personInput) (*struct{ Body Person }, error) {
	roles, skills := sorted(in.Body.Roles), sorted(in.Body.Skills)
	switch {
	case slices.Contains(roles, ""):
		return nil, refused("invalid", "a role has a name", "roles")
	case slices.Contains(skills, ""):
		return nil, refused("invalid", "a skill has a name", "skills")
	case strings.TrimSpace(in.ID) != in.ID:
		return nil, refused("invalid", "an id has no spaces around it: the header Waybill-As would not carry them", "path.id")
	case in.Body.ID != "" && in.Body.ID != in.ID:
		return nil, refused("invalid", fmt.Sprintf("the address says %q; leave the id out, or say the same", in.ID), "id")
	}
	p := store.Person{ID: in.ID, Name: in.Body.Name, Superior: in.Body.Superior, Roles: roles, Skills: skills}
	err := s.host.Store().InTenant(ctx, callerOf(ctx).tenant, func(tx pgx.Tx) error {
		if p.Superior != "" && p.Superior != p.ID {
			_, err := store.ReadPerson(ctx, tx, p.Superior)
			if errors.Is(err, store.ErrNotFound) {
				return refused("unknown_person", fmt.Sprintf("nobody is called %q", p.Superior), "superior")
			}
			if err != nil {
				return err
			}
		}
		return store.PutPerson(ctx, tx, p)
	})
	if err != nil {
		return nil, s.problemOf(ctx, err)
	}
	return &struct{ Body Person }{personOf(p)}, nil
}

func (s *server) people(ctx context.Context, _ *struct{}) (*struct{ Body list[Person] }, error) {
	out := list[Person]{Items: []Person{}}
	err := s.read(ctx, func(tx pgx.Tx) error {
		found, err := store.People(ctx, tx)
		for _, p := range found {
			out.Items = append(out.Items, personOf(p))
		}
		return err
	})
	return &struct{ Body list[Person] }{out}, err
}

// sorted are the names, each once; none is an empty list.
func sorted(names []string) []string {
	return slices.Compact(slices.AppendSeq([]string{}, slices.Values(slices.Sorted(slices.Values(names)))))
}

func personOf(p store.Person) Person {
	return Person{ID: p.ID, Name: p.Name, Roles: p.Roles, Skills: p.Skills, Superior: p.Superior}
}
