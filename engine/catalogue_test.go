package engine_test

import (
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// shelf is the catalogue of the tests: a handful of actions of every sort.
type shelf map[string]*definitions.Action

func theShelf() shelf {
	text := func(name string) value.Field { return value.Field{Name: name, Type: &value.Type{Kind: value.Text}} }
	maybe := func(name string) value.Field {
		return value.Field{Name: name, Type: &value.Type{Kind: value.Text, Optional: true}}
	}
	amount := value.Field{Name: "amount", Type: &value.Type{Kind: value.MoneyKind, Optional: true}}
	short := []definitions.BusinessError{{Code: "stock.short", Doc: "Too little is left."}}
	s := shelf{}
	for _, a := range []definitions.Action{
		{Name: "stock.reserve", Inputs: []value.Field{text("order")}, Outputs: []value.Field{text("number")}, Errors: short, Inverse: "stock.release"},
		{Name: "stock.release", Inputs: []value.Field{text("number")}},
		{Name: "stock.count", Inputs: []value.Field{maybe("order")}, Outputs: []value.Field{{Name: "left", Type: &value.Type{Kind: value.Quantity}}}},
		{Name: "billing.invoice", Inputs: []value.Field{text("order"), amount}, Outputs: []value.Field{text("number")}, Inverse: "billing.credit_note"},
		{Name: "billing.credit_note", Inputs: []value.Field{text("number")}},
		{Name: "mail.send", Inputs: []value.Field{text("to"), maybe("about")}},
		{Name: "shipping.book", Inputs: []value.Field{text("order")}, Outputs: []value.Field{text("parcel")}, Errors: []definitions.BusinessError{{Code: "shipping.refused"}}, Inverse: "shipping.unbook", Remote: true},
		{Name: "shipping.unbook", Inputs: []value.Field{text("parcel")}, Remote: true},
		{Name: "tax.rate", Inputs: []value.Field{text("country")}, Outputs: []value.Field{{Name: "rate", Type: &value.Type{Kind: value.Percent}}}, Remote: true},
	} {
		s[a.Name] = &a
	}
	return s
}

func (s shelf) Action(name string) (*definitions.Action, bool) {
	a, ok := s[name]
	return a, ok
}

func (s shelf) Actions() []string {
	var names []string
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s shelf) Object(name string) (*value.Type, bool) {
	if name != "crm.customer" {
		return nil, false
	}
	return &value.Type{Kind: value.Record, Name: name, Fields: []value.Field{
		{Name: "name", Type: &value.Type{Kind: value.Text}},
		{Name: "limit", Type: &value.Type{Kind: value.Number}},
	}}, true
}

func (s shelf) Objects() []string { return []string{"crm.customer"} }
