package production

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waybill/definitions/value"
)

// Part is a row of a bill of materials in force: what one base unit of a product takes of a component.
type Part struct {
	Product   string
	Component string
	Quantity  value.Decimal // in the bill's unit
	Factor    value.Decimal // base units of the component in one of the bill's unit
	Scrap     value.Decimal // percent that is lost on top
	Decimals  int32         // digits that a quantity of the component may have
	Phantom   bool          // the component is never made: its own parts go in instead
}

// Need is what a lot takes of a component, in its base unit.
type Need struct {
	Product  string
	Quantity value.Decimal
}

// ErrCycle is the error of a bill of materials that holds itself.
var ErrCycle = errors.New("bill of materials holds itself")

// Explode returns one level of the needs of a lot, sorted by product: quantity x (1 + scrap %) x factor,
// phantoms replaced by their own parts. Needs of the same component are summed exactly and rounded up
// once, so that no part rounds alone.
func Explode(parts []Part, product string, lot value.Decimal) ([]Need, error) {
	bills := map[string][]Part{}
	for _, p := range parts {
		bills[p.Product] = append(bills[p.Product], p)
	}
	x := explosion{bills: bills, sums: map[string]value.Decimal{}, decimals: map[string]int32{}}
	if err := x.add(product, lot, nil); err != nil {
		return nil, err
	}
	needs := make([]Need, 0, len(x.sums))
	for _, name := range slices.Sorted(maps.Keys(x.sums)) {
		needs = append(needs, Need{Product: name, Quantity: x.sums[name].Round(x.decimals[name], value.Up)})
	}
	return needs, nil
}

type explosion struct {
	bills    map[string][]Part
	sums     map[string]value.Decimal
	decimals map[string]int32
}

func (x *explosion) add(product string, lot value.Decimal, above []string) error {
	path := append(slices.Clone(above), product)
	if slices.Contains(above, product) {
		return fmt.Errorf("%s: %w", strings.Join(path, " > "), ErrCycle)
	}
	for _, p := range x.bills[product] {
		hundred := value.Int(100)
		quantity := lot.Mul(p.Quantity).Mul(p.Factor).Mul(hundred.Add(p.Scrap)).Mul(value.New(1, 2))
		if p.Phantom {
			if err := x.add(p.Component, quantity, path); err != nil {
				return err
			}
			continue
		}
		x.sums[p.Component] = x.sums[p.Component].Add(quantity)
		x.decimals[p.Component] = p.Decimals
	}
	return nil
}
