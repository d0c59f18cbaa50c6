package formula

import (
	"fmt"
	"regexp"
	"strings"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

// operations are what compiled formulas call. The checker has seen to the number and the types of the
// arguments; what is missing nevertheless is ErrNothingThere.
func operations() map[string]func(args ...any) (any, error) {
	all := map[string]func(args ...any) (any, error){
		"get": get, "fetch": fetch, "index": index, "key": key, "convert": convert, "money": makeMoney, "exchange": exchange,
		"same": isSame, "sameDuration": sameDuration, "compareNumbers": compareNumbers, "compareMoney": compareMoney,
		"compareTexts": compareTexts, "compareDurations": compareDurations,
		"in": among(isSame), "durationIn": among(sameDuration), "hasKey": hasKey, "contains": textContains, "startsWith": startsWith, "endsWith": endsWith, "matches": matches,
		"joinTexts": joinTexts, "upper": textual(strings.ToUpper), "lower": textual(strings.ToLower), "trim": textual(strings.TrimSpace),
		"split": split, "join": joinList, "as_text": asText,
		"now": now, "today": today, "actor": actor, "asks": asks, "people": people, "superior": superior,
		"addToMoment": addToMoment, "addToDate": addToDate, "work_between": workBetween, "days_between": daysBetween,
		"hours": hours, "date_of": dateOf,
		"round_of": roundOf, "integer": integer, "len": lengthOf, "sum": sum, "sumMoney": sumMoney, "extreme": extreme,
		"append": appendItems, "keyed": keyed, "sort": sortItems, "first": first, "last": last,
	}
	for name, run := range arithmetic() {
		all[name] = run
	}
	return all
}

// get reads a path from the process's data, the settings or the instance: (frame, *reach).
func get(args ...any) (any, error) {
	f, r := args[0].(*frame), args[1].(*reach)
	switch r.from {
	case fromSettings:
		return f.follow(f.Settings, r)
	case fromInstance:
		return f.follow(f.Instance, r)
	}
	if f.Get == nil {
		return nil, fmt.Errorf("%s: %w", r.name, ErrNothingThere)
	}
	return f.follow(f.Get(r.name), r)
}

// fetch reads a path from any value: (frame, value, *reach).
func fetch(args ...any) (any, error) {
	return args[0].(*frame).follow(args[1], args[2].(*reach))
}

func (f *frame) follow(v any, r *reach) (any, error) {
	for i := range r.steps {
		h := &r.steps[i]
		if v == nil {
			if h.maybe {
				return nil, nil
			}
			return nil, fmt.Errorf("%s: %w", r.text(i), ErrNothingThere)
		}
		if h.object != "" {
			object, err := f.lookup(h.object, v)
			if err != nil {
				return nil, err
			}
			v = object
		}
		next, err := member(v, h.field)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.text(i), err)
		}
		v = next
	}
	return v, nil
}

func (f *frame) lookup(object string, id any) (any, error) {
	text, ok := id.(string)
	if !ok {
		return nil, fmt.Errorf("ref %s: %w", object, ErrNothingThere)
	}
	if f.Lookup == nil {
		return nil, &NeedLookup{object, text}
	}
	v, fetched := f.Lookup(object, text)
	if !fetched {
		return nil, &NeedLookup{object, text}
	}
	if v == nil {
		return nil, fmt.Errorf("%s %s: %w", object, text, ErrNothingThere)
	}
	return v, nil
}

func member(v any, field string) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		return v[field], nil
	case value.Money:
		if field == "amount" {
			return v.Amount, nil
		}
		return v.Currency, nil
	}
	return nil, fmt.Errorf("field %s: %w", field, ErrNothingThere)
}

// index is list[0]: (list, integer).
func index(args ...any) (any, error) {
	list, _ := args[0].([]any)
	n, _ := args[1].(value.Decimal)
	at, ok := n.Int64()
	if !ok || at < 0 || at >= int64(len(list)) {
		return nil, nil
	}
	return list[at], nil
}

// key is map["key"]: (map, text).
func key(args ...any) (any, error) {
	m, _ := args[0].(map[string]any)
	name, _ := args[1].(string)
	return m[name], nil
}

// convert brings a value to another type: (*value.Type, currency, value).
func convert(args ...any) (any, error) {
	if args[2] == nil {
		return nil, nil
	}
	currency, _ := args[1].(string)
	return converted(args[0].(*value.Type), currency, args[2])
}

