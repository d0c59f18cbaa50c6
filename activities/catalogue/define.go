package catalogue

import (
	"context"
	"fmt"
	"reflect"

	"waybill/definitions"
	"waybill/definitions/value"
)

// Definition is one entry of the catalogue: an action or an object. Define and Object make them.
type Definition interface{ enter(*Registry) error }

// Option says more about an action.
type Option func(*action)

// Errors declares the business errors of an action: a code, its meaning, a code, its meaning ...
func Errors(codesAndDocs ...string) Option {
	return func(a *action) {
		if len(codesAndDocs)%2 != 0 {
			a.problem = fmt.Errorf("errors: %q has no meaning", codesAndDocs[len(codesAndDocs)-1])
			return
		}
		for i := 0; i < len(codesAndDocs); i += 2 {
			a.Errors = append(a.Errors, definitions.BusinessError{Code: codesAndDocs[i], Doc: codesAndDocs[i+1]})
		}
	}
}

// Inverse names the action that undoes this one. Its inputs are filled by name: from this action's
// outputs first, then from its inputs.
func Inverse(name string) Option {
	return func(a *action) { a.Inverse = name }
}

// Contended says that the action locks rows that other instances want too. It takes them in key
// order and ends its turn.
func Contended() Option {
	return func(a *action) { a.Contended = true }
}

// Remote says that the action leaves the database. It runs outside the turn, its Tx is nil.
func Remote() Option {
	return func(a *action) { a.Remote = true }
}

// Define makes an action from a function. In and Out are structs; name is area.action. What is wrong
// with them is reported by New, all at once.
func Define[In, Out any](name, doc string, run func(ctx context.Context, tx Tx, call Call, in In) (Out, error), opts ...Option) Definition {
	a := &action{Action: definitions.Action{Name: name, Doc: doc}}
	for _, o := range opts {
		o(a)
	}
	in, out, err := signature(reflect.TypeFor[In](), reflect.TypeFor[Out]())
	if err != nil {
		a.problem = err
		return a
	}
	a.Inputs, a.Outputs = in.typ.Fields, out.typ.Fields
	a.run = func(ctx context.Context, tx Tx, call Call, input map[string]any) (map[string]any, error) {
		var args In
		if err := in.decode(input, reflect.ValueOf(&args).Elem()); err != nil {
			return nil, fmt.Errorf("input: %w", err)
		}
		result, err := run(ctx, tx, call, args)
		if err != nil {
			return nil, err
		}
		output, err := out.encode(reflect.ValueOf(&result).Elem())
		if err != nil {
			return nil, fmt.Errorf("output: %w", err)
		}
		return output.(map[string]any), nil
	}
	return a
}

func signature(in, out reflect.Type) (*plan, *plan, error) {
	p := planner{records: map[reflect.Type]*plan{}}
	inputs, err := p.struc(in)
	if err != nil {
		return nil, nil, fmt.Errorf("input: %w", err)
	}
	outputs, err := p.struc(out)
	if err != nil {
		return nil, nil, fmt.Errorf("output: %w", err)
	}
	return inputs, outputs, nil
}

type action struct {
	definitions.Action
	run     func(context.Context, Tx, Call, map[string]any) (map[string]any, error)
	problem error
}

// Object makes an object that formulas may read through a reference: ref area.object holds the id
// that load gets. T is a struct; load reports false where there is no such object.
func Object[T any](name, doc string, load func(ctx context.Context, tx Tx, id string) (T, bool, error)) Definition {
	o := &object{name: name, doc: doc}
	p := planner{records: map[reflect.Type]*plan{}}
	record, err := p.struc(reflect.TypeFor[T]())
	if err != nil {
		o.problem = err
		return o
	}
	o.typ = &value.Type{Kind: value.Record, Name: name, Fields: record.typ.Fields}
	o.load = func(ctx context.Context, tx Tx, id string) (any, error) {
		found, ok, err := load(ctx, tx, id)
		if err != nil || !ok {
			return nil, err
		}
		return record.encode(reflect.ValueOf(&found).Elem())
	}
	return o
}

type object struct {
	name, doc string
	typ       *value.Type
	load      func(context.Context, Tx, string) (any, error)
	problem   error
}
