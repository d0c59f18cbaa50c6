package formula

import (
	"slices"

	"waybill/definitions/value"
)

// Reserved is something that exists only for some roles.
type Reserved struct {
	Name  string // of process data, or of a field of a record
	Roles []string
}

// Reserved returns what flows into its value and exists only for some roles: process data and fields that
// it reads, and fields of records for which there is a place that more people see.
func (f *Formula) Reserved() []Reserved { return f.only }

// reserve notes that something with a name is read.
func (c *checker) reserve(name string, only ...[]string) {
	for _, roles := range only {
		if len(roles) > 0 {
			c.only = append(c.only, Reserved{name, roles})
		}
	}
}

// reserveName notes that process data is read.
func (c *checker) reserveName(name string) {
	if c.static.Only != nil {
		c.reserve(name, c.static.Only(name)...)
	}
}

// Keeps reports whether a place that exists only for some roles, none being everybody, shows nobody what
// exists only for others.
func Keeps(place, roles []string) bool {
	return len(place) > 0 && !slices.ContainsFunc(place, func(role string) bool { return !slices.Contains(roles, role) })
}

// kept takes out what a field that exists only for some roles keeps to those who see it anyway.
func kept(all []Reserved, only []string) []Reserved {
	return slices.DeleteFunc(all, func(r Reserved) bool { return Keeps(only, r.Roles) })
}

// lost looks at a record that becomes another: it notes the fields that it shows to fewer people than that,
// and tells which fields were written out.
func (c *checker) lost(from, to *value.Type, depth int) {
	if from == to || from.Kind != to.Kind || depth > mostTypeDepth {
		return
	}
	switch from.Kind {
	case value.List, value.Map:
		c.lost(from.Elem, to.Elem, depth+1)
	case value.Record:
		c.becomes(from, to)
		for _, f := range from.Fields {
			g, ok := to.Field(f.Name)
			if !ok {
				continue
			}
			if len(f.Only) > 0 && !Keeps(g.Only, f.Only) {
				c.reserve(f.Name, f.Only)
			}
			c.lost(f.Type, g.Type, depth+1)
		}
	}
}
