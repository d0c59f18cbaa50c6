package value

import "strings"

// words are the kinds as an analyst writes them.
func (k Kind) String() string {
	switch k {
	case Text:
		return "text"
	case Integer:
		return "integer"
	case Number:
		return "number"
	case Quantity:
		return "quantity"
	case MoneyKind:
		return "money"
	case Percent:
		return "percent"
	case Boolean:
		return "boolean"
	case Date:
		return "date"
	case Time:
		return "time"
	case Moment:
		return "moment"
	case Duration:
		return "duration"
	case File:
		return "file"
	case Choice:
		return "choice"
	case List:
		return "list"
	case Map:
		return "map"
	case Record:
		return "record"
	case Ref:
		return "ref"
	}
	return "nothing"
}

// IsNumber reports whether values of the kind are Decimal.
func (k Kind) IsNumber() bool {
	return k == Integer || k == Number || k == Quantity || k == Percent
}

// IsText reports whether values of the kind are strings.
func (k Kind) IsText() bool {
	switch k {
	case Text, Date, Time, Moment, Duration, File, Choice, Ref:
		return true
	}
	return false
}

// String writes t as an analyst does: optional list of Line, A | B, ref crm.customer.
func (t *Type) String() string {
	if t == nil {
		return "nothing"
	}
	if t.Optional {
		return "optional " + t.bare()
	}
	return t.bare()
}

func (t *Type) bare() string {
	switch t.Kind {
	case Choice:
		return strings.Join(t.Choices, " | ")
	case List:
		return "list of " + t.Elem.String()
	case Map:
		return "map of " + t.Elem.String()
	case Ref:
		return "ref " + t.Name
	case Record:
		if t.Name != "" {
			return t.Name
		}
	}
	return t.Kind.String()
}

// Field returns the record's field of that name.
func (t *Type) Field(name string) (Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// AsOptional returns t as a type whose value may be missing.
func (t *Type) AsOptional() *Type {
	if t.Optional {
		return t
	}
	other := *t
	other.Optional = true
	return &other
}

// AsRequired returns t as a type whose value is there.
func (t *Type) AsRequired() *Type {
	if !t.Optional {
		return t
	}
	other := *t
	other.Optional = false
	return &other
}

// AsPersonal returns t as personal data.
func (t *Type) AsPersonal() *Type {
	if t.Personal {
		return t
	}
	other := *t
	other.Personal = true
	return &other
}

// Same reports whether t and u have the same values. Titles, defaults and the personal flag do not
// count; two records are the same if they have the same name and fields.
func (t *Type) Same(u *Type) bool { return same(t, u, nil) }

type pair struct{ t, u *Type }

// same takes a pair that is being compared already as the same: that closes the circle of a record
// which holds itself.
func same(t, u *Type, open []pair) bool {
	if t == nil || u == nil || t == u {
		return t == u
	}
	if t.Kind != u.Kind || t.Optional != u.Optional || t.Name != u.Name {
		return false
	}
	for _, p := range open {
		if p.t == t && p.u == u {
			return true
		}
	}
	open = append(open, pair{t, u})
	switch t.Kind {
	case Choice:
		return sameChoices(t.Choices, u.Choices)
	case List, Map:
		return same(t.Elem, u.Elem, open)
	case Record:
		if len(t.Fields) != len(u.Fields) {
			return false
		}
		for i, f := range t.Fields {
			if g := u.Fields[i]; f.Name != g.Name || !same(f.Type, g.Type, open) {
				return false
			}
		}
	}
	return true
}

func sameChoices(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
