package staff

import "slices"

type person struct {
	ID    string   `json:"id"`
	Roles []string `json:"roles"`
}

// people are those who may do tasks.
type people struct {
	ids    []string // sorted, as the server lists them
	byRole map[string][]string
}

func newPeople(all []person) *people {
	p := &people{byRole: map[string][]string{}}
	for _, one := range all {
		p.ids = append(p.ids, one.ID)
		for _, role := range one.Roles {
			p.byRole[role] = append(p.byRole[role], one.ID)
		}
	}
	return p
}

// candidates returns who may do the task: with whom it is, or else those it is offered to, without
// those who must not.
func (p *people) candidates(t *Task) []string {
	if t.Assignee != "" {
		return []string{t.Assignee}
	}
	found := slices.Clone(t.People)
	if len(found) == 0 || len(t.Roles) > 0 {
		for _, role := range t.Roles {
			found = append(found, p.byRole[role]...)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return slices.DeleteFunc(found, func(id string) bool { return slices.Contains(t.NotBy, id) })
}
