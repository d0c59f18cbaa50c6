package catalogue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Registry is a checked catalogue. It is safe for concurrent use.
type Registry struct {
	actions map[string]*action
	objects map[string]*object
	records map[string]*value.Type
}

var _ definitions.Catalogue = (*Registry)(nil)

var (
	// wordPattern is a name of the language in our own catalogue: lower_snake.
	wordPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	// pathPattern is an area's name and a word: the form of actions, objects and error codes.
	pathPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
)

// New builds the catalogue and reports all that is wrong with it at once: malformed or repeated
// names, missing documentation, inverses that do not exist or whose inputs nothing fills, references
// to no object, and records that share a name but not their fields.
func New(defs ...Definition) (*Registry, error) {
	r := &Registry{
		actions: map[string]*action{},
		objects: map[string]*object{},
		records: map[string]*value.Type{},
	}
	var problems []error
	for _, d := range defs {
		if err := d.enter(r); err != nil {
			problems = append(problems, err)
		}
	}
	problems = append(problems, r.check()...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("catalogue: %w", errors.Join(problems...))
	}
	return r, nil
}

func (a *action) enter(r *Registry) error {
	if _, twice := r.actions[a.Name]; twice {
		return fmt.Errorf("%s: defined twice", a.Name)
	}
	r.actions[a.Name] = a
	if a.problem != nil {
		return fmt.Errorf("%s: %w", a.Name, a.problem)
	}
	return nil
}

func (o *object) enter(r *Registry) error {
	if _, twice := r.objects[o.name]; twice {
		return fmt.Errorf("%s: defined twice", o.name)
	}
	r.objects[o.name] = o
	if o.problem != nil {
		return fmt.Errorf("%s: %w", o.name, o.problem)
	}
	return nil
}

// Run executes an action. A business error that the action declares comes back as a *Refusal; any
// other error is technical. The input is what the signature says, unknown or missing fields are an
// error that names its path.
func (r *Registry) Run(ctx context.Context, tx Tx, call Call, name string, input map[string]any) (map[string]any, error) {
	a, ok := r.actions[name]
	if !ok {
		return nil, fmt.Errorf("%s: no such action", name)
	}
	output, err := a.run(ctx, tx, call, input)
	if err == nil {
		return output, nil
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		if !a.declares(refusal.Code) {
			return nil, fmt.Errorf("%s: undeclared business error: %s", name, refusal.Code)
		}
		return nil, refusal
	}
	return nil, fmt.Errorf("%s: %w", name, err)
}

func (a *action) declares(code string) bool {
	return slices.ContainsFunc(a.Errors, func(e definitions.BusinessError) bool { return e.Code == code })
}

// Lookup reads an object as a formula sees it: a record, or nil where there is none.
func (r *Registry) Lookup(ctx context.Context, tx Tx, name, id string) (any, error) {
	o, ok := r.objects[name]
	if !ok {
		return nil, fmt.Errorf("%s: no such object", name)
	}
	found, err := o.load(ctx, tx, id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return found, nil
}

// Action returns the signature of an action.
func (r *Registry) Action(name string) (*definitions.Action, bool) {
	a, ok := r.actions[name]
	if !ok {
		return nil, false
	}
	return &a.Action, true
}

// Actions returns the names of all actions, sorted.
func (r *Registry) Actions() []string { return slices.Sorted(maps.Keys(r.actions)) }

// Object returns the record type that a reference leads to.
func (r *Registry) Object(name string) (*value.Type, bool) {
	o, ok := r.objects[name]
	if !ok {
		return nil, false
	}
	return o.typ, true
}

// Objects returns the names of all objects, sorted.
func (r *Registry) Objects() []string { return slices.Sorted(maps.Keys(r.objects)) }

// area is what stands before the dot of a name.
func area(name string) string {
	before, _, _ := strings.Cut(name, ".")
	return before
}
