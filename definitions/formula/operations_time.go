package formula

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"waybill/definitions/calendar"
	"waybill/definitions/value"
)

func now(args ...any) (any, error) { return value.FormatMoment(args[0].(*frame).Now), nil }

func today(args ...any) (any, error) {
	f := args[0].(*frame)
	return f.calendar().Date(f.Now), nil
}

func actor(args ...any) (any, error) { return args[0].(*frame).Actor, nil }

// asks is (frame, question, step).
func asks(args ...any) (any, error) {
	f := args[0].(*frame)
	if f.Asks == nil {
		return nil, fmt.Errorf("state of step %s: %w", args[2], ErrNothingThere)
	}
	return f.Asks(args[1].(string), args[2].(string)), nil
}

// people is (frame, role, skill), "" for any skill.
func people(args ...any) (any, error) {
	id := args[1].(string)
	if skill, _ := args[2].(string); skill != "" {
		id += "/" + skill
	}
	v, err := args[0].(*frame).lookup(ObjectPeople, id)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("people of %s: not a list", id)
	}
	return list, nil
}

// superior is (frame, person); nobody is no error.
func superior(args ...any) (any, error) {
	f := args[0].(*frame)
	person, ok := args[1].(string)
	if !ok {
		return nil, ErrNothingThere
	}
	if f.Lookup != nil {
		if v, fetched := f.Lookup(ObjectSuperior, person); fetched {
			return v, nil
		}
	}
	return nil, &NeedLookup{ObjectSuperior, person}
}

func moment(v any) (time.Time, error) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, ErrNothingThere
	}
	return value.ParseMoment(text, nil)
}

func duration(v any) (calendar.Duration, error) {
	text, ok := v.(string)
	if !ok {
		return calendar.Duration{}, ErrNothingThere
	}
	return calendar.ParseDuration(text)
}

// addToMoment is (frame, moment, duration).
func addToMoment(args ...any) (any, error) {
	at, err := moment(args[1])
	if err != nil {
		return nil, err
	}
	d, err := duration(args[2])
	if err != nil {
		return nil, err
	}
	sum := args[0].(*frame).calendar().Add(at, d).UTC()
	if sum.Year() < 1 || sum.Year() > 9999 {
		return nil, fmt.Errorf("%s after %s: year out of range", d, args[1])
	}
	return value.FormatMoment(sum), nil
}

// addToDate is (frame, date, duration).
func addToDate(args ...any) (any, error) {
	date, ok := args[1].(string)
	if !ok {
		return nil, ErrNothingThere
	}
	d, err := duration(args[2])
	if err != nil {
		return nil, err
	}
	return args[0].(*frame).calendar().AddToDate(date, d)
}

// workBetween is (frame, moment, moment), in whole minutes or, where it is not, whole seconds.
func workBetween(args ...any) (any, error) {
	a, err := moment(args[1])
	if err != nil {
		return nil, err
	}
	b, err := moment(args[2])
	if err != nil {
		return nil, err
	}
	work := args[0].(*frame).calendar().Work(a, b)
	span := calendar.Duration{N: int64(work / time.Second), Unit: calendar.Second}
	if span.N%60 == 0 {
		span = calendar.Duration{N: span.N / 60, Unit: calendar.Minute}
	}
	return span.String(), nil
}

func daysBetween(args ...any) (any, error) {
	from, to, err := twoTexts(args)
	if err != nil {
		return nil, err
	}
	a, err := value.ParseDate(from)
	if err != nil {
		return nil, err
	}
	b, err := value.ParseDate(to)
	if err != nil {
		return nil, err
	}
	return value.Int((b.Unix() - a.Unix()) / (24 * 3600)), nil
}

// hours is a duration as a number of hours.
func hours(args ...any) (any, error) {
	d, err := duration(args[0])
	if err != nil {
		return nil, err
	}
	fixed, ok := d.Fixed()
	if !ok {
		return nil, fmt.Errorf("hours of %s: depend on the calendar", d)
	}
	return boxed(divide(value.Int(int64(fixed/time.Second)), value.Int(3600)))
}

func dateOf(args ...any) (any, error) {
	at, err := moment(args[1])
	if err != nil {
		return nil, err
	}
	return args[0].(*frame).calendar().Date(at), nil
}

func joinTexts(args ...any) (any, error) {
	a, b, err := twoTexts(args)
	if err != nil {
		return nil, err
	}
	return boundedText(a + b)
}

func boundedText(text string) (any, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("a text of more than %d bytes: %w", maxText, ErrTooMuch)
	}
	return text, nil
}

// textual is an operation on one text.
func textual(of func(string) string) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		text, ok := args[0].(string)
		if !ok {
			return nil, ErrNothingThere
		}
		return boundedText(of(text))
	}
}

// split is (frame, text, separator).
func split(args ...any) (any, error) {
	text, by, err := twoTexts(args[1:])
	if err != nil {
		return nil, err
	}
	if err := args[0].(*frame).spend(length(text)); err != nil {
		return nil, err
	}
	parts := strings.Split(text, by)
	list := make([]any, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list, nil
}

// joinList is (frame, list of texts, separator).
func joinList(args ...any) (any, error) {
	list, err := args[0].(*frame).list(args[1])
	if err != nil {
		return nil, err
	}
	by, ok := args[2].(string)
	if !ok {
		return nil, ErrNothingThere
	}
	var b strings.Builder
	for i, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, ErrNothingThere
		}
		if i > 0 {
			b.WriteString(by)
		}
		b.WriteString(text)
		if b.Len() > maxText {
			return boundedText(b.String())
		}
	}
	return b.String(), nil
}

// asText is (frame, *value.Type, value).
func asText(args ...any) (any, error) {
	text, err := args[0].(*frame).text(args[1].(*value.Type), args[2])
	if err != nil {
		return nil, err
	}
	return text, nil
}

// text writes a value as people read it: a moment in the calendar's time zone, to the minute.
func (f *frame) text(t *value.Type, v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", ErrNothingThere
	case bool:
		return strconv.FormatBool(v), nil
	case value.Decimal:
		if t.Kind == value.Percent {
			return v.String() + " %", nil
		}
		return v.String(), nil
	case value.Money:
		return v.String(), nil
	case string:
		return f.timeText(t, v)
	}
	return "", fmt.Errorf("%s: has no text", t)
}

func (f *frame) timeText(t *value.Type, text string) (string, error) {
	switch t.Kind {
	case value.Moment:
		at, err := value.ParseMoment(text, nil)
		return at.In(f.calendar().Zone()).Format("2006-01-02 15:04"), err
	case value.Time:
		return strings.TrimSuffix(text, ":00"), nil
	}
	return text, nil
}
