package formula

import (
	"errors"
	"fmt"
	"slices"
	"sort"

	"waybill/definitions/value"
)

// divisionPlaces is how many digits after the point the result of a division has at most.
const divisionPlaces = 12

func arithmetic() map[string]func(args ...any) (any, error) {
	return map[string]func(args ...any) (any, error){
		"add":           numbers(func(a, b value.Decimal) (value.Decimal, error) { return a.Add(b), nil }),
		"subtract":      numbers(func(a, b value.Decimal) (value.Decimal, error) { return a.Sub(b), nil }),
		"multiply":      numbers(func(a, b value.Decimal) (value.Decimal, error) { return a.Mul(b), nil }),
		"divide":        numbers(divide),
		"modulo":        numbers(modulo),
		"addMoney":      amounts(value.Money.Add),
		"subtractMoney": amounts(value.Money.Sub),
		"multiplyMoney": moneyBy(func(a, b value.Decimal) (value.Decimal, error) { return a.Mul(b), nil }),
		"divideMoney":   moneyBy(divide),
		"ratio":         ratio,
		"negate":        each(value.Decimal.Neg),
		"abs":           each(value.Decimal.Abs),
		"round":         round,
		"part":          part,
	}
}

// bounded refuses a number that grew too long, so that no formula can grow one without end.
func bounded(d value.Decimal) (value.Decimal, error) {
	if d.Written() > value.MaxDigits {
		return d, fmt.Errorf("%w: %w", value.ErrTooLong, ErrTooMuch)
	}
	return d, nil
}

func boxed(d value.Decimal, err error) (any, error) {
	if err == nil {
		d, err = bounded(d)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// numbers is an operation on two numbers.
func numbers(of func(a, b value.Decimal) (value.Decimal, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		a, okA := args[0].(value.Decimal)
		b, okB := args[1].(value.Decimal)
		if !okA || !okB {
			return nil, ErrNothingThere
		}
		return boxed(of(a, b))
	}
}

// divide keeps at most divisionPlaces and drops zeros at the end: 10 / 4 is 2.5.
func divide(a, b value.Decimal) (value.Decimal, error) {
	q, err := a.Quo(b, max(divisionPlaces, a.Scale()), value.HalfUp)
	return q.Trim(0), err
}

// modulo is the rest of a division of integers, with the sign of the first.
func modulo(a, b value.Decimal) (value.Decimal, error) {
	q, err := a.Quo(b, 0, value.Down)
	return a.Sub(q.Mul(b)), err
}

// amounts is an operation on money of one currency.
func amounts(of func(a, b value.Money) (value.Money, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		a, okA := args[0].(value.Money)
		b, okB := args[1].(value.Money)
		if !okA || !okB {
			return nil, ErrNothingThere
		}
		return boxedMoney(of(a, b))
	}
}

func boxedMoney(m value.Money, err error) (any, error) {
	if err == nil {
		m.Amount, err = bounded(m.Amount)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// moneyBy is an operation on money and a number.
func moneyBy(of func(a, b value.Decimal) (value.Decimal, error)) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		m, okM := args[0].(value.Money)
		by, okBy := args[1].(value.Decimal)
		if !okM || !okBy {
			return nil, ErrNothingThere
		}
		amount, err := of(m.Amount, by)
		return boxedMoney(value.Money{Amount: amount, Currency: m.Currency}, err)
	}
}

func ratio(args ...any) (any, error) {
	a, okA := args[0].(value.Money)
	b, okB := args[1].(value.Money)
	if !okA || !okB {
		return nil, ErrNothingThere
	}
	if _, err := a.Cmp(b); err != nil {
		return nil, err
	}
	return boxed(divide(a.Amount, b.Amount))
}

// each is an operation on one number or money.
func each(of func(value.Decimal) value.Decimal) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		switch v := args[0].(type) {
		case value.Decimal:
			return boxed(of(v), nil)
		case value.Money:
			return boxedMoney(value.Money{Amount: of(v.Amount), Currency: v.Currency}, nil)
		}
		return nil, ErrNothingThere
	}
}

