package api

import (
	"encoding/json"
	"time"

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
	case s.unknown(e.Step), s.veiled[e.Step]:
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

// unknown tells whether the definition does not have a step: the instance moved to it from another.
func (s *sight) unknown(step string) bool { return step != "" && s.process.Steps[step] == nil }

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

// open is an open step without what may tell of data that is not seen.
func (s *sight) open(o engine.OpenStep) engine.OpenStep {
	if s.told(o.Step) {
		return o
	}
	o.Key = ""
	switch o.For {
	case engine.RestsOnLock:
		o.Name = ""
	case engine.RestsOnTime:
		o.Due = time.Time{}
	}
	return o
}
