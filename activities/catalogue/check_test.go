package catalogue_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/activities/catalogue"
	"waybill/definitions/value"
)

type none struct{}

type reserved struct {
	Reservation string `json:"reservation"`
	Order       int    `json:"order"`
}

type order struct {
	Order string `json:"order"`
}

func define[In, Out any](name string, opts ...catalogue.Option) catalogue.Definition {
	return catalogue.Define(name, "Does something.", func(context.Context, catalogue.Tx, catalogue.Call, In) (Out, error) {
		var out Out
		return out, nil
	}, opts...)
}

func otherLine() catalogue.Definition {
	type line struct {
		Quantity value.Decimal `json:"quantity"`
	}
	type in struct {
		Lines []line `json:"lines"`
	}
	return define[in, none]("sales.another_line")
}

func TestABrokenCatalogueIsRefusedWithAllItsFaults(t *testing.T) {
	type badTag struct {
		A string `json:"a" type:"quantity"`
	}
	type badName struct {
		A string `json:"aB"`
	}
	type badZero struct {
		A int `json:"a,omitempty"`
	}
	type float struct {
		A float64 `json:"a"`
	}
	type refers struct {
		A string `json:"a" type:"ref stock.shelf"`
	}
	type refersToLine struct {
		Lines []line `json:"lines"`
	}
	_, err := catalogue.New(products(),
		define[none, none]("Sales.Do"),
		define[none, none]("sales.a"), define[none, none]("sales.a"),
		define[none, none]("sales.b", catalogue.Errors("short", "no area", "stock.short", "", "sales.c")),
		define[none, none]("sales.c", catalogue.Errors("short", "no area", "stock.short", "", "sales.x", "fine", "sales.x", "again")),
		define[none, none]("sales.d", catalogue.Inverse("sales.undo")),
		define[none, none]("sales.e", catalogue.Inverse("sales.release")),
		define[order, reserved]("sales.f", catalogue.Inverse("sales.release")),
		define[order, none]("sales.release"),
		define[badTag, none]("sales.g"), define[badName, none]("sales.h"), define[badZero, none]("sales.i"),
		define[none, float]("sales.j"), define[string, none]("sales.l"),
		define[refers, none]("sales.m"),
		define[refersToLine, none]("sales.o"), otherLine(),
		catalogue.Define("sales.n", "  ", func(context.Context, catalogue.Tx, catalogue.Call, none) (none, error) { return none{}, nil }),
	)
	require.EqualError(t, err, `catalogue: sales.a: defined twice
sales.b: errors: "sales.c" has no meaning
sales.g: input: badTag.A: type "quantity": a Go string cannot stand for it
sales.h: input: badName.A: json:"aB": a lower_snake name is needed
sales.i: input: badZero.A: omitempty: zero is a value of int; use a pointer
sales.j: output: float.A: float64: the process language has no such type
sales.l: input: string: a struct is needed
Sales.Do: a name is area.what in lower_snake
sales.c: error short: a code is area.what in lower_snake
sales.c: error stock.short: its area is not sales
sales.c: error stock.short: documentation missing
sales.c: error sales.x: declared twice
sales.d: inverse sales.undo: no such action
sales.e: inverse sales.release: nothing fills its input order
sales.f: inverse sales.release: integer does not fill its input order, text
sales.m: input a: no object stock.shelf to refer to
sales.n: documentation missing
sales.o: input lines: another record is called line`)
}

func TestAnInverseIsFilledByNameFromOutputsThenInputs(t *testing.T) {
	type release struct {
		Reservation string `json:"reservation"`
		Order       string `json:"order"`
		Reason      string `json:"reason,omitempty"`
	}
	type reservation struct {
		Reservation string `json:"reservation"`
	}
	_, err := catalogue.New(
		define[order, reservation]("stock.reserve", catalogue.Inverse("stock.release")),
		define[release, none]("stock.release"))
	require.NoError(t, err)
}
