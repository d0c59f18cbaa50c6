package api

import (
	"encoding/json"
	"slices"

	"waybill/definitions/value"
	"waybill/engine"
	"waybill/store"
)

// entry is a row of the history as the viewer sees it; false: it does not exist. A row of a step that
// touches what is not seen tells no data, and so do those of the process itself but for the members
// that name data.
func (s *sight) entry(e *store.Entry) (Entry, bool) {
	out := entryOf(e)
	switch {
	case s.all():
		return out, true
	case !s.step(e.Step):
		return out, false
	case s.veiled[e.Step]:
		return veiled(out), true
	case e.Step != "":
		return out, true
	}
	switch engine.Fact(e.What) {
	case engine.FactStarted, engine.FactChanged:
		return s.filterMembers(out), true
	case engine.FactPaused, engine.FactResumed, engine.FactCancelled:
		return out, true
	}
	return veiled(out), true
}

func veiled(e Entry) Entry {
	e.Data = json.RawMessage("{}")
	return e
}

// filterMembers filters each member of a row that holds process data by name.
func (s *sight) filterMembers(e Entry) Entry {
	decoded, err := value.Decode(e.Data)
	members, isRecord := decoded.(map[string]any)
	if err != nil || !isRecord {
		return veiled(e)
	}
	for name, v := range members {
		if data, isRecord := v.(map[string]any); isRecord {
			members[name] = s.filter(data)
		}
	}
	if e.Data, err = value.Encode(members); err != nil {
		return veiled(e)
	}
	return e
}

// shown filters what a task shows.
func (s *sight) shown(t *Task) error {
	if s.all() {
		return nil
	}
	decoded, err := value.Decode(t.Show)
	if err != nil {
		return err
	}
	list, _ := decoded.([]any)
	list = slices.DeleteFunc(list, func(item any) bool {
		shown, _ := item.(map[string]any)
		name, _ := shown["name"].(string)
		if !s.path(name) {
			return true
		}
		if _, whole := s.parts[name]; whole {
			shown["value"] = s.part(name, shown["value"])
		}
		return false
	})
	t.Show, err = value.Encode(list)
	return err
}
