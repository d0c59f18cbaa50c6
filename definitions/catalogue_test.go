package definitions_test

import (
	"maps"
	"slices"

	"waybill/definitions"
	"waybill/definitions/value"
)

// trade is a small catalogue: enough to sell, make, ship and bill.
type trade struct {
	actions map[string]*definitions.Action
	objects map[string]*value.Type
}

func (t trade) Action(name string) (*definitions.Action, bool) {
	a, ok := t.actions[name]
	return a, ok
}

func (t trade) Object(name string) (*value.Type, bool) {
	o, ok := t.objects[name]
	return o, ok
}

func (t trade) Actions() []string { return slices.Sorted(maps.Keys(t.actions)) }
func (t trade) Objects() []string { return slices.Sorted(maps.Keys(t.objects)) }

func field(name, typ string) value.Field {
	line := &value.Type{Kind: value.Record, Name: "Line"}
	known := map[string]*value.Type{"Line": line, "Shortage": {Kind: value.Record, Name: "Shortage"}, "Shipment": {Kind: value.Record, Name: "Shipment"}}
	parse := func(text string) *value.Type {
		t, err := value.ParseType(text, func(name string) *value.Type { return known[name] })
		if err != nil {
			panic(err)
		}
		return t
	}
	line.Fields = []value.Field{
		{Name: "sku", Type: parse("ref stock.product")},
		{Name: "ordered", Type: parse("quantity")},
		{Name: "price", Type: parse("money")},
		{Name: "promised", Type: parse("optional date")},
	}
	known["Shortage"].Fields = []value.Field{{Name: "sku", Type: parse("ref stock.product")}, {Name: "quantity", Type: parse("quantity")}}
	known["Shipment"].Fields = []value.Field{{Name: "number", Type: parse("text")}}
	return value.Field{Name: name, Type: parse(typ)}
}

func newTrade() trade {
	t := trade{actions: map[string]*definitions.Action{}, objects: map[string]*value.Type{}}
	add := func(a definitions.Action) { t.actions[a.Name] = &a }
	add(definitions.Action{
		Name:    "billing.exposure",
		Inputs:  []value.Field{field("customer", "ref crm.customer"), field("adding", "money")},
		Outputs: []value.Field{field("percent", "percent"), field("overdue_days", "integer")},
	})
	add(definitions.Action{Name: "billing.charge", Inputs: []value.Field{field("order", "text"), field("amount", "money")}})
	add(definitions.Action{
		Name:    "billing.invoice",
		Inputs:  []value.Field{field("order", "text"), field("shipment", "text")},
		Outputs: []value.Field{field("number", "text"), field("total", "money")},
		Inverse: "billing.credit_note",
	})
	add(definitions.Action{Name: "billing.credit_note", Inputs: []value.Field{field("number", "text")}})
	add(definitions.Action{
		Name:    "stock.reserve",
		Inputs:  []value.Field{field("order", "text"), field("lines", "list of Line")},
		Outputs: []value.Field{field("shortages", "list of Shortage"), field("promised", "date")},
		Errors:  []definitions.BusinessError{{Code: "stock.short"}}, Inverse: "stock.release", Contended: true,
	})
	add(definitions.Action{Name: "stock.release", Inputs: []value.Field{field("order", "text")}})
	add(definitions.Action{
		Name: "shipping.next_shipment", Inputs: []value.Field{field("order", "text")},
		Outputs: []value.Field{field("open", "integer"), field("shipment", "Shipment")},
	})
	add(definitions.Action{Name: "shipping.intercept_or_return", Inputs: []value.Field{field("shipment", "text")}})
	add(definitions.Action{
		Name:   "shipping.label",
		Inputs: []value.Field{field("shipment", "text"), field("weight", "optional number")}, Outputs: []value.Field{field("tracking", "text")},
		Remote: true,
	})
	add(definitions.Action{Name: "notify.customer", Inputs: []value.Field{field("customer", "ref crm.customer"), field("text", "text")}})
	t.objects["crm.customer"] = &value.Type{Kind: value.Record, Name: "customer", Fields: []value.Field{
		field("name", "text"), field("grade", "A | B | C | D"), field("phone", "optional text"),
	}}
	t.objects["stock.product"] = &value.Type{Kind: value.Record, Name: "product", Fields: []value.Field{field("name", "text")}}
	return t
}
