package catalogue

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"waybill/definitions/value"
)

// pathError names the place in a value where a conversion stopped, such as lines[0].sku.
type pathError struct {
	path  string
	cause error
}

func (e *pathError) Error() string { return e.path + ": " + e.cause.Error() }
func (e *pathError) Unwrap() error { return e.cause }

// at puts one more piece of path before what err already names.
func at(piece string, err error) error {
	inner, ok := errors.AsType[*pathError](err)
	switch {
	case !ok:
		return &pathError{piece, err}
	case inner.path[0] == '[':
		return &pathError{piece + inner.path, inner.cause}
	}
	return &pathError{piece + "." + inner.path, inner.cause}
}

func wrong(want *value.Type, got any) error {
	if got == nil {
		return fmt.Errorf("%s expected, nothing there", want)
	}
	return fmt.Errorf("%s expected, got %s", want, describe(got))
}

func describe(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case bool:
		return "boolean"
	case value.Decimal:
		return "number"
	case value.Money:
		return "money"
	case []any:
		return "list"
	case map[string]any:
		return "record"
	}
	return fmt.Sprintf("%T", v)
}

func stringPlan(typ *value.Type) *plan {
	check := func(s string) error {
		if typ.Kind == value.Choice && !slices.Contains(typ.Choices, s) {
			return fmt.Errorf("%q is none of %s", s, typ)
		}
		return nil
	}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			s, ok := v.(string)
			if !ok {
				return wrong(typ, v)
			}
			to.SetString(s)
			return check(s)
		},
		encode: func(from reflect.Value) (any, error) {
			s := from.String()
			return s, check(s)
		},
	}
}

func boolPlan() *plan {
	typ := &value.Type{Kind: value.Boolean}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			b, ok := v.(bool)
			if !ok {
				return wrong(typ, v)
			}
			to.SetBool(b)
			return nil
		},
		encode: func(from reflect.Value) (any, error) { return from.Bool(), nil },
	}
}

func integerPlan() *plan {
	typ := &value.Type{Kind: value.Integer}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			d, ok := v.(value.Decimal)
			if !ok {
				return wrong(typ, v)
			}
			n, ok := d.Int64()
			if !ok || to.OverflowInt(n) {
				return fmt.Errorf("%s is not a whole number in range", d)
			}
			to.SetInt(n)
			return nil
		},
		encode: func(from reflect.Value) (any, error) { return value.Int(from.Int()), nil },
	}
}

func exactPlan(typ *value.Type) *plan {
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			d, ok := v.(value.Decimal)
			if !ok {
				return wrong(typ, v)
			}
			*to.Addr().Interface().(*value.Decimal) = d
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			return *from.Addr().Interface().(*value.Decimal), nil
		},
	}
}

func moneyPlan() *plan {
	typ := &value.Type{Kind: value.MoneyKind}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			m, ok := v.(value.Money)
			if !ok {
				return wrong(typ, v)
			}
			*to.Addr().Interface().(*value.Money) = m
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			m := *from.Addr().Interface().(*value.Money)
			if m.Currency == "" {
				return nil, fmt.Errorf("%s has no currency", m.Amount)
			}
			return m, nil
		},
	}
}

func momentPlan() *plan {
	typ := &value.Type{Kind: value.Moment}
	return &plan{
		typ: typ,
		decode: func(v any, to reflect.Value) error {
			s, ok := v.(string)
			if !ok {
				return wrong(typ, v)
			}
			t, err := value.ParseMoment(s, nil)
			if err != nil {
				return err
			}
			*to.Addr().Interface().(*time.Time) = t
			return nil
		},
		encode: func(from reflect.Value) (any, error) {
			return value.FormatMoment(*from.Addr().Interface().(*time.Time)), nil
		},
	}
}
