package definitions

import "waybill/definitions/value"

// fits reports whether every value of have is one of want.
func fits(have, want *value.Type) bool { return fitting{}.fits(have, want) }

// fitting holds the pairs of types that are compared already, or being compared: that closes the circle
// of records which hold themselves, and no pair is looked at twice.
type fitting map[[2]*value.Type]bool

func (f fitting) fits(have, want *value.Type) bool {
	pair := [2]*value.Type{have, want}
	switch {
	case have == nil || want == nil || have == want || f[pair]:
		return true
	case have.Optional && !want.Optional:
		return false
	case have.Kind == value.Nothing:
		return want.Optional
	case have.Kind != want.Kind:
		return widens(have.Kind, want.Kind)
	}
	f[pair] = true
	switch want.Kind {
	case value.Choice:
		return within(have.Choices, want.Choices)
	case value.Ref:
		return have.Name == want.Name
	case value.List, value.Map:
		return f.fits(have.Elem, want.Elem)
	case value.Record:
		return f.fields(have, want)
	}
	return true
}

// widens reports whether a kind may stand where another is wanted, as formulas allow it.
func widens(have, want value.Kind) bool {
	switch want {
	case value.Text, value.File:
		return have == value.Choice || have == value.Ref || have == value.Text || have == value.File
	case value.Ref:
		return have == value.Text
	case value.Number:
		return have.IsNumber()
	case value.Quantity, value.Percent:
		return have == value.Integer || have == value.Number
	}
	return false
}

func within(some, all []string) bool {
	known := make(map[string]bool, len(all))
	for _, a := range all {
		known[a] = true
	}
	for _, s := range some {
		if !known[s] {
			return false
		}
	}
	return true
}

func (f fitting) fields(have, want *value.Type) bool {
	for _, w := range want.Fields {
		h, ok := have.Field(w.Name)
		if !ok && !w.Type.Optional && w.Default == nil || ok && !f.fits(h.Type, w.Type) {
			return false
		}
	}
	return true
}
