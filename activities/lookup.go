package activities

import (
	"context"
	"strings"

	"waybill/activities/catalogue"
	"waybill/definitions/formula"
	"waybill/store"
)

// lookup fetches what a formula asks for: an object of the catalogue, who has a role, or who is above
// a person. Nil: there is none.
func (h *Host) lookup(ctx context.Context, tx catalogue.Tx, need *formula.NeedLookup) (any, error) {
	switch need.Object {
	case formula.ObjectPeople:
		role, skill, _ := strings.Cut(need.ID, "/")
		people, err := store.PeopleOf(ctx, tx, role, skill)
		list := make([]any, len(people))
		for i := range people {
			list[i] = people[i]
		}
		return list, err
	case formula.ObjectSuperior:
		superior, err := store.SuperiorOf(ctx, tx, need.ID)
		if err != nil || superior == "" {
			return nil, err
		}
		return superior, nil
	}
	return h.catalogue.Lookup(ctx, tx, need.Object, need.ID)
}
