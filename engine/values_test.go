package engine_test

import (
	"pgregory.net/rapid"

	"waybill/definitions/value"
)

// fields draws a value for every field, and for some of those that may be missing none.
func (h *host) fields(fields []value.Field) map[string]any {
	values := map[string]any{}
	for _, f := range fields {
		if v := h.value(f.Type, 3); v != nil {
			values[f.Name] = v
		}
	}
	return values
}

// value draws a value of a type; depth bounds what lies inside it.
func (h *host) value(t *value.Type, depth int) any {
	if t.Optional && rapid.Bool().Draw(h.t, "missing") {
		return nil
	}
	switch t.Kind {
	case value.Integer, value.Number, value.Quantity, value.Percent:
		return value.Int(oneOf[int64](h.t, "number", 0, 1, 5, 20))
	case value.MoneyKind:
		return value.Money{Amount: value.Int(7), Currency: "CNY"}
	case value.Boolean:
		return rapid.Bool().Draw(h.t, "boolean")
	case value.Date:
		return "2026-03-03"
	case value.Time:
		return "14:00:00"
	case value.Moment:
		return "2026-03-02T04:00:00.000000Z"
	case value.Duration:
		return "2 work days"
	case value.Choice:
		return oneOf(h.t, "choice", t.Choices...)
	case value.List:
		list := []any{}
		for range h.count(depth) {
			list = append(list, h.value(t.Elem, depth-1))
		}
		return list
	case value.Map:
		m := map[string]any{}
		for range h.count(depth) {
			m["a"] = h.value(t.Elem, depth-1)
		}
		return m
	case value.Record:
		return h.fields(t.Fields)
	case value.Ref:
		return "C1"
	}
	return oneOf(h.t, "text", "ann", "A", "B")
}

func (h *host) count(depth int) int {
	if depth <= 0 {
		return 0
	}
	return pick(h.t, "how many", 4)
}
