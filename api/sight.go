package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/engine"
	"waybill/store"
)

// Reader is who asks. A system, which names nobody, sees everything; a person sees what `only` of a
// process, a stage or a datum leaves to the person's roles.
type Reader struct {
	As string `header:"Waybill-As" maxLength:"200" doc:"The person who asks: what only others may see is left out. Empty: a system, which sees everything." example:"li.wei"`
}

// onlyDoc is what the documentation of reads says about it.
const onlyDoc = "Asked by a person, it leaves out what `only` reserves for roles that the person does not have."

// viewer is a person who asks; nil is a system.
type viewer struct{ person store.Person }

// viewer finds the person who asks. A person whom nobody knows is refused.
func (r Reader) viewer(ctx context.Context, tx pgx.Tx) (*viewer, error) {
	if r.As == "" {
		return nil, nil //nolint:nilnil // nobody is named, which is no error
	}
	person, err := store.ReadPerson(ctx, tx, r.As)
	if errors.Is(err, store.ErrNotFound) {
		return nil, refused("unknown_person", fmt.Sprintf("nobody is called %q", r.As), "header.Waybill-As")
	}
	return &viewer{person}, err
}

// may tells whether something exists for the viewer that is there only for some roles.
func (v *viewer) may(only []string) bool {
	return v == nil || len(only) == 0 || slices.ContainsFunc(only, func(role string) bool { return slices.Contains(v.person.Roles, role) })
}

// sight is what a viewer does not see of a process. The nil sight sees everything.
type sight struct {
	process bool                       // the process itself does not exist
	data    map[string]bool            // names of process data
	parts   map[string]map[string]bool // of the data of a sub-process, by the step that ran it
	steps   map[string]bool            // steps that do not exist
	veiled  map[string]bool            // steps whose rows of the history tell no data: they touch what is not seen
}

// sightOf finds what the viewer does not see of a process.
func (v *viewer) sightOf(d *definitions.Process) *sight {
	if v == nil {
		return nil
	}
	s := &sight{
		process: !v.may(d.Only), data: map[string]bool{}, parts: map[string]map[string]bool{},
		steps: map[string]bool{}, veiled: map[string]bool{},
	}
	for _, f := range slices.Concat(d.Input, d.Data) {
		if !v.may(f.Only) {
			s.data[f.Name] = true
		}
	}
	for _, step := range d.Steps {
		switch spec := step.Spec.(type) {
		case *definitions.Stage:
			if !v.may(spec.Only) {
				s.hide(definitions.Block{step})
			}
		case *definitions.Run:
			v.runs(s, step, definitionOf(d, spec.Process))
		}
	}
	for _, step := range d.Steps {
		if slices.ContainsFunc(engine.Touches(step), func(name string) bool { return s.data[name] || s.parts[name] != nil }) {
			s.veiled[step.ID] = true
		}
	}
	return s
}

// definitionOf finds the process that a step of d runs, nil where its pack does not have it.
func definitionOf(d *definitions.Process, id string) *definitions.Process {
	return d.Pack.Processes[id]
}

// runs adds what is not seen of a sub-process to the sight of the process that runs it.
func (v *viewer) runs(s *sight, step *definitions.Step, child *definitions.Process) {
	switch {
	case child == nil:
		return
	case !v.may(child.Only):
		s.hide(definitions.Block{step})
		s.data[step.ID] = true
		return
	}
	for _, f := range slices.Concat(child.Input, child.Data) {
		if v.may(f.Only) {
			continue
		}
		if s.parts[step.ID] == nil {
			s.parts[step.ID] = map[string]bool{}
		}
		s.parts[step.ID][f.Name] = true
	}
}

// hide takes a block away with all that is in it.
func (s *sight) hide(block definitions.Block) {
	for _, step := range block {
		s.steps[step.ID] = true
		for inner := range step.Blocks() {
			s.hide(inner)
		}
		s.hide(step.Compensation)
	}
}

// all tells whether the viewer sees all of the process.
func (s *sight) all() bool {
	return s == nil || len(s.data)+len(s.parts)+len(s.steps) == 0 && !s.process
}

// exists tells whether the process itself does.
func (s *sight) exists() bool { return s == nil || !s.process }

// told tells whether the viewer hears of the data that a step touches. The process itself, "", may touch any.
func (s *sight) told(step string) bool { return s.all() || step != "" && !s.veiled[step] }

// step tells whether a step exists.
func (s *sight) step(id string) bool { return s == nil || !s.process && !s.steps[id] }

// filter takes away from process data what is not seen. The data themselves stay as they are.
func (s *sight) filter(data map[string]any) map[string]any {
	if s.all() {
		return data
	}
	seen := map[string]any{}
	for name, v := range data {
		if !s.data[name] {
			seen[name] = s.part(name, v)
		}
	}
	return seen
}

// part takes away what is not seen of what a sub-process yielded.
func (s *sight) part(name string, v any) any {
	record, isRecord := v.(map[string]any)
	if s.parts[name] == nil || !isRecord {
		return v
	}
	seen := map[string]any{}
	for field, v := range record {
		if !s.parts[name][field] {
			seen[field] = v
		}
	}
	return seen
}

// path tells whether the datum exists that a task shows, such as order.number.
func (s *sight) path(path string) bool {
	if s == nil {
		return true
	}
	name, rest, _ := strings.Cut(path, ".")
	field, _, _ := strings.Cut(rest, ".")
	return !s.data[name] && !s.parts[name][field]
}

// offered tells whether a task is the viewer's to do, or may be: then it is seen wherever it stands.
func (v *viewer) offered(t *store.Task) bool {
	named := slices.Contains(t.People, v.person.ID) || slices.Contains(t.Also, v.person.ID)
	assigned := t.Assignee != nil && *t.Assignee == v.person.ID
	return named || assigned || slices.ContainsFunc(t.Roles, func(role string) bool { return slices.Contains(v.person.Roles, role) })
}

// sightOf finds what whoever asks does not see of an instance; store.ErrNotFound where that is all of it.
func (s *server) sightOf(ctx context.Context, tx pgx.Tx, r Reader, instance uuid.UUID) (*sight, error) {
	row, err := store.ReadInstance(ctx, tx, instance)
	if err != nil {
		return nil, err
	}
	who, err := r.viewer(ctx, tx)
	if err != nil {
		return nil, err
	}
	seen, err := s.sights(ctx, tx, who, []store.Instance{*row})
	if err == nil && !seen[instance].exists() {
		err = store.ErrNotFound
	}
	return seen[instance], err
}

// sights finds what a viewer does not see of instances, by their ids.
func (s *server) sights(ctx context.Context, tx pgx.Tx, v *viewer, rows []store.Instance) (map[uuid.UUID]*sight, error) {
	found := make(map[uuid.UUID]*sight, len(rows))
	if v == nil {
		return found, nil
	}
	for i := range rows {
		d, err := s.host.Definition(ctx, tx, callerOf(ctx).tenant, &rows[i])
		if err != nil {
			return nil, err
		}
		found[rows[i].ID] = v.sightOf(d)
	}
	return found, nil
}