// round is (number or money, places, rounding).
func round(args ...any) (any, error) {
	n, _ := args[1].(value.Decimal)
	places, ok := n.Int64()
	if !ok || places > value.MaxDigits || places < -value.MaxDigits {
		return nil, fmt.Errorf("round to %s places: %w", n, ErrTooMuch)
	}
	rounding := args[2].(value.Rounding)
	return each(func(d value.Decimal) value.Decimal { return d.Round(int32(places), rounding) })(args[0])
}

// part is total × percent / 100, exactly.
func part(args ...any) (any, error) {
	percent, ok := args[1].(value.Decimal)
	if !ok {
		return nil, ErrNothingThere
	}
	share := percent.Mul(value.New(1, 2))
	switch total := args[0].(type) {
	case value.Decimal:
		return boxed(total.Mul(share), nil)
	case value.Money:
		return boxedMoney(total.Mul(share), nil)
	}
	return nil, ErrNothingThere
}

// roundOf counts a round of a loop and gives its value: (frame, value).
func roundOf(args ...any) (any, error) { return args[1], args[0].(*frame).spend(1) }

// integer makes a Decimal of a count of expr's machine.
func integer(args ...any) (any, error) {
	n, ok := args[0].(int)
	if !ok {
		return nil, errors.New("count: no number")
	}
	return value.Int(int64(n)), nil
}

func lengthOf(args ...any) (any, error) {
	switch v := args[0].(type) {
	case []any:
		return value.Int(int64(len(v))), nil
	case map[string]any:
		return value.Int(int64(len(v))), nil
	case string:
		return value.Int(int64(length(v))), nil
	}
	return nil, ErrNothingThere
}

// listOf returns a list argument and counts its items as steps.
func (f *frame) list(v any) ([]any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, ErrNothingThere
	}
	return list, f.spend(len(list))
}

func sum(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	var total value.Decimal
	for _, item := range list {
		n, ok := item.(value.Decimal)
		if !ok {
			return nil, ErrNothingThere
		}
		total = total.Add(n)
	}
	return boxed(total, nil)
}

// sumMoney is (frame, list, zero): the sum of an empty list is zero in the pack's currency.
func sumMoney(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	total := args[2].(value.Money)
	for i, item := range list {
		m, ok := item.(value.Money)
		if !ok {
			return nil, ErrNothingThere
		}
		if i == 0 {
			total = m
			continue
		}
		if total, err = total.Add(m); err != nil {
			return nil, err
		}
	}
	return boxedMoney(total, nil)
}

// extreme is the greatest or least of a list: (frame, list, greatest); nil where the list is empty.
func extreme(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	greatest := args[2].(bool)
	var found any
	for i, item := range list {
		if i == 0 {
			found = item
			continue
		}
		order, err := compare(item, found)
		if err != nil {
			return nil, err
		}
		if order != 0 && (order > 0) == greatest {
			found = item
		}
	}
	return found, nil
}

// keyedItem is a list's item with the key it is sorted by.
type keyedItem struct{ item, key any }

func keyed(args ...any) (any, error) { return keyedItem{args[0], args[1]}, nil }

// sortItems is (frame, list of keyedItem, descending).
func sortItems(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	items := make([]keyedItem, len(list))
	for i, item := range list {
		items[i] = item.(keyedItem)
	}
	descending := args[2].(bool)
	sort.SliceStable(items, func(i, j int) bool {
		order, wrong := compare(items[i].key, items[j].key)
		if wrong != nil {
			err = wrong
		}
		if descending && items[i].key != nil && items[j].key != nil {
			return order > 0
		}
		return order < 0
	})
	sorted := make([]any, len(items))
	for i := range items {
		sorted[i] = items[i].item
	}
	return sorted, err
}

// appendItems is (frame, list, item, ...). The list itself stays as it was.
func appendItems(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	return append(slices.Clone(list), args[2:]...), nil
}

func first(args ...any) (any, error) {
	list, _ := args[0].([]any)
	if len(list) == 0 {
		return nil, nil
	}
	return list[0], nil
}

func last(args ...any) (any, error) {
	list, _ := args[0].([]any)
	if len(list) == 0 {
		return nil, nil
	}
	return list[len(list)-1], nil
}