func converted(t *value.Type, currency string, v any) (any, error) {
	switch v := v.(type) {
	case value.Decimal:
		if t.Kind == value.MoneyKind {
			return value.Money{Amount: v, Currency: currency}, nil
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			var err error
			if list[i], err = converted(t.Elem, currency, item); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		return convertedMembers(t, currency, v)
	}
	return v, nil
}

func convertedMembers(t *value.Type, currency string, m map[string]any) (any, error) {
	made := make(map[string]any, len(m))
	if t.Kind == value.Map {
		for name, v := range m {
			var err error
			if made[name], err = converted(t.Elem, currency, v); err != nil {
				return nil, err
			}
		}
		return made, nil
	}
	for _, field := range t.Fields {
		v := m[field.Name]
		if v == nil {
			v = field.Default
		}
		if v == nil {
			continue
		}
		var err error
		if made[field.Name], err = converted(field.Type, currency, v); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// makeMoney is {amount: a, currency: b}: (map).
func makeMoney(args ...any) (any, error) {
	m, _ := args[0].(map[string]any)
	currency, _ := m["currency"].(string)
	amount, ok := m["amount"].(value.Decimal)
	if !ok {
		return nil, fmt.Errorf("amount: %w", ErrNothingThere)
	}
	return (&value.Type{Kind: value.MoneyKind}).Accept(value.Money{Amount: amount, Currency: currency}, value.Defaults{})
}

// comparison is the operator of an ordering.
type comparison string

func (c comparison) holds(order int) bool {
	switch c {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func isSame(args ...any) (any, error) { return value.Equal(args[0], args[1]), nil }

func compareNumbers(args ...any) (any, error) {
	a, okA := args[0].(value.Decimal)
	b, okB := args[1].(value.Decimal)
	if !okA || !okB {
		return nil, ErrNothingThere
	}
	return args[2].(comparison).holds(a.Cmp(b)), nil
}

func compareMoney(args ...any) (any, error) {
	order, err := compare(args[0], args[1])
	if err != nil {
		return nil, err
	}
	return args[2].(comparison).holds(order), nil
}

func compareTexts(args ...any) (any, error) {
	a, okA := args[0].(string)
	b, okB := args[1].(string)
	if !okA || !okB {
		return nil, ErrNothingThere
	}
	return args[2].(comparison).holds(strings.Compare(a, b)), nil
}

func compareDurations(args ...any) (any, error) {
	a, err := duration(args[0])
	if err != nil {
		return nil, err
	}
	b, err := duration(args[1])
	if err != nil {
		return nil, err
	}
	order, err := orderOf(a, b)
	if err != nil {
		return nil, err
	}
	return args[2].(comparison).holds(order), nil
}

// orderOf compares two durations: of one unit, or of units that last the same on every calendar.
func orderOf(a, b calendar.Duration) (int, error) {
	if a.Unit == b.Unit {
		return compareInts(a.N, b.N), nil
	}
	x, okX := a.Fixed()
	y, okY := b.Fixed()
	if !okX || !okY {
		return 0, fmt.Errorf("%s and %s: which is longer depends on the calendar", a, b)
	}
	return compareInts(int64(x), int64(y)), nil
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// sameDuration compares 60m and 1h as the same.
func sameDuration(args ...any) (any, error) {
	if args[0] == nil || args[1] == nil {
		return args[0] == args[1], nil
	}
	a, err := duration(args[0])
	if err != nil {
		return nil, err
	}
	b, err := duration(args[1])
	if err != nil {
		return nil, err
	}
	order, err := orderOf(a, b)
	return err == nil && order == 0, nil
}

// compare orders two values of a kind that has an order, and texts; nothing comes last.
func compare(a, b any) (int, error) {
	switch a := a.(type) {
	case value.Decimal:
		if b, ok := b.(value.Decimal); ok {
			return a.Cmp(b), nil
		}
	case value.Money:
		if b, ok := b.(value.Money); ok {
			return a.Cmp(b)
		}
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), nil
		}
	case nil:
		if b == nil {
			return 0, nil
		}
		return 1, nil
	}
	if b == nil {
		return -1, nil
	}
	return 0, fmt.Errorf("%T and %T: no order", a, b)
}

// among is x in list, by what makes two values the same: (frame, value, list).
func among(same func(args ...any) (any, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		list, err := args[0].(*frame).list(args[2])
		if err != nil {
			return nil, err
		}
		for _, item := range list {
			if is, err := same(args[1], item); err != nil || is == true {
				return is, err
			}
		}
		return false, nil
	}
}

func hasKey(args ...any) (any, error) {
	name, _ := args[0].(string)
	m, _ := args[1].(map[string]any)
	return m[name] != nil, nil
}

// twoTexts returns the arguments of an operation on texts.
func twoTexts(args []any) (a, b string, err error) {
	a, okA := args[0].(string)
	b, okB := args[1].(string)
	if !okA || !okB {
		return "", "", ErrNothingThere
	}
	return a, b, nil
}

func textContains(args ...any) (any, error) {
	a, b, err := twoTexts(args)
	return strings.Contains(a, b), err
}

func startsWith(args ...any) (any, error) {
	a, b, err := twoTexts(args)
	return strings.HasPrefix(a, b), err
}

func endsWith(args ...any) (any, error) {
	a, b, err := twoTexts(args)
	return strings.HasSuffix(a, b), err
}

// matches is text matches pattern: (text, *regexp.Regexp).
func matches(args ...any) (any, error) {
	text, ok := args[0].(string)
	if !ok {
		return nil, ErrNothingThere
	}
	return args[1].(*regexp.Regexp).MatchString(text), nil
}
