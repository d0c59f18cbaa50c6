package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"waybill/definitions"
	"waybill/definitions/formula"
	"waybill/definitions/value"
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
	viewer  *viewer
	process *definitions.Process
	none    bool                       // the process itself does not exist
	orphan  bool                       // what started the instance does not exist
	data    map[string]bool            // names of process data
	parts   map[string]map[string]bool // of the data of a sub-process, by the step that ran it
	records map[string][]*value.Type   // types of data that exist without some of their fields, by name
	steps   map[string]bool            // steps that do not exist
	veiled  map[string]bool            // steps whose rows of the history tell no data: they touch what is not seen
}

// sightOf finds what the viewer does not see of a process.
func (v *viewer) sightOf(d *definitions.Process) *sight {
	if v == nil {
		return nil
	}
	s := &sight{
		viewer: v, process: d, none: !v.may(d.Only), data: map[string]bool{}, parts: map[string]map[string]bool{},
		records: map[string][]*value.Type{}, steps: map[string]bool{}, veiled: map[string]bool{},
	}
	for name, datum := range d.Names {
		if !v.sees(datum) {
			s.data[name] = true
			continue
		}
		for _, t := range datum.Types {
			if v.lacks(t, nil) {
				s.records[name] = append(s.records[name], t)
			}
		}
	}
	for _, step := range d.Steps {
		switch spec := step.Spec.(type) {
		case *definitions.Stage:
			if !v.may(spec.Only) {
				s.hide(definitions.Block{step})
			}
		case *definitions.Run:
			s.runs(step, definitionOf(d, spec.Process))
		}
	}
	for _, step := range d.Steps {
		if slices.ContainsFunc(engine.Touches(step), s.touched) {
			s.veiled[step.ID] = true
		}
	}
	return s
}

// sees tells whether process data exists for the viewer.
func (v *viewer) sees(d definitions.Datum) bool { return d.Only.Includes(v.person.Roles) }

// touched tells whether something of process data is not seen.
func (s *sight) touched(name string) bool {
	return s.data[name] || s.parts[name] != nil || s.records[name] != nil
}

// definitionOf finds the process that a step of d runs, nil where its pack does not have it.
func definitionOf(d *definitions.Process, id string) *definitions.Process {
	return d.Pack.Processes[id]
}

// runs adds what is not seen of a sub-process to the sight of the process that runs it.
func (s *sight) runs(step *definitions.Step, child *definitions.Process) {
	switch {
	case child == nil:
		return
	case !s.viewer.may(child.Only):
		s.hide(definitions.Block{step})
		s.data[step.ID] = true
		return
	}
	for name, datum := range child.Names {
		given := slices.ContainsFunc(child.Input, func(f value.Field) bool { return f.Name == name })
		_, yielded := child.Result.Field(name)
		if s.viewer.sees(datum) || !given && !yielded {
			continue
		}
		if s.parts[step.ID] == nil {
			s.parts[step.ID] = map[string]bool{}
		}
		s.parts[step.ID][name] = true
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
	return s == nil || !s.none && len(s.data)+len(s.parts)+len(s.records)+len(s.steps) == 0
}

// exists tells whether the process itself does.
func (s *sight) exists() bool { return s == nil || !s.none }

// told tells whether the viewer hears of the data that a step touches. The process itself, "", may touch any.
func (s *sight) told(step string) bool { return s.all() || step != "" && !s.veiled[step] }

// step tells whether a step exists.
func (s *sight) step(id string) bool { return s == nil || !s.none && !s.steps[id] }

// offered tells whether a task is the viewer's to do, or may be: then it is seen wherever it stands.
func (v *viewer) offered(t *store.Task) bool {
	named := slices.Contains(t.People, v.person.ID) || slices.Contains(t.Also, v.person.ID)
	assigned := t.Assignee != nil && *t.Assignee == v.person.ID
	return named || assigned || slices.ContainsFunc(t.Roles, func(role string) bool { return slices.Contains(v.person.Roles, role) })
}

// keyed tells whether the viewer sees the business key: it is made of data that he sees.
func (s *sight) keyed() bool {
	return s == nil || s.process.Key == nil || s.formula(s.process.Key)
}

// formula tells whether the viewer sees all that a formula reads.
func (s *sight) formula(f *formula.Formula) bool {
	return !slices.ContainsFunc(f.Reserved(), func(r formula.Reserved) bool { return !s.viewer.may(r.Roles) })
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
	return found, s.parents(ctx, tx, v, rows, found)
}

// parents notes of instances that what started them does not exist for the viewer.
func (s *server) parents(ctx context.Context, tx pgx.Tx, v *viewer, rows []store.Instance, found map[uuid.UUID]*sight) error {
	var ids []uuid.UUID
	for i := range rows {
		if rows[i].Parent != nil {
			ids = append(ids, *rows[i].Parent)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	parents, err := store.InstancesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	hidden := map[uuid.UUID]bool{}
	for i := range parents {
		d, err := s.host.Definition(ctx, tx, callerOf(ctx).tenant, &parents[i])
		if err != nil {
			return err
		}
		hidden[parents[i].ID] = !v.may(d.Only)
	}
	for i := range rows {
		found[rows[i].ID].orphan = rows[i].Parent != nil && hidden[*rows[i].Parent]
	}
	return nil
}

// instance is a row as the viewer sees it.
func (s *sight) instance(row *store.Instance) Instance {
	out := instanceOf(row)
	if !s.keyed() {
		out.Key = ""
	}
	if s != nil && s.orphan {
		out.Parent = nil
	}
	return out
}
