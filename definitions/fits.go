package definitions

import "waybill/definitions/value"

// fits reports whether every value of have is one of want.
func fits(have, want *value.Type) bool { return fitting(have, want, 0) }

// deepest bounds the comparison of records that hold themselves through lists.
const deepest = 16

func fitting(have, want *value.Type, depth int) bool {
	switch {
	case have == nil || want == nil || have == want || depth > deepest:
		return true
	case have.Optional && !want.Optional:
		return false
	case have.Kind == value.Nothing:
		return want.Optional
	case have.Kind != want.Kind:
		return widens(have.Kind, want.Kind)
	}
	switch want.Kind {
	case value.Choice:
		return within(have.Choices, want.Choices)
	case value.Ref:
		return have.Name == want.Name
	case value.List, value.Map:
		return fitting(have.Elem, want.Elem, depth+1)
	case value.Record:
		return fittingFields(have, want, depth)
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

func fittingFields(have, want *value.Type, depth int) bool {
	for _, w := range want.Fields {
		h, ok := have.Field(w.Name)
		if !ok && !w.Type.Optional && w.Default == nil || ok && !fitting(h.Type, w.Type, depth+1) {
			return false
		}
	}
	return true
}
