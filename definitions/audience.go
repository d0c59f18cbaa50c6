package definitions

import (
	"slices"
	"strings"

	"waybill/definitions/formula"
	"waybill/definitions/value"
)

// Audience says for whom something exists: for whoever has a role of every list in it; empty: for everybody.
type Audience [][]string

// Includes reports whether it exists for somebody who has the roles.
func (a Audience) Includes(roles []string) bool {
	return !slices.ContainsFunc(a, func(only []string) bool {
		return !slices.ContainsFunc(only, func(role string) bool { return slices.Contains(roles, role) })
	})
}

// and narrows an audience to those who have one of the roles, none being everybody.
func (a Audience) and(only ...[]string) Audience {
	out := slices.Clip(a)
	for _, roles := range only {
		if len(roles) > 0 && !slices.ContainsFunc(out, func(have []string) bool { return slices.Equal(have, roles) }) {
			out = append(out, roles)
		}
	}
	return out
}

// within reports whether everybody for whom it exists has one of the roles.
func (a Audience) within(roles []string) bool {
	return slices.ContainsFunc(a, func(only []string) bool { return formula.Keeps(only, roles) })
}

// String is in words: finance or sales.
func (a Audience) String() string {
	if len(a) == 0 {
		return "everybody"
	}
	words := make([]string, len(a))
	for i, only := range a {
		words[i] = oneOf(only)
	}
	return strings.Join(words, " and ")
}

// Datum is what is known of a name of process data. Rounds, events and handlers that each make a name for
// themselves may give it several types.
type Datum struct {
	Types []*value.Type
	Only  Audience
}

// made notes a name of process data, and for whom it exists. What input and data declare exists for whom
// they say; all else for those who see the stage that makes it.
func (c *compiler) made(name string, t *value.Type, only ...[]string) {
	datum := c.proc.Names[name]
	if t != nil {
		datum.Types = append(datum.Types, t)
	}
	datum.Only = datum.Only.and(only...)
	if !c.isData(name) {
		datum.Only = datum.Only.and(c.stage.only...)
	}
	c.proc.Names[name] = datum
}

// reserved is for whom what formulas read exists. Formulas that were not read count for nothing.
func reserved(formulas ...*formula.Formula) Audience {
	var only Audience
	for _, f := range formulas {
		if f == nil {
			continue
		}
		for _, r := range f.Reserved() {
			only = only.and(r.Roles)
		}
	}
	return only
}
