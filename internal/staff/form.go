package staff

import (
	"strings"
	"time"

	"waybill/definitions/value"
)

// answer fills in a task by the rule for its step, and what that leaves open by the fields' types.
func (s *Staff) answer(t *Task) Answer {
	var a Answer
	if rule := s.o.Rules[t.Step]; rule != nil {
		a = rule(t)
	}
	if a.Outcome == "" && len(t.Outcomes) > 0 {
		a.Outcome = t.Outcomes[0] // what goes on as usual is written first
	}
	if a.Form == nil {
		a.Form = map[string]any{}
	}
	for _, f := range t.Form {
		if _, given := a.Form[f.Name]; given || f.Optional || len(f.Default) > 0 && string(f.Default) != "null" {
			continue
		}
		if shown := t.Shown(f.Name); shown != nil {
			a.Form[f.Name] = shown // somebody confirms what stands there
			continue
		}
		a.Form[f.Name] = f.plain()
	}
	return a
}

// plain is a value of the field's type that anybody might write.
func (f Field) plain() any {
	switch {
	case len(f.Schema.Enum) > 0:
		return f.Schema.Enum[0]
	case strings.HasPrefix(f.Type, "list of"):
		return []any{}
	case strings.HasPrefix(f.Type, "map of"):
		return map[string]any{}
	}
	switch f.Type {
	case "integer", "number", "quantity", "percent":
		return 1
	case "money":
		return 1 // in the pack's currency
	case "boolean":
		return true
	case "date":
		return value.FormatDate(time.Now().AddDate(0, 0, 7))
	case "moment":
		return value.FormatMoment(time.Now().Add(time.Hour))
	case "time":
		return "09:00"
	case "duration":
		return "1d"
	}
	return "as agreed"
}
