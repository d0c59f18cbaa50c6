package scenario

import (
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// least makes the least value that fits a type.
type least struct {
	calendar *calendar.Calendar
	currency string
	now      time.Time
}

func formulaMoment(t time.Time) string { return value.FormatMoment(t) }

// record fills in the fields that given leaves out.
func (l least) record(fields []value.Field, given map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for _, f := range fields {
		v, there := given[f.Name]
		switch {
		case there:
			out[f.Name] = l.complete(f.Type, v)
		case f.Default != nil:
			out[f.Name] = f.Default
		default:
			if v := l.of(f.Type); v != nil {
				out[f.Name] = v
			}
		}
	}
	for name, v := range given {
		if _, known := out[name]; !known && v != nil {
			out[name] = v
		}
	}
	return out
}

// complete fills in what a given record, or the records of a given list, leave out.
func (l least) complete(t *value.Type, v any) any {
	switch given := v.(type) {
	case map[string]any:
		switch t.Kind {
		case value.Record:
			return l.record(t.Fields, given)
		case value.Map:
			out := make(map[string]any, len(given))
			for key, member := range given {
				out[key] = l.complete(t.Elem, member)
			}
			return out
		}
	case []any:
		if t.Kind != value.List {
			break
		}
		out := make([]any, len(given))
		for i := range given {
			out[i] = l.complete(t.Elem, given[i])
		}
		return out
	}
	return v
}

// of returns the least value of the type, nil where it is optional.
func (l least) of(t *value.Type) any {
	if t.Optional {
		return nil
	}
	switch t.Kind {
	case value.Integer, value.Number, value.Quantity, value.Percent:
		return value.Int(0)
	case value.MoneyKind:
		return value.Money{Amount: value.Int(0), Currency: l.currency}
	case value.Boolean:
		return false
	case value.Date:
		return l.calendar.Date(l.now)
	case value.Time:
		return "00:00:00"
	case value.Moment:
		return value.FormatMoment(l.now)
	case value.Duration:
		return "0m"
	case value.Choice:
		return t.Choices[0]
	case value.List:
		return []any{}
	case value.Map:
		return map[string]any{}
	case value.Record:
		return l.record(t.Fields, nil)
	case value.Nothing:
		return nil
	}
	return ""
}
